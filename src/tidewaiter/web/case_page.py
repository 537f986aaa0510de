"""One parcel: what it is, what was decided and why, and what may be done about it now."""

from datetime import datetime
from typing import Any, Final
from uuid import UUID, uuid4

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.views.decorators.http import require_http_methods, require_safe

from tidewaiter.model.errors import (
    ImpossibleAct,
    KeyUsedOtherwise,
    SeenBefore,
    SignInRefused,
    TidewaiterError,
    TooManyTries,
    WrongUse,
)
from tidewaiter.service import accounts, case_view
from tidewaiter.service.accounts import Visitor
from tidewaiter.service.acts import case as acts
from tidewaiter.service.acts.reasons import reasons
from tidewaiter.service.acts.revealing import reveal
from tidewaiter.service.case_view import CaseView
from tidewaiter.store.rights import NotAllowed
from tidewaiter.web.act_forms import FORMS, Filled, Form, read
from tidewaiter.web.passkeys_page import asks_again, asserted_of
from tidewaiter.web.visiting import address_of, for_visitors, token_of

CHANGED, UNSOUND = 409, 422
KEY_LONGEST: Final = 100
OF_QUESTIONS: Final = frozenset({"answer", "withdraw"})
"""Acts that nobody misses where no question is open."""
STATUS: Final = {NotAllowed: 403, KeyUsedOtherwise: CHANGED}
SENT_BEFORE: Final = (
    "This form was sent before with other words. Look at the case; if it is still to be done, begin anew."
)


@require_safe
@for_visitors
def case(request: HttpRequest, visitor: Visitor, moment: datetime, case_id: UUID) -> HttpResponse:
    """The page of a case."""
    view = _view(visitor, case_id, moment)
    done = FORMS.get(request.GET.get("done", ""))
    shown = {
        **_shown(view, visitor, moment),
        "buttons": _buttons(view),
        "later": _later(view),
        "done": done.done if done else "",
    }
    return render(request, "case/case.html", shown)


@require_http_methods(["GET", "HEAD", "POST"])
@for_visitors
def act(request: HttpRequest, visitor: Visitor, moment: datetime, case_id: UUID, act: str) -> HttpResponse:
    """The form of an act, and the act; a second press of its button finds it done."""
    view, form = _view(visitor, case_id, moment), FORMS.get(act)
    if form is None or act not in view.acts:
        raise Http404
    if request.method != "POST":
        filled = Filled({}, _given(view), {})
        return _form(request, visitor, moment, view, form, filled, view.acts[act] or "")
    filled = read(form, request.POST, {item["item_no"] for item in view.items})
    proof = "" if filled.faults else _proved(request, form, visitor, moment)
    if filled.faults or proof:
        faults = {**filled.faults, **({"proof": proof} if proof else {})}
        return _form(request, visitor, moment, view, form, filled._replace(faults=faults), "", UNSOUND)
    if act == "reveal":
        return _revealed(request, visitor, moment, view, filled)
    fault = _done(form.act or act, visitor, moment, view, request, filled)
    if isinstance(fault, SeenBefore):
        shown = {**_shown(view, visitor, moment), "form": form, "told": str(fault), "typed": filled.typed}
        return render(request, "case/changed.html", shown, status=CHANGED)
    if fault is not None:
        return _form(request, visitor, moment, view, form, filled, _told(fault), STATUS.get(type(fault), UNSOUND))
    return HttpResponseRedirect(f"/cases/{case_id}?done={act}")


def _done(
    name: str, visitor: Visitor, moment: datetime, view: CaseView, request: HttpRequest, filled: Filled
) -> TidewaiterError | None:
    """Why an act was not done; nothing: it was, now or by an earlier press."""
    try:
        getattr(acts, name)(visitor.actor, view.id, saw=_saw(request), key=_key(request), now=moment, **filled.values)
    except (NotAllowed, ImpossibleAct, WrongUse) as fault:
        return fault
    return None


def _told(fault: TidewaiterError) -> str:
    return SENT_BEFORE if isinstance(fault, KeyUsedOtherwise) else str(fault)


def _revealed(request: HttpRequest, visitor: Visitor, moment: datetime, view: CaseView, filled: Filled) -> HttpResponse:
    """Persons of the filing, on a page that nothing keeps; the look is recorded before."""
    found = reveal(visitor.actor, view.id, reason=filled.values["reason"], now=moment)
    return render(request, "case/persons.html", {**_shown(view, visitor, moment), "parties": found})


def _view(visitor: Visitor, case_id: UUID, moment: datetime) -> CaseView:
    """The case as this person sees it; what is not his to see is not there."""
    try:
        return case_view.case(visitor.actor, str(case_id), now=moment)
    except NotAllowed as refusal:
        raise Http404 from refusal


def _shown(view: CaseView, visitor: Visitor, moment: datetime) -> dict[str, Any]:
    persons = {event.person for event in view.events if event.person} | {view.assigned_to or ""}
    persons |= {view.proposal["by"]} if view.proposal else set()
    names = accounts.shown_names(visitor.actor, persons - {""})
    return {"view": view, "row": view, "visitor": visitor, "names": names, "now": moment}


def _buttons(view: CaseView) -> list[tuple[str, Form]]:
    """What may be done now, in the order of the forms."""
    return [(name, form) for name, form in FORMS.items() if name in view.acts and not view.acts[name]]


def _later(view: CaseView) -> dict[str, list[str]]:
    """What cannot be done yet, by the sentence that says why not."""
    found: dict[str, list[str]] = {}
    for name, form in FORMS.items():
        why_not = view.acts.get(name)
        if why_not and (view.questions or name not in OF_QUESTIONS):
            found.setdefault(why_not, []).append(form.button)
    return found


def _form(
    request: HttpRequest, visitor: Visitor, moment: datetime, view: CaseView, form: Form, filled: Filled, fault: str,
    status: int = 200,
) -> HttpResponse:  # fmt: skip
    shown = {
        **_shown(view, visitor, moment), "form": form, "filled": filled, "fault": fault,
        "key": _key(request) if request.method == "POST" else uuid4().hex,
        "saw": _saw(request) if request.method == "POST" else view.seq,
        "labels": {**{one.name: one.label for one in form.fields}, "proof": "Proof"},
        "needs_proof": (needs_proof := form.needs_proof and not visitor.is_proven(moment)),
        "asks": asks_again(request, visitor, moment) if needs_proof else "",
        "reasons": {one.code: one.says for one in reasons().values() if form.decides in one.acts},
        "colleagues": accounts.colleagues(visitor) if any(one.shape == "colleague" for one in form.fields) else {},
    }  # fmt: skip
    return render(request, "case/act.html", shown, status=status)


def _given(view: CaseView) -> dict[str, Any]:
    """What a form begins with: every goods line that is not decided yet."""
    final = {"released", "refused"}
    return {"items": [str(item["item_no"]) for item in view.items if item.get("decision") not in final]}


def _proved(request: HttpRequest, form: Form, visitor: Visitor, moment: datetime) -> str:
    """Why the person is not proven for this act; nothing: he is."""
    if not form.needs_proof or visitor.is_proven(moment):
        return ""
    told, asserted = request.POST.get("proof", ""), asserted_of(request)
    if not told and asserted is None:
        return "Prove that it is you: your last proof is too old for this act."
    try:
        accounts.step_up(token_of(request), told, moment, address_of(request), asserted)
    except SignInRefused:
        return "That is not right. Nothing was done; what you filled in is still here."
    except TooManyTries as fault:
        return str(fault)
    return ""


def _saw(request: HttpRequest) -> int:
    told = request.POST.get("saw", "")
    return int(told) if told.isascii() and told.isdecimal() and len(told) < 10 else -1  # noqa: PLR2004 - a version has fewer digits


def _key(request: HttpRequest) -> str:
    return request.POST.get("key", "")[:KEY_LONGEST] or uuid4().hex
