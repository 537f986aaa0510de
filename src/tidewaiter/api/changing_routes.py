"""Addresses of versions, described."""

from typing import Final

from tidewaiter.api import changing
from tidewaiter.api.described import Given, Operation, Reply, Schema
from tidewaiter.api.schemas import ITEM, MAYBE_MOMENT, MOMENT, OUTCOME, STATUS, VALUE, WHOLE, ref

SEEN: Final = Given(
    "If-Match", "header", "The version you looked at: the ETag of the filing, or * for whatever stands.",
    {"type": "string", "pattern": r'^(\*|"v[0-9]{1,9}")$'}, is_required=True,
)  # fmt: skip
KNOWN_AT: Final = Given(
    "known_at", "query", "Only what was known at that moment.", {"type": "string", "format": "date-time"}
)
FUNCTION: Final[Schema] = {"enum": ["original", "amendment", "cancellation"]}
VERSION: Final[Schema] = {
    "type": "object",
    "properties": {
        "version": WHOLE, "function": FUNCTION, "status": STATUS, "known_from": MOMENT, "known_until": MAYBE_MOMENT,
        "judged": {"type": "object"}, **OUTCOME, "items": {"type": "array", "items": ITEM},
    },
    "required": ["version", "function", "status", "known_from", "known_until"],
}  # fmt: skip
FIELDS: Final[Schema] = {
    "type": "object", "minProperties": 1, "additionalProperties": VALUE,
    "description": "Canonical fields with their new values; of a goods line as items.2.origin; null takes one away.",
}  # fmt: skip
ANSWERS: Final = {200: Reply("It stands so now.", {"anyOf": [ref("Lodged"), ref("Cancelled"), ref("Repeated")]},
                             heads={"Location": "The filing.", "ETag": "The version that stands."})}  # fmt: skip


def operations(key: Given, filing: Given) -> tuple[Operation, ...]:
    """Sending what changes, withdrawing, reading every version."""
    return (
        Operation(
            "amend", "PATCH", "/v1/consignments/{id}", "Send what changes of a filing; the rest stays as it was.",
            changing.amend, "lodge", ANSWERS, (filing, SEEN, key), {changing.MERGE: FIELDS, changing.JSON: FIELDS},
            (404, 409, 412, 413, 415, 422, 428, 507),
        ),
        Operation(
            "cancel", "DELETE", "/v1/consignments/{id}", "Withdraw a filing.", changing.cancel, "lodge", ANSWERS,
            (filing, SEEN, key), None, (404, 409, 412, 422, 428, 507),
        ),
        Operation(
            "versions", "GET", "/v1/consignments/{id}/versions", "Every version of a filing and what became of it.",
            changing.versions, "status",
            {200: Reply("The first one first.", {"type": "object", "required": ["versions"], "properties": {
                "versions": {"type": "array", "items": VERSION}}})},
            (filing, KNOWN_AT), None, (404, 422),
        ),
    )  # fmt: skip
