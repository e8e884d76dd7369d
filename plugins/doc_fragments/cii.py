# Copyright (c) 2026 The identityops.cisco authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations


class ModuleDocFragment:
    DOCUMENTATION = r"""
options:
  cii_api_url:
    description:
      - The API URL of an API client of Cisco Identity Intelligence, beginning with C(https://). It differs between
        regions.
      - If not set, the environment variable E(CII_API_URL) is used.
    type: str
  cii_token_url:
    description:
      - The token URL of that API client, beginning with C(https://).
      - If not set, the environment variable E(CII_TOKEN_URL) is used.
    type: str
  cii_client_id:
    description:
      - The client ID of that API client. White space around it is ignored.
      - If not set, the environment variable E(CII_CLIENT_ID) is used.
    type: str
  cii_client_secret:
    description:
      - The client secret of that API client. White space around it is ignored.
      - If not set, the environment variable E(CII_CLIENT_SECRET) is used.
    type: str
  cii_audience:
    description:
      - The audience of that API client. Set it only if the console shows one, as it does for API clients created before
        September 2025.
      - If not set, the environment variable E(CII_AUDIENCE) is used.
    type: str
  cii_ca_path:
    description:
      - File of certificate authorities to trust instead of the ones that the C(requests) package trusts, for a proxy
        that inspects TLS.
      - If not set, the environment variable E(CII_CA_PATH) is used.
    type: str
  cii_timeout:
    description:
      - Seconds to wait for a connection and for each part of an answer. A call with all its retries ends one minute
        later at the latest, even if parts of an answer still arrive.
      - If not set, the environment variable E(CII_TIMEOUT) is used.
    type: int
    default: 60
requirements:
  - requests
notes:
  - The connection options can be set once for all modules of Identity Intelligence, with C(module_defaults) and the
    action group C(group/identityops.cisco.cii), or through environment variables. Create an API client in the console
    with C(Integrations > Add Integration > Add API Client). C(Copy all) copies its values.
  - A task requests one token and uses it for all its requests.
  - A request is retried for a minute at most while Identity Intelligence answers that there are too many requests. A
    request that changes nothing is also retried while a gateway reports an error.
  - Proxies are taken from E(HTTPS_PROXY) and E(NO_PROXY).
"""
