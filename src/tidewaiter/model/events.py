"""Events: what a message about the movement of a parcel may say, and how each of its words is read."""

from dataclasses import dataclass
from typing import Final

from tidewaiter.model.columns import Kind


@dataclass(frozen=True, slots=True)
class EventField:
    """One column of an events file: its name, how it is read, whether a row without it says nothing, what it means."""

    name: str
    kind: Kind
    is_needed: bool
    meaning: str


EVENT_FIELDS: Final = (
    EventField("parcel_id", Kind.CODE, is_needed=False, meaning="barcode of the parcel, as in the filings"),
    EventField(
        "receptacle",
        Kind.CODE,
        is_needed=False,
        meaning="bag or container, where no parcel is named: the event is one of each parcel whose filing names it",
    ),
    EventField("event", Kind.WORD, is_needed=True, meaning="what happened: a word of the closed list"),
    EventField("at", Kind.INSTANT, is_needed=True, meaning="when, with `Z` or an offset from UTC"),
    EventField("place", Kind.CODE, is_needed=False, meaning="where: an airport, an office, a depot"),
    EventField("carrier_id", Kind.CODE, is_needed=False, meaning="who carried or handled it"),
    EventField("flight", Kind.CODE, is_needed=False, meaning="the flight it left or came with"),
)

ABOUT: Final = ("parcel_id", "receptacle")
"""What an event is about: the first of these that it names."""
