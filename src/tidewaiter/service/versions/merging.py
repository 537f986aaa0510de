"""Merging: a filing as it was told, with some of its fields told otherwise; nothing else of it moves."""

import json
from collections.abc import Iterator, Mapping
from typing import Any, Final

from tidewaiter.model.columns import BY_DOOR
from tidewaiter.model.errors import WrongUse

MARK_OF_ORDER: Final = b"\xef\xbb\xbf"
ITEM_PREFIX: Final = "item_"
LINES: Final = "items"
FIXED: Final = frozenset({"consignment_id", "filing_kind", "declarant_id", "version", "function", "item_no"})
"""What makes a filing this one; another of these is another filing."""
Fields = Mapping[str, Any]


def merged(body: bytes, fields: Fields, version: int, function: str) -> bytes:
    """The message with these fields, as this version.

    A field of the filing goes by its canonical name, one of a goods line as ``items.2.origin`` (the line of that
    number). None takes a field away. Numbers of the message stay digit by digit what they were.

    Raises:
        WrongUse: a field that there is not, or that makes the filing this one; a line that it does not have.
    """
    told = json.loads(body.removeprefix(MARK_OF_ORDER), parse_float=str, parse_int=str)
    faults = []
    for path, value in fields.items():
        fault = _fault(told, path, value)
        if fault:
            faults.append(fault)
            continue
        target, name = _place(told, path)
        if value is None:
            target.pop(name, None)
        else:
            target[name] = value
    if faults:
        raise WrongUse(" ".join(faults))
    return json.dumps({**told, "version": str(version), "function": function}, ensure_ascii=False).encode()


def path_of(door: str, item_no: int | None) -> str:
    """How a field is named in what changes: ``nature``, ``items.2.origin``."""
    name = door.removeprefix(ITEM_PREFIX)
    return door if name == door or item_no is None else f"{LINES}.{item_no}.{name}"


def door_of(path: str) -> tuple[str, int | None]:
    """The canonical field at the door, and the number of its line; the other way round."""
    head, _, rest = path.partition(".")
    if head != LINES:
        return path, None
    number, _, name = rest.partition(".")
    return f"{ITEM_PREFIX}{name}", int(number) if number.isascii() and number.isdecimal() else None


def _fault(told: Mapping[str, Any], path: str, value: object) -> str:
    door, number = door_of(path)
    name = door.removeprefix(ITEM_PREFIX)
    if door not in BY_DOOR or (door != name and number is None):
        return f"There is no field '{path[:80]}': name it like 'nature', or 'items.1.origin' on a goods line."
    if {name, door} & FIXED:
        return f"'{path}' says which filing this is and cannot be changed; withdraw this one and file another."
    if isinstance(value, dict | list | bool):
        return f"'{path}' is a text or a number."
    if number is not None and next(_lines(told, number), None) is None:
        return f"There is no goods line {number} in this filing."
    return ""


def _place(told: dict[str, Any], path: str) -> tuple[dict[str, Any], str]:
    door, number = door_of(path)
    return (told, door) if number is None else (next(_lines(told, number)), door.removeprefix(ITEM_PREFIX))


def _lines(told: Mapping[str, Any], number: int) -> Iterator[dict[str, Any]]:
    """The goods line of a number; lines without numbers count from 1."""
    for place, line in enumerate(told.get(LINES) or (), 1):
        if str(line.get("item_no") or place) == str(number):
            yield line
