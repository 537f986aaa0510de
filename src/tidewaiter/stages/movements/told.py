"""Events as they are told: text becomes words, codes and instants, and what cannot be read is named, never guessed."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

import polars as pl

from tidewaiter.kit.event_sheet import EventCode
from tidewaiter.model.codes import EVENTS
from tidewaiter.model.columns import INSTANT, Kind, Schema
from tidewaiter.model.dates import FIRST_PLAUSIBLE_YEAR, LAST_PLAUSIBLE_YEAR
from tidewaiter.model.events import ABOUT, EVENT_FIELDS

TOLD: Final[Schema] = {
    "parcel_id": pl.String(), "receptacle": pl.String(), "event_no": pl.UInt8(), "at": INSTANT, "place": pl.String(), "carrier_id": pl.String(),
    "flight": pl.String(), "source_position": pl.Int64(),
}  # fmt: skip
"""An event that could be read; ``event_no`` is the place of its word in the closed list.

``receptacle`` is empty where a parcel is named: then the event is that one's alone.
"""

FAULTS: Final[Schema] = {
    "at_row": pl.UInt32(), "code": pl.String(), "pointer": pl.String(), "value": pl.String(), "message": pl.String(),
}  # fmt: skip
VALUE_CHARS: Final = 200

COMMON: Final = "%Y-%m-%dT%H:%M:%SZ"
SHAPE: Final = (
    r"^(\d{4})-?(\d{2})-?(\d{2})[Tt ](\d{2}):?(\d{2})(?::?(\d{2})(?:[.,](\d+))?)? ?"
    r"(?:([Zz])|([+-](?:0\d|1[0-4])):?([0-5]\d)?)$"
)
"""A moment of ISO 8601 with its offset from UTC: year, month, day, hour, minute, second, fraction, Z or offset."""

WITHOUT_ZONE: Final = r"^\d{4}-?\d{2}-?\d{2}(?:[Tt ]\d{2}:?\d{2}(?::?\d{2}(?:[.,]\d+)?)?)?$"
EXAMPLE: Final = "2026-10-20T14:30:00Z or 2026-10-20T16:30:00+02:00"
SENTENCES: Final = {
    "EVT-01": "parcel_id is empty, and so is receptacle. Say which parcel or receptacle the event is about.",
    "EVT-02": f"event is no word we know. Write one of: {', '.join(EVENTS)}.",
    "EVT-03": f"at is empty. Say when it happened, like {EXAMPLE}.",
    "EVT-04": "event is a code that the list of this kind of message does not have on that day. Send a listed code.",
    "DAT-90": f"at is no moment. Write it like {EXAMPLE}.",
    "DAT-91": f"at lies outside {FIRST_PLAUSIBLE_YEAR} to {LAST_PLAUSIBLE_YEAR}. Write the true moment.",
    "DAT-92": f"at has no offset from UTC, and none is guessed. Write it like {EXAMPLE}.",
}


@dataclass(frozen=True)
class ToldEvents:
    """Events that could be read (``TOLD``, in order), and for each fault its row in the batch (``FAULTS``)."""

    events: pl.DataFrame
    faults: pl.DataFrame


def typed_events(text: pl.DataFrame, codes: Sequence[EventCode] = ()) -> ToldEvents:
    """Read a batch of text rows; a row with a fault is no event, and has a fault for each value that is none.

    ``text`` holds columns of ``EVENT_FIELDS`` (those it lacks say nothing) and ``source_position``. With ``codes`` the
    events are told in them, each as it is listed on the day of the event (in UTC); else in our own words.
    """
    absent = [pl.lit(None, dtype=pl.String).alias(field.name) for field in EVENT_FIELDS if field.name not in text]
    text = text.with_columns(absent).with_columns(pl.col(field.name).cast(pl.String) for field in EVENT_FIELDS)
    plain = [pl.col(field.name).str.to_uppercase() for field in EVENT_FIELDS if field.kind is Kind.CODE]
    word = pl.col("event").str.to_lowercase().replace_strict(list(EVENTS), range(len(EVENTS)), default=None)
    common = pl.col("at").str.to_datetime(COMMON, strict=False, time_unit="us", cache=False)
    rows = text.select(
        *plain, "source_position", event_no=word.cast(pl.UInt8), at=common.dt.replace_time_zone("UTC").cast(INSTANT)
    )
    rows = _plausible(_read_again(text, rows))
    if codes:
        rows = rows.with_columns(_as_listed(text["event"], rows["at"], codes))
    is_good = rows.select(
        pl.col("event_no").is_not_null() & pl.col("at").is_not_null() & _about().is_not_null()
    ).to_series()
    events = rows.with_columns(receptacle=pl.when(pl.col("parcel_id").is_null()).then("receptacle")).select(list(TOLD))
    if is_good.all():
        return ToldEvents(events, pl.DataFrame(schema=FAULTS))
    return ToldEvents(events.filter(is_good), _faults(text, rows, "EVT-04" if codes else "EVT-02"))


def _about() -> pl.Expr:
    return pl.coalesce(ABOUT)


def _as_listed(told: pl.Series, at: pl.Series, codes: Sequence[EventCode]) -> pl.Series:
    """Places of our words for what a list calls otherwise; null for a code it does not have on the day."""
    listed = pl.DataFrame(
        [
            (one.code.upper(), EVENTS.index(one.event), one.valid_from, one.valid_to or date.max)
            for one in codes
        ],
        schema={"code": pl.String, "event_no": pl.UInt8, "first": pl.Date, "last": pl.Date}, orient="row",
    )  # fmt: skip
    rows = pl.DataFrame({"code": told.str.strip_chars().str.to_uppercase(), "day": at.dt.date()}).with_row_index("row")
    found = rows.join(listed, on="code").filter(pl.col("day").is_between("first", "last"))
    return rows.join(found.select("row", "event_no"), on="row", how="left", maintain_order="left")["event_no"]


def instant(text: pl.Expr) -> pl.Expr:
    """A moment with its offset, in any of the ways of ISO 8601; null for everything else."""
    parts = text.str.extract_groups(SHAPE).struct
    year, month, day, hour, minute, second, fraction, zulu, hours, minutes = (
        parts.field(str(place)) for place in range(1, 11)
    )
    zone = pl.when(zulu.is_not_null()).then(pl.lit("+0000")).otherwise(hours + minutes.fill_null("00"))
    plain = pl.concat_str(
        year, pl.lit("-"), month, pl.lit("-"), day, pl.lit("T"), hour, pl.lit(":"), minute, pl.lit(":"),
        second.fill_null("00"), pl.lit("."), fraction.fill_null("0").str.slice(0, 6), zone,
    )  # fmt: skip
    return plain.str.to_datetime("%Y-%m-%dT%H:%M:%S%.f%z", strict=False, time_unit="us").cast(INSTANT)


def _read_again(text: pl.DataFrame, rows: pl.DataFrame) -> pl.DataFrame:
    """Moments that are not written the common way, read in every way there is."""
    lost = (rows["at"].is_null() & text["at"].is_not_null()).arg_true()
    if lost.is_empty():
        return rows
    again = text.select(pl.col("at").gather(lost)).select(instant(pl.col("at"))).to_series()
    return rows.with_columns(rows["at"].scatter(lost, again))


def _plausible(rows: pl.DataFrame) -> pl.DataFrame:
    in_years = pl.col("at").dt.year().is_between(FIRST_PLAUSIBLE_YEAR, LAST_PLAUSIBLE_YEAR)
    return rows.with_columns(at=pl.when(in_years).then("at"))


def _faults(text: pl.DataFrame, rows: pl.DataFrame, strange: str) -> pl.DataFrame:
    """One row for each value that is none, by row and field; ``strange`` is the code of an event nobody knows."""
    at = pl.col("at")
    is_shaped = at.str.contains(SHAPE) & instant(at).is_not_null()
    when = (
        pl.when(at.is_null()).then(pl.lit("EVT-03"))
        .when(at.str.contains(WITHOUT_ZONE)).then(pl.lit("DAT-92"))
        .when(is_shaped).then(pl.lit("DAT-91"))
        .otherwise(pl.lit("DAT-90"))
    )  # fmt: skip
    codes = {"parcel_id": pl.lit("EVT-01"), "event_no": pl.lit(strange), "at": when}
    found = [pl.DataFrame(schema=FAULTS)]
    for column, code in codes.items():
        field = "event" if column == "event_no" else column
        told = rows[column] if column != "parcel_id" else rows.select(_about()).to_series()
        lost = _lost(told, rows, is_coded=column == "event_no" and strange == "EVT-04").arg_true()
        suspects = text.select(pl.col("at", field).gather(lost)).with_columns(at_row=lost.cast(pl.UInt32))
        found.append(
            suspects.select(
                "at_row", code=code, pointer=pl.lit(field), value=pl.col(field).str.slice(0, VALUE_CHARS)
            ).with_columns(message=pl.col("code").replace_strict(SENTENCES, return_dtype=pl.String))
        )
    return pl.concat(found).sort("at_row", "pointer")


def _lost(told: pl.Series, rows: pl.DataFrame, *, is_coded: bool) -> pl.Series:
    """Where nothing could be read; what a code means on a day that is none is not asked."""
    return told.is_null() & rows["at"].is_not_null() if is_coded else told.is_null()
