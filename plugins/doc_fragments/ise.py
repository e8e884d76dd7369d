# Copyright (c) 2026 The identityops.cisco authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations


class ModuleDocFragment:
    DOCUMENTATION = r"""
options:
  ise_hostname:
    description:
      - Host name or address of the primary PAN (policy administration node). Only the primary PAN accepts changes.
      - If not set, the environment variable E(ISE_HOSTNAME) is used.
    type: str
  ise_port:
    description:
      - Port of the API gateway.
      - If not set, the environment variable E(ISE_PORT) is used.
    type: int
    default: 443
  ise_username:
    description:
      - An ISE administrator that may use ERS and Open API.
      - If not set, the environment variable E(ISE_USERNAME) is used.
    type: str
  ise_password:
    description:
      - That administrator's password. ISE locks accounts after a few wrong ones, so after ISE refuses a password, no
        task or host of this user and machine sends it again for two minutes.
      - If not set, the environment variable E(ISE_PASSWORD) is used.
    type: str
  ise_validate_certs:
    description:
      - Whether to verify the certificate of ISE. Set O(ise_ca_path) rather than switching this off.
      - While it is off, O(ise_ca_path) is ignored, and each task warns and says where it was switched off.
      - If not set, the environment variable E(ISE_VALIDATE_CERTS) is used.
    type: bool
    default: true
  ise_ca_path:
    description:
      - File of the certificate authority that signed the certificate of ISE, or that certificate itself if it is
        self-signed.
      - If not set, the environment variable E(ISE_CA_PATH) is used.
    type: str
  ise_client_cert:
    description:
      - File of a client certificate to log in with instead of a password (ISE 3.3 and later). Needs O(ise_client_key).
      - ISE accepts it for its Open API and ERS, which are all that the modules use. Checks of sessions or posture
        through the monitoring API (MnT) need a password.
      - If not set, the environment variable E(ISE_CLIENT_CERT) is used.
    type: str
  ise_client_key:
    description:
      - File of the private key that belongs to O(ise_client_cert).
      - If not set, the environment variable E(ISE_CLIENT_KEY) is used.
    type: str
  ise_timeout:
    description:
      - Seconds to wait for a connection and for each part of an answer. A call with all its retries ends one minute
        later at the latest, even if parts of an answer still arrive.
      - If not set, the environment variable E(ISE_TIMEOUT) is used.
    type: int
    default: 60
requirements:
  - requests
notes:
  - Each connection option takes its value from the task, else from a variable of the same name, else from the
    environment variable. C(module_defaults) sets options for all ISE modules with the action group
    C(group/identityops.cisco.ise). An empty value counts as not set. A variable that refers to an undefined variable is
    an error.
  - ERS and Open API must be enabled for reading and writing on ISE, under C(Administration > System > Settings > API
    Settings).
"""
