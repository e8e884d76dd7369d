# Copyright (c) 2026 The identityops.cisco authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations


class ModuleDocFragment:
    DOCUMENTATION = r"""
options:
  secure_endpoint_region:
    description:
      - The region of the organisation. V(nam) is North America, V(eu) is Europe, and V(apjc) is Asia Pacific, Japan and
        China.
      - If not set, the environment variable E(SECURE_ENDPOINT_REGION) is used.
    type: str
    choices: [nam, eu, apjc]
    default: nam
  secure_endpoint_api_host:
    description:
      - Host name of a private cloud, optionally with a port, in place of the region's host. A scheme or a path is
        refused.
      - If not set, the environment variable E(SECURE_ENDPOINT_API_HOST) is used.
    type: str
  secure_endpoint_client_id:
    description:
      - The 3rd Party API Client ID of an API credential. White space around it is ignored.
      - If not set, the environment variable E(SECURE_ENDPOINT_CLIENT_ID) is used.
    type: str
  secure_endpoint_api_key:
    description:
      - The API key of that credential. White space around it is ignored.
      - If not set, the environment variable E(SECURE_ENDPOINT_API_KEY) is used.
    type: str
  secure_endpoint_credential_file:
    description:
      - Full path of a file on the controller that contains O(secure_endpoint_client_id) and
        O(secure_endpoint_api_key) as two lines of YAML and nothing else, with or without encryption by Ansible Vault.
        The task reads it as data and refuses templates. A missing file counts as no credential.
      - If these options are set as well, the file must contain the same values. Only a task that runs on the controller
        reads it, without C(become) and C(async).
      - If not set, the environment variable E(SECURE_ENDPOINT_CREDENTIAL_FILE) is used.
    type: path
  secure_endpoint_ca_path:
    description:
      - File of certificate authorities to trust instead of the ones that the C(requests) package trusts, for a private
        cloud or a proxy that inspects TLS.
      - If not set, the environment variable E(SECURE_ENDPOINT_CA_PATH) is used.
    type: str
  secure_endpoint_timeout:
    description:
      - Seconds to wait for a connection and for each part of an answer. A call with all its retries ends one minute
        later at the latest, even if parts of an answer still arrive.
      - If not set, the environment variable E(SECURE_ENDPOINT_TIMEOUT) is used.
    type: int
    default: 60
requirements:
  - requests
notes:
  - Each connection option takes its value from the task, else from a variable of the same name, else from the
    environment variable. C(module_defaults) sets options for all Secure Endpoint modules with the action group
    C(group/identityops.cisco.secure_endpoint). An empty value counts as not set. A variable that refers to an undefined
    variable is an error.
  - Secure Endpoint limits the requests of an organisation per hour. When the limit is reached, a task waits for a
    minute at most. If it would have to wait longer, it fails immediately and says when to run it again.
  - A read is retried for a minute at most while a gateway reports an error (codes 502, 503 and 504).
  - Proxies are taken from E(HTTPS_PROXY) and E(NO_PROXY).
"""
