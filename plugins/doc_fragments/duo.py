# Copyright (c) 2026 The identityops.cisco authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations


class ModuleDocFragment:
    DOCUMENTATION = r"""
options:
  duo_api_host:
    description:
      - The API hostname of the Duo account, as the Duo Admin Panel shows it for the application, optionally with a
        port.
      - A scheme or a path is refused.
      - If not set, the environment variable E(DUO_API_HOST) is used.
    type: str
  duo_integration_key:
    description:
      - Integration key (newer pages call it client ID) of an Admin API application.
      - If not set, the environment variable E(DUO_INTEGRATION_KEY) is used.
    type: str
  duo_secret_key:
    description:
      - Secret key (newer pages call it client secret) of that application.
      - If not set, the environment variable E(DUO_SECRET_KEY) is used.
    type: str
  duo_ca_path:
    description:
      - File of certificate authorities to trust instead of the ones that the C(duo_client) package pins.
      - Use V(system) for the system's certificate store, for example behind a proxy that inspects TLS.
      - If not set, the environment variable E(DUO_CA_PATH) is used.
    type: str
  duo_proxy_url:
    description:
      - Proxy to reach Duo through, as V(http://user:password@host:port).
      - If not set, the environment variable E(DUO_PROXY_URL) is used, and after that E(HTTPS_PROXY), unless E(NO_PROXY)
        names the host.
    type: str
  duo_timeout:
    description:
      - Seconds to wait for a connection and for each part of an answer. A call with all its retries ends one minute
        later at the latest, even if parts of an answer still arrive.
      - If not set, the environment variable E(DUO_TIMEOUT) is used.
    type: int
    default: 30
  duo_account_id:
    description:
      - ID of a child account, for service providers. O(duo_api_host) must then be that of the child account.
      - If not set, the environment variable E(DUO_ACCOUNT_ID) is used.
    type: str
requirements:
  - duo_client >= 5.7
notes:
  - Each connection option takes its value from the task, else from a variable of the same name, else from the
    environment variable. C(module_defaults) sets options for all Duo modules with the action group
    C(group/identityops.cisco.duo). An empty value counts as not set. A variable that refers to an undefined variable is
    an error.
"""
