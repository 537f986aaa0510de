"""Event messages: events as posts tell them in EDIFACT (profile TWEV10), and operators as lists of scans."""

from pathlib import Path
from typing import Final

import polars as pl

ITEMS: Final = "items.edi"
SCANS: Final = "scans.csv"
S10: Final = r"^[A-Z]{2}\d{9}[A-Z]{2}$"
ITEM_CODES: Final = {"departed": "EMC", "arrived": "EMD", "presented": "EDB"}
SCAN_CODES: Final = {"departed": "DEP", "arrived": "IN", "presented": "CUS"}
MESSAGE_EVENTS: Final = 500
OF_EVENT: Final = 6
"""Segments of an event."""


def write_event_messages(folder: Path, events: pl.DataFrame, number: int) -> None:
    """Append events of one stretch: items with a postal number to one file, all others to the other.

    ``number`` tells this interchange from the others of the file.
    """
    is_post = pl.col("parcel_id").str.contains(S10)
    items, scans = events.filter(is_post), events.filter(~is_post)
    if items.height:
        with (folder / ITEMS).open("a", encoding="utf-8") as file:
            file.write(_interchange(items, number))
    with (folder / SCANS).open("ab") as file:
        _scans(scans).write_csv(file, include_header=file.tell() == 0)


def _scans(events: pl.DataFrame) -> pl.DataFrame:
    return events.select(
        barcode="parcel_id", scan=pl.col("event").replace(SCAN_CODES), scanned_at="at", depot="place",
        operator="carrier_id", flight="flight",
    )  # fmt: skip


def _interchange(events: pl.DataFrame, number: int) -> str:
    """One interchange of messages of up to ``MESSAGE_EVENTS`` events each."""
    told = events.select(_group()).to_series()
    messages = [
        _message(place, told.slice(start, MESSAGE_EVENTS).to_list())
        for place, start in enumerate(range(0, len(told), MESSAGE_EVENTS), start=1)
    ]
    head = f"UNB+UNOW:4+POSTS+TIDEWAITER+{_day(events)}:0000+{number + 1}'\n"
    return f"{head}{''.join(messages)}UNZ+{len(messages)}+{number + 1}'\n"


def _message(place: int, groups: list[str]) -> str:
    head = f"UNH+{place}+EMSEVT:D:00A:ZZ:TWEV10'\nBGM+:::ITEM EVENTS+EV-{place}+9'\n"
    return f"{head}{''.join(groups)}UNT+{3 + OF_EVENT * len(groups)}+{place}'\n"


def _group() -> pl.Expr:
    """The segments of one event."""
    at = pl.col("at").str.replace_all(r"[-:TZ]", "")
    said = [
        ("CNI++", pl.col("parcel_id")), ("STS+EVT+", pl.col("event").replace(ITEM_CODES)), ("DTM+334:", at),
        (":204'\nLOC+175+", pl.col("place")), ("NAD+CA+", pl.col("carrier_id")), ("TDT+20+", pl.col("flight")),
    ]  # fmt: skip
    parts: list[pl.Expr] = []
    for head, value in said:
        end = "" if head.startswith("DTM") else "'\n"
        parts += [pl.lit(head), value.fill_null(""), pl.lit(end)]
    return pl.concat_str(parts)


def _day(events: pl.DataFrame) -> str:
    """Day of the last event, as UNB has it."""
    return str(events["at"].max())[2:10].replace("-", "")
