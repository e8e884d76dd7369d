# Copyright (c) 2026 The identityops.cisco authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What only the Duo Admin Panel and the console of Identity Intelligence offer, as hand-off steps. Private to this
collection.

Facts: Duo documentation, "Identity Security"; the knowledge base on docs.oort.io, "Duo Security Integration" and
"Public API". The words of some buttons are not published; a step says so where that is the case.
"""

from __future__ import annotations

from typing import Any

from ansible_collections.identityops.cisco.plugins.module_utils._duo.steps import PANEL, admin_panel
from ansible_collections.identityops.cisco.plugins.module_utils._handoff import Click, Field, Output, Step

CONSOLE = "Cisco Identity Intelligence"
ADMINISTRATOR = "Identity Intelligence administrator"
OWNER = "Owner"
CLIENT_SECRET = "cii_client_secret"
KEYS = {"admin": "cii_duo_admin_secret_key", "auth": "cii_duo_auth_secret_key"}
# The variables of the role that sets up the agent of an integration with ISE.
AGENT_ENDPOINT = "identity_intelligence_agent_bootstrap_endpoint"
AGENT_TOKEN = "identity_intelligence_agent_bootstrap_token"
INTEGRATION_KEYS = {"admin": "cii_duo_admin_integration_key", "auth": "cii_duo_auth_integration_key"}
PUSH = "Support Push Verification"
SIGN_ON = {"duo_sso": "Duo SSO", "oidc": "OIDC"}
UNPUBLISHED = (
    "Cisco does not publish the words of all buttons. Where a label differs, use the one with the same meaning."
)
AGENT_REPORTS = "Data appears after the agent has reported."
COLLECTS = "Data appears after the next collection, which can take a day; the first one can take a few days."


def set_up_tenant(tenant: dict[str, Any], api_host: str) -> Step:
    """Make the tenant and, with it, its Duo integration.

    :param tenant: ``organization_name``, ``grant_write``, ``event_streaming``, ``sso`` and ``sso_connection_name``.
    :param api_host: the API hostname of the Duo account, empty if it is not known.
    """
    tab = SIGN_ON[tenant["sso"]]
    fields = [Field("Organization name", "the option tenant.organization_name", tenant["organization_name"] or None)]
    sign_on = [Click("open", tab)]
    if tenant["sso"] == "duo_sso":
        name = "Duo SSO connection name"
        sign_on.append(Click("fill", name))
        fields.append(Field(name, "the option tenant.sso_connection_name", tenant["sso_connection_name"] or None))
    return Step(
        id="cii_tenant",
        product=PANEL,
        url=admin_panel(api_host),
        role=OWNER,
        action="Set up the tenant of Cisco Identity Intelligence and its Duo integration.",
        needs=(
            "Duo Premier or Advantage, and an administrator with the role Owner.",
            _sign_on_needs(tenant["sso"]),
        ),
        notes=(
            "The organization name is unique and identifies the tenant at sign-on. It may contain only lower-case "
            "letters, digits, underscores and dashes.",
            UNPUBLISHED,
        ),
        clicks=(
            Click("open", "Monitoring"),
            Click("open", CONSOLE),
            Click("press", "Submit and start setup"),
            Click("fill", "Organization name"),
            Click("press", "Next"),
            Click("turn_on" if tenant["grant_write"] else "turn_off", "Grant write resource"),
            Click("turn_on" if tenant["event_streaming"] else "turn_off", "Enable Event Streaming"),
            Click("press", "Next", or_label="Save and continue"),
            *sign_on,
            Click("press", "Finish"),
            Click("press", "Launch Identity Intelligence"),
        ),
        fields=tuple(fields),
        verification=(
            "The next run verifies through the API of Identity Intelligence that data of Duo has arrived. No API shows "
            "the organization name, the write grant, event streaming or the sign-on."
        ),
        if_it_fails="If the organization name is refused, agree on another one before you continue.",
        afterwards=COLLECTS,
        then="Create an API client, so that the next run can verify the result.",
    )


def _sign_on_needs(sso: str) -> str:
    if sso == "duo_sso":
        return (
            "Duo Single Sign-On is enabled with a working authentication source. Everyone who opens the dashboard is "
            "a user in Duo."
        )
    return (
        "An OIDC application at the identity provider, such as Okta or Entra ID; SAML is not supported. Copy the "
        "values for the tab OIDC from that application."
    )


def create_api_client(console: str, name: str) -> Step:
    """Create the API client that these modules use."""
    return Step(
        id="cii_api_client",
        product=CONSOLE,
        url=console,
        role=ADMINISTRATOR,
        action=f"Create the API client {name!r}.",
        needs=("A safe place for the values, such as a password manager; never a mail or a ticket.",),
        notes=(
            "The button Copy all copies all values at once, as one block.",
            "The console opens from the Duo Admin Panel: Monitoring, Cisco Identity Intelligence, Launch Identity "
            "Intelligence.",
        ),
        clicks=(
            Click("open", "Integrations"),
            Click("press", "Add Integration"),
            Click("press", "Add API Client"),
            Click("fill", "Name"),
            Click("fill", "Description"),
            Click("press", "Save and generate credentials"),
            Click("copy", "Client ID"),
            Click("copy", "Client Secret"),
            Click("copy", "Token URL"),
            Click("copy", "API URL"),
        ),
        fields=(
            Field("Name", "a name of your choice", name),
            Field("Description", "a text of your choice", "Verification and webhooks by Ansible"),
        ),
        outputs=(
            Output("Client ID", "cii_client_id"),
            Output("Client Secret", CLIENT_SECRET, secret=True),
            Output("Token URL", "cii_token_url"),
            Output("API URL", "cii_api_url"),
        ),
        warning="The next page shows the secret. Stay on it until all values are saved.",
        warning_before="Save and generate credentials",
        verification="The next run verifies that Identity Intelligence accepts the API client.",
        then="Set cii_client_id, cii_client_secret, cii_token_url and cii_api_url to these values, and run this again.",
    )


def copy_keys(kind: str, application: str, integration_key: str | None, api_host: str) -> Step:
    """Copy the keys of a Duo application.

    :param kind: ``admin`` or ``auth``.
    """
    outputs = [] if integration_key else [Output("Integration key", INTEGRATION_KEYS[kind])]
    outputs.append(Output("Secret key", KEYS[kind], secret=True))
    return Step(
        id=f"cii_duo_{kind}_keys",
        product=PANEL,
        url=admin_panel(api_host),
        role=OWNER,
        action=f"Copy the keys of the application {application!r}.",
        needs=("A safe place for the secret key, such as a password manager; never a mail or a ticket.",),
        clicks=(
            Click("open", "Applications"),
            Click("open", application),
            *(Click("copy", output.label) for output in outputs),
        ),
        outputs=tuple(outputs),
        afterwards="The secret key is needed only until it is filled in at the console of Identity Intelligence.",
        verification="The console of Identity Intelligence tests the keys when they are filled in.",
        then="Continue with the integration in the console of Identity Intelligence.",
    )


def add_integration(name: str, duo: dict[str, Any], data_types: list[str], console: str) -> Step:
    """Add a Duo integration to a tenant that has one from its set-up.

    :param duo: ``api_host``, ``support_push``, and the integration keys where they are known.
    """
    fields = [
        Field("Display name", "the option display_name", name),
        Field("API hostname", "the option duo.api_host", duo["api_host"]),
        Field("Integration key", INTEGRATION_KEYS["admin"], duo["admin_integration_key"] or None),
        Field("Secret key", KEYS["admin"], secret=True),
    ]
    clicks = [Click("open", "Integrations"), Click("press", "Add Integration"), Click("open", "Duo")]
    clicks += [Click("fill", field.label) for field in fields]
    push = []
    if duo["support_push"]:
        push = [
            Field("Auth API integration key", INTEGRATION_KEYS["auth"], duo["auth_integration_key"] or None),
            Field("Auth API secret key", KEYS["auth"], secret=True),
        ]
        clicks += [Click("turn_on", PUSH), *(Click("fill", field.label) for field in push)]
        fields += push
    if data_types:
        clicks += [Click("open", "Advanced Settings"), *(Click("turn_on", label) for label in data_types)]
    clicks += [Click("press", "Connect", or_label="Save"), Click("open", name)]
    clicks += [Click("press", "Test Connectivity"), Click("expect", "Connectivity"), Click("press", "Collect Now")]
    return Step(
        id="cii_integration",
        product=CONSOLE,
        url=console,
        role=ADMINISTRATOR,
        action=f"Add the Duo integration {name!r}, test it and start the first collection.",
        needs=(
            "The tenant was set up from the Duo Admin Panel.",
            f"The keys of the Duo application{', and of the Auth API application for push' if push else ''}.",
        ),
        notes=(
            "This integration is an additional one, for another Duo account. Event streaming is not available to it.",
            "The API hostname has no https:// before it. Connecting can take some minutes.",
            UNPUBLISHED,
        ),
        clicks=tuple(clicks),
        fields=tuple(fields),
        verification=(
            "The next run looks for proof through the API of Identity Intelligence: the status of the integration "
            "where the tenant shows it, or users that only this Duo account has."
        ),
        if_it_fails=(
            "If Connect or Test Connectivity reports an error, compare each value with the application in the Duo "
            "Admin Panel, without spaces before or after it. Check that the application has the declared permissions."
        ),
        afterwards=f"Keep no copy of a secret key. {COLLECTS}",
        then="Run this again.",
    )


def add_ise_integration(name: str, console: str) -> Step:
    """Add an integration with ISE, whose agent is installed with what the console then shows."""
    return Step(
        id="cii_ise_integration",
        product=CONSOLE,
        url=console,
        role=ADMINISTRATOR,
        action=f"Add the ISE integration {name!r}.",
        needs=(
            "ISE 3.3 or newer with ERS, the endpoint APIs and pxGrid, and a host for the agent's container that "
            "reaches ISE on the ports 443 and 8910.",
        ),
        notes=(UNPUBLISHED,),
        clicks=(
            Click("open", "Integrations"),
            Click("press", "Add Integration"),
            Click("open", "Cisco ISE"),
            Click("fill", "Display name"),
            Click("press", "Save"),
            Click("copy", "Bootstrap endpoint"),
            Click("copy", "Bootstrap token"),
        ),
        fields=(Field("Display name", "the option display_name", name),),
        outputs=(
            Output("Bootstrap endpoint", AGENT_ENDPOINT),
            Output("Bootstrap token", AGENT_TOKEN, secret=True),
        ),
        warning="The next page shows a token that is valid for 24 hours. Stay on it until both values are saved.",
        warning_before="Save",
        verification="The next run verifies through the API of Identity Intelligence that data of ISE has arrived.",
        afterwards=f"The agent must be set up with both values within 24 hours. {AGENT_REPORTS}",
        then=f"Set {AGENT_ENDPOINT} and {AGENT_TOKEN} to these values within 24 hours, and run the playbook ise_agent.",
    )


def remove_integration(name: str, console: str, provider: str) -> Step:
    """Remove an integration from the console.

    :param provider: ``duo`` or ``ise``.
    """
    source, rest = {
        "duo": ("this Duo account", "delete the Duo applications"),
        "ise": ("this ISE deployment", "remove the agent from its host"),
    }[provider]
    return Step(
        id="cii_integration_remove",
        product=CONSOLE,
        url=console,
        role=ADMINISTRATOR,
        action=f"Delete the integration {name!r}.",
        needs=("The data of this integration in Identity Intelligence is no longer needed.",),
        notes=("If Integrations does not list it, nothing is left to do here.", UNPUBLISHED),
        clicks=(Click("open", "Integrations"), Click("open", name), Click("press", "Delete")),
        warning=f"Identity Intelligence then no longer collects the data of {source}.",
        warning_before="Delete",
        verification=(
            "The next run verifies it where the tenant shows the status of its integrations. Elsewhere no API shows "
            "whether the integration is gone."
        ),
        then=(
            "To say that it is done, set identity_intelligence_performed to true in the role, or performed to true in "
            f"the module cii_integration, and run this again. Only then {rest}."
        ),
    )
