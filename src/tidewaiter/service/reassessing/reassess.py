"""Use case: earlier filings looked at again, key by key, some at a time, each time in a transaction of its own.

What is not presented yet and on which no person has acted is decided anew. Anything else keeps its decision: what was
released is not taken back in silence, and what people work on is not changed under their hands. They get a note.
"""

import os
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Final
from uuid import UUID, uuid4

from django.db import connection

from tidewaiter.desk import rows
from tidewaiter.desk.events import Event
from tidewaiter.exchange import filings, reassessing, versions
from tidewaiter.exchange.bodies import Bodies
from tidewaiter.exchange.filings import Filing
from tidewaiter.exchange.reassessing import Due, Outcome, Sealed
from tidewaiter.model.canonical import canonical
from tidewaiter.model.tree import BLIND_BYTES
from tidewaiter.runners.batcher.deciding import InForce
from tidewaiter.runners.batcher.tally import Tally
from tidewaiter.service.acts.opening import add_again, amend_case, happened, open_cases
from tidewaiter.service.reassessing.deciding import decided_again, standing
from tidewaiter.service.secret_key import seal_of_home
from tidewaiter.service.work import SERVICE
from tidewaiter.stages.windows import DAY_S
from tidewaiter.store.access import acting
from tidewaiter.store.log import append_batch, seal

AT_ONCE: Final = 200
"""Filings of one transaction."""
TURNS: Final = 100
"""Transactions of one look; what is left waits for the next."""
ANEW: Final = "decided_anew"
NOTED: Final = "noted"


def reassess(
    in_force: InForce, tallies: Sequence[Tally], clock: Callable[[], datetime], turns: int = TURNS, settled_s: float = 0
) -> int:
    """Look at keys that were marked ``settled_s`` ago; gives how many turns it took, none where nothing is due.

    A turn that failed left nothing half-done and comes again.
    """
    names = sorted({window.key for window in in_force.windows})
    widest = max((window.days for window in in_force.windows), default=0) * DAY_S
    with acting(SERVICE, [SERVICE]):
        reassessing.keep_only(connection, names)
    for turn in range(turns):
        with acting(SERVICE, [SERVICE]):
            due = reassessing.next_due(connection, clock() - timedelta(seconds=settled_s))
            if due is None:
                return turn
            told = reassessing.of_key(connection, due, due.latest_s - widest, AT_ONCE)
            if told:
                _look(in_force, tallies, due, told, clock())
            if len(told) < AT_ONCE:
                reassessing.done(connection, due, clock())
            else:
                reassessing.went_on(connection, due, told[-1].message)
    return turns


def _look(in_force: InForce, tallies: Sequence[Tally], due: Due, told: Sequence[Sealed], now: datetime) -> None:
    bodies = Bodies(seal_of_home())
    opened = [(one, bodies.open(connection, one.message, one.body)) for one in told]
    codes = windowed(in_force)
    again = decided_again(in_force, tallies, [pair for pair in opened if pair[1]], due.latest_s)
    before = {one.id: one for one in filings.by_ids(connection, list(again))}
    differing = [name for name, old in before.items() if _differs(old, again[name], codes)]
    if not differing:
        return
    versions.hold(connection, differing)  # what is amended meanwhile is not decided by what it said before
    of = {one.filing: one.message for one in told}
    stands = [one for one in filings.by_ids(connection, differing) if one.message == of[one.id]]
    outcomes = [one for old in stands if (one := _made(old, again[old.id], codes, due, now)) is not None]
    if outcomes:
        reassessing.keep_outcomes(connection, outcomes)
        _log(outcomes)


def windowed(in_force: InForce) -> frozenset[str]:
    """Codes of the findings that look on other filings."""
    return frozenset(rule.finding.code for rule in in_force.clearance.rules if rule.windows)


def _codes(filing: Filing, windowed: frozenset[str]) -> set[str]:
    return {reason["code"] for reason in filing.assessment.reasons} & windowed if filing.assessment else set()


def _differs(old: Filing, new: Filing, codes: frozenset[str]) -> bool:
    return _codes(old, codes) != _codes(new, codes)


def _made(old: Filing, new: Filing, codes: frozenset[str], due: Due, now: datetime) -> Outcome | None:
    """What is made of one filing whose findings differ; None: nothing.

    A finding that no longer holds is taken back only where no time has passed: later windows do not see as far back.
    """
    found, gone = _codes(new, codes) - _codes(old, codes), _codes(old, codes) - _codes(new, codes)
    if gone and not found and due.latest_s > int(old.decided_at.timestamp()):
        return None
    is_free = old.presented_at is None and old.published_at is None and not _is_worked_on(old.id)
    after = standing(old, new) if is_free else old
    if is_free:
        reassessing.decide_anew(connection, [after], now)
        _tell_case(after, now)
    elif found:
        happened(connection, old.id, Event("noted", now, None, {"later": sorted(found)}))
    else:
        return None
    before, judged = old.assessment, after.assessment
    return Outcome(
        old.id, now, ANEW if is_free else NOTED, sorted(found), sorted(gone), before.decision if before else "",
        judged.decision if judged else "", after.office, list(after.agencies),
    )  # fmt: skip


def _is_worked_on(name: UUID) -> bool:
    """True where a person has done anything about the case."""
    return any(kept.event.person is not None for kept in rows.events(connection, name))


def _tell_case(filing: Filing, now: datetime) -> None:
    """A case that is there goes on from what was decided anew, with what was asked still open; else one is opened."""
    found = rows.find(connection, filing.id)
    if found is None:
        open_cases(connection, [filing], now)
        return
    amend_case(connection, filing, now)
    add_again(connection, filing.id, found.case.questions, now)


def _log(outcomes: Sequence[Outcome]) -> None:
    leaves = [canonical(_leaf(one)) for one in outcomes]
    sealed = seal(f"reassessed/{uuid4()}", "reassessed", leaves, os.urandom(BLIND_BYTES * len(leaves)))
    append_batch(connection, sealed, outcomes[0].at)


def _leaf(one: Outcome) -> Mapping[str, object]:
    return {
        "filing": str(one.filing), "at": one.at.astimezone(UTC).isoformat(), "outcome": one.outcome,
        "found": list(one.found), "gone": list(one.gone), "before": one.decision_before, "decision": one.decision,
    }  # fmt: skip
