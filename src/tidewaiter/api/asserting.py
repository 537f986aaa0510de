"""Assertions: what other parties claim of orders and parcels, told by machines."""

from typing import Any, Final

import msgspec
from django.http import HttpResponse

from tidewaiter.api.calls import JSON, Call, body_of, json_response
from tidewaiter.api.described import TEXT, Operation, Reply, Schema
from tidewaiter.api.problems import Problem
from tidewaiter.api.schemas import ERROR, ID, MOMENT, VALUE, WHOLE
from tidewaiter.model.assertions import ASSERTION_FIELDS, KINDS
from tidewaiter.service.asserting.taking import ACCEPTED, ASSERTIONS_MAX, DUPLICATE, REFUSED, take

BODY_MAX: Final = 1 << 20


class Assertions(msgspec.Struct):
    """A list of assertions; each is read for itself."""

    assertions: list[Any]


def tell(call: Call) -> HttpResponse:
    """Take assertions; the answer tells what became of each."""
    try:
        asked = msgspec.json.decode(body_of(call, BODY_MAX), type=Assertions)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as fault:
        raise Problem(422, "The body is not as it is described.", errors=[{"message": str(fault)}]) from fault
    return json_response(take(call.actor, asked.assertions, call.now))


ONE: Final = {field.name: {**VALUE, "description": field.meaning} for field in ASSERTION_FIELDS} | {
    "kind": {"enum": list(KINDS)}, "reference": TEXT, "asserted_at": MOMENT,
}  # fmt: skip
ASKED: Final[Schema] = {
    "type": "object",
    "required": ["assertions"],
    "properties": {
        "assertions": {
            "type": "array", "minItems": 1, "maxItems": ASSERTIONS_MAX,
            "items": {"type": "object", "required": ["kind", "reference", "asserted_at"], "properties": ONE},
        }
    },
}  # fmt: skip
FATES: Final[Schema] = {
    "type": "object",
    "required": [ACCEPTED, DUPLICATE, REFUSED, "assertions"],
    "properties": {
        **dict.fromkeys((ACCEPTED, DUPLICATE, REFUSED), WHOLE),
        "assertions": {
            "type": "array",
            "items": {
                "type": "object", "required": ["fate"],
                "properties": {
                    "fate": {"enum": [ACCEPTED, DUPLICATE, REFUSED]}, "id": ID,
                    "errors": {"type": "array", "items": ERROR},
                },
            },
        },
    },
}  # fmt: skip
OPERATION: Final = Operation(
    "tell_assertions", "POST", "/v1/assertions",
    "Tell what you know of orders and parcels: order, payment, waybill; kept apart from what is filed.",
    tell, "events",
    {200: Reply("Kept for good; of each whether it is new, was told before, or is refused and why.", FATES)},
    (), {JSON: ASKED}, (413, 415, 422),
)  # fmt: skip
