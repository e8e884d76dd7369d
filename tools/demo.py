# SPDX-FileCopyrightText: 2026 The identityops.cisco authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Show the four flows on simulated services: ISE and Duo, Trusted Endpoints, Identity Intelligence, and SAFE.

What a run did is reported by the role; what the services hold afterwards is read from the lab.
"""

from __future__ import annotations

import shutil
import subprocess
import time
from typing import TYPE_CHECKING, Any

from tools.demo_flow import FOLDER, KEPT, DemoError, Flow, chapter, title, vault_of
from tools.lab import lab_process

if TYPE_CHECKING:
    from lab.control import Control

LAB_FILE = FOLDER / "lab.json"
HOLDS = "What the simulated services hold now"


def application(lab: Control, name: str) -> dict[str, Any]:
    (found,) = [app for app in lab.state("duo")["applications"] if app["name"] == name]
    return dict(found)


def rights(app: dict[str, Any]) -> str:
    granted = [flag.removeprefix("adminapi_").replace("_", " ") for flag, is_set in app["flags"].items() if is_set]
    return " and ".join(granted) or "no Admin API permission"


# ISE and Duo

JOINED = {
    "active_directory": "CORP_AD",
    "groups": ["corp.example/Users/Duo Users", "corp.example/Users/Network Admins"],
}


def show_ise_and_duo(lab: Control) -> None:
    chapter(
        "1. Cisco ISE and Duo",
        "ISE sends VPN and TACACS+ logins to Duo, and keeps the users of Duo in sync with Active Directory.",
    )
    flow = Flow(lab, "ise_duo_mfa", JOINED, lab.environment("duo", "ise"))
    duo, ise = lab.state("duo"), lab.state("ise")
    title("The estate")
    print(f"  Duo {lab.duo.api_host}: {len(duo['users'])} users, {len(duo['applications'])} applications")
    directories = " and ".join(sorted(ise["join_points"]))
    print(f"  ISE {lab.ise.hostname}:{lab.ise.port}: release {ise['version']}, join points {directories}, MFA off")
    flow.run("The first run")
    describe_join(lab)
    flow.run_again()
    lab.patch("duo", "rotate_secret", name="ISE user sync")
    lab.patch("ise", "remove_sync_group", sync="Duo users", group=JOINED["groups"][1])
    flow.preview(
        "An administrator rotates a key and removes a group from the identity sync. With --check, a run shows both"
    )
    flow.repair_as_shown("Without --check, a run repairs it")


def describe_join(lab: Control) -> None:
    ise = lab.state("ise")
    title(HOLDS)
    for name in ("ISE user sync", "ISE logins"):
        app = application(lab, name)
        print(f"  Duo: application {name} ({app['type']}) with {rights(app)}")
    for name, stored in ise["connections"].items():
        types = stored["type"].replace(",", " and ")
        print(f"  ISE: connection {name} for {types}, identity sync {stored['identity_sync']}")
    print(f"  ISE: {len(ise['users_pushed'])} users of Active Directory sent to Duo")


# Trusted Endpoints

POLICY = "Trusted Endpoints"


def show_trusted_endpoints(lab: Control) -> None:
    chapter(
        "2. Trusted Endpoints",
        "Duo blocks devices that are not trusted or that Secure Endpoint reports as compromised.",
    )
    environment = lab.environment("duo", "secure_endpoint", credential=False)
    protected = {
        "policy_name": POLICY,
        "apply_to": [{"application": "AnyConnect Headquarters"}],
        "credential_file": str(vault_of("trusted_endpoints")),
        # What the lab's devices come to; without it the run would stop before it changes anything.
        "max_blocked": 7,
    }
    flow = Flow(lab, "trusted_endpoints", protected, environment)
    # What Duo requires before anything else.
    lab.patch("duo", "add_management_integration", name="Intune with Duo Desktop")
    describe_devices(lab)
    first = flow.run("The first run hands off the steps that only two consoles offer")
    flow.hand_over(first["handoff"])
    confirmed = ("-e", "trusted_endpoints_edr_confirmed=true")
    flow.preview("With --check, the next run shows which devices the policy would lock out, and why", *confirmed)
    flow.run("The next run writes the policy", *confirmed)
    describe_policy(lab)
    flow.run_again(*confirmed)
    sections = {"trusted_endpoints": {"cisco_secure_endpoint_can_block": False}}
    lab.patch("duo", "set_policy", name=POLICY, sections=sections)
    flow.repair("An administrator turns off that Secure Endpoint can block. The next run turns it on again", *confirmed)


def describe_devices(lab: Control) -> None:
    duo, organisation = lab.state("duo"), lab.state("secure_endpoint")
    computers = [computer for computer in organisation["computers"] if not computer["demo"]]
    compromised = sum(computer["is_compromised"] for computer in computers)
    title("The estate")
    print(f"  Secure Endpoint: {len(computers)} computers, {compromised} compromised; no API credential for Duo")
    print(f"  Duo: {len(duo['endpoints'])} devices, {len(duo['policies'])} policies")


def describe_policy(lab: Control) -> None:
    duo = lab.state("duo")
    (policy,) = [policy for policy in duo["policies"] if policy["policy_name"] == POLICY]
    section = policy["sections"]["trusted_endpoints"]
    places = ", ".join(place["app_name"] for place in policy["policy_applies_to"])
    blocks = "can block" if section["cisco_secure_endpoint_can_block"] else "cannot block"
    integration = duo["cisco_secure_endpoint_integration"]
    enabled = "enabled" if integration["enabled"] else "disabled"
    title(HOLDS)
    print(f"  Duo: policy {POLICY} on {places}: {section['trusted_endpoint_checking']}, Secure Endpoint {blocks}")
    print(f"  Duo: integration with {integration['hostname']}, {enabled}")


# Identity Intelligence

WEBHOOK = {
    "name": "SOC",
    "endpoint": "https://events.corp.example/",
    "checks": ["no-mfa"],
    "api_key_name": "Authorization",
    "api_key": "Bearer a key of the demo",
}
COLLECTION_HOURS = 4


def show_identity_intelligence(lab: Control) -> None:
    chapter(
        "3. Identity Intelligence",
        "Identity Intelligence watches the users of Duo, and calls a webhook when one of its checks fails.",
    )
    known = {
        "tenant": {"organization_name": "corp-example", "sso_connection_name": "Corp Example"},
        "webhooks": [WEBHOOK],
        "registry_path": str(KEPT / "webhooks.json"),
    }
    flow = Flow(lab, "identity_intelligence", known, lab.environment("duo") | {"CII_CA_PATH": lab.ca_path})
    # As before the set-up.
    lab.patch("cii", "remove_tenant")
    lab.switch(**{"cii.collection_seconds": COLLECTION_HOURS * 3600})
    title("The estate")
    print(f"  Duo: {len(lab.state('duo')['users'])} users, including those that ISE has added")
    print("  Identity Intelligence: no tenant")
    first = flow.run("The first run checks the account and hands off the set-up, which no API offers")
    flow.hand_over(first["handoff"])
    copied = ("-e", f"@{flow.vault}")
    flow.run("The next run registers the webhook. That the integration works is not proven yet", *copied)
    lab.advance(COLLECTION_HOURS * 3600 + 60)
    proof = (
        f"{COLLECTION_HOURS} hours later, the first data has arrived and proves it, as a run with -v shows in detail"
    )
    flow.run(proof, *copied, "-v")
    flow.run_again(*copied)
    describe_tenant(lab)
    lab.patch("cii", "set_integration", name="Duo", error="Invalid keys")
    flow.declare({**known, "webhooks": [{**WEBHOOK, "api_key": "Bearer another key of the demo"}]})
    damage = "The integration loses its access to Duo, and the key of the webhook's receiver changes"
    flow.repair(f"{damage}. The next run notices both", *copied)


def describe_tenant(lab: Control) -> None:
    tenant = lab.state("cii")
    title(HOLDS)
    for integration in tenant["integrations"]:
        print(f"  Identity Intelligence: integration {integration['name']}, set up in the Duo Admin Panel")
    for webhook in tenant["webhooks"]:
        print(f"  Identity Intelligence: webhook {webhook['name']} for {', '.join(webhook['checks'])}")


# SAFE

SEEN = {
    "outgoing_addresses": ["203.0.113.50"],
    "registry_path": str(KEPT / "safe_registry.json"),
    # SAFE publishes no names of fields; these are the lab's.
    "config_from_duo": {
        "inventedApiUrl": "api_url",
        "inventedIntegrationKey": "integration_key",
        "inventedSecretKey": "secret_key",
        "inventedAssetName": "asset_name",
    },
    "asset_name": "Duo production",
    "sync_interval": 1,
}


def show_safe(lab: Control) -> None:
    chapter(
        "4. SAFE", "SAFE reads how Duo is set up, through an application that has the rights for that and no others."
    )
    flow = Flow(lab, "safe", SEEN, lab.environment("duo", "safe"))
    title("The estate")
    print(f"  SAFE {lab.safe.url}: {len(lab.state('safe')['integrations'])} integrations")
    first = flow.run("The first run has SAFE test the connection, save it and sync")
    title(HOLDS)
    app = application(lab, "SAFE")
    print(f"  Duo: application SAFE with {rights(app)}, usable from {app['networks_for_api_access']} only")
    for sync in first["history"]:
        print(f"  SAFE: sync {sync['outcome']}")
    flow.run_again()
    lab.patch("duo", "rotate_secret", name="SAFE")
    lab.patch("duo", "set_flag", name="SAFE", flag="adminapi_write_resource", value=1)
    flow.repair("An administrator rotates the key in Duo and grants one permission too many. The next run repairs both")


def forget() -> None:
    """Remove what was kept for a lab that is gone."""
    shutil.rmtree(KEPT, ignore_errors=True)


def main() -> int:
    began = time.monotonic()
    print("Duo, ISE, Secure Endpoint, Identity Intelligence and SAFE are simulated. The playbooks are the real ones.")
    try:
        forget()
        KEPT.mkdir(parents=True)
        with lab_process(LAB_FILE) as lab:
            lab.reset()
            for show in (show_ise_and_duo, show_trusted_endpoints, show_identity_intelligence, show_safe):
                show(lab)
    except DemoError as error:
        print(error)
        return 1
    except subprocess.CalledProcessError as error:
        print(f"The lab did not start or stop:\n{error.stdout}{error.stderr}")
        return 1
    finally:
        forget()
    print(f"\n\nDone in {time.monotonic() - began:.0f} seconds; nothing is left running.")
    print("The guides in docs/docsite/rst/ show how to do this with your own services.")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
