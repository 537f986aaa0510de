"""Events as a machine hands them over: each read for itself, and what cannot be read named."""

import hashlib
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, Final, NamedTuple

import polars as pl

from tidewaiter.exchange.filings import receptacle_code
from tidewaiter.model.canonical import canonical
from tidewaiter.model.codes import EVENTS
from tidewaiter.model.events import EVENT_FIELDS
from tidewaiter.stages.movements.told import VALUE_CHARS, typed_events

LONGEST: Final = 100
"""Characters of a text of an event."""
AHEAD: Final = timedelta(minutes=5)
"""How far the clock of who tells may run ahead of ours."""
FIELDS: Final = tuple(field.name for field in EVENT_FIELDS)
NO_OBJECT: Final = "An event is an object: parcel_id or receptacle, event, at, and what more is known. Send one."
NO_TEXT: Final = "{field} is no text. Write it in quotes."
BAD_TEXT: Final = "{field} has up to 100 characters that can be printed. Mend it."
FUTURE: Final = "at lies ahead, and what has not happened cannot be told. Look at the clock."
Error = dict[str, Any]


class Said(NamedTuple):
    """What one event says, or all that is wrong with it; ``digest`` tells what says the same.

    ``code`` is what it is about: a barcode, or a receptacle as ``exchange.filings.receptacle_code`` has it.
    """

    code: str = ""
    event: str = ""
    at: datetime | None = None
    place: str | None = None
    carrier_id: str | None = None
    flight: str | None = None
    digest: str = ""
    errors: Sequence[Error] = ()


def read(events: Sequence[object], now: datetime) -> list[Said]:
    """One for each event, in order."""
    texts, faults = [], [list[Error]() for _ in events]
    for place, one in enumerate(events):
        texts.append(_texts(one, place, faults[place]))
    frame = pl.DataFrame(texts, schema={**dict.fromkeys(FIELDS, pl.String()), "source_position": pl.Int64()})
    told = typed_events(frame)
    for fault in told.faults.iter_rows(named=True):
        place = fault["at_row"]
        if not faults[place]:
            faults[place].append(_error(place, fault["pointer"], fault["message"], fault["value"], fault["code"]))
            continue
        known = {error["field"] for error in faults[place]}
        if fault["pointer"] not in known and "" not in known:
            faults[place].append(_error(place, fault["pointer"], fault["message"], fault["value"], fault["code"]))
    typed = {row["source_position"]: row for row in told.events.iter_rows(named=True)}
    return [_said(typed.get(place), place, faults[place], now) for place in range(len(events))]


def _texts(one: object, place: int, faults: list[Error]) -> dict[str, Any]:
    """The texts of an event; what is none, or cannot be kept, is a fault and left out."""
    kept: dict[str, Any] = {"source_position": place}
    if not isinstance(one, Mapping):
        faults.append(_error(place, "", NO_OBJECT))
        return kept
    for field in FIELDS:
        value = one.get(field)
        if value is None:
            continue
        if not isinstance(value, str):
            faults.append(_error(place, field, NO_TEXT.format(field=field)))
        elif len(value) > LONGEST or not value.isprintable():
            faults.append(_error(place, field, BAD_TEXT.format(field=field)))
        else:
            kept[field] = value.strip() or None
    return kept


def _said(row: Mapping[str, Any] | None, place: int, faults: list[Error], now: datetime) -> Said:
    if row is not None and not faults and row["at"] > now + AHEAD:
        faults.append(_error(place, "at", FUTURE, row["at"].isoformat()))
    if row is None or faults:
        return Said(errors=faults)
    event = EVENTS[row["event_no"]]
    said = {
        "parcel_id": row["parcel_id"], "event": event, "at": row["at"].isoformat(), "place": row["place"],
        "carrier_id": row["carrier_id"], "flight": row["flight"], "receptacle": row["receptacle"],
    }  # fmt: skip
    digest = hashlib.sha256(canonical({name: value for name, value in said.items() if value is not None})).hexdigest()
    code = row["parcel_id"] or receptacle_code(row["receptacle"])
    return Said(code, event, row["at"], row["place"], row["carrier_id"], row["flight"], digest)


def _error(place: int, field: str, message: str, value: str | None = None, code: str | None = None) -> Error:
    told = {"pointer": f"/events/{place}/{field}".rstrip("/"), "field": field, "message": message}
    told |= {"value": value[:VALUE_CHARS]} if value is not None else {}
    return {**told, **({"code": code} if code else {})}
