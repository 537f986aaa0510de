"""Use case: what a party may hand over in a day, by the registry, else by the settings; what is beyond is refused."""

from datetime import UTC, date, datetime, time, timedelta
from threading import Lock
from typing import Final, NamedTuple

from tidewaiter.exchange import quotas
from tidewaiter.exchange.quotas import Quota, Use
from tidewaiter.model.errors import QuotaReached, QuotaTooSmall
from tidewaiter.service.settings import settings
from tidewaiter.store.access import acting_as
from tidewaiter.store.rights import Actor

OPEN_AGAIN_S: Final = 60
"""When to come again where too many files are open: one of them may have ended."""
LOOK: Final = timedelta(seconds=1)
"""So long a count is believed before the database is asked again; what one process lets through meanwhile it adds."""
REMEMBERED: Final = 10_000


class _Known(NamedTuple):
    at: datetime
    quota: Quota
    use: Use


_KNOWN: Final[dict[str, _Known]] = {}
_LOCK: Final = Lock()


def refuse_message(actor: Actor, size: int, now: datetime) -> None:
    """Refuse a message of ``size`` bytes that is beyond what its party may hand over today.

    Raises:
        QuotaTooSmall: it is longer than all that may be handed over in a day.
        QuotaReached: today's messages or bytes are used up.
    """
    if actor.filer is None:
        return  # who files for nobody is refused by the door behind
    with _LOCK:
        known = _KNOWN.get(actor.filer)
    if known is None or not known.at <= now < known.at + LOOK or known.at.date() != now.date():
        with acting_as(actor):
            known = _Known(now, _in_force(actor.filer), quotas.use_of(actor.filer, _day(now)))
    _refuse_bytes(known.quota, known.use, size, now)
    if known.use.messages >= (known.quota.day_messages or 0):
        raise QuotaReached("messages", known.quota.day_messages or 0, _until_tomorrow_s(now))
    with _LOCK:
        if len(_KNOWN) >= REMEMBERED:
            _KNOWN.clear()
        _KNOWN[actor.filer] = known._replace(use=Use(known.use.bytes + size, known.use.messages + 1))


def refuse_upload(party: str, size: int, now: datetime) -> None:
    """The same of a file that is begun, in the transaction that begins it."""
    quotas.alone(party)
    let = _in_force(party)
    _refuse_bytes(let, quotas.use_of(party, _day(now)), size, now)
    if quotas.open_uploads(party) >= (let.open_uploads or 0):
        raise QuotaReached("open files", let.open_uploads or 0, OPEN_AGAIN_S)


def _in_force(party: str) -> Quota:
    """The party's own where there is one, else what the settings let everybody."""
    own, told = quotas.quota_of(party), settings()
    return Quota(
        own.day_bytes or told.whole("TIDEWAITER_DAY_BYTES"),
        own.day_messages or told.whole("TIDEWAITER_DAY_MESSAGES"),
        own.open_uploads or told.whole("TIDEWAITER_OPEN_UPLOADS"),
    )


def _refuse_bytes(let: Quota, use: Use, size: int, now: datetime) -> None:
    most = let.day_bytes or 0
    if size > most:
        raise QuotaTooSmall(size, most)
    if use.bytes + size > most:
        raise QuotaReached("bytes", most, _until_tomorrow_s(now))


def _day(now: datetime) -> date:
    return now.astimezone(UTC).date()


def _until_tomorrow_s(now: datetime) -> int:
    tomorrow = datetime.combine(now.astimezone(UTC).date() + timedelta(days=1), time(), UTC)
    return max(1, int((tomorrow - now).total_seconds()) + 1)
