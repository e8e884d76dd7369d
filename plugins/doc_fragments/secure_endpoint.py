# Copyright (c) 2026 The identityops.cisco authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations


class ModuleDocFragment:
    DOCUMENTATION = r"""
options:
  secure_endpoint_region:
    description:
      - The region of the organisation, V(nam) for North America, V(eu) for Europe, V(apjc) for Asia Pacific, Japan and
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
      - The 3rd Party API Client ID of an API credential. White space around it is no part of it.
      - If not set, the environment variable E(SECURE_ENDPOINT_CLIENT_ID) is used.
    type: str
  secure_endpoint_api_key:
    description:
      - The API key of that credential. White space around it is no part of it.
      - If not set, the environment variable E(SECURE_ENDPOINT_API_KEY) is used.
    type: str
  secure_endpoint_credential_file:
    description:
      - Full path of a file on the controller that holds O(secure_endpoint_client_id) and O(secure_endpoint_api_key) as
        two lines of YAML and nothing else, encrypted with Ansible Vault or not. It is read as data, so templates are
        refused. A file that is not there holds no credential.
      - It must not differ from these options where they are given too. Only a task that runs on the controller reads
        it, without C(become) and C(async).
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
      - Seconds to wait for a connection and for each part of an answer. A call ends after one minute more than that,
        repeats included, even if parts of an answer still arrive.
      - If not set, the environment variable E(SECURE_ENDPOINT_TIMEOUT) is used.
    type: int
    default: 60
requirements:
  - requests
notes:
  - Each connection option takes the first value that is given, of the task, which C(module_defaults) can set for all
    Secure Endpoint modules with the action group C(group/identityops.cisco.secure_endpoint), of a variable of the same
    name, and of the environment variable. Empty counts as not given. A variable that refers to an undefined one is an
    error.
  - Secure Endpoint allows an organisation a number of requests an hour. A task that is told to wait does so for a
    minute at most; if more is needed it fails at once and says when to run it again.
  - A read is repeated for a minute at most while a gateway says that it is in trouble, which are the codes 502, 503 and
    504.
  - Proxies are taken from E(HTTPS_PROXY) and E(NO_PROXY).
"""
