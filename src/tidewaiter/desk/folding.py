"""The state of a case, read off its events from the first to the last. Pure: the same events, the same state."""

from collections.abc import Callable, Collection, Iterable, Mapping
from datetime import datetime
from functools import reduce
from typing import Any, Final, NamedTuple

from tidewaiter.desk.events import DECIDED, FINAL, Event


class Proposal(NamedTuple):
    """An act that one person proposed and another is to approve. Whatever changes the matter takes it away."""

    act: str
    items: frozenset[int]
    by: str
    reason: str = ""


class Case(NamedTuple):
    """A case as it stands after its events.

    ``seq`` counts events: who acts names the one he saw. ``questions`` are open ones with their reply clocks;
    ``agencies`` are those whose leave is wanted, with their answer once given, and ``leave`` the goods lines for which
    one wants it, where that is not all; ``items`` hold what was decided of each
    goods line; ``results`` what checks found of it. ``took_part`` are those who checked or proposed: none of them
    approves. ``approved_by`` holds for the very next event alone.
    """

    seq: int = 0
    version: int = 0
    items: Mapping[int, str] = {}
    needs_presentation: bool = False
    needs_result: bool = False
    presented_at: datetime | None = None
    assigned_to: str | None = None
    questions: Mapping[str, datetime | None] = {}
    agencies: Mapping[str, bool | None] = {}
    leave: Mapping[str, frozenset[int]] = {}
    results: Mapping[int, str] = {}
    proposal: Proposal | None = None
    approved_by: str | None = None
    took_part: frozenset[str] = frozenset()
    disposition: Mapping[int, str] = {}

    @property
    def decision(self) -> str:
        """What was decided of all items; ``partial`` where they differ, ``open`` before anything is decided."""
        words = set(self.items.values()) or {"open"}
        return words.pop() if len(words) == 1 else "partial"

    @property
    def is_closed(self) -> bool:
        """Nothing is left for people to decide."""
        return bool(self.items) and set(self.items.values()) <= FINAL

    @property
    def lacks_result(self) -> frozenset[int]:
        """Goods lines that are to be checked and were not yet."""
        return frozenset(self.items.keys() - self.results.keys()) if self.needs_result else frozenset()

    def lacks_leave(self, items: Collection[int]) -> list[str]:
        """Agencies that have not let in some of these goods lines: silence lets nothing in."""
        lines = frozenset(items)
        return sorted(
            name
            for name, grants in self.agencies.items()
            if not grants and not lines.isdisjoint(self.leave.get(name, lines))
        )


def folded(events: Iterable[Event]) -> Case:
    """The case after these events, in their order."""
    return reduce(after, events, Case())


def after(case: Case, event: Event) -> Case:
    """The case after one more event."""
    change = CHANGES.get(event.kind)
    changed = {"approved_by": None, **(change(case, event) if change else {})}
    if event.kind in MATERIAL:
        changed["proposal"] = None
    return case._replace(seq=case.seq + 1, **changed)


Changed = dict[str, Any]


def _opened(_case: Case, event: Event) -> Changed:
    return {
        "version": event.told["version"],
        "items": dict.fromkeys(event.told["items"], "open"),
        **_needs(event.told.get("needs", ())),
        **_agencies(event.told.get("agencies", ())),
        "presented_at": event.told.get("presented_at"),
    }


def _needs(words: Collection[str]) -> Changed:
    return {"needs_presentation": "presentation" in words, "needs_result": "result" in words}


def _agencies(wanted: Collection[str]) -> Changed:
    """Names alone: each has to let in all goods lines."""
    leave = {name: frozenset(lines) for name, lines in wanted.items()} if isinstance(wanted, Mapping) else {}
    return {"agencies": dict.fromkeys(wanted), "leave": leave}


def _amended(case: Case, event: Event) -> Changed:
    """What was found, asked and let in of an earlier version says nothing of the new one; what was done stays told."""
    needs, agencies = event.told.get("needs"), event.told.get("agencies")
    return {
        **(_needs(needs) if needs is not None else {}),
        **(_agencies(agencies) if agencies is not None else {"agencies": dict.fromkeys(case.agencies)}),
        "version": event.told["version"],
        "items": dict.fromkeys(event.told["items"], event.told.get("lines", "open")),
        "questions": {},
        "results": {},
    }


def _asked(case: Case, event: Event) -> Changed:
    return {"questions": {**case.questions, event.told["question"]: event.told.get("reply_by")}}


def _answered(case: Case, event: Event) -> Changed:
    return {"questions": {name: by for name, by in case.questions.items() if name != event.told["question"]}}


def _inspected(case: Case, event: Event) -> Changed:
    found = dict.fromkeys(event.told.get("items", case.items), event.told["result"])
    return {"results": {**case.results, **found}, "took_part": _with(case, event)}


def _agency_answered(case: Case, event: Event) -> Changed:
    return {"agencies": {**case.agencies, event.told["agency"]: event.told["grants"]}}


def _proposed(case: Case, event: Event) -> Changed:
    items = frozenset(event.told.get("items", case.items))
    proposal = Proposal(event.told["act"], items, event.person or "", event.told.get("reason", ""))
    return {"proposal": proposal, "took_part": _with(case, event)}


def _with(case: Case, event: Event) -> frozenset[str]:
    return case.took_part | {event.person} if event.person else case.took_part


def _decided(case: Case, event: Event) -> Changed:
    return {"items": {**case.items, **dict.fromkeys(event.told.get("items", case.items), event.kind)}}


def _disposed(case: Case, event: Event) -> Changed:
    named = dict.fromkeys(event.told.get("items", case.items), event.told["disposition"])
    return {"disposition": {**case.disposition, **named}}


CHANGES: Final[dict[str, Callable[[Case, Event], Changed]]] = {
    "opened": _opened,
    "amended": _amended,
    "presented": lambda _case, event: {"presented_at": event.at},
    "assigned": lambda _case, event: {"assigned_to": event.told["to"]},
    "asked": _asked,
    "answered": _answered,
    "withdrawn": _answered,
    "inspected": _inspected,
    "agency_answered": _agency_answered,
    "proposed": _proposed,
    "approved": lambda _case, event: {"approved_by": event.person},
    "disposed": _disposed,
    **dict.fromkeys(DECIDED, _decided),
}
"""What each kind of event changes; the others change nothing but the count."""

MATERIAL: Final = frozenset(
    {"amended", "presented", "asked", "answered", "withdrawn", "inspected", "agency_answered", "declined", *DECIDED}
)
"""Events after which what was proposed has to be proposed anew."""
