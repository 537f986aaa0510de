"""Use case: a person is forgotten: what names somebody goes, totals and proofs stay; the law's time comes first."""

import logging
from datetime import UTC, date, datetime, time, timedelta
from typing import Final, NamedTuple
from uuid import UUID

from django.db import DatabaseError, connection

from tidewaiter.exchange import bodies, movements
from tidewaiter.exchange.ids import new_id
from tidewaiter.exchange.quotas import forget_use
from tidewaiter.exchange.retention import EVERYWHERE, longest, retention
from tidewaiter.exchange.work import forget_done
from tidewaiter.model.errors import TidewaiterError, WrongUse
from tidewaiter.service.log_lines import FIELDS
from tidewaiter.service.uploads import give_up, let_go
from tidewaiter.service.work import SERVICE
from tidewaiter.store.access import acting
from tidewaiter.store.asking import row, rows, say
from tidewaiter.store.log.entries import Act, append

AT_ONCE: Final = 500
LOG: Final = logging.getLogger("tidewaiter.work")


class Erased(NamedTuple):
    """What became of the wish: erased at once, or kept until a day and why."""

    is_done: bool
    kept_until: date | None
    kept_because: str | None


def erase(filing: UUID, reason: str, now: datetime, by: str) -> Erased:
    """Forget whom a filing is about, in all of its versions: at once, or when the law's time is over.

    Bodies of its messages, what people typed on its case and the keys that tell a person again are erased; amounts,
    decisions, and the log with its proofs stay. An entry of the log says that it was done, and not of whom.

    Raises:
        WrongUse: there is no such filing.
    """
    with acting(SERVICE, [SERVICE]):
        found = row("select jurisdiction, max(decided_at) over () from filing where id = %s", filing)
        if found is None:
            raise WrongUse(f"There is no filing {filing}.")
        jurisdiction, decided_at = found
        rule = retention("message", jurisdiction, decided_at.date())
        until = rule.until(decided_at.date())
        is_kept = now.date() <= until
        name = new_id(now)
        say(
            "insert into erasure (id, filing, asked_at, asked_by, reason, kept_until, kept_because) "
            "values (%s, %s, %s, %s, %s, %s, %s)",
            name, filing, now, by, reason, until if is_kept else None, rule.source if is_kept else None,
        )  # fmt: skip
        if is_kept:
            append(connection, Act("erasure_asked", now, by, SERVICE, str(filing)).payload())
            return Erased(is_done=False, kept_until=until, kept_because=rule.source)
        _forget(filing, name, now, by)
    return Erased(is_done=True, kept_until=None, kept_because=None)


def erase_due(now: datetime) -> int:
    """Do what was asked for earlier and is due now, each by itself; gives how many filings were forgotten.

    One that fails is noted, and tried again at the next sweep.
    """
    with acting(SERVICE, [SERVICE]):
        due = rows(
            "select id from erasure where done_at is null and kept_until < %s order by kept_until, id limit %s",
            now.date(), AT_ONCE,
        )  # fmt: skip
    return sum(_erased(name, now) for (name,) in due)


def _erased(name: UUID, now: datetime) -> bool:
    try:
        with acting(SERVICE, [SERVICE]):
            found = row(
                "select filing, asked_by from erasure where id = %s and done_at is null for update skip locked", name
            )
            if found is not None:
                _forget(found[0], name, now, found[1])
    except (DatabaseError, TidewaiterError):
        LOG.exception("not erased", extra={FIELDS: {"erasure": str(name)}})
        return False
    return found is not None


def end_retention(now: datetime) -> dict[str, int]:
    """Let go what nobody's law keeps any more: keys of days, files, deliveries, marks of effects; how many of each."""
    on = now.astimezone(UTC).date()
    with acting(SERVICE, [SERVICE]):
        keys = bodies.destroy_keys(connection, longest("message", on), now)
        told = say("delete from outbox where is_dealt and at < %s", _before("delivery", now))
        done = forget_done(connection, _before("done", now))
        events = movements.end(connection, datetime.combine(longest("movement", on), time(), UTC))
        forget_use(_before("day_use", now).date())
        if keys:
            append(connection, Act("keys_destroyed", now, SERVICE, SERVICE, more={"days": keys}).payload())
    parts = give_up(_before("part", now))
    return {
        "keys": keys,
        "outbox": told,
        "done": done,
        "events": events,
        "parts": parts,
        "uploads": let_go(longest("message", on)),
    }


def _before(what: str, now: datetime) -> datetime:
    return now - timedelta(days=retention(what, EVERYWHERE, now.date()).days or 0)


def _forget(filing: UUID, erasure: UUID, now: datetime, by: str) -> None:
    """Part of one transaction: every version of the filing of the same sender under the same reference."""
    versions = [
        one
        for (one,) in rows(
            "select other.id from filing one join filing other on other.filer = one.filer "
            "and other.reference = one.reference where one.id = %s",
            filing,
        )
    ]
    say("update message set body = '', answer = '{}', errors = 0 where filing = any(%s)", versions)
    say(
        "update history set person_key = null, address_key = null, address_seller_key = null from message "
        "where name = history.message and filing = any(%s)",
        versions,
    )
    say("delete from case_text where case_id = any(%s)", versions)
    _forget_aside(filing, versions)
    say("update erasure set done_at = %s where id = %s", now, erasure)
    append(connection, Act("person_erased", now, by, SERVICE, str(filing), more={"versions": len(versions)}).payload())


def _forget_aside(filing: UUID, versions: list[UUID]) -> None:
    """The same of messages that became no filing: repeats by whomever, and what its filer sent under its reference.

    Their answers keep the fate and the receipt, which name nobody.
    """
    filer, reference = row("select filer, reference from filing where id = %s", filing) or ("", "")
    names = [str(name) for (name,) in rows("select name from message where filing = any(%s)", versions)]
    say(
        "update message set body = '', answer = json_build_object('fate', fate, 'receipt', answer -> 'receipt', "
        "'errors', json_build_array()) where submitter = %s and aside = %s or repeats = any(%s)",
        filer, reference, names,
    )  # fmt: skip
