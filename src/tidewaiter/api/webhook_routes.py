"""Addresses of webhooks, described."""

from typing import Final

from tidewaiter.api import webhooks
from tidewaiter.api.described import AFTER, SIZE, TEXT, Given, Operation, Reply, Schema
from tidewaiter.api.schemas import ID, MAYBE_MOMENT, MAYBE_TEXT, MAYBE_WHOLE, MOMENT, WHOLE

JSON: Final = "application/json"
HOOK: Final = Given("id", "path", "The id of the webhook.", ID)
PATTERN: Final = r"^[a-z_]{1,40}(\.[a-z_]{1,40}){1,3}$"
KINDS: Final[Schema] = {"type": "array", "items": {"type": "string", "pattern": PATTERN}}


def _object(required: dict[str, Schema]) -> Schema:
    return {"type": "object", "properties": required, "required": list(required)}


SHOWN: Final = {
    "id": ID, "url": TEXT, "kinds": KINDS, "made_at": MOMENT, "failing_since": MAYBE_MOMENT,
    "disabled_at": MAYBE_MOMENT,
}  # fmt: skip
ASKED: Final[Schema] = {
    "type": "object", "additionalProperties": False, "required": ["url"],
    "properties": {"url": {**TEXT, "maxLength": 2000, "description": "https, and open to everybody."}, "kinds": KINDS},
}  # fmt: skip
AGAIN: Final[Schema] = {
    "type": "object", "additionalProperties": False,
    "properties": {"delivery": {"type": ["string", "null"], "format": "uuid"}, "since": MAYBE_MOMENT},
}  # fmt: skip
DELIVERY: Final = _object(
    {"id": ID, "message": TEXT, "kind": TEXT, "subject": TEXT, "state": {"enum": ["waiting", "delivered", "given_up"]},
     "tries": WHOLE, "next_at": MAYBE_MOMENT, "last_at": MAYBE_MOMENT, "last_status": MAYBE_WHOLE,
     "last_fault": MAYBE_TEXT}
)  # fmt: skip
PAGE: Final = _object(
    {"deliveries": {"type": "array", "items": DELIVERY}, "next": TEXT, "is_last": {"type": "boolean"}}
)
ONE: Final = _object(SHOWN)
SECRET: Final = _object({"secret": TEXT})
SCOPE: Final = "webhooks"

OPERATIONS: Final = (
    Operation(
        "add_webhook", "POST", "/v1/webhooks", "Name an address that is told what becomes of your filings.",
        webhooks.add, SCOPE,
        {201: Reply("Named; the secret is told this once.", _object({**SHOWN, "secret": TEXT}),
                    heads={"Location": "The webhook."})},
        (), {JSON: ASKED}, (413, 415, 422),
    ),
    Operation(
        "webhooks", "GET", "/v1/webhooks", "Your addresses.", webhooks.many, SCOPE,
        {200: Reply("All of them.", _object({"webhooks": {"type": "array", "items": ONE}}))},
    ),
    Operation(
        "webhook", "GET", "/v1/webhooks/{id}", "One address.", webhooks.one, SCOPE, {200: Reply("It is so.", ONE)},
        (HOOK,), None, (404,),
    ),
    Operation(
        "remove_webhook", "DELETE", "/v1/webhooks/{id}", "Tell an address no more.", webhooks.remove, SCOPE,
        {204: Reply("Removed.")}, (HOOK,), None, (404,),
    ),
    Operation(
        "change_secret", "POST", "/v1/webhooks/{id}/secret", "Give an address a new secret.", webhooks.change_secret,
        SCOPE, {200: Reply("The new one; for a day both sign.", SECRET)}, (HOOK,), None, (404,),
    ),
    Operation(
        "enable_webhook", "POST", "/v1/webhooks/{id}/enable", "Tell an address again that was disabled.",
        webhooks.enable, SCOPE, {200: Reply("It is told again.", ONE)}, (HOOK,), None, (404,),
    ),
    Operation(
        "deliveries", "GET", "/v1/webhooks/{id}/deliveries", "What was told at an address, oldest first.",
        webhooks.deliveries, SCOPE, {200: Reply("A page.", PAGE)}, (HOOK, AFTER, SIZE), None, (404, 422),
    ),
    Operation(
        "replay", "POST", "/v1/webhooks/{id}/replay", "Tell again: one delivery, or all that was given up since.",
        webhooks.replay, SCOPE, {202: Reply("They wait.", _object({"deliveries": WHOLE}))}, (HOOK,), {JSON: AGAIN},
        (404, 413, 415, 422),
    ),
)  # fmt: skip
