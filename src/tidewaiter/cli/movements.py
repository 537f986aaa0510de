"""Movements on the terminal: what became of the parcels, and how many filings were decided before theirs arrived."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from tidewaiter.cli.words import bars, heading
from tidewaiter.model.words import counted, share

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

ACCEPTED: Final = "accepted"
LATER: Final = ": --on is the moment of them all; --on accepted takes each filing's own"
FEW: Final = 0.5
"""Share of filings waiting for their parcel above which the events themselves are likely to be incomplete."""


def movement_lines(summary: Mapping[str, Any]) -> Iterator[str]:
    """Verdicts, event rows and the share decided in time; nothing for a run that knows of no events."""
    told = summary.get("movements")
    if told is None:
        return
    events = told["events"]
    up_to = f", up to {told['horizon']}" if told["horizon"] else ""
    yield heading(f"Parcels by their events{up_to}")
    yield from bars(told["verdicts"], told["parcels"])
    later = f", {events['later']:,} of them after that moment" if events["later"] else ""
    yield f"    {counted(events['in'], 'event row')} = {events['taken']:,} taken{later}"
    yield f"    + {events['duplicates']:,} told again + {events['quarantined']:,} quarantined"
    waiting, accepted = summary["pending_on"].get("arrival", 0), summary["consignments"]["accepted"]
    if waiting > FEW * accepted:
        yield f"    {counted(waiting, 'filing waits', 'filings wait')} for a parcel that no event shows here yet."
        yield "    If the events are incomplete, give all of them; without --events no filing waits for its parcel."


def timing_line(summary: Mapping[str, Any]) -> Iterator[str]:
    """How many filings were decided by the time their parcel arrived, where arrivals are known."""
    timing = summary["timing"]
    known = timing["before_arrival"] + timing["after_arrival"]
    if known:
        hint = "" if timing["before_arrival"] or summary["accepted_at"] == ACCEPTED else LATER
        yield f"    {share(timing['before_arrival'], known)} of {counted(known, 'filing')} decided before arrival{hint}"


def event_quarantine_lines(summary: Mapping[str, Any]) -> Iterator[str]:
    """Event rows set aside, by code."""
    found = summary.get("movements", {}).get("quarantine", {})
    if found:
        yield heading("Events in quarantine")
        yield from (f"    {code}  {rows:>9,}" for code, rows in found.items())
