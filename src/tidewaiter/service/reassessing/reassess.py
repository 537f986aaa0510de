"""Use case: earlier filings looked at again, key by key, some at a time, each time in a transaction of its own.

What is not presented yet and on which no person has acted is decided anew. Anything else keeps its decision: what was
released is not taken back in silence, and what people work on is not changed under their hands. They get a note.
"""

import os
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, Final
from uuid import UUID, uuid4

import numpy as np
import polars as pl
from django.db import connection

from tidewaiter.desk import rows
from tidewaiter.desk.events import Event
from tidewaiter.exchange import filings, reassessing, versions
from tidewaiter.exchange.bodies import Bodies
from tidewaiter.exchange.filings import Filing
from tidewaiter.exchange.inbox import WINDOW_KEYS
from tidewaiter.exchange.reassessing import Due, Outcome
from tidewaiter.kit.risk_rule import Window
from tidewaiter.model.canonical import canonical
from tidewaiter.model.tree import BLIND_BYTES
from tidewaiter.runners.batcher.deciding import InForce
from tidewaiter.runners.batcher.tally import Tally
from tidewaiter.service.acts.opening import add_again, amend_case, happened, open_cases
from tidewaiter.service.reassessing.deciding import decided_again, standing
from tidewaiter.service.reassessing.seen import facts_of, history_of
from tidewaiter.service.reassessing.sieve import Sieve
from tidewaiter.service.secret_key import seal_of_home
from tidewaiter.service.work import SERVICE
from tidewaiter.stages.windows import DAY_S
from tidewaiter.store.access import acting
from tidewaiter.store.log import append_batch, seal

AT_ONCE: Final = 200
"""Keys of one transaction."""
TURNS: Final = 100
"""Transactions of one look; what is left waits for the next."""
FIRST_KEY: Final = 3
"""Where the first key stands in a row: behind message, moment and filing key."""
ANEW: Final = "decided_anew"
NOTED: Final = "noted"


def reassess(
    in_force: InForce, tallies: Sequence[Tally], clock: Callable[[], datetime], turns: int = TURNS,
    settled_s: float = 0, sieve: Sieve | None = None,
) -> int:  # fmt: skip
    """Look at keys that were marked ``settled_s`` ago; gives how many turns it took, none where nothing is due.

    A turn that failed left nothing half-done and comes again. ``sieve``: one that remembers what was looked at.
    """
    sieve = sieve or Sieve(in_force.clearance.rules)
    with acting(SERVICE, [SERVICE]):
        reassessing.keep_only(connection, sorted({window.key for window in in_force.windows}))
    for turn in range(turns):
        with acting(SERVICE, [SERVICE]):
            due = reassessing.next_due(connection, clock() - timedelta(seconds=settled_s), AT_ONCE)
            if not due:
                return turn
            for latest_s, messages in _changed(tallies, due, sieve).items():
                _look(in_force, tallies, latest_s, messages, clock())
            reassessing.done(connection, due, clock())
    return turns


def _changed(tallies: Sequence[Tally], due: Sequence[Due], sieve: Sieve) -> Mapping[int, Sequence[UUID]]:
    """Messages whose filings these keys may have changed, by the moment as of which they are looked at."""
    (name,) = {one.key_name for one in due}
    windows = sieve.windows(name)
    widest = max((window.days for window in windows), default=0) * DAY_S
    since_s = min(one.latest_s for one in due) - widest
    rows = _related(due, windows, since_s)
    found: dict[int, list[UUID]] = {}
    if not rows:
        return found
    history = history_of(rows, windows)
    asked, as_of_s = _asked(history, due, widest)
    messages = [rows[at][0] for at in asked]
    own, facts = history[asked], facts_of(history, asked, as_of_s, windows, tallies)
    is_now = (own["accepted_s"].to_numpy() >= as_of_s).tolist()
    for at in sieve.kept(name, own, facts, messages, reassessing.codes_of(connection, messages), is_now):
        found.setdefault(int(as_of_s[at]), []).append(messages[at])
    return dict(sorted(found.items()))


def _related(due: Sequence[Due], windows: Sequence[Window], since_s: int) -> list[tuple[Any, ...]]:
    """The filings of these keys, and those that share another key of the windows with them."""
    name = due[0].key_name
    own = reassessing.rows_of(connection, {name: [one.key for one in due]}, since_s)
    places = {key: FIRST_KEY + at for at, key in enumerate(WINDOW_KEYS) if key in {window.key for window in windows}}
    others = {key: sorted({row[at] for row in own} - {None}) for key, at in places.items() if key != name}
    more = reassessing.rows_of(connection, others, since_s)
    return list({row[0]: row for row in (*own, *more)}.values())


def _asked(history: pl.DataFrame, due: Sequence[Due], widest: int) -> tuple[np.ndarray, np.ndarray]:
    """Positions of the filings to look at, and as of when: the latest moment of their keys."""
    latest = {one.key: one.latest_s for one in due}
    told = history[due[0].key_name].replace_strict(latest, default=None, return_dtype=pl.Int64)
    as_of = told.fill_null(-1).to_numpy()
    time = history["accepted_s"].to_numpy()
    asked = np.flatnonzero((as_of >= 0) & (time > as_of - widest))
    return asked, np.maximum(as_of[asked], time[asked])


def _look(in_force: InForce, tallies: Sequence[Tally], latest_s: int, messages: Sequence[UUID], now: datetime) -> None:
    """Decide filings again as of a moment, and apply what differs."""
    told, bodies, codes = reassessing.sealed_of(connection, messages), Bodies(seal_of_home()), windowed(in_force)
    opened = [(one, bodies.open(connection, one.message, one.body)) for one in told]
    again = decided_again(in_force, tallies, [pair for pair in opened if pair[1]], latest_s)
    before = filings.by_ids(connection, list(again))
    differing = [one.id for one in before if _differs(one, again[one.id], codes)]
    if not differing:
        return
    versions.hold(connection, differing)
    of = {one.filing: one.message for one in told}
    stands = [
        one for one in filings.by_ids(connection, differing) if one.message == of[one.id]
    ]  # amended meanwhile: not
    outcomes = [one for old in stands if (one := _made(old, again[old.id], codes, latest_s, now)) is not None]
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


def _made(old: Filing, new: Filing, codes: frozenset[str], latest_s: int, now: datetime) -> Outcome | None:
    """What is made of one filing whose findings differ; None: nothing.

    A finding that no longer holds is taken back only where no time has passed: later windows do not see as far back.
    """
    found, gone = _codes(new, codes) - _codes(old, codes), _codes(old, codes) - _codes(new, codes)
    if gone and not found and latest_s > int(old.decided_at.timestamp()):
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
