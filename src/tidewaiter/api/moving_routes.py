"""Addresses of events, described."""

from typing import Final

from tidewaiter.api import moving
from tidewaiter.api.described import AFTER, SIZE, TEXT, Given, Operation, Reply, Schema
from tidewaiter.api.schemas import ERROR, ID, MAYBE_TEXT, MOMENT, WHOLE
from tidewaiter.model.codes import EVENTS
from tidewaiter.service.moving.taking import ACCEPTED, DUPLICATE, EVENTS_MAX, REFUSED

JSON: Final = "application/json"
MAYBE: Final = dict.fromkeys(("place", "carrier_id", "flight"), MAYBE_TEXT)
ASKED: Final[Schema] = {
    "type": "object",
    "required": ["events"],
    "properties": {
        "events": {
            "type": "array", "minItems": 1, "maxItems": EVENTS_MAX,
            "items": {
                "type": "object",
                "required": ["event", "at"],
                "properties": {
                    "parcel_id": {**MAYBE_TEXT, "description": "Barcode of the parcel, as in the filings."},
                    "receptacle": {
                        **MAYBE_TEXT,
                        "description": "Where no parcel is named: a bag or container. The event is one of each parcel "
                        "whose filing names it.",
                    },
                    "event": {"enum": list(EVENTS)},
                    "at": {**MOMENT, "description": "When, with Z or an offset from UTC; never ahead."},
                    **MAYBE,
                },
            },
        }
    },
}  # fmt: skip
FATES: Final[Schema] = {
    "type": "object",
    "required": [ACCEPTED, DUPLICATE, REFUSED, "events"],
    "properties": {
        **dict.fromkeys((ACCEPTED, DUPLICATE, REFUSED), WHOLE),
        "events": {
            "type": "array",
            "items": {
                "type": "object", "required": ["fate"],
                "properties": {
                    "fate": {"enum": [ACCEPTED, DUPLICATE, REFUSED]}, "id": ID,
                    "position": {**WHOLE, "description": "Which row or message of a body that is no JSON."},
                    "errors": {"type": "array", "items": ERROR},
                },
            },
        },
    },
}  # fmt: skip
ONE: Final = {
    "id": ID, "parcel_id": MAYBE_TEXT, "receptacle": MAYBE_TEXT, "event": {"enum": list(EVENTS)}, "at": MOMENT, **MAYBE, "told_by": TEXT,
    "told_at": MOMENT,
}  # fmt: skip
PAGE: Final[Schema] = {
    "type": "object",
    "required": ["events", "next", "is_last"],
    "properties": {
        "events": {"type": "array", "items": {"type": "object", "properties": ONE, "required": list(ONE)}},
        "next": TEXT,
        "is_last": {"type": "boolean"},
    },
}


def operations(key: Given, filing: Given) -> tuple[Operation, ...]:
    """Both addresses; ``key`` and ``filing`` are parameters that others take too."""
    return (
        Operation(
            "tell_events", "POST", "/v1/events",
            "Tell what happened to parcels you file or carry; what is told before the filing waits for it.",
            moving.tell, "events",
            {200: Reply("Kept for good; of each event whether it is new, was told before, or is refused and why.",
                        FATES)},
            (key,), {JSON: ASKED, **dict.fromkeys(moving.FORMS, TEXT)}, (409, 413, 415, 422),
        ),
        Operation(
            "events", "GET", "/v1/consignments/{id}/events", "What was told of the parcels of one filing.",
            moving.of_one, "status", {200: Reply("A page.", PAGE)}, (filing, AFTER, SIZE), None, (404, 422),
        ),
    )  # fmt: skip
