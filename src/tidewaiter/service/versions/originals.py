"""What was sent: the message of each version of a filing, as it came, for its own sender."""

from typing import Final
from uuid import UUID

from django.db import connection

from tidewaiter.exchange import filings
from tidewaiter.exchange.bodies import Bodies
from tidewaiter.exchange.filings import Filing
from tidewaiter.model.errors import ImpossibleAct
from tidewaiter.service.filings import facts_of
from tidewaiter.service.secret_key import seal_of_home
from tidewaiter.service.settings import home_folder
from tidewaiter.service.versions.run_originals import told_in_run
from tidewaiter.service.work import SERVICE
from tidewaiter.store.access import acting, acting_as
from tidewaiter.store.asking import row
from tidewaiter.store.rights import Actor, NotAllowed, require

GONE: Final = (
    "What was sent of this filing is not kept any more, so a part of it cannot be changed. Send the whole of it as an "
    "amendment."
)


def own_filing(actor: Actor, name: UUID) -> Filing:
    """A filing that the actor may change.

    Raises:
        NotAllowed: there is none for this actor; a door says no more than that.
    """
    with acting_as(actor):
        found = filings.by_id(connection, name)
    if found is None:
        raise NotAllowed("write", "filing")
    require(actor, "write", "filing", facts_of(found))
    return found


def body_of(filing: Filing, version: int, *, with_runs: bool = True) -> bytes:
    """The message that told this version of a filing, as it came; ``with_runs``: or as the file of a run told it.

    Raises:
        ImpossibleAct: it is not kept, or there is no such version.
    """
    with acting(SERVICE, [SERVICE]):
        kept = row(
            "select message, run from filing where id = %s and version = %s union all "
            "select message, run from filing_version where filing = %s and version = %s",
            filing.id, version, filing.id, version,
        )  # fmt: skip
        if kept is None:
            raise ImpossibleAct(f"There is no version {version} of this filing; it stands at {filing.version}.")
        found = row("select name, body from message where name = %s", kept[0]) if kept[0] else None
        body = Bodies(seal_of_home()).open(connection, found[0], bytes(found[1])) if found else b""
    if not body and kept[1] and with_runs:
        body = told_in_run(home_folder() / kept[1], filing.reference, version)
    if not body:
        raise ImpossibleAct(GONE)
    return body
