"""Use case: parties that file or carry, made known at the machine by whoever keeps it."""

from collections.abc import Iterable
from datetime import datetime
from typing import TYPE_CHECKING

from tidewaiter.model.errors import WrongUse
from tidewaiter.service.bootstrap import begin
from tidewaiter.service.database import database
from tidewaiter.service.first_accounts import KEEPER

if TYPE_CHECKING:
    from tidewaiter.exchange.quotas import Quota


def keep_party(
    party: str, name: str, kind: str, now: datetime, files_for: Iterable[str] = (), quota: "Quota | None" = None
) -> None:
    """Make a party known, or name it anew; ``kind`` is declarant, marketplace or carrier.

    ``files_for`` are declarants that it may file for besides itself (``*``: everybody), and all of them: what was said
    before is over. ``quota`` is what it may hand over beside the settings; None: what was said before stays.
    """
    declarants = sorted(set(files_for))
    begin(database().owner)
    from django.db import IntegrityError, connection, transaction  # noqa: PLC0415 - Django is awake from here on

    from tidewaiter.exchange.quotas import keep_quota  # noqa: PLC0415 - the same
    from tidewaiter.store.asking import say  # noqa: PLC0415 - the same
    from tidewaiter.store.log.entries import Act, append  # noqa: PLC0415 - the same

    try:
        with transaction.atomic():
            say(
                "insert into party (id, name, kind, proposed_by, made_at) values (%s, %s, %s, %s, %s) "
                "on conflict (id) do update set name = excluded.name",
                party, name, kind, KEEPER, now,
            )  # fmt: skip
            say("delete from filing_right where party = %s", party)
            say("insert into filing_right (party, declarant) select %s, unnest(%s::text[])", party, declarants)
            if quota is not None:
                keep_quota(party, quota)
            more = {"kind": kind, "files_for": declarants, **({"quota": quota._asdict()} if quota else {})}
            append(connection, Act("party_named", now, KEEPER, "keeper", party, more=more).payload())
    except IntegrityError as fault:
        raise WrongUse(
            f"{party} cannot be: an id has up to 64 letters, digits and . _ : / -, and so has whom it files for "
            "(or it is *); a kind is declarant, marketplace or carrier."
        ) from fault
