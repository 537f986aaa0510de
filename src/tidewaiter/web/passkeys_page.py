"""Passkeys of a person: what a browser brought, and the page where they are added and taken away."""

from datetime import datetime
from typing import Final

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from tidewaiter.model.errors import AccountRefused, SignInRefused, TooManyTries
from tidewaiter.service import accounts, passkeys
from tidewaiter.service.accounts import Visitor
from tidewaiter.service.assertions import Asserted
from tidewaiter.web.visiting import address_of, for_visitors, token_of

UNSOUND: Final = 422
NO_PROOF: Final = "Prove that it is you: your last proof is too old for this."


def asserted_of(request: HttpRequest, name: str = "passkey") -> Asserted | None:
    """What a passkey answered, where the form brought an answer."""
    words = request.POST.get(name, "")
    return Asserted(words, f"{request.scheme}://{request.get_host()}") if words else None


def place_of(request: HttpRequest) -> str:
    """The host that passkeys are bound to; empty where none can be."""
    host = request.get_host()
    bare = host.rpartition("]")[0] + "]" if host.startswith("[") else host.partition(":")[0]
    return bare if passkeys.is_place(bare) else ""


def asks_again(request: HttpRequest, visitor: Visitor, moment: datetime) -> str:
    """What a passkey of the person is asked for an act; empty where he has none, or none can be used here."""
    place = place_of(request)
    return passkeys.asks_again(token_of(request), place, moment) if visitor.has_passkey and place else ""


@require_http_methods(["GET", "HEAD", "POST"])
@for_visitors
def page(request: HttpRequest, visitor: Visitor, moment: datetime) -> HttpResponse:
    """The passkeys, a form that adds one and a form for each that takes it away."""
    fault = _done(request, visitor, moment) if request.method == "POST" else ""
    if request.method == "POST" and not fault:
        return HttpResponseRedirect("/account?done=passkeys" if visitor.is_proven(moment) else request.path)
    token, place = token_of(request), place_of(request)
    shown = {
        "fault": fault,
        "held": [(one.id.hex(), one.called, one.made_at) for one in passkeys.listed(token, moment)],
        "needs_proof": not visitor.is_proven(moment),
        "place": place,
        "makes": passkeys.asks_for_new(token, place, moment) if place else "",
        "asks": asks_again(request, visitor, moment),
    }
    return render(request, "door/passkeys.html", shown, status=UNSOUND if fault else 200)


def _done(request: HttpRequest, visitor: Visitor, moment: datetime) -> str:
    """Why nothing was done; nothing: it was. A proof alone brings the page back with the person proven."""
    told, token = request.POST, token_of(request)
    if not visitor.is_proven(moment):
        return _proven(request, moment)
    try:
        if told.get("act") == "take_away":
            passkeys.take_away(token, told.get("name", ""), moment)
        elif (made := asserted_of(request)) is not None:
            passkeys.add(token, made, told.get("called", ""), moment)
        else:
            return "No passkey came with the form. Adding one needs a browser with JavaScript."
    except AccountRefused as refusal:
        return str(refusal)
    return ""


def _proven(request: HttpRequest, moment: datetime) -> str:
    secret, asserted = request.POST.get("proof", ""), asserted_of(request)
    if not secret and asserted is None:
        return NO_PROOF
    try:
        accounts.step_up(token_of(request), secret, moment, address_of(request), asserted)
    except SignInRefused:
        return "That is not right. Nothing was done."
    except TooManyTries as refusal:
        return str(refusal)
    return ""
