"""Keys of the bench: parties of its own in the service under ``TIDEWAITER_HOME``, made as its owner."""

from datetime import UTC, datetime
from typing import Final

from tidewaiter.service.bootstrap import begin
from tidewaiter.service.database import database

FILER, CARRIER = "BENCH-FILER", "BENCH-CARRIER"
ADMIN: Final = "bench"


def keys() -> tuple[str, str]:
    """A key of a filer who may file for everybody, and one of a carrier who tells events and sorts."""
    begin(database().owner)
    from tidewaiter.service.clients import make_key  # noqa: PLC0415 - the database is chosen by now
    from tidewaiter.service.parties import keep_party  # noqa: PLC0415 - the same
    from tidewaiter.store.rights import Actor  # noqa: PLC0415 - the same

    now, admin = datetime.now(UTC), Actor(ADMIN, frozenset({"admin"}))
    keep_party(FILER, "Bench Filer", "marketplace", now, ["*"])
    keep_party(CARRIER, "Bench Carrier", "carrier", now)
    filer = make_key(admin, "bench", FILER, ["marketplace"], ["lodge", "status"], now)
    return filer, make_key(admin, "bench", CARRIER, ["carrier"], ["events", "sorter"], now)
