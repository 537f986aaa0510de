"""By an issuer: sent there, taken back, an account tied or untied. Links and forms; no script."""

from datetime import datetime
from typing import Final

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.middleware.csrf import rotate_token
from django.shortcuts import render
from django.views.decorators.http import require_GET, require_POST

from tidewaiter.model.errors import AccountRefused, IssuerRefused, SignInRefused
from tidewaiter.service.accounts import Visitor
from tidewaiter.service.clock import now
from tidewaiter.service.issuer import entering
from tidewaiter.web.visiting import COOKIE, for_everybody, for_visitors, next_of, token_of

REQUEST: Final = "tidewaiter_issuer"
BACK: Final = "/sign-in/issuer/back"
REFUSED: Final = 401


@require_GET
@for_everybody
def enter(request: HttpRequest) -> HttpResponse:
    """To the issuer, to be let in."""
    return _sent(request, next_of(request), entering.ENTER)


@require_POST
@for_visitors
def tie(request: HttpRequest, visitor: Visitor, moment: datetime) -> HttpResponse:
    """To the issuer, to tie the account there to the one here: by a page with a link, since forms lead nowhere else."""
    if not visitor.is_proven(moment):
        return _told(request, "Prove that it is you: sign in anew, then tie the accounts at once.")
    return _sent(request, "/account?done=tied", entering.TIE, has_link=True)


@require_POST
@for_visitors
def untie(request: HttpRequest, visitor: Visitor, moment: datetime) -> HttpResponse:  # noqa: ARG001 - as every page
    """Forget the tie."""
    entering.untie(token_of(request), moment)
    return HttpResponseRedirect("/account?done=untied")


@require_GET
@for_everybody
def back(request: HttpRequest) -> HttpResponse:
    """From the issuer."""
    answer = {name: request.GET.get(name, "") for name in request.GET}
    try:
        found = entering.end(answer, request.COOKIES.get(REQUEST, ""), token_of(request), now())
    except SignInRefused:
        return _told(request, entering.NOT_KNOWN)
    except (IssuerRefused, AccountRefused) as refusal:
        return _told(request, str(refusal))
    response = HttpResponseRedirect(found.next)
    if found.token is not None:
        rotate_token(request)
        response.set_cookie(COOKIE, found.token)
    response.delete_cookie(REQUEST, path="/sign-in")
    return response


def _sent(request: HttpRequest, wanted: str, purpose: str, *, has_link: bool = False) -> HttpResponse:
    home = f"{request.scheme}://{request.get_host()}"
    try:
        sent = entering.begin(f"{home}{BACK}", wanted, now(), purpose)
    except IssuerRefused as refusal:
        return _told(request, str(refusal))
    response = (
        render(request, "door/to_issuer.html", {"to": sent.address, "fault": ""})
        if has_link
        else HttpResponseRedirect(sent.address)
    )
    response.set_cookie(REQUEST, sent.request, path="/sign-in", max_age=int(entering.LASTS.total_seconds()))
    return response


def _told(request: HttpRequest, fault: str) -> HttpResponse:
    return render(request, "door/to_issuer.html", {"fault": fault}, status=REFUSED)
