"""Every page goes through here: who visits, that the form is ours, what may load, and a page for what goes wrong."""

import logging
from collections.abc import Callable
from datetime import datetime
from functools import wraps
from typing import Any, Concatenate, Final
from urllib.parse import urlencode

from django.core.exceptions import SuspiciousOperation
from django.db import InterfaceError, OperationalError
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.csrf import csrf_protect

from tidewaiter.model.errors import SignedOut, Unavailable
from tidewaiter.service.accounts import Visitor, visitor
from tidewaiter.service.clock import now
from tidewaiter.store.rights import NotAllowed
from tidewaiter.web import faults

COOKIE: Final = "tidewaiter_session"
COMES_BACK: Final = frozenset({COOKIE, "tidewaiter_issuer"})
"""Cookies that come along when a link elsewhere leads here."""
SIGN_IN: Final = "/sign-in"
PASSWORD: Final = "/account/password"  # noqa: S105 - an address
LOOPBACK: Final = frozenset({"localhost", "127.0.0.1", "[::1]"})
LOG: Final = logging.getLogger("tidewaiter.web")
HEADERS: Final = {
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data:; connect-src 'self'; "
        "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    ),
    "Cache-Control": "no-store",
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=()",
}
Open = Callable[Concatenate[HttpRequest, ...], HttpResponseBase]
Closed = Callable[Concatenate[HttpRequest, Visitor, datetime, ...], HttpResponseBase]


def for_everybody(view: Open) -> Open:
    """A page that needs no sign-in."""
    protected = csrf_protect(view)

    @wraps(view)
    def answer(request: HttpRequest, **told: Any) -> HttpResponseBase:  # noqa: ANN401 - parts of the address
        try:
            request.get_host()
            response = protected(request, **told)
        except SuspiciousOperation:
            return faults.page(request, faults.UNREADABLE)
        except Http404:
            response = faults.page(request, faults.NOT_FOUND)
        except NotAllowed as refusal:
            response = faults.page(request, faults.NOT_ALLOWED, str(refusal))
        except SignedOut:
            response = to_sign_in(request)
        except (Unavailable, OperationalError, InterfaceError):
            response = faults.page(request, faults.NOT_NOW)
        except Exception:
            LOG.exception("a page failed")
            response = faults.page(request, faults.BROKEN)
        return headed(request, response)

    return answer


def for_visitors(view: Closed) -> Open:
    """A page for who is signed in; a first password is changed before anything else."""

    @for_everybody
    @wraps(view)
    def answer(request: HttpRequest, **told: Any) -> HttpResponseBase:  # noqa: ANN401 - parts of the address
        moment = now()
        found = visitor(token_of(request), moment) if token_of(request) else None
        if found is None:
            return to_sign_in(request)
        if found.must_change and request.path not in {PASSWORD, "/sign-out"}:
            return HttpResponseRedirect(PASSWORD)
        request.visitor = found  # type: ignore[attr-defined]
        return view(request, found, moment, **told)

    return answer


def headed(request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
    """The answer with what a browser may do with it; cookies go over TLS alone, unless we speak to ourselves."""
    for name, value in HEADERS.items():
        response.headers.setdefault(name, value)
    for cookie in response.cookies.values():
        cookie["secure"] = is_far(request)
        cookie["httponly"] = True
        cookie["samesite"] = "Lax" if cookie.key in COMES_BACK else "Strict"
    return response


def is_far(request: HttpRequest) -> bool:
    """True where the browser may be on another machine."""
    return request.is_secure() or request.get_host().rsplit(":", 1)[0] not in LOOPBACK


def token_of(request: HttpRequest) -> str:
    """The token that came along; empty where none did."""
    return request.COOKIES.get(COOKIE, "")


def address_of(request: HttpRequest) -> str:
    """Where the call came from, through proxies that are believed."""
    return str(request.META.get("REMOTE_ADDR") or "")


def to_sign_in(request: HttpRequest) -> HttpResponse:
    """To the sign-in, and back here afterwards; what was sent by a form is not sent again by itself."""
    wanted = request.get_full_path() if request.method == "GET" else request.path
    return HttpResponseRedirect(f"{SIGN_IN}?{urlencode({'next': wanted})}")


def next_of(request: HttpRequest) -> str:
    """Where to go after the sign-in: a place of ours, else the beginning."""
    wanted = request.POST.get("next") or request.GET.get("next") or "/"
    is_ours = wanted.startswith("/") and url_has_allowed_host_and_scheme(wanted, allowed_hosts=None)
    return wanted if is_ours else "/"
