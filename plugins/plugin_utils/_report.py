# Copyright (c) 2026 The identityops.cisco authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a role ends with: one result out of those of its tasks, and the same in lines for people. Private to this
collection.

The form of the result is public and described in the guide "Ways to run it"; :data:`SCHEMA` is its version.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, NamedTuple

from ansible.module_utils.parsing.convert_bool import boolean

SCHEMA = 1
# Of several items the first of these that occurs is the status of their step.
RANKS = ("failed", "handoff_required", "pending", "changed", "not_verifiable", "verified", "ok")
OPEN = ("failed", "handoff_required", "pending")
# Kinds of errors that mean that ISE hides whether an object exists.
HIDDEN = ("feature_off",)

Result = dict[str, Any]
ResultStep = dict[str, Any]


class RoleTask(NamedTuple):
    """One task of a role.

    :ivar result: what the task registered, empty if it did not run.
    :ivar asked: whether the task was asked for at all.
    :ivar by_item: whether each item of its loop is a step of its own, named after the item.
    :ivar otherwise: what is not enforced if the task was not asked for, a sentence.
    :ivar otherwise_by_item: the same of an item that was skipped, with ``{}`` for its name.
    """

    name: str
    result: Result
    asked: bool = True
    by_item: bool = False
    otherwise: str = ""
    otherwise_by_item: str = ""


def is_asked(step: Mapping[str, Any], variables: Mapping[str, Any]) -> bool:
    """Whether a task was asked for at all: from ``asked``, a value; or from what the variable that ``asked_by`` or
    ``only_with`` names holds. Where that is unknown, the former takes it for asked and the latter does not.
    """
    if "asked_by" in step:
        value = _held(variables, step["asked_by"])
        return value is None or bool(value)
    if "only_with" in step:
        return bool(_held(variables, step["only_with"]))
    return bool(boolean(step.get("asked", True)))


def _held(variables: Mapping[str, Any], path: str) -> Any:
    """What a registered variable holds in a member, or whether it does where it is a list; None if it is not there."""
    found: Any = variables
    for name in path.split("."):
        if isinstance(found, Mapping):
            found = found.get(name)
        else:
            found = name in found if isinstance(found, list) else None
    return found


def role_result(entries: Iterable[RoleTask], check_mode: bool, not_run: str = "Not reached") -> Result:
    """Sum up one use of a role.

    A task that was skipped makes no step, unless an earlier step is still open; it then waits for that one. A task with
    a loop makes one step for all of its items, unless the entry says otherwise.

    :param not_run: what is said of a task that did not run.
    """
    steps: list[ResultStep] = []
    entries = list(entries)
    wanted = [entry for entry in entries if entry.asked]
    for entry in wanted:
        for name, result in _parts(entry):
            if step := _step(name, result, steps, not_run):
                steps.append(step)
    results = [item for entry in wanted for item in (entry.result, *entry.result.get("results", ()))]
    return _whole(
        {
            "uses": 1,
            "changed": any(bool(result.get("changed")) for result in results),
            "steps": steps,
            "handoff": _unique(part for result in results for part in result.get("handoff", ())),
            "warnings": _unique(str(text) for result in results for text in result.get("warnings", ())),
            "not_enforced": _unique(
                [sentence for entry in entries for sentence in _not_enforced(entry) if sentence]
                + [text for result in results for text in result.get("not_enforced", ())]
            ),
        },
        check_mode,
    )


def _not_enforced(entry: RoleTask) -> Iterator[str]:
    if not entry.asked:
        yield entry.otherwise
    elif entry.otherwise_by_item:
        for item in entry.result.get("results", ()):
            if item.get("skipped"):
                yield entry.otherwise_by_item.replace("{}", repr(_named_item(item)))


def merged(earlier: Result, later: Result, check_mode: bool) -> Result:
    """The result of a role that is used again on the same host: the steps of each use, and the worse status. What only
    the first one has found out stays."""
    uses = earlier.get("uses", 1) + 1
    later = _with_own_ids(later, earlier["handoff"], uses)
    names = {step["name"] for step in earlier["steps"]}
    steps = [{**step, "name": _free_name(step["name"], names)} for step in later["steps"]]
    both: Result = {name: _unique([*earlier[name], *later[name]]) for name in ("handoff", "warnings", "not_enforced")}
    if "handoff_files" in later:
        both["handoff_files"] = {**later["handoff_files"], **earlier.get("handoff_files", {})}
    # What one use has only predicted is not in place because another one has written.
    is_predicted = check_mode or "drifted" in (earlier["status"], later["status"])
    impacts = [one for one in (*earlier.get("impacts", [earlier.get("impact")]), later.get("impact")) if one]
    if len(impacts) > 1:
        both["impacts"] = impacts
    changed = earlier["changed"] or later["changed"]
    found = {name: value for name, value in later.items() if value is not None}
    found |= {
        name: _unique([*earlier[name], *value])
        for name, value in found.items()
        if isinstance(value, list) and isinstance(earlier.get(name), list)
    }
    return _whole(
        {
            **{**later, **earlier, **found, **both},
            "uses": uses,
            "changed": changed,
            "steps": [*earlier["steps"], *steps],
        },
        is_predicted,
    )


def _with_own_ids(result: Result, handoff: list[ResultStep], use: int) -> Result:
    """A result whose steps for a person differ in their IDs from those that earlier uses have left, unless they are the
    same."""
    taken = [step["id"] for step in handoff]
    ids = {
        step["id"]: f"{step['id']}.{use}" for step in result["handoff"] if step not in handoff and step["id"] in taken
    }
    left = [{**step, "id": ids.get(step["id"], step["id"])} for step in result["handoff"]]
    files = {ids.get(step, step): paths for step, paths in result.get("handoff_files", {}).items()}
    return {**result, "handoff": left, **({"handoff_files": files} if "handoff_files" in result else {})}


def _free_name(name: str, taken: set[str]) -> str:
    number, found = 1, name
    while found in taken:
        number += 1
        found = f"{name} ({number})"
    return found


def _whole(result: Result, check_mode: bool) -> Result:
    """A result with what follows from its steps, and its members in the documented order."""
    statuses = {step["status"] for step in result["steps"]}
    status = next((status for status in OPEN if status in statuses), "")
    is_changed = result["changed"] or "changed" in statuses
    if not status and is_changed:
        status = "drifted" if check_mode else "changed"
    is_complete = bool(statuses) and status in ("", "changed")
    head = {"schema": SCHEMA, "status": status or "in_sync", "complete": is_complete, "changed": is_changed}
    return {**head, **{name: value for name, value in result.items() if name not in head}}


def _unique(values: Iterable[Any]) -> list[Any]:
    found: list[Any] = []
    for value in values:
        if value not in found:
            found.append(value)
    return found


def _parts(entry: RoleTask) -> list[tuple[str, Result]]:
    """The steps that an entry may make, each with its name."""
    items = entry.result.get("results") or []
    if not entry.by_item or len(items) < 2:
        return [(entry.name, entry.result)]
    return [(f"{entry.name} ({_named_item(item)})", item) for item in items]


def _named_item(result: Result) -> Any:
    """What the item of a result is called: a connection and an object by their names, anything else as it is."""
    item = result.get(result.get("ansible_loop_var", "item"))
    return item.get("connection_name", item.get("name")) if isinstance(item, dict) else item


def _step(name: str, result: Result, earlier: list[ResultStep], not_run: str) -> ResultStep | None:
    """The step that a result makes; None if there is nothing to say about it."""
    if not result:
        return _made(name, "pending", not_run)
    items = [item for item in result.get("results", [result]) if not item.get("skipped")]
    if not items and result.get("failed"):
        return _made(name, "failed", str(result.get("msg")))
    if not items:
        awaited = [step["name"] for step in earlier if step["status"] in OPEN][:1]
        return _made(name, "pending", f"Waits for: {awaited[0]}") if awaited else None
    lines = [_of_one(item) for item in items]
    worst = min((status for status, _detail in lines), key=RANKS.index)
    details = [detail for status, detail in lines if status == worst or worst not in OPEN]
    return _made(name, worst, "; ".join(_unique(details)), [item.get("step", {}) for item in items])


def _of_one(result: Result) -> tuple[str, str]:
    """Status and detail of one task, or of one item of its loop."""
    if result.get("failed") or result.get("unreachable"):
        return "failed", str(result.get("msg"))
    if result.get("error"):
        # The role went on after it.
        return "not_verifiable" if result["error"].get("kind") in HIDDEN else "pending", str(result.get("msg"))
    return result["step"]["status"], result["step"]["detail"]


def _made(name: str, status: str, detail: str, steps: Iterable[Mapping[str, Any]] = ()) -> ResultStep:
    diff = [entry for step in steps for entry in step.get("diff", ())]
    seconds = round(sum(float(step.get("seconds", 0)) for step in steps), 3)
    return {"name": name, "status": status, "detail": detail, "diff": diff, "seconds": float(seconds)}


def report_texts(
    role: str,
    host: str,
    result: Result,
    check_mode: bool,
    files: dict[str, list[str]] | None = None,
    has_others: bool = False,
) -> list[str]:
    """What people read of one use of a role where no callback plugin of this collection is enabled, in portions that a
    job runner can keep as an event each.

    :param files: as the filter ``handoff_notices`` takes them.
    :param has_others: whether the output is that of several hosts.
    """
    title = f"{role} on {host}: {_words(result['status'])}"
    counts = {status: [step["status"] for step in result["steps"]].count(status) for status in reversed(RANKS)}
    total = ", ".join(f"{count} {_words(status)}" for status, count in counts.items() if count)
    written = " Nothing was written." if check_mode else ""
    portions = [
        *_impact(result),
        *_notices(result, files, host if has_others else ""),
        [*_table(result["steps"]), *result["not_enforced"], f"{title}. {total}.{written}"],
    ]
    return ["\n".join(portion) for portion in portions if portion]


def _impact(result: Result) -> list[list[str]]:
    if not result.get("impact"):
        return []
    # Loaded only for what has to be shown, because Ansible compiles the code of a collection again in each run.
    from ansible_collections.identityops.cisco.plugins.filter.impact_lines import impact_lines

    return [impact_lines(result["impact"])]


def _notices(result: Result, files: dict[str, list[str]] | None, host: str) -> list[list[str]]:
    if not result["handoff"]:
        return []
    from ansible_collections.identityops.cisco.plugins.filter.handoff_notices import handoff_notices

    return list(handoff_notices(result["handoff"], files, host))


def _table(steps: list[ResultStep]) -> list[str]:
    wide = max((len(step["name"]) for step in steps), default=0)
    widest = max((len(step["status"]) for step in steps), default=0)
    return [f"{_words(step['status']):{widest}}  {step['name']:{wide}}  {_detail_of(step)}" for step in steps]


def _detail_of(step: ResultStep) -> str:
    """Ansible has shown the error already."""
    return "See its error above." if step["status"] == "failed" else str(step["detail"])


def _words(status: str) -> str:
    return status.replace("_", " ")
