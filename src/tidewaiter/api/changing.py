"""Changing what was lodged: parts of a filing sent anew, a filing withdrawn, all of its versions read."""

from datetime import UTC, datetime
from typing import Any, Final

import msgspec
from django.http import HttpRequest, HttpResponse

from tidewaiter.api.calls import Call, body_of, id_of, json_response
from tidewaiter.api.lodging import answered
from tidewaiter.api.problems import Problem
from tidewaiter.service.versions.changing import change, withdraw
from tidewaiter.service.versions.reading import history
from tidewaiter.store.rights import NotAllowed

FIELDS_MAX: Final = 1 << 18
"""Bytes of what changes of one filing."""
NOT_THERE: Final = "There is nothing at this address, or nothing that you may see."
SEEN: Final = "Say which version you looked at: If-Match, with the ETag of the filing."
JSON: Final = "application/json"
MERGE: Final = "application/merge-patch+json"
VERSION_DIGITS: Final = 9


def amend(call: Call, id: str) -> HttpResponse:  # noqa: A002 - the name in the address
    """What changes of a filing."""
    fields = fields_of(call)
    try:
        return answered(change(call.actor, id_of(id), fields, seen(call.request), key_of(call)))
    except NotAllowed as fault:
        raise Problem(404, NOT_THERE) from fault


def cancel(call: Call, id: str) -> HttpResponse:  # noqa: A002 - the name in the address
    """A filing withdrawn."""
    try:
        return answered(withdraw(call.actor, id_of(id), seen(call.request), key_of(call)))
    except NotAllowed as fault:
        raise Problem(404, NOT_THERE) from fault


def versions(call: Call, id: str) -> HttpResponse:  # noqa: A002 - the name in the address
    """Every version of a filing."""
    found = history(call.actor, id_of(id), _known_at(call.request))
    if found is None:
        raise Problem(404, NOT_THERE)
    return json_response({"versions": found})


def fields_of(call: Call) -> dict[str, Any]:
    """The fields of a body, by name."""
    try:
        told = msgspec.json.decode(body_of(call, FIELDS_MAX, (JSON, MERGE)))
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as fault:
        raise Problem(422, "The body is no JSON. Send an object of fields.", errors=[]) from fault
    if not isinstance(told, dict):
        raise Problem(422, "Send an object of fields, each with its value.", errors=[])
    return told


def key_of(call: Call) -> str:
    """The sender's own mark for the call."""
    return call.request.headers.get("Idempotency-Key", "")


def seen(request: HttpRequest) -> int | None:
    """The version that the caller looked at; ``*``: whatever stands."""
    text = request.headers.get("If-Match", "").strip()
    if not text:
        raise Problem(428, SEEN)
    if text == "*":
        return None
    digits = text.removeprefix("W/").strip('"').removeprefix("v")
    if not (digits.isascii() and digits.isdecimal()) or len(digits) > VERSION_DIGITS:
        raise Problem(412, f"'{text[:40]}' is no version of this filing. {SEEN}")
    return int(digits)


def tag(version: int) -> str:
    """The version of a filing as the head of an answer."""
    return f'"v{version}"'


def _known_at(request: HttpRequest) -> datetime | None:
    text = request.GET.get("known_at")
    if text is None:
        return None
    try:
        at = datetime.fromisoformat(text)
    except ValueError as fault:
        told = {"parameter": "known_at", "value": text[:80], "message": "known_at is a moment: 2026-10-20T14:30:00Z."}
        raise Problem(422, "The query cannot be read.", errors=[told]) from fault
    return at if at.tzinfo else at.replace(tzinfo=UTC)
