# SPDX-FileCopyrightText: 2026 The identityops.cisco authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Strict reading of request bodies: unknown members and wrong types are refused; a lenient lab would hide mistakes.

A shape is `str`, `int`, `bool`, `ANY`, a list with one shape, or a dict of member name to shape. A name ending in `*`
is required. `nullable(shape)` also takes null.
"""

from __future__ import annotations

from typing import Any

from .errors import bad_request

ANY = object()
Shape = Any


class Nullable:
    """Wraps a shape that may also be null."""

    def __init__(self, shape: Shape) -> None:
        self.shape = shape


def nullable(shape: Shape) -> Nullable:
    """The shape, or null."""
    return Nullable(shape)


def check(value: Any, shape: Shape, where: str = "body", *, ignore_unknown: bool = False) -> None:
    """Compare a decoded JSON value with a shape.

    :raises IseError: 400, naming the place and what is wrong with it
    """
    if shape is ANY:
        return
    if isinstance(shape, Nullable):
        if value is not None:
            check(value, shape.shape, where, ignore_unknown=ignore_unknown)
    elif isinstance(shape, dict):
        _check_object(value, shape, where, ignore_unknown)
    elif isinstance(shape, list):
        if not isinstance(value, list):
            raise bad_request(f"{where} must be an array")
        for index, item in enumerate(value):
            check(item, shape[0], f"{where}[{index}]", ignore_unknown=ignore_unknown)
    elif not isinstance(value, shape) or (shape is int and isinstance(value, bool)):
        # A bool is an int in Python, and not in JSON.
        raise bad_request(f"{where} must be of type {shape.__name__}")


def _check_object(value: Any, shape: dict[str, Shape], where: str, ignore_unknown: bool) -> None:
    if not isinstance(value, dict):
        raise bad_request(f"{where} must be an object")
    known = {name.rstrip("*"): member for name, member in shape.items()}
    for name in value:
        if name not in known and not ignore_unknown:
            raise bad_request(f'Unrecognized field "{name}" in {where}')
    for name in shape:
        if name.endswith("*") and name[:-1] not in value:
            raise bad_request(f'Required field "{name[:-1]}" is missing in {where}')
    for name, member in known.items():
        if name in value:
            check(value[name], member, f"{where}.{name}", ignore_unknown=ignore_unknown)


def has_null(value: Any) -> bool:
    """Whether a null hides anywhere in a JSON value."""
    if isinstance(value, dict):
        return any(has_null(item) for item in value.values())
    if isinstance(value, list):
        return any(has_null(item) for item in value)
    return value is None
