"""Use case: copies of vendor registers loaded, registers told to be down or up, guarantees kept."""

import csv
import hashlib
import io
from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path
from typing import Final

from django.db import connection

from tidewaiter.exchange.work import enqueue
from tidewaiter.model.errors import PublicationRefused, WrongUse
from tidewaiter.registry import vendors
from tidewaiter.registry.vendor_schemes import Scheme, require_scheme
from tidewaiter.registry.vendors import Held
from tidewaiter.service.work import SERVICE
from tidewaiter.store.access import acting
from tidewaiter.store.asking import rows, say
from tidewaiter.store.log.entries import Act, append

COLUMNS: Final = ("number", "holder", "valid_from", "valid_to")
RECONCILE: Final = "reconcile_vendors"
FAULTS_TOLD: Final = 20


def load_copy(scheme: str, file: Path, taken_at: datetime, now: datetime, by: str) -> int:
    """Put a register copy (CSV: number, holder, valid_from, valid_to) into force; gives how many numbers it holds.

    All or nothing. Claims that wait for the register are settled by a job, begun with this transaction's commit.

    Raises:
        PublicationRefused: the file is damaged; every fault with its line.
        WrongUse: no such scheme, or a copy of that moment or a later one is there.
    """
    known, data = require_scheme(scheme), file.read_bytes()
    if taken_at > now:
        raise WrongUse("A copy cannot have been taken in the future. Is the clock right?")
    held = _read(known, data)
    digest = hashlib.sha256(data).digest()
    with acting(SERVICE, [SERVICE]):
        newest = rows("select max(taken_at) from register_copy where scheme = %s", scheme)[0][0]
        if newest is not None and newest >= taken_at:
            raise WrongUse(f"A copy taken at {newest.isoformat()} is in force. Load one that was taken later.")
        vendors.keep_copy(connection, scheme, taken_at, held, digest, now)
        enqueue(connection, RECONCILE, scheme=scheme)
        more = {"numbers": len(held), "file": digest.hex()}
        append(connection, Act("register_loaded", now, by, SERVICE, scheme, more=more).payload())
    return len(held)


def tell_state(scheme: str, *, is_down: bool, now: datetime, by: str) -> bool:
    """Tell that a register cannot be asked, or can again, and a job settles what waits; True where that is new."""
    require_scheme(scheme)
    with acting(SERVICE, [SERVICE]):
        is_new = vendors.tell_state(connection, scheme, now, is_down=is_down, by=by)
        if is_new:
            if not is_down:
                enqueue(connection, RECONCILE, scheme=scheme)
            kind = "register_down" if is_down else "register_up"
            append(connection, Act(kind, now, by, SERVICE, scheme).payload())
    return is_new


def tell_list(taken_at: datetime, now: datetime, by: str) -> None:
    """Tell how old the list of denied parties is that risk rules screen by."""
    if taken_at > now:
        raise WrongUse("A list cannot have been taken in the future. Is the clock right?")
    with acting(SERVICE, [SERVICE]):
        vendors.tell_list(connection, "denied_parties", taken_at, by)
        append(connection, Act("list_checked", now, by, SERVICE, "denied_parties").payload())


def keep_guarantee(
    party: str,
    scheme: str,
    amount_minor: int,
    currency: str,
    valid_from: date,
    valid_to: date | None,
    now: datetime,
    by: str,
) -> None:
    """Keep a guarantee of a trusted party; one that begins on the same day is refused."""
    require_scheme(scheme)
    with acting(SERVICE, [SERVICE]):
        kept = say(
            "insert into guarantee (party, scheme, amount_minor, currency, valid_from, valid_to, told_by) "
            "values (%s, %s, %s, %s, %s, %s, %s) on conflict do nothing",
            party, scheme, amount_minor, currency, valid_from, valid_to, by,
        )  # fmt: skip
        if not kept:
            raise WrongUse(f"{party} has a guarantee from {valid_from.isoformat()} already.")
        append(connection, Act("guarantee_kept", now, by, SERVICE, party, more={"scheme": scheme}).payload())


def _read(scheme: Scheme, data: bytes) -> list[Held]:
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as fault:
        raise PublicationRefused("The register copy is not UTF-8.") from fault
    reader = csv.DictReader(io.StringIO(text))
    missing = [name for name in COLUMNS if name not in (reader.fieldnames or ())]
    if missing:
        raise PublicationRefused(f"The register copy has no column {', '.join(missing)}.")
    held: dict[str, Held] = {}
    faults = []
    for line, row in enumerate(reader, start=2):
        faults += [f"line {line}: {fault}" for fault in _faults(scheme, row, held)]
        if not faults:
            one = _held(scheme, row)
            held[one.number] = one
    if faults or not held:
        told = "; ".join(faults[:FAULTS_TOLD]) or "it holds no number"
        raise PublicationRefused(f"The register copy is damaged and was not loaded: {told}.", tuple(faults))
    return list(held.values())


def _faults(scheme: Scheme, row: dict[str, str], held: dict[str, Held]) -> Iterator[str]:
    number = scheme.bare(row["number"] or "")
    if not scheme.is_well_formed(number):
        yield f"'{row['number']}' is no number of {scheme.name}"
    if number in held:
        yield f"{number} stands here twice"
    if not (row["holder"] or "").strip():
        yield f"{number} has no holder"
    try:
        one = _held(scheme, row)
        if one.valid_to is not None and one.valid_to < one.valid_from:
            yield f"{number} ends before it begins"
    except (ValueError, TypeError):
        yield f"{number} has a day that is none"


def _held(scheme: Scheme, row: dict[str, str]) -> Held:
    ends = (row["valid_to"] or "").strip()
    return Held(
        scheme.bare(row["number"]),
        row["holder"].strip(),
        date.fromisoformat(row["valid_from"].strip()),
        date.fromisoformat(ends) if ends else None,
    )
