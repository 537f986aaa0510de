"""Use case: claims of orders and parcels told by a machine, kept once each, apart from all that is declared."""

import hashlib
import os
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Final

import polars as pl
from django.db import IntegrityError, connection

from tidewaiter.exchange import assertions
from tidewaiter.exchange.ids import new_id
from tidewaiter.model.assertions import ASSERTED, ASSERTION_FIELDS
from tidewaiter.model.canonical import canonical
from tidewaiter.model.errors import Unavailable, WrongUse
from tidewaiter.model.tree import BLIND_BYTES
from tidewaiter.runners.assertions.typing import typed_assertions
from tidewaiter.service.work import SERVICE
from tidewaiter.store.access import acting
from tidewaiter.store.log import append_batch, seal
from tidewaiter.store.log.entries import moment
from tidewaiter.store.rights import Actor, Facts, NotAllowed, require

ASSERTIONS_MAX: Final = 1_000
LONGEST: Final = 100
"""Characters of a text."""
TRIES: Final = 3
ACCEPTED, DUPLICATE, REFUSED = "accepted", "duplicate", "refused"
WHAT: Final = "assertions"
BUSY: Final = "The same is being told by another call just now. Send it again: each counts once."
FIELDS: Final = tuple(field.name for field in ASSERTION_FIELDS)
BY: Final = "asserted_by"
NO_OBJECT: Final = "An assertion is an object: kind, reference, asserted_at, and what more is claimed. Send one."
NO_TEXT: Final = "{field} is a text or a number of up to 100 characters that can be printed. Mend it."
NOT_YOU: Final = "asserted_by is another party than this key is of. Leave it out, or tell what you claim yourself."
Told = dict[str, Any]


def take(actor: Actor, told: Sequence[object], now: datetime) -> Told:
    """Take up to a thousand assertions; tells of each whether it was new, told before, or refused and why.

    Who claims is the party of the key. The answer does not tell whether there is such an order or parcel.

    Raises:
        NotAllowed: the actor claims nothing.
        WrongUse: no assertion, or too many.
        Unavailable: another call tells the same.
    """
    teller = actor.filer
    if teller is None:
        raise NotAllowed("write", "assertion")
    require(actor, "write", "assertion", Facts(filer=teller))
    if not 0 < len(told) <= ASSERTIONS_MAX:
        raise WrongUse(f"A call tells 1 to {ASSERTIONS_MAX:,} assertions, not {len(told):,}.")
    said, faults = _read(told, teller)
    for _ in range(TRIES):
        try:
            return _once(teller, said, faults, now)
        except IntegrityError:  # the same was told in between
            continue
    raise Unavailable(BUSY)


def _once(teller: str, said: Sequence[Told | None], faults: Sequence[Sequence[Told]], now: datetime) -> Told:
    with acting(SERVICE, [SERVICE]):
        seen = assertions.told_before(connection, teller, [one["digest"] for one in said if one])
        fates: list[Told] = []
        new: list[Told] = []
        for one, wrong in zip(said, faults, strict=True):
            if one is None:
                fates.append({"fate": REFUSED, "errors": list(wrong)})
            elif one["digest"] in seen:
                fates.append({"fate": DUPLICATE})
            else:
                seen.add(one["digest"])
                name = new_id(now)
                fates.append({"fate": ACCEPTED, "id": str(name)})
                new.append({**one, "id": name, "submitter": teller, "told_at": now})
        assertions.keep(connection, new)
        _log(new, now)
    counts = {word: sum(one["fate"] == word for one in fates) for word in (ACCEPTED, DUPLICATE, REFUSED)}
    return {**counts, "assertions": fates}


def _log(new: Sequence[Told], now: datetime) -> None:
    """One batch, the last statement of its transaction; a claim by its hash alone."""
    rows = [
        canonical({"assertion": str(one["id"]), "submitter": one["submitter"], "content": one["digest"],
                   "at": moment(now)})
        for one in new
    ]  # fmt: skip
    if rows:
        blinds = os.urandom(BLIND_BYTES * len(rows))
        append_batch(connection, seal(f"{WHAT}/{new_id(now)}", WHAT, rows, blinds), now)


def _read(told: Sequence[object], teller: str) -> tuple[list[Told | None], list[list[Told]]]:
    """What each claims, or all that is wrong with it."""
    faults: list[list[Told]] = [[] for _ in told]
    texts = [_texts(one, place, teller, faults[place]) for place, one in enumerate(told)]
    frame = pl.DataFrame(texts, schema={**dict.fromkeys(FIELDS, pl.String()), "source_position": pl.Int64()})
    read = typed_assertions(frame)
    for fault in read.faults.iter_rows(named=True):
        if not any(one["field"] in {"", fault["pointer"]} for one in faults[fault["at"]]):
            faults[fault["at"]].append(_error(fault["at"], fault["pointer"], fault["message"], fault["code"]))
    good = {row["source_position"]: row for row in read.rows.iter_rows(named=True)}
    return [_said(good[place]) if place in good and not faults[place] else None for place in range(len(told))], faults


def _texts(one: object, place: int, teller: str, faults: list[Told]) -> Told:
    """The texts of an assertion; what is none, or cannot be kept, is a fault and left out."""
    kept: Told = {"source_position": place}
    if not isinstance(one, Mapping):
        faults.append(_error(place, "", NO_OBJECT))
        return kept
    for field in FIELDS:
        value = one.get(field)
        if value is None:
            continue
        text = str(value) if isinstance(value, str | int) and not isinstance(value, bool) else None
        if text is None or len(text) > LONGEST or not text.isprintable():
            faults.append(_error(place, field, NO_TEXT.format(field=field)))
        else:
            kept[field] = text.strip() or None
    if kept.get(BY) not in {None, teller}:
        faults.append(_error(place, BY, NOT_YOU))
    return {**kept, BY: teller}


def _said(row: Mapping[str, Any]) -> Told:
    said = {name: row[name] for name in ASSERTED}
    plain = {name: moment(value) if isinstance(value, datetime) else value for name, value in said.items()}
    told = canonical({name: value for name, value in plain.items() if value is not None})
    return {**said, "digest": hashlib.sha256(told).hexdigest()}


def _error(place: int, field: str, message: str, code: str | None = None) -> Told:
    told = {"pointer": f"/assertions/{place}/{field}".rstrip("/"), "field": field, "message": message}
    return {**told, **({"code": code} if code else {})}
