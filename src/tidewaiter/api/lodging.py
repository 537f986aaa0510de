"""Lodging filings, and asking where they stand."""

from typing import Any, Final

import msgspec
from django.db import connection
from django.http import HttpResponse

from tidewaiter.api.calls import JSON, Call, body_of, cursor_of, id_of, json_response
from tidewaiter.api.problems import Problem, problem
from tidewaiter.model.errors import DeclarantRefused
from tidewaiter.runners.batcher.message import ACCEPTED, QUARANTINED
from tidewaiter.runners.versions import CANCELLED, DECIDED, ORIGINAL, STALE
from tidewaiter.service import filings
from tidewaiter.service.lodging.lodge import Answer, lodge, public_keys

FILING_MAX: Final = 1 << 20
"""Bytes of one filing at this door: some thousands of goods lines."""
TAKEN, KNOWN = 201, 200


def lodge_one(call: Call) -> HttpResponse:
    """Lodge one filing."""
    body = body_of(call, FILING_MAX)
    connection.close()  # nobody holds one while he waits for the batcher
    try:
        told = lodge(body, call.actor, call.request.headers.get("Idempotency-Key", ""))
    except DeclarantRefused as fault:
        named = {"code": fault.code, "pointer": "/declarant_id", "value": fault.declarant, "message": str(fault)}
        raise Problem(403, str(fault), code=fault.code, errors=[named]) from fault
    return answered(told)


def answered(told: Answer) -> HttpResponse:
    """What became of a message, with the place of its filing; a version of one that is there makes nothing new."""
    if told.fate == QUARANTINED:
        return _set_aside(msgspec.json.decode(told.document))
    if told.fate != ACCEPTED:
        return HttpResponse(told.document, status=KNOWN, content_type=JSON)
    head = msgspec.json.decode(told.document, type=_Head)
    heads = {"Location": f"/v1/consignments/{head.filing}", "ETag": f'"v{head.version}"'}
    status = TAKEN if head.function == ORIGINAL else KNOWN
    return HttpResponse(told.document, status=status, content_type=JSON, headers=heads)


class _Head(msgspec.Struct):
    filing: str
    version: int
    function: str = ORIGINAL


def _set_aside(told: dict[str, Any]) -> HttpResponse:
    """All faults of a message at once, each with its place in it."""
    count = len(told["errors"])
    detail = "One thing is wrong with the message." if count == 1 else f"{count} things are wrong with the message."
    has_moved = any(error["code"] in {STALE, CANCELLED, DECIDED} for error in told["errors"])
    return problem(
        409 if has_moved else 422,
        f"{detail} Mend it and send it again with another key.",
        consignment_id=told["consignment_id"],
        errors=told["errors"],
        receipt=told["receipt"],
    )


def one(call: Call, id: str) -> HttpResponse:  # noqa: A002 - the name in the address
    """Where one filing stands."""
    found = filings.status(call.actor, id_of(id))
    if found is None:
        raise Problem(404, "There is nothing at this address, or nothing that you may see.")
    return json_response(found, heads={"ETag": f'"v{found["version"]}"'})


def many(call: Call) -> HttpResponse:
    """Filings behind a cursor."""
    after, size = cursor_of(call)
    found, last = filings.page(call.actor, after, size)
    return json_response({"consignments": found, "next": str(last), "is_last": len(found) < size})


def errors(call: Call) -> HttpResponse:
    """What was wrong with messages, behind a cursor."""
    after, size = cursor_of(call)
    found, last = filings.errors(call.actor, after, size)
    return json_response({"errors": found, "next": str(last), "is_last": len(found) < size})


def receipt_keys(_call: Call) -> HttpResponse:
    """The public half of the key that signs receipts."""
    return HttpResponse(public_keys(), content_type=JSON)
