# Copyright (c) 2026 The identityops.cisco authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations


class ModuleDocFragment:
    DOCUMENTATION = r"""
options:
  safe_url:
    description:
      - The address of the SAFE instance, as the browser shows it, with C(https://) and without a path.
      - If not set, the environment variable E(SAFE_URL) is used.
    type: str
  safe_api_username:
    description:
      - The API username of an API credential of that instance. White space around it is ignored.
      - If not set, the environment variable E(SAFE_API_USERNAME) is used.
    type: str
  safe_api_password:
    description:
      - The API password of that credential. White space around it is ignored.
      - If not set, the environment variable E(SAFE_API_PASSWORD) is used.
    type: str
  safe_ca_path:
    description:
      - File of certificate authorities to trust instead of the ones that the C(requests) package trusts, for a proxy
        that inspects TLS.
      - If not set, the environment variable E(SAFE_CA_PATH) is used.
    type: str
  safe_timeout:
    description:
      - Seconds to wait for a connection and for each part of an answer. A call with all its retries ends one minute
        later at the latest, even if parts of an answer still arrive.
      - If not set, the environment variable E(SAFE_TIMEOUT) is used.
    type: int
    default: 60
requirements:
  - requests
notes:
  - The connection options can be set once for all modules of SAFE, with C(module_defaults) and the action group
    C(group/identityops.cisco.safe), or through environment variables. Create an API credential in SAFE with C(Settings
    > API Credentials). It has all rights in the instance, and it expires.
  - A task requests one token, and a new one when SAFE no longer accepts the first.
  - Proxies are taken from E(HTTPS_PROXY) and E(NO_PROXY).
"""
