"""Calls: who calls and what came along, looked at once for every address of the API."""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any, Final
from uuid import UUID

import msgspec
from django.core.exceptions import SuspiciousOperation
from django.db import DatabaseError, InterfaceError
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase

from tidewaiter.api.problems import Problem, bad_request, of_fault
from tidewaiter.exchange.cursors import START, Cursor
from tidewaiter.model.errors import TidewaiterError, Unavailable
from tidewaiter.registry.clients import Client
from tidewaiter.service import clock
from tidewaiter.service.buckets import Buckets
from tidewaiter.service.callers import network_of
from tidewaiter.service.clients import actor_of_client, caller
from tidewaiter.service.settings import settings
from tidewaiter.store.rights import Actor

HEAD_MAX: Final = 16 << 10
"""Bytes of all heads of a request together."""
STRANGERS_PER_S: Final = 10
STRANGERS_BURST: Final = 50
"""Calls with a key that nobody has, from one address."""
PAGE_MAX: Final = 1_000
PAGE: Final = 100
JSON: Final = "application/json"
NOT_REACHED: Final = "The database cannot be reached just now. Ask again in a moment."
BEARER: Final = {"WWW-Authenticate": 'Bearer realm="tidewaiter"'}

Handler = Callable[..., HttpResponseBase]


@dataclass(frozen=True)
class Call:
    """One call of a machine that was let in; ``client`` is None at addresses that are open to all."""

    request: HttpRequest
    client: Client | None
    now: datetime

    @property
    def actor(self) -> Actor:
        """The machine as the matrix of rights knows it."""
        if self.client is None:
            raise Problem(401, "Give a key: Authorization: Bearer KEY.", heads=BEARER)
        return actor_of_client(self.client)


@cache
def client_buckets() -> Buckets:
    """How much each client may call."""
    per_s = settings().whole("TIDEWAITER_CLIENT_RATE")
    return Buckets(per_s, 2 * per_s)


@cache
def stranger_buckets() -> Buckets:
    """How often an address may come with a key that nobody has."""
    return Buckets(STRANGERS_PER_S, STRANGERS_BURST)


def answer(request: HttpRequest, scope: str | None, handle: Handler, given: Mapping[str, str]) -> HttpResponseBase:
    """Let in who calls, have the call handled, and turn whatever goes wrong into words."""
    try:
        request.get_host()
        _refuse_long_head(request)
        now = clock.now()
        client = _let_in(request, scope, now) if scope is not None else None
        return handle(Call(request, client, now), **given)
    except Problem as told:
        return told.response()
    except TidewaiterError as fault:
        return of_fault(fault)
    except SuspiciousOperation:
        return bad_request(request)
    except (DatabaseError, InterfaceError):
        return of_fault(Unavailable(NOT_REACHED))


def _let_in(request: HttpRequest, scope: str, now: datetime) -> Client:
    kind, _, text = request.headers.get("Authorization", "").partition(" ")
    if kind.lower() != "bearer" or not text.strip():
        raise Problem(401, "Give a key: Authorization: Bearer KEY.", heads=BEARER)
    found = caller(text.strip(), now)
    if found is None:
        _slow_down(stranger_buckets(), network_of(request.META.get("REMOTE_ADDR", "")))
        raise Problem(
            401, "The key is not known, has expired or was revoked. Ask who gave it to you for another.", heads=BEARER
        )
    _slow_down(client_buckets(), str(found.id))
    if scope not in found.scopes:
        raise Problem(403, f"The key is not made for this. It has: {', '.join(found.scopes)}; this needs: {scope}.")
    return found


def _slow_down(buckets: Buckets, name: str) -> None:
    wait_s = buckets.wait_s(name)
    if wait_s:
        seconds = math.ceil(wait_s)
        raise Problem(
            429,
            f"Too many calls just now. Nothing was done; come again in {seconds} s.",
            heads={"Retry-After": str(seconds)},
        )


def _refuse_long_head(request: HttpRequest) -> None:
    size = sum(len(name) + len(str(value)) for name, value in request.META.items() if name.startswith("HTTP_"))
    size += len(request.META.get("QUERY_STRING", ""))
    if size > HEAD_MAX:
        raise Problem(
            431, f"The head of the request has more than {HEAD_MAX >> 10} KiB. Send what is long in the body."
        )


def body_of(call: Call, limit: int, kinds: tuple[str, ...] = (JSON,)) -> bytes:
    """The body of a call, whole, of one of these kinds and not longer than ``limit`` bytes."""
    refuse_other_kinds(call.request, kinds)
    told = call.request.META.get("CONTENT_LENGTH") or "0"
    if told.isdecimal() and int(told) > limit:
        raise Problem(413, f"The message has {int(told):,} bytes; {limit:,} are read here. {LONGER}")
    data = call.request.read(limit + 1)
    if len(data) > limit:
        raise Problem(413, f"The message has more than {limit:,} bytes. {LONGER}")
    if told.isdecimal() and len(data) < int(told):
        raise Problem(400, f"Of {int(told):,} bytes {len(data):,} came. Nothing was taken; send the message again.")
    return bytes(data)


LONGER: Final = "Files go to /v1/messages."


def refuse_other_kinds(request: HttpRequest, kinds: tuple[str, ...]) -> None:
    """Refuse a body of another kind, or one that was packed on the way."""
    kind, _, more = (request.headers.get("Content-Type") or "").partition(";")
    if kind.strip().lower() not in kinds:
        raise Problem(415, f"The message says it is '{kind.strip()[:80]}'. Send {' or '.join(kinds)}.")
    charset = more.strip().lower().removeprefix("charset=").strip('"')
    if charset and charset not in {"utf-8", "utf8"} and "charset" in more.lower():
        raise Problem(415, "The message is not in UTF-8. Write it in UTF-8.")
    if request.headers.get("Content-Encoding", "identity").lower() not in {"identity", ""}:
        raise Problem(415, "The message is packed. Send it unpacked.", heads={"Accept-Encoding": "identity"})


def json_response(told: object, status: int = 200, heads: Mapping[str, str] | None = None) -> HttpResponse:
    """A document as JSON."""
    return HttpResponse(msgspec.json.encode(told), status=status, content_type=JSON, headers=dict(heads or {}))


def cursor_of(call: Call) -> tuple[Cursor, int]:
    """``after`` and ``size`` of a list; every fault of the query at once."""
    faults: list[dict[str, Any]] = []
    text = call.request.GET.get("after", str(START))
    after = Cursor.read(text)
    if after is None:
        says = "after is the cursor that the last page gave as 'next', or 0 for the first page."
        faults.append({"parameter": "after", "value": text[:80], "message": says})
    size = _number(call, "size", PAGE, 1, PAGE_MAX, faults)
    if faults or after is None:
        raise Problem(422, "The query cannot be read.", errors=faults)
    return after, size


def _number(call: Call, name: str, given: int, least: int, most: int, faults: list[dict[str, Any]]) -> int:
    text = call.request.GET.get(name)
    if text is None:
        return given
    if not (text.isascii() and text.isdecimal()) or len(text) > len(str(most)) or not least <= int(text) <= most:
        faults.append(
            {"parameter": name, "value": text[:80], "message": f"{name} is a whole number from {least} to {most}."}
        )
        return given
    return int(text)


def id_of(text: str) -> UUID:
    """An id out of an address; one that is none is nothing that exists."""
    try:
        return UUID(text)
    except ValueError as fault:
        raise Problem(404, "There is nothing at this address, or nothing that you may see.") from fault
