"""Webhooks of the machine's filer: named, listed, given a new secret, told again, removed."""

import re
from collections.abc import Callable
from dataclasses import asdict
from datetime import datetime
from typing import Any, Final, TypeVar

import msgspec
from django.http import HttpResponse

from tidewaiter.api.calls import Call, body_of, cursor_of, id_of, json_response
from tidewaiter.api.problems import Problem
from tidewaiter.model.errors import NotHere
from tidewaiter.service.webhooks import endpoints

BODY_MAX: Final = 16 << 10
KIND: Final = re.compile(r"[a-z_]{1,40}(\.[a-z_]{1,40}){1,3}")
T = TypeVar("T")
NOT_HERE: Final = "There is nothing at this address, or nothing that you may see."


class Wanted(msgspec.Struct, forbid_unknown_fields=True):
    """What is asked for: an address, and the kinds of messages it wants (none: all)."""

    url: str
    kinds: list[str] = []


class Again(msgspec.Struct, forbid_unknown_fields=True):
    """What is told again: one delivery, or all that was given up since a moment."""

    delivery: str | None = None
    since: datetime | None = None


def add(call: Call) -> HttpResponse:
    """Name an address; its secret is told this once."""
    asked = _read(call, Wanted)
    if not all(KIND.fullmatch(kind) for kind in asked.kinds):
        raise Problem(422, "A kind is as filing.released.", errors=[])
    made, secret = endpoints.add(call.actor, asked.url, asked.kinds, call.now)
    return json_response({**_shown(made), "secret": secret}, 201, {"Location": f"/v1/webhooks/{made.id}"})


def many(call: Call) -> HttpResponse:
    """All addresses of the filer."""
    return json_response({"webhooks": [_shown(one) for one in endpoints.of_filer(call.actor)]})


def one(call: Call, id: str) -> HttpResponse:  # noqa: A002 - the name in the address
    """One address."""
    wanted = id_of(id)
    for found in endpoints.of_filer(call.actor):
        if found.id == wanted:
            return json_response(_shown(found))
    raise Problem(404, NOT_HERE)


def remove(call: Call, id: str) -> HttpResponse:  # noqa: A002 - the name in the address
    """Tell an address no more."""
    _done(lambda: endpoints.remove(call.actor, id_of(id), call.now))
    return HttpResponse(status=204)


def change_secret(call: Call, id: str) -> HttpResponse:  # noqa: A002 - the name in the address
    """A new secret, told this once; for a day the old one signs as well."""
    return json_response({"secret": _done(lambda: endpoints.change_secret(call.actor, id_of(id), call.now))})


def enable(call: Call, id: str) -> HttpResponse:  # noqa: A002 - the name in the address
    """Tell an address again that was disabled."""
    _done(lambda: endpoints.enable(call.actor, id_of(id), call.now))
    return one(call, id)


def deliveries(call: Call, id: str) -> HttpResponse:  # noqa: A002 - the name in the address
    """What was or is to be told at an address, page by page."""
    after, size = cursor_of(call)
    one(call, id)
    found = endpoints.deliveries(call.actor, id_of(id), after, size + 1)
    page = found[:size]
    told = [{name: value for name, value in asdict(each).items() if name != "cursor"} for each in page]
    last = page[-1].cursor if page else after
    return json_response({"deliveries": told, "next": str(last), "is_last": len(found) <= size})


def replay(call: Call, id: str) -> HttpResponse:  # noqa: A002 - the name in the address
    """Tell again; a message keeps its id."""
    asked = _read(call, Again)
    if asked.since is not None and asked.since.tzinfo is None:
        raise Problem(422, "A moment needs its zone, as 2026-10-20T06:00:00Z.", errors=[])
    delivery = id_of(asked.delivery) if asked.delivery else None
    count = _done(lambda: endpoints.replay(call.actor, id_of(id), call.now, delivery=delivery, since=asked.since))
    return json_response({"deliveries": count}, 202)


def _read(call: Call, kind: type[T]) -> T:
    try:
        return msgspec.json.decode(body_of(call, BODY_MAX), type=kind)
    except (msgspec.DecodeError, UnicodeDecodeError) as fault:
        raise Problem(422, "The body is not as it is described.", errors=[{"message": str(fault)}]) from fault


def _done(act: Callable[[], T]) -> T:
    try:
        return act()
    except NotHere as fault:
        raise Problem(404, NOT_HERE) from fault


def _shown(found: endpoints.Webhook) -> dict[str, Any]:
    return asdict(found)
