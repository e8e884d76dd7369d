# SPDX-FileCopyrightText: 2026 The identityops.cisco authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""VPN logins are handed over to Duo Authentication Proxies and taken back, with stand-ins for the proxy's programs.

Whether the real programs behave as published is not proven here.
"""

from __future__ import annotations

from pathlib import Path

import pytest
from lab import Lab

from .flow import Flow

SKEY, SHARED = "CanarySecretKeyOfTheProxy", "CanaryOfTheRadiusSecret"
TEXT = "; made by the installer\n[main]\nlog_max_files=10\n"
STEPS = ["Configuration of the proxy", "Proxies on ISE", "RADIUS server sequence", "Policy set"]


class Proxies(Flow):
    """Runs the playbook on a host whose proxy is a folder."""

    playbook = "identityops.cisco.authentication_proxy"

    def __init__(self, lab: Lab, folder: Path) -> None:
        super().__init__(lab, folder)
        self.path = folder / "authproxy.cfg"
        self.path.write_text(TEXT)
        for program in ("authproxy_connectivity_tool", "authproxyctl"):
            (folder / program).write_text("#!/bin/sh\necho '[info] There are no configuration problems'\n")
            (folder / program).chmod(0o755)
        settings = {"ikey": "DIXXXXXXXXXXXXXXXXXX", "radius_ip_1": "192.0.2.30"}
        section = {"name": "radius_server_auto", "settings": settings}
        secrets = {"skey": SKEY, "radius_secret_1": SHARED}
        self.estate = {
            "proxy_config_path": str(self.path),
            "proxy_bin_dir": str(folder),
            "proxy_become": False,
            "proxy_servers": [{"name": f"DuoProxy{number}", "host_ip": f"192.0.2.1{number}"} for number in (1, 2)],
            "proxy_shared_secret": SHARED,
            "proxy_sections": [{**section, "secrets": secrets}],
            "proxy_policy_set": {
                "name": "VPN through Duo",
                "condition": "DEVICE:Device Type equals All Device Types#VPN",
                "position": "first",
            },
        }


@pytest.fixture
def proxies(lab: Lab, tmp_path: Path) -> Proxies:
    return Proxies(lab, tmp_path)


def test_up_again_and_down(lab: Lab, proxies: Proxies) -> None:
    misspelt = proxies.fails(proxy_sequenc="Proxies", proxy_shared_secret=None)
    assert misspelt.statuses()["Variables"] == "failed"
    words = ("2 problems", "ise_duo_mfa_proxy_sequence", "Set ise_duo_mfa_proxy_shared_secret")
    assert [word for word in words if word not in misspelt.detail("Variables")] == []

    foreseen = proxies.ok("-vvv", check=True, proxy_sequence="", proxy_update_secrets=None)
    assert foreseen.statuses() == dict.fromkeys(STEPS, "changed")
    assert proxies.path.read_text() == TEXT and lab.state("ise")["radius"]["servers"] == {}

    done = proxies.ok("-vvv")
    assert done.statuses() == dict.fromkeys(STEPS, "changed")
    state = lab.state("ise")
    assert state["radius"]["sequences"]["Duo proxies"]["RadiusServerList"] == ["DuoProxy1", "DuoProxy2"]
    assert {server["sharedSecret"] for server in state["radius"]["servers"].values()} == {SHARED}
    assert f"skey={SKEY}\n" in proxies.path.read_text()
    for ran in (foreseen, done):
        assert SKEY not in ran.output and SHARED not in ran.output

    again = proxies.ok()
    assert set(again.statuses().values()) <= {"ok", "verified"} and "changed=0" in again.output

    down = proxies.ok(state="absent")
    assert list(down.statuses()) == [*reversed(STEPS[1:]), STEPS[0]] and down.changed() == set(STEPS)
    assert lab.state("ise")["radius"] == {"servers": {}, "sequences": {}}
    assert proxies.path.read_text().strip() == TEXT.strip()
