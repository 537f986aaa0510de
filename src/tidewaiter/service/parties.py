"""Use case: parties that file or carry, made known at the machine by whoever keeps it."""

from datetime import datetime

from tidewaiter.model.errors import WrongUse
from tidewaiter.service.bootstrap import begin
from tidewaiter.service.database import database
from tidewaiter.service.first_accounts import KEEPER


def keep_party(party: str, name: str, kind: str, now: datetime) -> None:
    """Make a party known, or name it anew; ``kind`` is declarant, marketplace or carrier."""
    begin(database().owner)
    from django.db import IntegrityError, connection, transaction  # noqa: PLC0415 - Django is awake from here on

    from tidewaiter.store.asking import say  # noqa: PLC0415 - the same
    from tidewaiter.store.log.entries import Act, append  # noqa: PLC0415 - the same

    try:
        with transaction.atomic():
            say(
                "insert into party (id, name, kind, proposed_by, made_at) values (%s, %s, %s, %s, %s) "
                "on conflict (id) do update set name = excluded.name",
                party, name, kind, KEEPER, now,
            )  # fmt: skip
            append(connection, Act("party_named", now, KEEPER, "keeper", party, more={"kind": kind}).payload())
    except IntegrityError as fault:
        raise WrongUse(
            f"{party} cannot be: an id has up to 64 letters, digits and . _ : / -, a kind is declarant, marketplace or "
            "carrier."
        ) from fault
