"""Register copies, guarantees and claims in the database; questions for many filings at once."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final, NamedTuple
from uuid import UUID

from tidewaiter.registry.vendor_judging import PROVISIONAL, Register
from tidewaiter.store.log.entries import Connection

COLUMNS: Final = (
    "filing uuid, message uuid, party text, scheme text, number text, on_day date, value_minor bigint, currency text, "
    "standing text, reason text"
)
KEPT_COPIES: Final = 2
"""Copies that stay: the one in force, and the one before it to go back to."""


class Held(NamedTuple):
    """A number as a register's keeper tells it."""

    number: str
    holder: str
    valid_from: date
    valid_to: date | None = None


@dataclass(frozen=True, slots=True)
class Judged:
    """A claim with its standing, as it is kept."""

    filing: UUID
    message: UUID
    party: str
    scheme: str
    number: str
    on_day: date
    value_minor: int | None
    currency: str | None
    standing: str
    reason: str


def keep_copy(
    connection: Connection, scheme: str, taken_at: datetime, held: Sequence[Held], file_hash: bytes, now: datetime
) -> int | None:
    """Put a copy of a register into force and give its number; None where it is there already. Older ones go."""
    with connection.cursor() as cursor:
        cursor.execute(
            "insert into register_copy (scheme, taken_at, loaded_at, file_hash, numbers) values (%s, %s, %s, %s, %s) "
            "on conflict (scheme, taken_at) do nothing returning id",
            [scheme, taken_at, now, file_hash, len(held)],
        )
        row = cursor.fetchone()
        if row is None:
            return None
        cursor.execute(
            "insert into vendor_number (copy, number, holder, valid_from, valid_to) "
            "select %s, * from unnest(%s::text[], %s::text[], %s::date[], %s::date[])",
            [row[0], *([*column] for column in zip(*held, strict=True))],
        )
        cursor.execute(
            "delete from register_copy where scheme = %s and id not in "
            "(select id from register_copy where scheme = %s order by taken_at desc limit %s)",
            [scheme, scheme, KEPT_COPIES],
        )
    return int(row[0])


def tell_state(connection: Connection, scheme: str, now: datetime, *, is_down: bool, by: str) -> bool:
    """Keep whether a register can be asked; True where that is new."""
    with connection.cursor() as cursor:
        cursor.execute(
            "insert into register_state (scheme, is_down, since, told_by) values (%s, %s, %s, %s) "
            "on conflict (scheme) do update set is_down = excluded.is_down, since = excluded.since, "
            "told_by = excluded.told_by "
            "where register_state.is_down <> excluded.is_down",
            [scheme, is_down, now, by],
        )
        return bool(cursor.rowcount)


def tell_list(connection: Connection, name: str, taken_at: datetime, by: str) -> None:
    """Keep how old a list is that risk rules screen by: ``denied_parties``."""
    with connection.cursor() as cursor:
        cursor.execute(
            "insert into list_state (name, taken_at, told_by) values (%s, %s, %s) "
            "on conflict (name) do update set taken_at = excluded.taken_at, told_by = excluded.told_by",
            [name, taken_at, by],
        )


def register(connection: Connection, scheme: str) -> Register:
    """The register as it can be asked now, and how old the list of denied parties is."""
    with connection.cursor() as cursor:
        cursor.execute(
            "select coalesce((select is_down from register_state where scheme = %s), false), "
            "(select max(taken_at) from register_copy where scheme = %s), "
            "(select taken_at from list_state where name = 'denied_parties')",
            [scheme, scheme],
        )
        return Register(*cursor.fetchone())


def held_on(connection: Connection, scheme: str, asked: Iterable[tuple[str, date]]) -> dict[tuple[str, date], bool]:
    """For each number of the copy in force, whether it held on the day; a number that is not there is left out."""
    told = set(asked)
    with connection.cursor() as cursor:
        cursor.execute(
            "select number, valid_from, valid_to from vendor_number "
            "where copy = (select id from register_copy where scheme = %s order by taken_at desc limit 1) "
            "and number = any(%s)",
            [scheme, list({number for number, _ in told})],
        )
        spans = {number: (first, last) for number, first, last in cursor.fetchall()}
    return {(number, day): _holds(spans[number], day) for number, day in told if number in spans}


def _holds(span: tuple[date, date | None], day: date) -> bool:
    first, last = span
    return first <= day and (last is None or day <= last)


def rooms(connection: Connection, scheme: str, parties: Iterable[str], currency: str, on: date) -> dict[str, int]:
    """What is left of each party's guarantee in ``currency`` once the value of what is provisional is taken off."""
    with connection.cursor() as cursor:
        cursor.execute(
            "select party, amount_minor - coalesce((select sum(value_minor) from vendor_claim claim "
            "where claim.party = guarantee.party and claim.scheme = guarantee.scheme and standing = %s "
            "and outcome is null), 0)::bigint "
            "from guarantee where party = any(%s) and scheme = %s and currency = %s and valid_from <= %s "
            "and (valid_to is null or valid_to >= %s)",
            [PROVISIONAL, list(set(parties)), scheme, currency, on, on],
        )
        return {party: int(room) for party, room in cursor.fetchall()}


def keep_claims(connection: Connection, claims: Sequence[Judged], now: datetime) -> None:
    """Keep claims with their standing; a filing makes one, and that of its newest version counts."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"insert into vendor_claim ({NAMES}, judged_at) select {NAMES}, %s from unnest({TYPES}) claim ({NAMES}) "  # noqa: S608 - names of our own
            f"on conflict (filing) do update set {AGAIN}, judged_at = excluded.judged_at, outcome = null, "
            "settled_at = null",
            [now, *([getattr(one, name) for one in claims] for name in NAMES.split(", "))],
        )


AGAIN: Final = ", ".join(
    f"{name} = excluded.{name}" for name in (column.split(" ")[0] for column in COLUMNS.split(", ")) if name != "filing"
)
NAMES: Final = ", ".join(column.split(" ")[0] for column in COLUMNS.split(", "))
TYPES: Final = ", ".join(f"%s::{column.split(' ')[1]}[]" for column in COLUMNS.split(", "))


class Open(NamedTuple):
    """A claim that is not settled yet."""

    filing: UUID
    message: UUID
    party: str
    number: str
    on_day: date
    standing: str


def open_claims(connection: Connection, scheme: str, limit: int) -> list[Open]:
    """Some claims that wait for the register, locked until the commit."""
    with connection.cursor() as cursor:
        cursor.execute(
            "select filing, message, party, number, on_day, standing from vendor_claim where scheme = %s "
            "and standing in ('provisional', 'waits') and outcome is null order by filing limit %s "
            "for update skip locked",
            [scheme, limit],
        )
        return [Open(*row) for row in cursor.fetchall()]


def settle(connection: Connection, outcomes: Mapping[UUID, str], now: datetime) -> None:
    """Say of claims what came of them; what is settled stays so."""
    with connection.cursor() as cursor:
        for outcome in sorted(set(outcomes.values())):
            cursor.execute(
                "update vendor_claim set outcome = %s, settled_at = %s where filing = any(%s) and outcome is null",
                [outcome, now, [filing for filing, told in outcomes.items() if told == outcome]],
            )


def recover_charges(connection: Connection, rows: Sequence[tuple[Any, ...]], now: datetime) -> int:
    """Charge declarants (filing, party, scheme, charges in JSON, amount, currency) once; gives how many are new."""
    with connection.cursor() as cursor:
        cursor.execute(
            "insert into vendor_recovery (filing, party, scheme, charges, amount_minor, currency, at) select *, %s "
            "from unnest(%s::uuid[], %s::text[], %s::text[], %s::jsonb[], %s::bigint[], %s::text[]) "
            "on conflict do nothing",
            [now, *([*column] for column in zip(*rows, strict=True))],
        )
        return int(cursor.rowcount)
