# Copyright (c) 2026 The identityops.cisco authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Steps that only a vendor's web console offers, as data that a person can follow. Private to this collection.

One :class:`Step` is one thing that one person does in one console. Its labels are the console's own words, its clicks
are in order, and no secret is ever in it: a secret is named by the variable that holds it or will hold it.

Facts: Duo documentation, "Trusted Endpoints with Cisco Secure Endpoint" and "Duo Administration"; Cisco TAC documents
201121 and 220404.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import Any

from ansible_collections.identityops.cisco.plugins.module_utils._secure_endpoint import REGIONS, console_of

# What a click can be: follow a menu entry, tab or tile; press a button; type or choose a field's value; copy a value
# that is shown; switch a toggle; look for a value that must be shown.
DEEDS = ("open", "press", "fill", "copy", "turn_on", "turn_off", "expect")

SECURE_ENDPOINT, DUO = "Cisco Secure Endpoint", "Duo Admin Panel"
SECURE_ENDPOINT_ROLE = "Secure Endpoint administrator"
DUO_ROLE = "Owner, Administrator or Application Manager"
CLIENT_ID, API_KEY = "secure_endpoint_client_id", "secure_endpoint_api_key"
SCOPES = {"read_only": "Read-only", "read_write": "Read & Write"}
EDR = "Cisco Secure Endpoint"
EDR_TOGGLE = "Enable Cisco Secure Endpoint Integration"


@dataclass(frozen=True)
class Click:
    """One action on a page.

    :ivar label: the exact words on the page.
    :ivar value: with ``expect``, what must be shown; empty if any value will do.
    :ivar or_label: the words that stand there instead in some situations.
    """

    do: str
    label: str
    value: str = ""
    or_label: str = ""

    def as_dict(self) -> dict[str, Any]:
        optional = {"value": self.value, "or_label": self.or_label}
        return {"do": self.do, "label": self.label, **{name: text for name, text in optional.items() if text}}


@dataclass(frozen=True)
class Field:
    """Something that is typed or chosen.

    :ivar source: where the value comes from: for a secret, or a value not known here, the variable that holds it.
    """

    label: str
    source: str
    value: str | None = None
    secret: bool = False

    def as_dict(self) -> dict[str, Any]:
        value = {} if self.value is None else {"value": self.value}
        return {"label": self.label, **value, **({"secret": True} if self.secret else {}), "source": self.source}


@dataclass(frozen=True)
class Output:
    """Something that is copied out of a page.

    :ivar goes_to: the variable that will hold it.
    """

    label: str
    goes_to: str
    secret: bool = False

    def as_dict(self) -> dict[str, Any]:
        return {"label": self.label, "goes_to": self.goes_to, "secret": self.secret}


@dataclass(frozen=True)
class Step:
    """One thing that one person does in one console.

    :ivar product: which console.
    :ivar url: the exact page.
    :ivar role: who may do it.
    :ivar action: what is done, one sentence.
    :ivar needs: what must be there before one starts, sentences.
    :ivar warning: what to know before the click with the label ``warning_before``.
    :ivar verification: what the next run verifies, and what nobody can.
    :ivar then: what to do afterwards.
    :raises ValueError: if nobody could follow it, or it holds a secret.
    """

    id: str
    product: str
    url: str
    role: str
    action: str
    clicks: tuple[Click, ...]
    fields: tuple[Field, ...] = ()
    outputs: tuple[Output, ...] = ()
    needs: tuple[str, ...] = ()
    warning: str = ""
    warning_before: str = ""
    verification: str = ""
    then: str = ""

    def __post_init__(self) -> None:
        unknown = [click.do for click in self.clicks if click.do not in DEEDS]
        if unknown:
            raise ValueError(f"{self.id}: nobody knows how to {unknown[0]}")
        for deed, named in (("fill", self.fields), ("copy", self.outputs)):
            done = Counter(click.label for click in self.clicks if click.do == deed)
            meant = Counter(entry.label for entry in named)
            if done != meant or max(done.values(), default=1) > 1:
                raise ValueError(f"{self.id}: the clicks {deed} {sorted(done)}, and described are {sorted(meant)}")
        if any(field.secret and field.value is not None for field in self.fields):
            raise ValueError(f"{self.id}: a secret must not be part of the instructions")
        if bool(self.warning) != (self.warning_before in [click.label for click in self.clicks]):
            raise ValueError(f"{self.id}: a warning stands before one of the clicks")

    def as_dict(self) -> dict[str, Any]:
        """The step as a task returns it."""
        return {
            "id": self.id,
            "product": self.product,
            "url": self.url,
            "role": self.role,
            "action": self.action,
            "needs": list(self.needs),
            "clicks": [click.as_dict() for click in self.clicks],
            "fields": [field.as_dict() for field in self.fields],
            "outputs": [output.as_dict() for output in self.outputs],
            "warning": self.warning,
            "warning_before": self.warning_before,
            "verification": self.verification,
            "then": self.then,
        }


# Cisco Secure Endpoint


def create_credential(region_or_host: str, name: str, scope: str = "read_only", keep_in: str = "") -> Step:
    """Create an API credential.

    :param region_or_host: a region, or the API host of a private cloud.
    :param scope: ``read_only`` or ``read_write``.
    :param keep_in: where the two values are to be kept, such as the path of a file.
    """
    label = SCOPES[scope]
    place = f" in {keep_in}" if keep_in else ""
    warning = (
        "The next page, API Key Details, shows both values once only. Have the place for both values open before you "
        "press Create, and stay on that page until both are saved. A lost key cannot be shown again: the credential "
        "must then be deleted and created anew."
    )
    if scope == "read_write":
        warning += (
            " Whoever holds a Read & Write key can make changes, without all the safeguards of the console; Duo needs "
            "no more than Read-only."
        )
    return Step(
        id="secure_endpoint_credential",
        product=SECURE_ENDPOINT,
        url=_credentials_page(region_or_host),
        role=SECURE_ENDPOINT_ROLE,
        action=f"Create the API credential {name!r} with the scope {label}.",
        needs=(
            f"A safe place for two values: the variables {CLIENT_ID} and {API_KEY}"
            + (
                f" in {keep_in}, best encrypted with Ansible Vault. Never put the key into a mail or a ticket."
                if keep_in
                else ", the key in an encrypted file or in the credential store of the automation, never in a mail or "
                "a ticket."
            ),
            "If the address does not lead to the page API Credentials: it is found under Accounts > API Credentials, "
            "in newer consoles under Administration > Organization Settings > Features > Configure API Credentials.",
        ),
        clicks=(
            Click("press", "New API Credential"),
            Click("fill", "Application name"),
            Click("fill", "Scope"),
            Click("press", "Create"),
            Click("copy", "3rd Party API Client ID"),
            Click("copy", "API Key"),
        ),
        fields=(
            Field("Application name", "the option name of secure_endpoint_credential", name),
            Field("Scope", "the option scope of secure_endpoint_credential", label),
        ),
        outputs=(Output("3rd Party API Client ID", CLIENT_ID), Output("API Key", API_KEY, secret=True)),
        warning=warning,
        warning_before="Create",
        verification=(
            "The next run verifies that Secure Endpoint accepts both values, and in which region. The name and the "
            "scope cannot be read through the API."
        ),
        then=f"Set {CLIENT_ID} and {API_KEY}{place} to the two values, and run this again.",
    )


def delete_credential(region_or_host: str, name: str) -> Step:
    """Delete an API credential.

    :param region_or_host: a region, or the API host of a private cloud.
    """
    return Step(
        id="secure_endpoint_credential_delete",
        product=SECURE_ENDPOINT,
        url=_credentials_page(region_or_host),
        role=SECURE_ENDPOINT_ROLE,
        action=f"Delete the API credential {name!r}.",
        needs=(
            "Nothing uses the credential any more: in particular, the Cisco Secure Endpoint integration in Duo is "
            "switched off.",
            "Cisco does not publish the words on this page. Where there is no button Delete, use what stands for it, "
            "and confirm if you are asked to.",
        ),
        clicks=(Click("open", name), Click("press", "Delete")),
        warning=(
            "Whatever still uses this credential is locked out at once, Duo included, and it cannot be brought back. "
            "Make sure by its 3rd Party API Client ID that it is the right one."
        ),
        warning_before="Delete",
        verification="The next run verifies that Secure Endpoint no longer accepts the client ID and the key.",
        then=f"Run this again with the old {CLIENT_ID} and {API_KEY}, and forget both after that.",
    )


def _credentials_page(region_or_host: str) -> str:
    return f"https://{console_of(region_or_host)}/api_credentials"


# Duo


def add_edr_integration(api_host: str, client_id: str | None = None, region: str | None = None) -> Step:
    """Join Duo and Secure Endpoint.

    :param api_host: the API hostname of the Duo account.
    :param client_id: of the Secure Endpoint credential, where it is known.
    :param region: where that credential works, where it is known.
    """
    needs = (
        "A device management integration is configured under Trusted Endpoints. It tells Duo which devices are "
        "trusted; Secure Endpoint only adds which of these are compromised.",
        "The devices run the Secure Endpoint connector: on Windows 7.1.1 or newer, on macOS 1.12.1 or newer.",
        f"The client ID and the key of a Secure Endpoint API credential, in {CLIENT_ID} and {API_KEY}.",
        "The very first time, the page Trusted Endpoints has the button Get started in place of Add Integration.",
    )
    expected = REGIONS[region][0] if region else ""
    return Step(
        id="duo_edr_integration",
        product=DUO,
        url=_admin_panel(api_host),
        role=DUO_ROLE,
        action="Add and enable the Cisco Secure Endpoint integration of Trusted Endpoints.",
        needs=needs,
        clicks=(
            Click("open", "Trusted Endpoints"),
            Click("press", "Add Integration", or_label="Get started"),
            Click("open", "Endpoint Detection & Response Systems"),
            Click("open", EDR),
            Click("press", "Add this integration"),
            Click("fill", "Client ID"),
            Click("fill", "API Key"),
            Click("press", "Test Integration"),
            Click("expect", "Hostname", expected),
            Click("press", "Save Integration"),
            Click("turn_on", EDR_TOGGLE),
        ),
        fields=(Field("Client ID", CLIENT_ID, client_id), Field("API Key", API_KEY, secret=True)),
        verification=(
            "Duo's Test Integration is the only proof that both values are accepted there. No API of Duo shows this "
            "integration, so no run can verify it."
            + (f" Duo fills in Hostname; that it names {expected} is expected, not documented." if expected else "")
        ),
        then=(
            "Run this again. To say that it is done, set trusted_endpoints_edr_confirmed to true in the role, or "
            "edr_integration to unmanaged in the module duo_policy_impact."
        ),
    )


def remove_edr_integration(api_host: str) -> Step:
    """Part Duo and Secure Endpoint.

    :param api_host: the API hostname of the Duo account.
    """
    return Step(
        id="duo_edr_integration_remove",
        product=DUO,
        url=_admin_panel(api_host),
        role=DUO_ROLE,
        action="Switch off the Cisco Secure Endpoint integration of Trusted Endpoints.",
        needs=("If Trusted Endpoints lists no integration Cisco Secure Endpoint, nothing is left to do here.",),
        clicks=(Click("open", "Trusted Endpoints"), Click("open", EDR), Click("turn_off", EDR_TOGGLE)),
        warning="From then on Duo no longer blocks a device that Secure Endpoint calls compromised.",
        warning_before=EDR_TOGGLE,
        verification="No API of Duo shows this integration, so no run can verify it.",
        then=(
            "Only after this, delete the API credential in Secure Endpoint: Duo uses it until then. To say that this "
            "is done, set trusted_endpoints_edr_removed to true in the role, or edr_integration to unmanaged in the "
            "module duo_policy_impact."
        ),
    )


def _admin_panel(api_host: str) -> str:
    """The Admin Panel's address. Duo documents one for everybody; that federal accounts have their own is deduced from
    the name of their API hosts."""
    name = api_host.rpartition(":")[0] if ":" in api_host else api_host
    return f"https://admin.{'duofederal' if name.lower().endswith('.duofederal.com') else 'duosecurity'}.com"
