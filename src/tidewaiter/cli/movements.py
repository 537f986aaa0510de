"""Movements on the terminal: what became of the parcels, and how many filings were decided before theirs arrived."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tidewaiter.cli.words import bars, heading
from tidewaiter.model.words import counted

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping


def movement_lines(summary: Mapping[str, Any]) -> Iterator[str]:
    """Verdicts, event rows and the share decided in time; nothing for a run that knows of no events."""
    told = summary.get("movements")
    if told is None:
        return
    events, timing = told["events"], summary["timing"]
    up_to = f", up to {told['horizon']}" if told["horizon"] else ""
    yield heading(f"Parcels by their events{up_to}")
    yield from bars(told["verdicts"], told["parcels"])
    later = f", {events['later']:,} of them after that moment" if events["later"] else ""
    yield f"    {counted(events['in'], 'event row')} = {events['taken']:,} taken{later}"
    yield f"    + {events['duplicates']:,} told again + {events['quarantined']:,} quarantined"
    share = timing["share_before_arrival_per_mille"]
    if share is not None:
        known = timing["before_arrival"] + timing["after_arrival"]
        yield f"    decided by the time the parcel arrived: {share / 10:.1f} % of {counted(known, 'filing')}"


def event_quarantine_lines(summary: Mapping[str, Any]) -> Iterator[str]:
    """Event rows set aside, by code."""
    found = summary.get("movements", {}).get("quarantine", {})
    if found:
        yield heading("Events in quarantine")
        yield from (f"    {code}  {rows:>9,}" for code, rows in found.items())
