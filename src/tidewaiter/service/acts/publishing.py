"""What an act publishes: where the filing stands, line by line, which lane its parcel takes, whose it is."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

from tidewaiter.desk.events import Event
from tidewaiter.desk.folding import Case
from tidewaiter.desk.rows import Found
from tidewaiter.exchange import filings
from tidewaiter.service.outbox import tell
from tidewaiter.store.log.entries import Connection

STATUS_OF: Final = {"released": filings.RELEASED, "refused": filings.REFUSED, "held": filings.UNDER_CONTROL}
PUBLISHED: Final = frozenset({"released", "refused", "held", "asked", "answered", "withdrawn"})
"""Events after which a filer sees something new."""


def publish(connection: Connection, found: Found, case: Case, event: Event, now: datetime) -> None:
    """Publish what changed, in the transaction of the act."""
    if event.kind == "assigned":
        filings.assign(connection, found.id, case.assigned_to)
    if event.kind not in PUBLISHED:
        return
    filing = filings.by_id(connection, found.id)
    items = [by_line(item, case) for item in filing.items] if filing else None
    word = status(case)
    filings.publish(connection, found.id, status=word, lane=lane(case, found.lane), items=items, now=now)
    if found.filer:
        told = {"filing": str(found.id), "consignment_id": found.reference, "version": case.version, "status": word}
        tell(connection, f"filing.{word}", str(found.id), told, found.filer)


def status(case: Case) -> str:
    """The strictest word of all lines, and ``asked`` while a question is open."""
    words = set(case.items.values())
    if words == {"released"}:
        return filings.RELEASED
    if case.is_closed:
        return filings.REFUSED
    return filings.ASKED if case.questions else filings.UNDER_CONTROL


def lane(case: Case, before: str) -> str:
    """Released whole, a parcel goes on; with a line refused it leaves the belt; else it stays where it was sent."""
    words = set(case.items.values())
    if words == {"released"}:
        return "release"
    if "refused" in words:
        return "divert"
    return "hold" if before == "release" else before


def by_line(item: Mapping[str, Any], case: Case) -> dict[str, Any]:
    """A goods line as its filer sees it."""
    word = case.items.get(item.get("item_no", 0), "")
    return {**item, "status": STATUS_OF.get(word, filings.ASKED if case.questions else filings.UNDER_CONTROL)}
