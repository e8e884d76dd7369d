# SPDX-FileCopyrightText: 2026 The identityops.cisco authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The simulated SAFE is strict: tokens, bodies, errors and its console are as published, and no more."""

from __future__ import annotations

from typing import Any

import pytest
import requests
from lab import Lab

from .connections import session

SHAPES = {
    "status": {"status": "error", "message": "Unauthorized"},
    "message": {"message": "Unauthorized"},
    "gateway": {"Message": "Unauthorized"},
    "success": {"success": False, "message": "Unauthorized"},
}
DUO = {"type": "invented-identity", "subtype": "invented-duo"}


class Probe:
    """Calls the instance as a program would."""

    def __init__(self, lab: Lab) -> None:
        self.lab = lab
        self.token = ""
        self.session = session(lab)

    def sign_in(self, password: str = "") -> requests.Response:
        pair = (self.lab.safe.api_username, password or self.lab.safe.api_password)
        answer = self.session.post(f"{self.lab.safe.url}/api/v3/auth", auth=pair, timeout=10)
        self.token = answer.json().get("accessToken", "")
        return answer

    def call(self, method: str, path: str, body: Any = None) -> requests.Response:
        headers = {"Authorization": f"Bearer {self.token}"}
        url = f"{self.lab.safe.url}/api/v3/{path}"
        return self.session.request(method, url, json=body, headers=headers, timeout=10)

    def config(self) -> dict[str, str]:
        flags = {"adminapi_info": 1, "adminapi_settings": 1}
        key = self.lab.patch("duo", "add_application", name="SAFE", type="adminapi", flags=flags)
        apps = {app["integration_key"]: app["secret_key"] for app in self.lab.state("duo", "applications")}
        return {
            "inventedApiUrl": f"https://{self.lab.duo.api_host}",
            "inventedIntegrationKey": key,
            "inventedSecretKey": apps[key],
        }


@pytest.fixture
def probe(lab: Lab) -> Probe:
    probe = Probe(lab)
    assert probe.sign_in().status_code == 200
    return probe


def test_a_token_is_issued_to_the_credential_alone_and_ends(lab: Lab, probe: Probe) -> None:
    assert probe.call("GET", "integrations/products").status_code == 200
    lab.advance(3_601)
    assert probe.call("GET", "integrations/products").status_code == 401
    assert probe.sign_in("another password").status_code == 401
    assert probe.call("GET", "integrations/products").status_code == 401


@pytest.mark.parametrize("shape", SHAPES)
def test_errors_have_four_shapes(lab: Lab, shape: str) -> None:
    lab.switch(**{"safe.error_shape": shape})
    answer = Probe(lab).call("GET", "integrations/products")
    assert (answer.status_code, answer.json()) == (401, SHAPES[shape])


def test_pages(lab: Lab, probe: Probe) -> None:
    lab.switch(**{"safe.page_size": 3})
    first = probe.call("GET", "integrations/products").json()
    assert (len(first["values"]), first["size"]) == (3, 4)
    second = probe.call("GET", first["next"].removeprefix(f"{lab.safe.url}/api/v3/")).json()
    assert len(second["values"]) == 1 and "next" not in second


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ({**DUO, "subtype": "duo"}, "Unknown type"),
        ({"config": {"apiUrl": "x"}}, "Unknown fields"),
        ({"config": {}}, "Missing in config: inventedApiUrl"),
        ({"asset": "x"}, "Unknown members"),
    ],
)
def test_what_does_not_fit_is_refused(lab: Lab, probe: Probe, body: dict[str, Any], words: str) -> None:
    answer = probe.call("POST", "integrations", {**DUO, "config": probe.config(), **body})
    assert answer.status_code == 400 and words in answer.json()["message"]
    assert lab.state("safe", "integrations") == []


def test_a_test_asks_duo_from_the_outgoing_address(lab: Lab, probe: Probe) -> None:
    body = {**DUO, "config": probe.config()}
    assert probe.call("POST", "integrations/test", body).json()["success"] is True
    lab.patch("duo", "set_application", name="SAFE", networks_for_api_access="192.0.2.1")
    assert "network" in probe.call("POST", "integrations/test", body).json()["message"]
    lab.patch("duo", "rotate_secret", name="SAFE")
    assert "secret key" in probe.call("POST", "integrations/test", body).json()["message"]
    assert lab.state("safe", "integrations") == [] and not [row for row in lab.requests("safe") if row["write"]]


def test_there_may_be_several_of_one_product(lab: Lab, probe: Probe) -> None:
    body = {**DUO, "config": probe.config()}
    ids = {probe.call("POST", "integrations", body).json()["data"]["id"] for _unused in range(2)}
    assert len(ids) == 2
    first, second = sorted(ids)
    assert probe.call("POST", f"integrations/{first}?action=start").status_code == 400
    assert probe.call("POST", f"integrations/{first}?action=invented-sync").status_code == 202
    assert len(probe.call("GET", f"integrations/{first}/history").json()["values"]) == 1
    assert probe.call("DELETE", f"integrations/{second}").status_code == 200
    assert probe.call("GET", f"integrations/{second}/history").status_code == 400
    assert probe.call("GET", "integrations").status_code == 404


def test_the_console_saves_what_it_has_tested_only(lab: Lab) -> None:
    config = Probe(lab).config()
    opened = lab.patch("safe", "console_open", url=lab.safe.url, role="SAFE Admin")
    session = opened["session"]

    def do(deed: str, label: str, value: str = "") -> dict[str, Any]:
        page: dict[str, Any] = lab.patch("safe", "console_do", session=session, do=deed, label=label, value=value)
        return page["page"]

    for label in ("Integrations", "Duo Security"):
        do("open", label)
    do("press", "Configure")
    for label, name in (("API URL", "ApiUrl"), ("Integration Key", "IntegrationKey"), ("Secret Key", "SecretKey")):
        do("fill", label, config[f"invented{name}"])
    with pytest.raises(ValueError, match="greyed out"):
        do("press", "Save")
    do("press", "Test Connection")
    do("press", "Save")
    do("press", "Sync Now")
    (item,) = lab.state("safe", "integrations")
    assert item["config"] == config and len(item["runs"]) == 1
    assert config["inventedSecretKey"] in lab.secrets()
