"""Use case: ids of persons revoked in bulk, as after a leak; parcels that name one of them wait for a person."""

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Final

import msgspec
from django.db import connection

from tidewaiter.exchange.ids import new_id
from tidewaiter.model.errors import PublicationRefused
from tidewaiter.registry.revoked import PURPOSE, fold, revoked
from tidewaiter.registry.revoked import revoke as keep
from tidewaiter.service.lodging.rows import MARK_OF_ORDER, Entered
from tidewaiter.service.secret_key import seal_of_home
from tidewaiter.service.vendors.claims import made_to_wait
from tidewaiter.service.work import SERVICE
from tidewaiter.store.access import acting
from tidewaiter.store.log.entries import Act, Connection, append

FIELD: Final = "consignee_id"
PENDING: Final = "person_id"
LONGEST: Final = 64
"""Characters of an id; what is longer is none."""


def revoke(kind: str, file: Path, reason: str, now: datetime, by: str) -> int:
    """Revoke the ids of a file, one on each line; gives how many were not revoked before. All or nothing.

    Raises:
        PublicationRefused: the file is no list of ids; lines are named, ids are not.
    """
    try:
        lines = [fold(line) for line in file.read_text(encoding="utf-8-sig").splitlines()]
    except UnicodeDecodeError as fault:
        raise PublicationRefused("The list of ids is not UTF-8.") from fault
    bad = [f"line {number}: no id" for number, line in enumerate(lines, 1) if not 1 <= len(line) <= LONGEST]
    if bad or not lines:
        raise PublicationRefused(f"The list was not taken: {'; '.join(bad[:20]) or 'it is empty'}.", tuple(bad))
    seal, name = seal_of_home(), new_id(now)
    marks = [seal.index(line, PURPOSE) for line in dict.fromkeys(lines)]
    with acting(SERVICE, [SERVICE]):
        count = keep(connection, name, kind, marks, reason, by, now)
        append(connection, Act("persons_revoked", now, by, SERVICE, str(name), more={"persons": len(marks)}).payload())
    return count


def judge_persons(
    connection: Connection,
    found: Sequence[Entered],
    bodies: Sequence[bytes],
    now: datetime,  # noqa: ARG001 - as every judge is called
) -> list[Entered]:
    """Have filings wait that name a revoked id; order and number of rows stay."""
    seal, told = seal_of_home(), list(found)
    marks: dict[int, bytes] = {}
    for place, (one, body) in enumerate(zip(found, bodies, strict=True)):
        named = fold(str(_told(body) or "")) if one.filing else ""
        if named:
            marks[place] = seal.index(named, PURPOSE)
    gone = revoked(connection, set(marks.values())) if marks else set()
    for place, mark in marks.items():
        filing = told[place].filing
        if mark in gone and filing is not None:
            told[place] = made_to_wait(told[place], filing, PENDING)
    return told


def _told(body: bytes) -> object:
    return msgspec.json.decode(body.removeprefix(MARK_OF_ORDER)).get(FIELD)
