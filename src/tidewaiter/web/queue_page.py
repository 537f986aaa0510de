"""The queue: what waits for people, narrowed down by what stands in the address, page by page."""

from datetime import datetime
from typing import Any, Final
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.views.decorators.http import require_safe

from tidewaiter.model.errors import WrongUse
from tidewaiter.service import accounts, queue
from tidewaiter.service.accounts import Visitor
from tidewaiter.service.queue_export import Form, lines
from tidewaiter.service.queue_filters import Filters
from tidewaiter.web.visiting import for_visitors

CHOICES: Final[dict[str, dict[str, str]]] = {
    "state": {"open": "Open", "closed": "Closed", "all": "All"},
    "lane": {"": "Any lane", "hold": "Hold", "divert": "Divert", "release": "Release"},
    "decision": {
        "": "Any decision", "open": "Not decided", "held": "Held", "partial": "Partly decided", "released": "Released",
        "refused": "Refused",
    },
    "assigned": {"": "Anybody", "me": "Me", "nobody": "Nobody yet"},
}  # fmt: skip
"""What the queue is narrowed down by, with the words of each choice; the first is meant when nothing is said."""
MARKS: Final = ("has_question", "is_overdue")
WORDS: Final = "text"
KINDS: Final[dict[Form, str]] = {"csv": "text/csv; charset=utf-8", "ndjson": "application/x-ndjson"}


@require_safe
@for_visitors
def queue_of(request: HttpRequest, visitor: Visitor, moment: datetime) -> HttpResponse:
    """One page of the queue, and how long it is."""
    chosen = _chosen(request)
    filters = _filters(chosen)
    fault, found, count = "", None, 0
    try:
        found = queue.page(visitor.actor, filters, now=moment, after=request.GET.get("after") or None)
        count = queue.count(visitor.actor, filters, now=moment)
    except WrongUse as wrong:
        fault = str(wrong)
    rows = found.rows if found else ()
    shown = {
        "rows": rows, "count": count, "chosen": chosen, "choices": CHOICES, "now": moment, "fault": fault,
        "names": accounts.shown_names(visitor.actor, {row.assigned_to for row in rows if row.assigned_to}),
        "next": _address(chosen, found.after) if found and found.after else "",
        "first": _address(chosen) if request.GET.get("after") else "",
        "files": {form: _address(chosen, path=f"/queue.{form}") for form in KINDS},
        "is_narrowed": chosen != _chosen_of({}), "visitor": visitor,
    }  # fmt: skip
    return render(request, "queue.html", shown, status=400 if fault else 200)


@require_safe
@for_visitors
def queue_file(request: HttpRequest, visitor: Visitor, moment: datetime, form: Form) -> HttpResponseBase:
    """All rows that the address names, every one, streamed; what cannot be asked is told before the first row."""
    filters = _filters(_chosen(request))
    try:
        queue.count(visitor.actor, filters, now=moment)
    except WrongUse as wrong:
        return HttpResponse(str(wrong), status=400, content_type="text/plain; charset=utf-8")
    rows = queue.export(visitor.actor, filters, now=moment)
    response = StreamingHttpResponse(lines(rows, form), content_type=KINDS[form])
    response.headers["Content-Disposition"] = f'attachment; filename="queue-{moment:%Y-%m-%d-%H%M}.{form}"'
    return response


def _filters(chosen: dict[str, str]) -> Filters:
    return Filters(
        lane=chosen["lane"] or None, decision=chosen["decision"] or None, assigned=chosen["assigned"] or None,
        text=chosen[WORDS] or None, state=chosen["state"], has_question=bool(chosen["has_question"]) or None,
        is_overdue=bool(chosen["is_overdue"]) or None,
    )  # fmt: skip


def _chosen(request: HttpRequest) -> dict[str, str]:
    return _chosen_of(request.GET.dict())


def _chosen_of(told: dict[str, Any]) -> dict[str, str]:
    """What is chosen; a word that is no choice is the first one."""
    chosen = {name: told.get(name, "") for name in CHOICES}
    chosen = {name: word if word in CHOICES[name] else next(iter(CHOICES[name])) for name, word in chosen.items()}
    return chosen | {name: "1" if told.get(name) else "" for name in MARKS} | {WORDS: told.get(WORDS, "").strip()[:80]}


def _address(chosen: dict[str, str], after: str = "", path: str = "/queue") -> str:
    told = {name: word for name, word in {**chosen, "after": after}.items() if word and word != "open"}
    return f"{path}?{urlencode(told)}" if told else path
