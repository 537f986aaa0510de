"""In and out: sign-in with password and code, sign-out, a new password, one-time codes."""

from datetime import datetime
from typing import Final

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.middleware.csrf import rotate_token
from django.shortcuts import render
from django.views.decorators.http import require_http_methods, require_POST

from tidewaiter.model.errors import AccountRefused, SignInRefused, TooManyTries
from tidewaiter.service import accounts, passkeys
from tidewaiter.service.accounts import Visitor
from tidewaiter.service.clock import now
from tidewaiter.service.issuer.entering import is_tied, issuer
from tidewaiter.web.passkeys_page import asserted_of, place_of
from tidewaiter.web.visiting import COOKIE, address_of, for_everybody, for_visitors, next_of, token_of

REFUSED, SLOWED, UNSOUND = 401, 429, 422


@require_http_methods(["GET", "HEAD", "POST"])
@for_everybody
def sign_in(request: HttpRequest) -> HttpResponse:
    """The form, and who fills it in."""
    if request.method != "POST":
        moment = now()
        if token_of(request) and accounts.visitor(token_of(request), moment):
            return HttpResponseRedirect(next_of(request))
        return _sign_in(request, "", 200)
    told = request.POST
    try:
        token = accounts.sign_in(
            told.get("name", ""), told.get("password", ""), told.get("code", ""), now(), address_of(request),
            asserted_of(request),
        )  # fmt: skip
    except SignInRefused as refusal:
        return _sign_in(request, str(refusal), REFUSED)
    except TooManyTries as refusal:
        response = _sign_in(request, str(refusal), SLOWED)
        response.headers["Retry-After"] = str(refusal.retry_after_s)
        return response
    rotate_token(request)
    response = HttpResponseRedirect(next_of(request))
    response.set_cookie(COOKIE, token)
    return response


@require_POST
@for_everybody
def sign_out(request: HttpRequest) -> HttpResponse:
    """Out; a second time changes nothing."""
    accounts.sign_out(token_of(request), now())
    response = HttpResponseRedirect("/sign-in?out=1")
    response.delete_cookie(COOKIE)
    return response


@require_http_methods(["GET", "HEAD", "POST"])
@for_visitors
def password(request: HttpRequest, visitor: Visitor, moment: datetime) -> HttpResponse:
    """A new password for the old one."""
    told, fault = request.POST, ""
    if request.method == "POST":
        if told.get("new", "") != told.get("again", ""):
            fault = "The two new passwords are not the same. Type them again."
        else:
            fault = _changed(request, told.get("old", ""), told.get("new", ""), moment)
        if not fault:
            return HttpResponseRedirect("/account?done=password")
    shown = {"fault": fault, "must_change": visitor.must_change}
    return render(request, "door/password.html", shown, status=UNSOUND if fault else 200)


def _changed(request: HttpRequest, old: str, new: str, moment: datetime) -> str:
    """Why the password was not changed; nothing: it was."""
    try:
        accounts.change_password(token_of(request), old, new, moment, address_of(request))
    except SignInRefused:
        return "The old password is not right. Nothing was changed."
    except (AccountRefused, TooManyTries) as refusal:
        return str(refusal)
    return ""


@require_http_methods(["GET", "HEAD", "POST"])
@for_visitors
def one_time_codes(request: HttpRequest, visitor: Visitor, moment: datetime) -> HttpResponse:
    """Codes of an authenticator: its secret is kept here, in force when its person proved himself with a code of it."""
    fault = _set_up(request, moment) if request.method == "POST" else ""
    if request.method == "POST" and not fault:
        return HttpResponseRedirect("/account?done=codes")
    token = token_of(request)
    secret = (accounts.offered_codes(token, moment) if fault else None) or accounts.offer_codes(token, moment)
    shown = {
        "fault": fault,
        "has_code": visitor.has_code,
        "secret": secret,
        "groups": [secret[at : at + 4] for at in range(0, len(secret), 4)],
        "address": accounts.code_address(secret, visitor.name),
    }
    return render(request, "door/codes.html", shown, status=UNSOUND if fault else 200)


def _set_up(request: HttpRequest, moment: datetime) -> str:
    """Why codes were not set up; nothing: they were."""
    told = request.POST
    try:
        accounts.set_up_codes(
            token_of(request), told.get("password", ""), told.get("code", ""), moment,
            old_code=told.get("old_code", ""), address=address_of(request),
        )  # fmt: skip
    except SignInRefused:
        return (
            "The password or a code is not right. Nothing was changed. Wait for the next code, and check the clock of "
            "your device."
        )
    except TooManyTries as refusal:
        return str(refusal)
    return ""


DONE: Final = {
    "password": "Your password was changed. All your other sessions were ended.",
    "passkeys": "Your passkeys were changed. All your other sessions were ended.",
    "tied": "Your account elsewhere is tied to this one. From now on you can sign in by it.",
    "untied": "Nobody elsewhere is tied to your account any more.",
    "codes": "One-time codes are set up. From now on the sign-in asks for one. All your other sessions were ended.",
}


@for_visitors
def account(request: HttpRequest, visitor: Visitor, moment: datetime) -> HttpResponse:
    """Who is signed in, in which roles, and how he proves himself."""
    shown = {
        "visitor": visitor,
        "done": DONE.get(request.GET.get("done", ""), ""),
        "has_issuer": issuer() is not None,
        "is_tied": is_tied(token_of(request), moment),
        "roles": accounts.told_roles(visitor),
    }
    return render(request, "door/account.html", shown)


@for_visitors
def beginning(_request: HttpRequest, visitor: Visitor, _moment: datetime) -> HttpResponse:
    """The first page of a person: the queue, where the role has one."""
    return HttpResponseRedirect("/queue" if visitor.has_queue else "/account")


def _sign_in(request: HttpRequest, fault: str, status: int) -> HttpResponse:
    shown = {
        "fault": fault,
        "name": request.POST.get("name", ""),
        "next": next_of(request),
        "has_issuer": issuer() is not None,
        "asks": passkeys.asks_at_the_door(place, now()) if (place := place_of(request)) else "",
        "is_out": "out" in request.GET,
        "is_back": "next" in request.GET and not fault,
    }
    return render(request, "door/sign_in.html", shown, status=status)
