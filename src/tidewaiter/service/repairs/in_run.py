"""Repairs of a finished run: what is asked of its filings, and an answer as a message to be cleared next."""

import json
from collections.abc import Iterator, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any, Final, NamedTuple

import polars as pl

from tidewaiter.model.errors import WrongUse
from tidewaiter.runners.versions import AMENDMENT
from tidewaiter.service.acts.reasons import basis_of, reply_clock
from tidewaiter.service.explain import reason_of
from tidewaiter.service.repairs.referral_answers import Answered, answers_in
from tidewaiter.service.repairs.questions import ASK, Question, questions, sets_of
from tidewaiter.service.results import open_results
from tidewaiter.service.versions.merging import merged
from tidewaiter.service.versions.run_originals import told_in_run

RULE: Final = "rule "


class Asked(NamedTuple):
    """What is asked of one filing of a run, until when, and what follows where nobody answers."""

    consignment_id: str
    version: int
    reply_by: datetime | None
    no_reply: str | None
    questions: list[Question]


def asked_in(folder: Path, now: datetime, consignment_id: str | None = None) -> Iterator[Asked]:
    """What is asked of the filings of a run, or of one; the clock of each begins at ``now``. Never by a rule of risk.

    Raises:
        WrongUse: no finished run lies there.
    """
    results = open_results(folder)
    secret = [name.removeprefix(RULE) for name in results.summary["editions"] if name.startswith(RULE)]
    own = [pl.col("consignment_id") == consignment_id] if consignment_id is not None else []
    found = results.where("findings", pl.col("severity") == ASK, ~pl.col("code").is_in(secret), *own)
    by: dict[tuple[str, int], list[Mapping[str, Any]]] = {}
    for row in found:
        by.setdefault((row["consignment_id"], row["version"]), []).append(reason_of(results.summary, row))
    jurisdiction = str(results.receipt["run"]["jurisdiction"])
    basis = basis_of(jurisdiction.partition("/")[0], "asked", now.date())
    for (name, version), findings in by.items():
        told = questions(findings, sets_of(jurisdiction))
        if told:
            yield Asked(name, version, reply_clock(basis, now), basis.no_reply if basis else None, told)


def answer_to(folder: Path, consignment_id: str, fields: Mapping[str, str], now: datetime) -> bytes:
    """The filing with what is asked of it told, as its next version: a line to clear with ``--history``.

    Raises:
        WrongUse: nothing is asked of this filing, not these fields, or its original is gone.
    """
    return _answer(folder, consignment_id, fields, newest_asked(folder, now, consignment_id))


def newest_asked(folder: Path, now: datetime, consignment_id: str | None = None) -> dict[str, Asked]:
    """By reference, what is asked of the newest version of each filing of a run, or of one, that is asked anything."""
    found: dict[str, Asked] = {}
    for one in asked_in(folder, now, consignment_id):
        known = found.get(one.consignment_id)
        if known is None or known.version < one.version:
            found[one.consignment_id] = one
    return found


def answer_all(folder: Path, file: Path, to: Path, now: datetime) -> tuple[int, list[Answered]]:
    """Write the answers of a file of referral answers; gives how many, and those that cannot be taken with their fault.

    Raises:
        UnusableInput: the file cannot be read.
    """
    asked, taken, refused = newest_asked(folder, now), 0, list[Answered]()
    for one in answers_in(file):
        fault = one.fault or _not_asked(one, asked.get(one.consignment_id))
        try:
            if not fault:
                write_answer(to, _answer(folder, one.consignment_id, one.fields, asked))
                taken += 1
        except WrongUse as told:
            fault = str(told)
        if fault:
            refused.append(one._replace(fault=fault))
    return taken, refused


def _not_asked(one: Answered, asked: Asked | None) -> str:
    if asked is None or one.version in {None, asked.version}:
        return ""
    return f"Version {one.version} of '{one.consignment_id}' is not the one that is asked: that is {asked.version}."


def _answer(folder: Path, consignment_id: str, fields: Mapping[str, str], every: Mapping[str, Asked]) -> bytes:
    asked = every.get(consignment_id)
    if asked is None:
        raise WrongUse(f"Nothing is asked of '{consignment_id}' in {folder}. See: tidewaiter repair list {folder}")
    known = [question.path for question in asked.questions]
    strange = sorted(fields.keys() - set(known))
    if strange or not fields:
        raise WrongUse(f"Asked is: {', '.join(known)}. Not asked: {', '.join(strange) or 'nothing was answered'}.")
    body = told_in_run(folder, consignment_id, asked.version)
    if not body:
        raise WrongUse(f"The original of '{consignment_id}' is gone from {folder}. Send the whole filing again.")
    return merged(body, fields, asked.version + 1, AMENDMENT) + b"\n"


def write_answer(path: Path, line: bytes) -> None:
    """Add an answer to a file of answers; one filing is answered there once.

    Raises:
        WrongUse: the file answers for this filing already.
    """
    named = json.loads(line)["consignment_id"]
    before = path.read_bytes().splitlines() if path.is_file() else []
    if any(json.loads(one)["consignment_id"] == named for one in before):
        raise WrongUse(f"{path} answers for '{named}' already. Give all answers of a filing at once.")
    with path.open("ab") as file:
        file.write(line)
