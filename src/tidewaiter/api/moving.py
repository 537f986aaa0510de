"""Events of parcels: told by machines, and read for one filing."""

from typing import Any, Final

import msgspec
from django.http import HttpResponse

from tidewaiter.api.calls import JSON, Call, body_of, cursor_of, id_of, json_response
from tidewaiter.api.problems import Problem
from tidewaiter.service.moving.taking import of_filing, take
from tidewaiter.service.moving.taking_files import take_body

FORMS: Final = ("application/edifact", "text/csv", "application/x-ndjson")
BODY_MAX: Final = 1 << 20
"""Bytes of a call: a thousand events with all their fields."""


class Events(msgspec.Struct):
    """A list of events; each is read for itself."""

    events: list[Any]


def tell(call: Call) -> HttpResponse:
    """Take events, as JSON or in a form that files of events have; the answer tells what became of each."""
    body, key = body_of(call, BODY_MAX, (JSON, *FORMS)), call.request.headers.get("Idempotency-Key", "")
    if (call.request.content_type or "").lower() != JSON:
        return HttpResponse(take_body(call.actor, body, call.now, key), content_type=JSON)
    try:
        asked = msgspec.json.decode(body, type=Events)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as fault:
        raise Problem(422, "The body is not as it is described.", errors=[{"message": str(fault)}]) from fault
    return HttpResponse(take(call.actor, asked.events, call.now, key), content_type=JSON)


def of_one(call: Call, id: str) -> HttpResponse:  # noqa: A002 - the name in the address
    """What is told of the parcels of one filing, behind a cursor."""
    after, size = cursor_of(call)
    found = of_filing(call.actor, id_of(id), after, size)
    if found is None:
        raise Problem(404, "There is nothing at this address, or nothing that you may see.")
    told, last = found
    return json_response({"events": told, "next": str(last), "is_last": len(told) < size})
