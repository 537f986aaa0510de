"""Use case: a filer's addresses: added, given new secrets, told again, removed; each act an entry of the log."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID, uuid4

from django.db import connection

from tidewaiter.exchange.cursors import ORDER, PLACE, START, Cursor
from tidewaiter.model.errors import NotHere, WrongUse
from tidewaiter.service.secret_key import seal_of_home
from tidewaiter.service.settings import settings
from tidewaiter.service.webhooks.addresses import Network, networks, target
from tidewaiter.service.webhooks.signing import new_secret
from tidewaiter.store.access import acting_as
from tidewaiter.store.asking import row, rows, say
from tidewaiter.store.log.entries import Act, append
from tidewaiter.store.rights import Actor, Facts, NotAllowed, require

KIND: Final = "webhook"
OLD_SECRET: Final = timedelta(hours=24)
"""How long a secret that was changed still signs beside the new one."""
MOST: Final = 20
"""Addresses of one filer."""
LARGEST_PAGE: Final = 500


@dataclass(frozen=True, slots=True)
class Webhook:
    """An address as its filer sees it; its secret is told once, when it is made or changed."""

    id: UUID
    url: str
    kinds: tuple[str, ...]
    made_at: datetime
    failing_since: datetime | None
    disabled_at: datetime | None


@dataclass(frozen=True, slots=True)
class Delivery:
    """One message to one address; ``state``: waiting, delivered or given_up. ``cursor`` continues a list after it."""

    cursor: Cursor
    id: UUID
    message: str
    kind: str
    subject: str
    state: str
    tries: int
    next_at: datetime | None
    last_at: datetime | None
    last_status: int | None
    last_fault: str | None


def add(actor: Actor, url: str, kinds: Sequence[str], now: datetime) -> tuple[Webhook, str]:
    """Tell the actor's filer at ``url`` from now on, of ``kinds`` alone or of all; gives it with its secret.

    Raises:
        AddressRefused: the address is not to be called.
        NotAllowed: the actor has no addresses.
        WrongUse: the filer has twenty already.
    """
    _require(actor, "write")
    target(url, inner_networks())
    made, secret = uuid4(), new_secret()
    with acting_as(actor):
        held = row("select count(*) from webhook where removed_at is null and filer = %s", actor.filer)
        if held and held[0] >= MOST:
            raise WrongUse(f"A filer has at most {MOST} addresses. Remove one first.")
        say(
            "insert into webhook (id, filer, url, kinds, secret, made_at) values (%s, %s, %s, %s, %s, %s)",
            made, actor.filer, url, [*kinds], _sealed(made, secret), now,
        )  # fmt: skip
        _log(actor, "webhook_added", made, now)
    return Webhook(made, url, tuple(kinds), now, None, None), secret


def of_filer(actor: Actor) -> list[Webhook]:
    """The addresses of the actor's filer."""
    _require(actor, "read")
    with acting_as(actor):
        found = rows(
            "select id, url, kinds, made_at, failing_since, disabled_at from webhook where removed_at is null "
            "order by made_at, id"
        )
    return [Webhook(one[0], one[1], tuple(one[2]), *one[3:]) for one in found]


def change_secret(actor: Actor, webhook: UUID, now: datetime) -> str:
    """Give an address a new secret; for a day messages bear the signatures of both."""
    _require(actor, "write")
    secret = new_secret()
    with acting_as(actor):
        _touched(
            say(
                "update webhook set old_secret = secret, old_until = %s, secret = %s "
                "where id = %s and removed_at is null",
                now + OLD_SECRET, _sealed(webhook, secret), webhook,
            )
        )  # fmt: skip
        _log(actor, "webhook_secret_changed", webhook, now)
    return secret


def enable(actor: Actor, webhook: UUID, now: datetime) -> None:
    """Tell an address again that was disabled; what was given up meanwhile is told by ``replay``."""
    _require(actor, "write")
    with acting_as(actor):
        _touched(
            say(
                "update webhook set disabled_at = null, failing_since = null where id = %s and removed_at is null",
                webhook,
            )
        )
        _log(actor, "webhook_enabled", webhook, now)


def remove(actor: Actor, webhook: UUID, now: datetime) -> None:
    """Tell an address no more; what was delivered there stays in its list."""
    _require(actor, "write")
    with acting_as(actor):
        _touched(say("update webhook set removed_at = %s where id = %s and removed_at is null", now, webhook))
        _log(actor, "webhook_removed", webhook, now)


def deliveries(
    actor: Actor, webhook: UUID, after: Cursor = START, size: int = 100, state: str | None = None
) -> list[Delivery]:
    """What was or is to be told at an address, oldest first, after the cursor of another page."""
    _require(actor, "read")
    behind, place = after.behind()
    with acting_as(actor):
        found = rows(
            f"select {PLACE}, delivery.id, 'msg_' || replace(message::text, '-', ''), kind, subject, state, "  # noqa: S608 - words of our own
            "tries, case state when 'waiting' then next_at end, last_at, last_status, last_fault "
            "from delivery join (select seq as outbox, id as message, kind, subject from outbox) told using (outbox) "
            f"where webhook = %s and {behind} and (%s::text is null or state = %s) order by {ORDER} limit %s",
            webhook, *place, state, state, min(max(size, 1), LARGEST_PAGE),
        )  # fmt: skip
    return [Delivery(Cursor(mark, number), *one) for mark, number, *one in found]


def replay(
    actor: Actor, webhook: UUID, now: datetime, *, delivery: UUID | None = None, since: datetime | None = None
) -> int:
    """Tell an address again: one delivery, or all that was given up ``since``; gives how many.

    A message keeps its id, so its receiver knows what it has seen. What waits already is not told twice.
    """
    _require(actor, "write")
    if (delivery is None) == (since is None):
        raise WrongUse("Name one delivery, or since when what was given up is told again.")
    with acting_as(actor):
        found = row("select disabled_at from webhook where id = %s and removed_at is null", webhook)
        _touched(0 if found is None else 1)
        if found and found[0] is not None:
            raise WrongUse("The address is disabled. Enable it first.")
        told = say(
            "insert into delivery (outbox, webhook, filer, is_replay, next_at) "
            "select distinct outbox, webhook, filer, true, %s::timestamptz from delivery old where webhook = %s "
            "and (id = %s or (%s::timestamptz is not null and state = 'given_up' and next_at >= %s)) and not exists "
            "(select from delivery other where other.webhook = old.webhook and other.outbox = old.outbox "
            "and (other.state = 'waiting' or (%s::uuid is null and other.state = 'delivered')))",
            now, webhook, delivery, since, since, delivery,
        )  # fmt: skip
        _log(actor, "webhook_replayed", webhook, now, told)
    return told


def inner_networks() -> tuple[Network, ...]:
    """Networks that may be called although they are not public."""
    return networks(settings().names("TIDEWAITER_WEBHOOK_NETWORKS"))


def _sealed(webhook: UUID, secret: str) -> bytes:
    return seal_of_home().seal(secret.encode(), f"webhook/{webhook}")


def _require(actor: Actor, act: str) -> None:
    if actor.filer is None:
        raise NotAllowed(act, KIND)
    require(actor, act, KIND, Facts(filer=actor.filer))


def _touched(count: int) -> None:
    if not count:
        raise NotHere("There is no such address.")


def _log(actor: Actor, kind: str, webhook: UUID, now: datetime, count: int | None = None) -> None:
    more = {} if count is None else {"count": count}
    append(connection, Act(kind, now, actor.person, ",".join(sorted(actor.roles)), str(webhook), more=more).payload())
