# SPDX-FileCopyrightText: 2026 The identityops.cisco authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The Duo client: its calls against the lab, which verifies each signature, and odd answers from a scripted server."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from ansible.module_utils.common.arg_spec import ArgumentSpecValidator
from ansible_collections.identityops.cisco.plugins.module_utils._duo import client
from ansible_collections.identityops.cisco.plugins.module_utils._duo.client import (
    Duo,
    duo_argument_spec,
    find_application,
    group_ids,
)
from ansible_collections.identityops.cisco.plugins.module_utils._errors import (
    Ambiguous,
    CheckModeWrite,
    CiscoError,
    Forbidden,
    IncompleteList,
    InvalidInput,
    NotFound,
    OutcomeUnknown,
    Refused,
    ServerTrouble,
    Unauthorized,
    UnexpectedAnswer,
)
from ansible_collections.identityops.cisco.plugins.module_utils._task import Context
from lab import Lab

from ..conftest import Certificates, MakeWire
from ..known import DUO_KEY, DUO_SECRET
from ..wire import PAGE, Wire, reply

Act = Callable[[Duo], Any]
NO_SUCH_KEY = "DINOSUCHKEY000000000"
NEW = {"name": "SIEM", "type": "adminapi", "user_access": "NO_USERS"}


@pytest.fixture
def duo(lab: Lab, context: Context) -> Duo:
    """The lab's account, seen with the key of the automation."""
    return Duo(lab.duo.api_host, lab.duo.integration_key, lab.duo.secret_key, context, ca_path=lab.ca_path)


@pytest.fixture
def at(certificates: Certificates, context: Context) -> Callable[[Wire], Duo]:
    return lambda server: Duo(server.host, DUO_KEY, DUO_SECRET, context, ca_path=certificates.ca_path, timeout=5)


def application(lab: Lab, name: str) -> dict[str, Any]:
    found: list[dict[str, Any]] = [item for item in lab.state("duo", "applications") if item["name"] == name]
    return found[0]


# The calls


def test_applications_from_creation_to_deletion(lab: Lab, duo: Duo, context: Context) -> None:
    key = duo.create_integration({**NEW, "adminapi_read_log": 1, "notes": "Büro: 50 % + 1 & more"})["integration_key"]
    stored = application(lab, "SIEM")
    assert stored["integration_key"] == key and stored["notes"] == "Büro: 50 % + 1 & more"
    found = duo.get_integration(key)
    assert found is not None and found["name"] == "SIEM" and found["adminapi_read_log"] == 1
    assert key in [item["integration_key"] for item in duo.list_integrations()]
    duo.update_integration(key, {"name": "SIEM 2", "user_access": "NO_USERS"}, "rename it")
    assert duo.get_secret_key(key, "SIEM 2") == application(lab, "SIEM 2")["secret_key"]
    duo.delete_integration(key, "SIEM 2")
    assert duo.get_integration(key) is None
    assert context.done == ["create the application 'SIEM'", "rename it", "delete the application 'SIEM 2'"]
    assert not [row for row in lab.requests("duo") if row["unknown_route"]]


def test_policies_from_creation_to_deletion(lab: Lab, duo: Duo, context: Context) -> None:
    def held() -> list[str]:
        return [item["policy_name"] for item in lab.state("duo", "policies")]

    key = duo.create_policy({"policy_name": "Büro", "sections": {"screen_lock": {}}})["policy_key"]
    assert "Büro" in held() and key in [item["policy_key"] for item in duo.list_policies()]
    duo.update_policy(key, {"policy_name": "Büro & Co. 50 %"}, "rename it")
    found = duo.get_policy(key)
    assert found is not None and found["policy_name"] == "Büro & Co. 50 %" and "screen_lock" in found["sections"]
    duo.delete_policy(key, "Büro & Co. 50 %")
    assert duo.get_policy(key) is None and "Büro & Co. 50 %" not in held()
    assert context.done == ["create the policy 'Büro'", "rename it", "delete the policy 'Büro & Co. 50 %'"]
    assert duo.get_global_policy()["is_global_policy"] is True
    assert not [row for row in lab.requests("duo") if row["unknown_route"]]


def test_what_is_read_about_policies(lab: Lab, duo: Duo) -> None:
    lab.switch(**{"duo.page_limit": 5})
    assert len(duo.list_endpoints()) == len(lab.state("duo", "endpoints")) > 10
    (user,) = duo.list_users("akeller00")
    assert user["username"] == "akeller00" and duo.list_users("nobody") == []
    key = application(lab, "Branch VPN Berlin")["integration_key"]
    assert duo.calculate_policy(key, user["user_id"])["sections"]["new_user"] == {"new_user_behavior": "deny"}
    with pytest.raises(NotFound):
        duo.calculate_policy(key, "DUNOSUCHUSER00000000")


def test_everything_else_that_is_read(lab: Lab, duo: Duo, context: Context) -> None:
    assert duo.get_info_summary()["user_count"] == len(lab.state("duo", "users"))
    assert len(duo.list_groups()) == len(lab.state("duo", "groups"))
    assert len(duo.list_admins()) == len(lab.state("duo", "administrators"))
    duo.probe_read_resource()
    assert lab.requests("duo")[-1]["query"] == {"limit": "1", "offset": "0"}
    key = lab.patch("duo", "add_application", name="Auth", type="authapi")
    duo.with_key(key, duo.get_secret_key(key, "Auth")).check()
    assert not context.done and not [row for row in lab.requests("duo") if row["write"]]


@pytest.mark.parametrize("last", ["absent", "null"])
@pytest.mark.parametrize("size", [1, 7, 0])
def test_lists_are_read_to_their_end(lab: Lab, duo: Duo, size: int, last: str) -> None:
    lab.switch(**{"duo.page_limit": size, "duo.last_page_offset": last})
    expected = [item["integration_key"] for item in lab.state("duo", "applications")]
    assert sorted(item["integration_key"] for item in duo.list_integrations()) == sorted(expected)
    assert len(lab.requests("duo")) == (-(-len(expected) // size) if size else 1)


def test_a_child_account_and_its_settings_are_kept_for_another_key(lab: Lab, certificates: Certificates) -> None:
    duo = Duo("localhost:1", DUO_KEY, DUO_SECRET, Context(), ca_path=certificates.ca_path, account_id="DA1", timeout=3)
    other = duo.with_key("DIOTHER", "other secret")
    assert (other.api_host, other.integration_key, other.context) == (duo.api_host, "DIOTHER", duo.context)
    assert other._connection == {"ca_path": certificates.ca_path, "account_id": "DA1", "timeout": 3, "proxy_url": None}
    assert duo.context.secrets == {DUO_SECRET, "other secret"}


@pytest.mark.parametrize("key", ["no such key", "a b/c%", "../groups", "DI?x=y#z", "Büro"])
def test_a_key_in_a_path_is_quoted(lab: Lab, duo: Duo, key: str) -> None:
    assert duo.get_integration(key) is None
    with pytest.raises(NotFound, match="Duo says: Resource not found"):
        duo.delete_integration(key, "x")
    assert [row["path"] for row in lab.requests("duo")] == 2 * [f"/admin/v3/integrations/{key}"]


WRITES: list[Act] = [
    lambda duo: duo.create_integration(NEW),
    lambda duo: duo.update_integration(DUO_KEY, {"name": "x"}, "rename it"),
    lambda duo: duo.delete_integration(DUO_KEY, "x"),
    lambda duo: duo.create_policy({"policy_name": "x"}),
    lambda duo: duo.update_policy("PO1", {"policy_name": "x"}, "rename it"),
    lambda duo: duo.delete_policy("PO1", "x"),
]


@pytest.mark.parametrize("act", WRITES)
def test_check_mode_sends_no_write(lab: Lab, duo: Duo, context: Context, act: Act) -> None:
    context.check_mode = True
    with pytest.raises(CheckModeWrite, match="Please report this defect"):
        act(duo)
    assert not lab.requests("duo") and not context.done


def test_check_mode_reads(lab: Lab, duo: Duo, context: Context) -> None:
    context.check_mode = True
    assert duo.list_integrations() and duo.get_secret_key(lab.duo.integration_key, "self") == lab.duo.secret_key


# Secrets


@pytest.mark.parametrize(
    "response", [{"secret_key": "****************abcd"}, {"secret_key": ""}, {"secret_key": None}, {}, [], "x"]
)
def test_a_masked_secret_is_no_secret(wire: MakeWire, at: Callable[[Wire], Duo], response: Any) -> None:
    duo = at(wire(reply({"stat": "OK", "response": response})))
    with pytest.raises(UnexpectedAnswer, match="contains no usable secret key. Read it in the Duo Admin Panel"):
        duo.get_secret_key(DUO_KEY, "x")


def test_the_secret_is_hidden(duo: Duo, lab: Lab, context: Context) -> None:
    assert context.secrets == {lab.duo.secret_key}


# Refusals


def test_an_unknown_key(lab: Lab) -> None:
    duo = Duo(lab.duo.api_host, NO_SUCH_KEY, DUO_SECRET, Context(), ca_path=lab.ca_path)
    for switch in ("integration key", "identity"):
        lab.clear_requests()
        with pytest.raises(Unauthorized) as caught:
            duo.list_groups()
        assert caught.value.code == "40102" and caught.value.status == 401, switch
        assert f"does not know the integration key {NO_SUCH_KEY}" in str(caught.value)
        assert len(lab.requests("duo")) == 1


def test_a_wrong_secret(lab: Lab, duo: Duo) -> None:
    with pytest.raises(
        Unauthorized, match="Duo knows the integration key DI.{18}, but the secret key does not belong to it"
    ) as caught:
        duo.with_key(lab.duo.integration_key, DUO_SECRET).list_groups()
    assert caught.value.code == "40103"
    assert len(lab.requests("duo")) == 1


@pytest.mark.parametrize("code", [40301, 40102])
def test_swapped_keys(lab: Lab, duo: Duo, code: int) -> None:
    lab.switch(**{"duo.auth_key_on_admin_api": code})
    key = lab.patch("duo", "add_application", name="Auth", type="authapi")
    with pytest.raises(
        Forbidden, match="of another kind has the integration key DI.{18}. Are the Admin and Auth keys swapped"
    ):
        duo.check()
    swapped = duo.with_key(key, application(lab, "Auth")["secret_key"])
    text = "Are the Admin and Auth keys swapped" if code == 40301 else "Admin API key where the Admin API is called"
    with pytest.raises((Forbidden, Unauthorized), match=text):
        swapped.list_integrations()


@pytest.mark.parametrize(
    ("flag", "act", "permission"),
    [
        ("adminapi_read_resource", lambda duo: duo.list_groups(), "'Grant resource - Read'"),
        ("adminapi_read_resource", lambda duo: duo.probe_read_resource(), "'Grant resource - Read'"),
        ("adminapi_info", lambda duo: duo.get_info_summary(), "'Grant read information'"),
        ("adminapi_admins_read", lambda duo: duo.list_admins(), "'Grant administrators - Read'"),
        ("adminapi_integrations", lambda duo: duo.create_integration(NEW), "'Grant applications'"),
        (
            "adminapi_allow_to_set_permissions",
            lambda duo: duo.create_integration({**NEW, "adminapi_info": 1}),
            "'Grant applications, with the right to set permissions (adminapi_allow_to_set_permissions)'",
        ),
    ],
)
def test_a_missing_permission_is_named(lab: Lab, duo: Duo, flag: str, act: Act, permission: str) -> None:
    lab.patch("duo", "set_caller_flags", **{flag: 0})
    with pytest.raises(Forbidden) as caught:
        act(duo)
    assert f"that has the integration key {lab.duo.integration_key} the permission {permission} in" in str(caught.value)
    assert not duo.context.done


def test_what_duo_refuses_is_said_in_its_own_words(duo: Duo) -> None:
    with pytest.raises(Refused, match=r"create the application '': Duo says: Invalid request parameters \(.*name"):
        duo.create_integration({**NEW, "name": ""})


# Odd answers


def fail(status: int, code: Any = None, **more: Any) -> Any:
    return reply({"stat": "FAIL", "code": code or status * 100 + 1, "message": "No way", **more}, status)


@pytest.mark.parametrize(
    ("step", "kind", "text"),
    [
        (fail(400, message_detail="name"), Refused, r"Duo says: No way \(name\)"),
        (fail(400, message_detail="x" * 999), Refused, r"Duo says: No way \(x{292}\."),
        (fail(405), Refused, "Duo says: No way"),
        (fail(401), Unauthorized, "Check the integration key and the secret key"),
        (fail(404), NotFound, "Duo says: No way"),
        (reply({"stat": "FAIL"}, 400), Refused, "Duo says: no reason given"),
        (reply(PAGE, 200), UnexpectedAnswer, "a web page came back .*HTTP 200.*the API hostname that Duo shows"),
        (reply(PAGE, 302), UnexpectedAnswer, "a web page came back .*HTTP 302.*the API hostname that Duo shows"),
        (reply(b"", 302), UnexpectedAnswer, "not one that Duo documents .HTTP 302"),
        (reply(PAGE, 401), UnexpectedAnswer, "a web page came back .*HTTP 401"),
        (reply(PAGE, 403), UnexpectedAnswer, "a web page came back .*HTTP 403"),
        (reply(PAGE, 404), UnexpectedAnswer, "a web page came back .*HTTP 404"),
        (reply("gone", 404), UnexpectedAnswer, "not one that Duo documents .HTTP 404"),
        (reply(b"", 200), UnexpectedAnswer, "not one that Duo documents .HTTP 200"),
        (reply(b'{"stat": "OK", "resp', 200), UnexpectedAnswer, "not one that Duo documents .HTTP 200"),
        (reply({"stat": "OK"}, 200), UnexpectedAnswer, "not one that Duo documents .HTTP 200"),
        (reply([], 200), UnexpectedAnswer, "not one that Duo documents .HTTP 200"),
        (reply({"stat": "OK", "response": {}}, 201), UnexpectedAnswer, "not one that Duo documents .HTTP 201"),
        (reply({"stat": "OK", "response": "text"}, 200), UnexpectedAnswer, "not the object that is documented"),
    ],
)
def test_an_odd_answer_to_a_read(
    wire: MakeWire, at: Callable[[Wire], Duo], step: Any, kind: type[CiscoError], text: str
) -> None:
    with pytest.raises(kind, match=f"Could not read the account summary: .*{text}"):
        at(wire(step)).get_info_summary()


@pytest.mark.parametrize(
    ("step", "text"),
    [(fail(502), "502: No way"), (fail(503), "503: No way"), (reply(PAGE, 504), "504: no reason given")],
)
def test_a_gateway_that_stays_in_trouble(
    wire: MakeWire, at: Callable[[Wire], Duo], pauses: list[float], step: Any, text: str
) -> None:
    with pytest.raises(ServerTrouble, match=f"Could not read the account summary: .*a fault of its own .{text}"):
        at(wire(*[step] * 6)).get_info_summary()
    assert len(pauses) == 5


ODD_ANSWERS: list[tuple[Any, type[CiscoError]]] = [
    (fail(500), ServerTrouble),
    (fail(502), OutcomeUnknown),
    (reply(PAGE, 504), OutcomeUnknown),
    (reply(PAGE, 200), OutcomeUnknown),
    (reply(b"", 200), OutcomeUnknown),
    (reply({"stat": "OK", "response": {}}, 201), OutcomeUnknown),
    (reply(b'{"stat": "OK", "resp', 200), OutcomeUnknown),
    (reply(b"\xff\xfe", 200), OutcomeUnknown),
    (reply(PAGE, 302), UnexpectedAnswer),
    (reply(PAGE, 404), UnexpectedAnswer),
]


@pytest.mark.parametrize(
    ("step", "kind", "act"),
    [
        *((step, kind, WRITES[0]) for step, kind in ODD_ANSWERS),
        # All writes are sent by the same few lines.
        *((*odd, act) for odd in ODD_ANSWERS[:2] for act in WRITES[1:]),
    ],
)
def test_an_odd_answer_to_a_write(
    wire: MakeWire, at: Callable[[Wire], Duo], context: Context, step: Any, kind: type[CiscoError], act: Act
) -> None:
    """Where Duo may have acted, the outcome counts as unknown, so that it is looked up."""
    with pytest.raises(kind):
        act(at(wire(step)))
    assert not context.done


@pytest.mark.parametrize("response", ["created", {}, {"integration_key": ""}, []])
def test_a_creation_whose_answer_lacks_the_key(
    wire: MakeWire, at: Callable[[Wire], Duo], context: Context, response: Any
) -> None:
    with pytest.raises(OutcomeUnknown, match="Duo's answer does not name what it has created"):
        at(wire(reply({"stat": "OK", "response": response}))).create_integration(NEW)
    assert not context.done


@pytest.mark.parametrize("response", ["", {}, {"policy_key": None}, [{"policy_key": "PO1"}]])
def test_a_policy_whose_answer_lacks_the_key(
    wire: MakeWire, at: Callable[[Wire], Duo], context: Context, response: Any
) -> None:
    with pytest.raises(OutcomeUnknown, match="Duo's answer does not name what it has created"):
        at(wire(reply({"stat": "OK", "response": response}))).create_policy({"policy_name": "x"})
    assert not context.done


def test_a_calculation_that_is_none(wire: MakeWire, at: Callable[[Wire], Duo]) -> None:
    with pytest.raises(UnexpectedAnswer, match="the policy of the user DU1 and .*: the answer is not the object"):
        at(wire(reply({"stat": "OK", "response": []}))).calculate_policy("DI1", "DU1")


def test_groups_by_name() -> None:
    groups = [{"group_id": f"DG{number}", "name": name} for number, name in enumerate(("a", "b", "Twice", "Twice"))]
    assert group_ids(["b", "a"], groups, "permit") == {"b": "DG1", "a": "DG0"} and group_ids([], [], "permit") == {}
    with pytest.raises(
        InvalidInput, match="permit the group 'Twise' in Duo: none has that name. .* nearest existing names are 'Twice'"
    ):
        group_ids(["Twise"], groups, "permit")
    with pytest.raises(Ambiguous, match="2 of them have the name 'Twice': DG2, DG3. Rename one of them."):
        group_ids(["Twice"], groups, "permit")
    for odd in ({}, {"group_id": None}, {"group_id": ""}, {"group_id": ["DG1"]}):
        with pytest.raises(UnexpectedAnswer, match="permit the group 'a' in Duo: Duo does not show its group_id"):
            group_ids(["a"], [{"name": "a", **odd}], "permit")


@pytest.mark.parametrize(
    "body",
    [
        {"stat": "OK", "response": {"a": 1}},
        {"stat": "OK", "response": ["a"]},
        {"stat": "OK", "response": "text"},
        {"stat": "OK", "response": None},
        {"stat": "OK", "response": 5},
    ],
)
def test_a_list_that_is_none(wire: MakeWire, at: Callable[[Wire], Duo], body: Any) -> None:
    with pytest.raises(UnexpectedAnswer, match="Could not list the groups: the answer is not a list of objects"):
        at(wire(reply(body))).list_groups()


@pytest.mark.parametrize("member", ["integration_key", "name", "type", "user_access", "notes"])
def test_an_application_with_something_else_in_place_of_a_text(
    wire: MakeWire, at: Callable[[Wire], Duo], member: str
) -> None:
    key = {"integration_key": "DI1"}
    without = ({}, {"integration_key": None}) if member == "integration_key" else ()
    server = wire()
    duo = at(server)
    for item in (*without, *({**key, member: odd} for odd in (7, True, ["x"], {"x": 1}))):
        server.then(reply({"stat": "OK", "response": [item]}), reply({"stat": "OK", "response": item}))
        with pytest.raises(UnexpectedAnswer, match="list the applications"):
            duo.list_integrations()
        with pytest.raises(UnexpectedAnswer, match="read the application"):
            duo.get_integration("DI1")


@pytest.mark.parametrize("member", ["policy_key", "policy_name"])
def test_a_policy_with_something_else_in_place_of_a_text(
    wire: MakeWire, at: Callable[[Wire], Duo], member: str
) -> None:
    with pytest.raises(UnexpectedAnswer, match="list the policies"):
        at(wire(reply({"stat": "OK", "response": [{member: ["x"]}]}))).list_policies()
    rows = {"stat": "OK", "response": {"policies": [{member: ["x"]}, {"policy_key": "PO1"}]}}
    assert at(wire(reply(rows))).list_policy_summary() == [{"policy_key": "PO1"}]


@pytest.mark.parametrize("metadata", [None, "text", [], 5, {"total_objects": "1"}, {"next_offset": None}])
def test_odd_metadata_of_one_page_does_no_harm(wire: MakeWire, at: Callable[[Wire], Duo], metadata: Any) -> None:
    body = {"stat": "OK", "response": [{"group_id": "DG1"}], "metadata": metadata}
    assert at(wire(reply(body))).list_groups() == [{"group_id": "DG1"}]


@pytest.mark.parametrize("following", [0, -1, "next", [], True])
def test_a_page_that_does_not_lead_on(wire: MakeWire, at: Callable[[Wire], Duo], following: Any) -> None:
    first = page("DG1", next_offset=1)
    with pytest.raises(UnexpectedAnswer, match="the page after number 1 is given as"):
        at(wire(first, page("DG2", next_offset=following))).list_groups()


def test_a_list_without_end(wire: MakeWire, at: Callable[[Wire], Duo], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(client, "MOST_PAGES", 3)
    with pytest.raises(UnexpectedAnswer, match="the list does not end after 3 pages"):
        at(wire(*[page(f"DG{number}", next_offset=number) for number in (1, 2, 3)])).list_groups()


# Lists that change while they are read


def page(*keys: str, total: Any = None, next_offset: Any = None) -> Any:
    metadata = {"total_objects": total, "next_offset": next_offset}
    return reply({"stat": "OK", "response": [{"group_id": key} for key in keys], "metadata": metadata})


def ids(found: list[dict[str, Any]]) -> str:
    return " ".join(item["group_id"] for item in found)


@pytest.mark.parametrize(
    "first",
    [
        [page("a", "b", total=4, next_offset=2), page("d", total=3)],
        [page("a", "b", total=4, next_offset=2), page("c", "d", total=5)],
        [page("a", "b", total=4, next_offset=2), page("b", "c", "d", total=4)],
        [page("a", "b", total=4, next_offset=2), page("b", "c", total=4)],
        [page("a", "b", total=4)],
    ],
    ids=["one was deleted", "one came", "one came and shifted the others", "one twice", "the end is missing"],
)
def test_a_list_that_changed_is_read_again(wire: MakeWire, at: Callable[[Wire], Duo], first: list[Any]) -> None:
    whole = [page("a", "c", total=3, next_offset=2), page("d", total=3)]
    assert ids(at(wire(*first, *whole)).list_groups()) == "a c d"


def test_a_list_that_keeps_changing_proves_nothing(wire: MakeWire, at: Callable[[Wire], Duo]) -> None:
    steps = [step for number in (9, 8, 7) for step in (page("a", total=number, next_offset=1), page("b", total=1))]
    with pytest.raises(IncompleteList, match="Could not list the groups: the list was read 3 times") as caught:
        at(wire(*steps)).list_groups()
    assert caught.value.kind == "incomplete"


def test_a_long_list_of_unknown_size_is_whole_when_two_readings_agree(
    wire: MakeWire, at: Callable[[Wire], Duo]
) -> None:
    skipped = [page("a", "b", next_offset=2), page("d")]
    whole = [page("a", "c", next_offset=2), page("d")]
    assert ids(at(wire(*skipped, *whole, *whole)).list_groups()) == "a c d"
    with pytest.raises(IncompleteList):
        at(wire(*skipped, *whole, page("c", "d", next_offset=2), page("e"))).list_groups()


def full(*more: str, metadata: Any = None) -> Any:
    """The most groups that a page holds, then more of them."""
    keys = [f"g{number:03}" for number in range(100)]
    return reply({"stat": "OK", "response": [{"group_id": key} for key in [*keys, *more]], "metadata": metadata})


@pytest.mark.parametrize("metadata", [None, {}, {"total_objects": None}, {"total_objects": "many"}, []])
def test_a_full_page_without_metadata_is_not_taken_for_the_last(
    wire: MakeWire, at: Callable[[Wire], Duo], metadata: Any
) -> None:
    first, rest = full(metadata=metadata), page("z")
    server = wire(first, rest, first, rest)
    assert len(at(server).list_groups()) == 101
    assert "offset=100" in server.requests[1].target
    assert len(at(wire(first, page(), first, page())).list_groups()) == 100
    # Duo pays no attention to the offset, so that what comes after the first page stays unknown.
    with pytest.raises(IncompleteList):
        at(wire(*[first, first, page()] * 3)).list_groups()


def test_numbers_may_be_texts(wire: MakeWire, at: Callable[[Wire], Duo]) -> None:
    assert ids(at(wire(page("a", total="2", next_offset="1"), page("b", total="2"))).list_groups()) == "a b"
    with pytest.raises(IncompleteList):
        at(wire(*[page("a", total="2")] * 3)).list_groups()


def test_an_application_that_is_deleted_between_two_pages(lab: Lab, duo: Duo) -> None:
    """152 applications, one of the first page goes, so the first of the second page would be skipped."""
    keys = [item["integration_key"] for item in lab.state("duo", "applications")]
    for number in range(152 - len(keys)):
        lab.patch("duo", "add_application", name=f"Zz {number:03}", type="authapi")
    applications = lab.state("duo", "applications")
    gone = next(item["integration_key"] for item in applications if item["name"] == "Zz 005")
    lab.switch(**{"duo.gone_after_a_page": gone})
    found = [item["integration_key"] for item in duo.list_integrations()]
    assert sorted(found) == sorted(item["integration_key"] for item in lab.state("duo", "applications"))
    assert len(found) == 151 and gone not in found
    assert [row["query"]["offset"] for row in lab.requests("duo")] == ["0", "100", "0", "100"]


def test_members_that_nobody_knows_do_no_harm(lab: Lab, duo: Duo) -> None:
    lab.fault("duo", kind="extra_member", times=None)
    assert duo.get_info_summary()["user_count"] and duo.list_integrations() and duo.list_groups()


# One application among many


def test_finding_an_application() -> None:
    one = {"name": "VPN", "integration_key": "DI1", "type": "radius"}
    two = {"name": "VPN", "integration_key": "DI2"}
    other = {"name": "DI1", "integration_key": "DI3"}
    assert find_application([one, two, other], "DI2") == two
    assert find_application([one, other], "VPN") == one
    assert find_application([one, other], "DI1") == one, "a key counts more than a name"
    assert find_application([one, other], "vpn") is None
    assert find_application([], "VPN") is None
    with pytest.raises(
        Ambiguous, match=r"2 applications in Duo have that name: DI1 \(type radius\), DI2 \(type None\)"
    ):
        find_application([one, two, other], "VPN")


# From options


def options(**given: Any) -> dict[str, Any]:
    validation = ArgumentSpecValidator(duo_argument_spec()).validate(given)
    assert not validation.error_messages
    parameters: dict[str, Any] = validation.validated_parameters
    return parameters


def test_options(certificates: Certificates, context: Context) -> None:
    duo = Duo.from_params(
        options(
            duo_api_host="api-1.duosecurity.com",
            duo_integration_key=DUO_KEY,
            duo_secret_key=DUO_SECRET,
            duo_ca_path=certificates.ca_path,
            duo_proxy_url="http://proxy:3128",
            duo_timeout=7,
            duo_account_id="DA1",
        ),
        context,
    )
    assert (duo.api_host, duo.integration_key, duo.context.secrets) == ("api-1.duosecurity.com", DUO_KEY, {DUO_SECRET})
    assert duo._connection == {
        "ca_path": certificates.ca_path,
        "timeout": 7,
        "account_id": "DA1",
        "proxy_url": "http://proxy:3128",
    }


def test_options_from_the_environment(monkeypatch: pytest.MonkeyPatch, context: Context) -> None:
    values = {"API_HOST": "api-1.x.com:8443", "INTEGRATION_KEY": "DI1", "SECRET_KEY": "s", "TIMEOUT": "9"}
    for name, value in values.items():
        monkeypatch.setenv(f"DUO_{name}", value)
    duo = Duo.from_params(options(), context)
    assert (duo.api_host, duo.integration_key, duo.context.secrets) == ("api-1.x.com:8443", "DI1", {"s"})
    assert duo._connection == {"ca_path": None, "timeout": 9, "account_id": None, "proxy_url": None}


@pytest.mark.parametrize(
    ("given", "missing"),
    [
        ({}, "duo_api_host, duo_integration_key, duo_secret_key"),
        ({"duo_api_host": "api-1.x.com", "duo_integration_key": "DI1", "duo_secret_key": ""}, "duo_secret_key"),
        ({"duo_api_host": "api-1.x.com", "duo_integration_key": " \n", "duo_secret_key": "s"}, "duo_integration_key"),
    ],
)
def test_options_that_are_missing(context: Context, given: dict[str, Any], missing: str) -> None:
    with pytest.raises(InvalidInput) as caught:
        Duo.from_params(options(**given), context)
    assert f"Could not connect to Duo: {missing} {'are' if ',' in missing else 'is'} not given" in str(caught.value)


def test_white_space_around_keys_is_no_part_of_them(lab: Lab, context: Context) -> None:
    duo = Duo.from_params(
        options(
            duo_api_host=f" {lab.duo.api_host}\n",
            duo_integration_key=f"{lab.duo.integration_key}\n",
            duo_secret_key=f"\t{lab.duo.secret_key}\r\n",
            duo_ca_path=lab.ca_path,
        ),
        context,
    )
    assert duo.get_info_summary()["user_count"] > 0
    assert {lab.duo.secret_key, f"\t{lab.duo.secret_key}\r\n"} <= context.secrets


@pytest.mark.parametrize("code", [40102, "40103", 40105, 40301, None])
@pytest.mark.parametrize("key", [DUO_SECRET, "DIOTHER"])
def test_a_key_of_an_odd_shape_is_not_repeated(wire: MakeWire, at: Callable[[Wire], Duo], code: Any, key: str) -> None:
    duo = at(wire(fail(403 if code == 40301 else 401, code))).with_key(key, "x")
    with pytest.raises((Unauthorized, Forbidden)) as caught:
        duo.list_groups()
    assert key not in str(caught.value)


@pytest.mark.parametrize("seconds", [0, -1])
def test_a_timeout_that_cannot_be(context: Context, seconds: int) -> None:
    given = {"duo_api_host": "api-1.x.com", "duo_integration_key": "DI1", "duo_secret_key": "s"}
    with pytest.raises(InvalidInput, match=f"use {seconds} as duo_timeout: .* at least one second"):
        Duo.from_params(options(**given, duo_timeout=seconds), context)
