"""An event sheet: how one kind of message tells what happened to parcels, and what its codes mean since when.

A pack is a folder ``packs/events/<name>/`` with ``sheet.toml`` and ``cases/``.
"""

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from hashlib import sha256
from typing import Any, Final, NamedTuple

from tidewaiter.kit.facts import EVIDENCE
from tidewaiter.kit.format import CARRIERS, OF_EVENTS, SenderSheet, event_sheet
from tidewaiter.model.codes import EVENTS
from tidewaiter.model.errors import SheetRefused
from tidewaiter.model.events import ABOUT, EVENT_FIELDS

PARTS: Final = ("name", "title", "columns", "items", "constants", "carrier", "message", "sender", "list", "code")
CODE_PARTS: Final = ("code", "event", "meaning", "valid_from", "valid_to", "source", "evidence")
FIELDS: Final = tuple(field.name for field in EVENT_FIELDS)
Raw = Mapping[str, Any]


class EventCode(NamedTuple):
    """What a code of the sender means between two days, both counting; ``valid_to`` is empty where it still does."""

    code: str
    event: str
    meaning: str
    valid_from: date
    valid_to: date | None
    source: str
    evidence: str


@dataclass(frozen=True)
class EventSheet:
    """A layout of events and its codes; a layout without codes tells the words of our own list."""

    layout: SenderSheet
    codes: tuple[EventCode, ...] = ()


def own_events() -> EventSheet:
    """The layout in which every column and every event is called what it is."""
    return EventSheet(event_sheet())


def read_event_sheet(text: str) -> EventSheet:
    """Read ``sheet.toml``; ``SheetRefused`` lists everything in it that cannot be meant.

    ``[list]`` says once what holds for every ``[[code]]`` that does not say otherwise.
    """
    raw = tomllib.loads(text)
    codes = [{**raw.get("list", {}), **code} for code in raw.get("code", ())]
    faults = [*_faults(raw), *(fault for code in codes for fault in _code_faults(code))] or [*_overlaps(codes)]
    if faults:
        raise SheetRefused(f"Event sheet '{raw.get('name', 'without a name')}': {'; '.join(faults)}.")
    columns = {name: (filled,) for name, filled in raw["columns"].items()}
    named = {filled for names in columns.values() for filled in names}
    layout = SenderSheet(
        name=raw["name"],
        title=raw["title"],
        columns=columns,
        items=raw.get("items", ""),
        constants=raw.get("constants", {}),
        defaults={},
        values={},
        mass_units={},
        decimal=".",
        edition=sha256(text.encode()).hexdigest(),
        key=next(name for name in ABOUT if name in named),
        needs_zone=True,
        carrier=raw.get("carrier", ""),
        message=raw.get("message", ""),
        sender=raw.get("sender", ""),
        about=OF_EVENTS,
    )
    return EventSheet(layout, tuple(EventCode(**{"valid_to": None, **code}) for code in codes))


def _faults(raw: Raw) -> Iterator[str]:
    filled = [*raw.get("columns", {}).values(), *raw.get("constants", {})]
    yield from (f"it has no {part}" for part in ("name", "title") if not isinstance(raw.get(part), str))
    yield from (f"nobody knows the part '{part}'" for part in raw if part not in PARTS)
    yield from (f"'{name}' is no field of an event" for name in filled if name not in FIELDS)
    if not set(ABOUT) & set(filled):
        yield f"no column fills {' or '.join(ABOUT)}"
    yield from (f"no column fills {name}" for name in ("event", "at") if name not in filled)
    if raw.get("carrier", "") not in CARRIERS or raw.get("carrier") == "xml":
        yield "carrier is edifact, or left out"
    if bool(raw.get("carrier")) != isinstance(raw.get("message"), str):
        yield "carrier and message stand together: the message is the type that tells events"
    if not raw.get("carrier"):
        yield from (f"'{name}' is filled by two columns" for name in sorted(set(filled)) if filled.count(name) > 1)


def _code_faults(code: Raw) -> Iterator[str]:
    told = f"code '{code.get('code', 'without a name')}'"
    yield from (f"{told} has the part '{part}', which nobody knows" for part in code if part not in CODE_PARTS)
    words = ("code", "event", "meaning", "source", "evidence")
    yield from (f"{told} has no {part}" for part in words if not isinstance(code.get(part), str))
    if not isinstance(code.get("valid_from"), date):
        yield f"{told} has no valid_from"
    if not isinstance(code.get("valid_to"), date | None):
        yield f"the valid_to of {told} is no day"
    if code.get("event") not in EVENTS:
        yield f"{told} means '{code.get('event')}', which is no word for an event"
    if code.get("evidence") not in EVIDENCE:
        yield f"the evidence of {told} is one of {', '.join(EVIDENCE)}"


def _overlaps(codes: list[dict[str, Any]]) -> Iterator[str]:
    """Codes that mean two things on one day."""
    ordered = sorted(codes, key=lambda code: (code["code"].upper(), code["valid_from"]))
    for one, then in zip(ordered, ordered[1:], strict=False):
        is_same = one["code"].upper() == then["code"].upper()
        if is_same and (one.get("valid_to") or date.max) >= then["valid_from"]:
            yield f"code '{one['code']}' means two things on {then['valid_from']}"
