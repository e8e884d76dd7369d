# SPDX-FileCopyrightText: 2026 The identityops.cisco authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Send one signed call to Duo's Admin API and print the answer: `duo_call.py METHOD PATH [JSON PARAMETERS]`.

Part of the hand-written playbook beside it. Duo wants each request signed with an HMAC, for which neither
ansible.builtin.uri nor Jinja has a means, so whoever writes such a playbook ends up with a helper like this one.
"""

from __future__ import annotations

import json
import os
import sys

import duo_client


def main(method: str, path: str, parameters: str = "{}") -> int:
    """Exit code 0; 1 with Duo's words when Duo refuses."""
    host, _unused, port = os.environ["DUO_API_HOST"].partition(":")
    client = duo_client.Admin(
        os.environ["DUO_INTEGRATION_KEY"],
        os.environ["DUO_SECRET_KEY"],
        host,
        port=int(port) if port else None,
        ca_certs=os.environ["DUO_CA_PATH"],
    )
    wanted = json.loads(parameters)
    try:
        is_list = method == "GET" and path.endswith(("/integrations", "/policies"))
        answer = (
            list(client.json_paging_api_call(method, path, wanted))
            if is_list
            else client.json_api_call(method, path, wanted)
        )
    except (OSError, RuntimeError) as error:
        print(error, file=sys.stderr)
        return 1
    print(json.dumps(answer))
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
