"""Repairs at the door: what is asked of a party, and its answers."""

from typing import Any, Final

from django.http import HttpResponse

from tidewaiter.api.calls import Call, cursor_of, id_of, json_response
from tidewaiter.api.changing import JSON, NOT_THERE, fields_of, key_of, seen
from tidewaiter.api.changing_routes import ANSWERS, FIELDS
from tidewaiter.api.changing_routes import SEEN as IF_MATCH
from tidewaiter.api.described import AFTER, SIZE, Given, Operation, Reply, Schema
from tidewaiter.api.lodging import answered
from tidewaiter.api.problems import Problem
from tidewaiter.api.schemas import ID, MAYBE_MOMENT, MAYBE_TEXT, MAYBE_WHOLE, MOMENT, TEXT, WHOLE
from tidewaiter.service.repairs.answering import asked_of, mend, of_filing
from tidewaiter.store.rights import NotAllowed

STATES: Final = ("open", "answered", "lapsed", "all")
STATE: Final = Given("state", "query", "Requests that are so; open ones where it is not said.", {"enum": list(STATES)})
TEXTS: Final[Schema] = {"type": "array", "items": TEXT}
QUESTION: Final[Schema] = {
    "type": "object",
    "properties": {
        "path": {**TEXT, "description": "How the answer names the field."}, "field": TEXT, "item_no": MAYBE_WHOLE,
        "of": {"enum": ["filer", "seller", "recipient"], "description": "Who can answer."}, "codes": TEXTS,
        "sentences": TEXTS, "values": {**TEXTS, "description": "All that would do; empty where any value fits."},
        "example": MAYBE_TEXT,
    },
    "required": ["path", "field", "of", "codes", "sentences", "values"],
}  # fmt: skip
REPAIR: Final[Schema] = {
    "type": "object",
    "properties": {
        "repair": ID, "number": WHOLE, "filing": ID, "consignment_id": TEXT, "version": WHOLE, "round": WHOLE,
        "parcel_ids": TEXTS, "state": {"enum": list(STATES[:3])}, "asked_at": MOMENT, "reply_by": MAYBE_MOMENT,
        "no_reply": {"enum": ["return", "abandon", "estimate", None]}, "closed_at": MAYBE_MOMENT,
        "closed_by": MAYBE_WHOLE, "questions": {"type": "array", "items": QUESTION},
    },
    "required": ["repair", "filing", "consignment_id", "version", "round", "state", "asked_at", "reply_by",
                 "no_reply", "questions"],
}  # fmt: skip
PAGE: Final[Schema] = {
    "type": "object", "required": ["repairs", "next", "is_last"],
    "properties": {"repairs": {"type": "array", "items": REPAIR}, "next": TEXT, "is_last": {"type": "boolean"}},
}  # fmt: skip
ALL_OF_ONE: Final[Schema] = {
    "type": "object", "required": ["repairs"], "properties": {"repairs": {"type": "array", "items": REPAIR}},
}  # fmt: skip


def many(call: Call) -> HttpResponse:
    """What is asked of a party, behind a cursor."""
    after, size = cursor_of(call)
    state = call.request.GET.get("state", "open")
    if state not in STATES:
        told: dict[str, Any] = {"parameter": "state", "value": state[:80], "message": f"state: {', '.join(STATES)}."}
        raise Problem(422, "The query cannot be read.", errors=[told])
    found, last = asked_of(call.actor, after, size, None if state == "all" else state)
    return json_response({"repairs": found, "next": str(last), "is_last": len(found) < size})


def of_one(call: Call, id: str) -> HttpResponse:  # noqa: A002 - the name in the address
    """What was asked of one filing."""
    return json_response({"repairs": of_filing(call.actor, id_of(id))})


def answer(call: Call, id: str) -> HttpResponse:  # noqa: A002 - the name in the address
    """The answer to what is asked of a filing."""
    fields = fields_of(call)
    try:
        return answered(mend(call.actor, id_of(id), fields, seen(call.request), key_of(call)))
    except NotAllowed as fault:
        raise Problem(404, NOT_THERE) from fault


def operations(key: Given, filing: Given) -> tuple[Operation, ...]:
    """What is asked, and its answers."""
    return (
        Operation(
            "repairs", "GET", "/v1/repairs", "What is asked of you: of each filing all at once, until when.", many,
            "status", {200: Reply("A page.", PAGE)}, (STATE, AFTER, SIZE), None, (422,),
        ),
        Operation(
            "repairs_of", "GET", "/v1/consignments/{id}/repairs", "What was asked of one filing, and what came of it.",
            of_one, "status", {200: Reply("The first request first.", ALL_OF_ONE)}, (filing,), None, (404,),
        ),
        Operation(
            "repair", "POST", "/v1/consignments/{id}/repairs", "Answer what is asked: these fields alone are sent.",
            answer, "lodge", ANSWERS, (filing, IF_MATCH, key), {JSON: FIELDS},
            (404, 409, 412, 413, 415, 422, 428, 507),
        ),
    )  # fmt: skip
