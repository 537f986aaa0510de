"""``tidewaiter case list`` and ``show``."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Any, Literal

from cyclopts import Parameter

from tidewaiter.cli.account import actor_by
from tidewaiter.cli.words import columns, heading, plain, show, show_json
from tidewaiter.model.money import money_text
from tidewaiter.model.words import counted, spoken

if TYPE_CHECKING:
    from tidewaiter.service.case_view import CaseView
    from tidewaiter.service.queue import Row

Flag = Annotated[bool, Parameter(negative=())]
Of = Annotated[str, Parameter(name="CASE")]


def show_list(
    *, by: str, state: Literal["open", "closed", "all"] = "open", office: str | None = None, lane: str | None = None,
    decision: str | None = None, assigned: str | None = None, agency: str | None = None, text: str | None = None,
    overdue: Flag = False, limit: int = 50, json: Flag = False,
) -> int:  # fmt: skip
    """List cases in the order of the queue, as far as you may see them.

    Args:
        by: Name of who asks; the password is asked for.
        state: open, closed or all.
        office: Those of one office.
        lane: release, hold or divert.
        decision: open, held, released, refused or partial.
        assigned: me, nobody, or a person.
        agency: Those that want the leave of an agency.
        text: How a reference or a barcode begins.
        overdue: Those whose time to reply has run out.
        limit: How many at most.
        json: The same as JSON.
    """
    actor = actor_by(by)
    from tidewaiter.service.case_desk import cases
    from tidewaiter.service.clock import now
    from tidewaiter.service.queue_filters import Filters

    filters = Filters(office, lane, decision, assigned, agency, None, overdue or None, text, state)
    found = cases(actor, filters, now(), limit)
    if json:
        show_json([plainly(one._asdict()) for one in found])
    else:
        show(["", *(columns([_row(one) for one in found]) if found else ["  No case."]), ""])
    return 0


def show_case(of: Of, /, *, by: str, json: Flag = False) -> int:
    """Show one case: what it waits for, its goods lines, why, and what happened.

    Args:
        of: Its id, or its reference or barcode.
        by: Name of who asks; the password is asked for.
        json: The same as JSON.
    """
    actor = actor_by(by)
    from tidewaiter.service.case_desk import show as look
    from tidewaiter.service.clock import now

    view = look(actor, of, now())
    if json:
        told = {**view._asdict(), "events": [one._asdict() for one in view.events]}
        show_json(plainly({**told, "notices": [one._asdict() for one in view.notices]}))
    else:
        show(_lines(view))
    return 0


def plainly(told: Mapping[str, Any]) -> dict[str, Any]:
    """The same with moments as text, as JSON has them."""
    return {name: _value(value) for name, value in told.items()}


def _value(value: Any) -> Any:  # noqa: ANN401 - whatever a case holds
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, Mapping):
        return plainly(value)
    return [_value(one) for one in value] if isinstance(value, list | tuple) else value


def _row(row: "Row") -> tuple[str, ...]:
    waits = [
        *(f"leave of {one}" for one in row.waiting),
        *([counted(row.questions_open, "answer")] if row.questions_open else []),
    ]
    amount = money_text(row.amount_minor, row.currency) if row.amount_minor is not None and row.currency else ""
    return (row.reference, row.barcode, row.lane, row.decision, amount, ", ".join(waits), row.id)


def _lines(view: "CaseView") -> Iterator[str]:
    yield f"\n  [bold]{plain(view.reference)}[/]  {plain(view.barcode)}  {spoken(view.decision)}, lane {view.lane}"
    yield f"  case {view.id}, {counted(view.seq, 'event')}, version {view.version}"
    for agency, grants in view.leave.items():
        lines = view.leave_lines.get(agency, ())
        of = f" for goods line {', '.join(map(str, lines))}" if lines else ""
        said = "waits" if grants is None else "granted" if grants else "not granted"
        yield f"  leave of {plain(agency)}{of}: {said}"
    for question in view.questions:
        yield f"  open question {plain(question)}"
    yield heading("Goods lines")
    names = ("item_no", "description", "commodity_code", "decision")
    yield from columns(tuple(plain(item.get(name) or "") for name in names) for item in view.items)
    if view.reasons:
        yield heading("Why")
        yield from (f"    {plain(one['code'])}  {plain(str(one.get('sentence') or ''))}" for one in view.reasons)
    yield heading("What happened")
    yield from columns([(str(one.seq), f"{one.at:%Y-%m-%d %H:%M}", one.kind, one.person or "") for one in view.events])
    yield ""
