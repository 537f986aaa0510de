"""Use case: where filings stand, for who files them; which lane a barcode takes, for who sorts parcels."""

import hashlib
from collections.abc import Sequence
from datetime import datetime
from tempfile import TemporaryFile
from typing import IO, Any, Final, NamedTuple
from uuid import UUID

import msgspec
from django.db import connection

from tidewaiter.exchange import filings, inbox, lanes
from tidewaiter.exchange.cursors import Cursor
from tidewaiter.exchange.filings import Filing
from tidewaiter.store.access import acting_as
from tidewaiter.store.asking import row
from tidewaiter.store.rights import Actor, Facts, NotAllowed, may, require

Told = dict[str, Any]
ERASED: Final = "erased"
"""Fate of a message whose words were forgotten."""
UNKNOWN_LANE: Final = "hold"
"""A parcel of which nothing is known waits to be looked at; it is never let through."""


class Lane(NamedTuple):
    """Which way the sorter sends a barcode; ``is_known``: a filing tells of it."""

    barcode: str
    lane: str
    is_known: bool


class OfflineList(NamedTuple):
    """The lanes of a carrier as of one moment: a file of NDJSON, its length, its SHA-256, how many barcodes."""

    at: datetime
    file: IO[bytes]
    size: int
    sha256: str
    barcodes: int


def status(actor: Actor, name: UUID) -> Told | None:
    """Where a filing stands; the whole of it for its sender, what is published for others who may ask.

    None where there is no such filing for this actor: the two look alike.
    """
    with acting_as(actor):
        found = filings.by_id(connection, name)
        if found is not None and may(actor, "read", "filing", facts_of(found)):
            return told_of(found)
        known = row(
            "select id, reference, version, status, presented_at, published_at from filing_status(%s)", name
        )  # fmt: skip
    names = ("filing", "consignment_id", "version", "status", "presented_at", "published_at")
    return {one: _plain(value) for one, value in zip(names, known, strict=True)} if known else None


def page(actor: Actor, after: Cursor, size: int) -> tuple[list[Told], Cursor]:
    """Filings of the party that the actor acts for, behind a cursor, and the cursor behind the last of them.

    Raises:
        NotAllowed: the actor files for nobody.
    """
    filer = _filer(actor)
    with acting_as(actor):
        found, last = filings.page(connection, filer, after, size)
    return [told_of(one) for one in found], last


def errors(actor: Actor, after: Cursor, size: int) -> tuple[list[Told], Cursor]:
    """What was wrong with messages of the actor's party, behind a cursor: those set aside, and what is asked of others.

    Raises:
        NotAllowed: the actor files for nobody.
    """
    filer = _filer(actor)
    with acting_as(actor):
        found = inbox.with_errors(connection, filer, after, size)
    told = []
    for place, name, answer, at in found:
        said = msgspec.json.decode(answer)
        told.append(
            {
                "number": place.number,
                "at": at.isoformat(),
                "message": name,
                "consignment_id": said.get("consignment_id"),
                "filing": said.get("filing"),
                "fate": said.get("fate", ERASED),
                "errors": said.get("errors", []),
                "findings": [one for one in said.get("findings", []) if one["severity"] != "note"],
            }
        )
    return told, found[-1][0] if found else after


def lane(actor: Actor, barcode: str) -> Lane:
    """Which lane a barcode takes. One that nobody filed, that another carries, or that is not here yet, is held.

    It is here for its carrier from the moment that the carrier told so: before, a lane would tell who has the parcel
    still to send, or to turn back, what it was chosen for. The three cases look alike.

    Raises:
        NotAllowed: the actor sorts no parcels.
    """
    require(actor, "read", "lane", Facts(filer=actor.filer, is_in_hand=True))
    with acting_as(actor):
        found = lanes.lane_of(connection, barcode)
    return Lane(barcode, found or UNKNOWN_LANE, found is not None)


def offline_list(actor: Actor, now: datetime) -> OfflineList:
    """The lanes of parcels in the actor's hands, as of one moment, written to a file that is gone when closed.

    Raises:
        NotAllowed: the actor sorts no parcels.
    """
    require(actor, "read", "lane", Facts(filer=actor.filer, is_in_hand=True))
    digest, file, count = hashlib.sha256(), TemporaryFile(), 0  # noqa: SIM115 - whoever sends it closes it
    with acting_as(actor):
        for barcode, found in lanes.lanes(connection, actor.filer or ""):
            line = msgspec.json.encode({"barcode": barcode, "lane": found}) + b"\n"
            digest.update(line)
            file.write(line)
            count += 1
    size = file.tell()
    file.seek(0)
    return OfflineList(now, file, size, digest.hexdigest(), count)


def facts_of(filing: Filing) -> Facts:
    """What a right to a filing depends on."""
    return Facts(
        filer=filing.filer,
        office=filing.office,
        agencies=frozenset(filing.agencies),
        addressed_to=filing.addressed_to,
        assigned_to=filing.assessment.assigned_to if filing.assessment else None,
        amount_minor=filing.amount_minor,
    )


def told_of(filing: Filing) -> Told:
    """A filing as its sender sees it."""
    names = ("filing_kind", "version", "jurisdiction", "status", "is_provisional", "presented_at", "published_at")
    return {
        "filing": str(filing.id),
        "consignment_id": filing.reference,
        "parcel_ids": list(filing.barcodes),
        **{name: _plain(getattr(filing, name)) for name in names},
        "accepted_at": filing.decided_at.isoformat(),
        **filing.told,
        "items": _items(filing.items),
    }


def _items(items: Sequence[Any]) -> list[Told]:
    return [dict(item) for item in items]


def _filer(actor: Actor) -> str:
    if actor.filer is None or may(actor, "read", "filing", Facts(filer=actor.filer)) is None:
        raise NotAllowed("read", "filing")
    return actor.filer


def _plain(value: object) -> object:
    if isinstance(value, UUID):
        return str(value)
    return value.isoformat() if isinstance(value, datetime) else value
