"""A case and its events as JSON, the form in which the database keeps and folds them."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, Final

from tidewaiter.desk.events import Event, Kind
from tidewaiter.desk.folding import Case, Proposal

MOMENTS: Final = ("reply_by", "presented_at")
"""What is an instant among the things that an event tells."""


def moment_text(at: datetime) -> str:
    """UTC with microseconds, as the database writes it too."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def told_as_json(event: Event) -> dict[str, Any]:
    """What an event tells, instants as text."""
    return {name: moment_text(value) if isinstance(value, datetime) else value for name, value in event.told.items()}


def event_of(kind: Kind, at: datetime, person: str | None, told: Mapping[str, Any]) -> Event:
    """The event that a row of the database holds."""
    read = {
        name: datetime.fromisoformat(value) if name in MOMENTS and value is not None else value
        for name, value in told.items()
    }
    return Event(kind, at, person, read)


def state_of(case: Case) -> dict[str, Any]:
    """All of a case but the count of its events; numbers of goods lines are keys, so they are text."""
    proposal = case.proposal
    return {
        "version": case.version,
        "items": _by_line(case.items),
        "needs_presentation": case.needs_presentation,
        "needs_result": case.needs_result,
        "presented_at": moment_text(case.presented_at) if case.presented_at else None,
        "assigned_to": case.assigned_to,
        "questions": {name: moment_text(by) if by else None for name, by in case.questions.items()},
        "agencies": dict(case.agencies),
        "leave": {name: sorted(lines) for name, lines in case.leave.items()},
        "results": _by_line(case.results),
        "proposal": {**proposal._asdict(), "items": sorted(proposal.items)} if proposal else None,
        "approved_by": case.approved_by,
        "took_part": sorted(case.took_part),
        "disposition": _by_line(case.disposition),
    }


def case_of(seq: int, state: Mapping[str, Any]) -> Case:
    """The case that the database keeps."""
    proposal = state["proposal"]
    return Case(
        seq=seq,
        version=state["version"],
        items=_by_number(state["items"]),
        needs_presentation=state["needs_presentation"],
        needs_result=state["needs_result"],
        presented_at=_moment(state["presented_at"]),
        assigned_to=state["assigned_to"],
        questions={name: _moment(by) for name, by in state["questions"].items()},
        agencies=dict(state["agencies"]),
        leave={name: frozenset(lines) for name, lines in state["leave"].items()},
        results=_by_number(state["results"]),
        proposal=Proposal(**{**proposal, "items": frozenset(proposal["items"])}) if proposal else None,
        approved_by=state["approved_by"],
        took_part=frozenset(state["took_part"]),
        disposition=_by_number(state["disposition"]),
    )


def _by_line(told: Mapping[int, str]) -> dict[str, str]:
    return {str(line): word for line, word in told.items()}


def _by_number(told: Mapping[str, str]) -> dict[int, str]:
    return {int(line): word for line, word in told.items()}


def _moment(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None
