"""Personal data without their mask: each look has a reason, and is recorded before anything is shown."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final
from uuid import UUID

import msgspec
from django.db import connection

from tidewaiter.exchange import filings
from tidewaiter.exchange.bodies import Bodies
from tidewaiter.model.errors import WrongUse
from tidewaiter.service.acts.performing import facts_of, seen
from tidewaiter.service.acts.reasons import PURPOSES
from tidewaiter.service.lodging.rows import MARK_OF_ORDER
from tidewaiter.service.secret_key import seal_of_home
from tidewaiter.store.access import acting, acting_as
from tidewaiter.store.log import Event, record
from tidewaiter.store.rights import Actor, require

HOUSE: Final = "service"
PARTIES: Final = ("consignor", "consignee", "seller", "buyer", "importer", "payer", "delivery")
DETAILS: Final = ("name", "id", "person_type", "street", "city", "region", "postcode", "country", "email", "phone")


def reveal(actor: Actor, case_id: str, *, reason: str, now: datetime) -> Mapping[str, Mapping[str, Any]]:
    """The parties of a case's filing by their part in it; empty where the filing came in a file, or was erased.

    Raises:
        NotAllowed: no such case, or no right to its personal data.
        WrongUse: no reason of ours; nothing was shown and nothing recorded.
    """
    if reason not in PURPOSES:
        raise WrongUse(f"'{reason}' is no reason to look. There are: {', '.join(PURPOSES)}.")
    with acting_as(actor):
        found = seen(actor, case_id)
        require(actor, "read", "personal_data", facts_of(found))
        record(connection, Event("personal_data_seen", now, actor.person, str(found.id), {"reason": reason}))
        filing = filings.by_id(connection, found.id)
        name = filing.message if filing else None
        sealed = _sealed(name) if name else None
    body = _opened(name, sealed) if name and sealed else b""
    return parties(msgspec.json.decode(body.removeprefix(MARK_OF_ORDER))) if body else {}


def parties(told: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    """Names and addresses of a message, by party."""
    by_party = {
        party: {name: told[f"{party}_{name}"] for name in DETAILS if told.get(f"{party}_{name}") is not None}
        for party in PARTIES
    }
    return {party: details for party, details in by_party.items() if details}


def _sealed(message: UUID) -> bytes | None:
    """The message as it is kept, where the acting person may see personal data."""
    with connection.cursor() as cursor:
        cursor.execute("select body from message where name = %s", [message])
        row = cursor.fetchone()
    return bytes(row[0]) if row else None


def _opened(message: UUID, sealed: bytes) -> bytes:
    """The message as it was sent; only the house reads the keys of days."""
    with acting(HOUSE, [HOUSE]):
        return Bodies(seal_of_home()).open(connection, message, sealed)
