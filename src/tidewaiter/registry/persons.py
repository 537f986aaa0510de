"""Persons and accounts as rows; read and written in the open transaction, as far as who acts may."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any, Final, NamedTuple

from tidewaiter.store.asking import row, rows, say
from tidewaiter.store.rights import Actor


class Account(NamedTuple):
    """Who somebody is here, what he may, and until when."""

    person: str
    shown: str
    name: str
    roles: tuple[str, ...]
    office: str | None = None
    agency: str | None = None
    filer: str | None = None
    limit_minor: int | None = None
    active_until: datetime | None = None
    disabled_at: datetime | None = None

    def is_active(self, now: datetime) -> bool:
        """True where the account is open at this moment."""
        return self.disabled_at is None and (self.active_until is None or now < self.active_until)

    @property
    def actor(self) -> Actor:
        """The person as the matrix of rights knows him."""
        return Actor(self.person, frozenset(self.roles), self.filer, self.office, self.agency, self.limit_minor)


class Credential(NamedTuple):
    """What a person proves himself with."""

    password: str
    must_change: bool
    code_secret: bytes | None
    code_step: int


ACCOUNT: Final = (
    "account.person, person.shown, account.name, roles, office, agency, filer, limit_minor, active_until, disabled_at"
)
JOINED: Final = "account join person on person.id = account.person"


def account_of(found: tuple[Any, ...]) -> Account:
    """A row of ``ACCOUNT`` as an account."""
    person, shown, name, roles, *more = found[: len(Account._fields)]
    return Account(person, shown, name, tuple(roles), *more)


def by_name(name: str) -> Account | None:
    """The account of that name."""
    found = row(f"select {ACCOUNT} from {JOINED} where name = %s", name)  # noqa: S608 - our own words
    return account_of(found) if found else None


def by_person(person: str) -> Account | None:
    """The account of a person."""
    found = row(f"select {ACCOUNT} from {JOINED} where account.person = %s", person)  # noqa: S608 - our own words
    return account_of(found) if found else None


def all_accounts() -> list[Account]:
    """Every account that who acts may see, by name."""
    return [account_of(one) for one in rows(f"select {ACCOUNT} from {JOINED} order by name")]  # noqa: S608 - our own words


def shown(persons: Iterable[str]) -> dict[str, str]:
    """Names of persons as colleagues see them; one that may not be seen is left out."""
    return dict(rows("select id, shown from person where id = any(%s)", list(persons)))


def credential_of(person: str) -> Credential | None:
    """What a person proves himself with; seen at the door alone."""
    found = row("select password, must_change, code_secret, code_step from credential where person = %s", person)
    return Credential(found[0], found[1], bytes(found[2]) if found[2] else None, found[3]) if found else None


def keep_person(account: Account, now: datetime) -> None:
    """Write a new person, or the name colleagues see anew."""
    say(
        "insert into person (id, shown, made_at) values (%s, %s, %s) on conflict (id) do update set shown = %s",
        account.person, account.shown, now, account.shown,
    )  # fmt: skip


def keep_account(account: Account) -> None:
    """Write an account, or what it holds anew."""
    values = [getattr(account, name) for name in KEPT]
    values[2] = list(account.roles)
    places = ", ".join(["%s"] * len(KEPT))
    anew = ", ".join(f"{name} = excluded.{name}" for name in KEPT[1:])
    say(
        f"insert into account ({', '.join(KEPT)}) values ({places}) on conflict (person) do update set {anew}",  # noqa: S608 - our own words
        *values,
    )


KEPT: Final = (
    "person", "name", "roles", "office", "agency", "filer", "limit_minor", "active_until", "disabled_at",
)  # fmt: skip


def keep_password(person: str, password: str, now: datetime, *, must_change: bool) -> None:
    """Write the hash of a password; one that was reset takes one-time codes away as well."""
    say(
        "insert into credential (person, password, must_change, changed_at) values (%s, %s, %s, %s) "
        "on conflict (person) do update set password = excluded.password, must_change = excluded.must_change, "
        "changed_at = excluded.changed_at, "
        "code_secret = case when excluded.must_change then null else credential.code_secret end",
        person, password, must_change, now,
    )  # fmt: skip


def take_step(person: str, secret: bytes, step: int) -> bool:
    """Spend the code of a step; False where it or a later one was spent meanwhile, or the secret is another by now."""
    return bool(
        say(
            "update credential set code_step = %s where person = %s and code_secret = %s and code_step < %s",
            step, person, secret, step,
        )
    )  # fmt: skip


def keep_code(person: str, secret: bytes, step: int) -> None:
    """Write a new sealed secret of one-time codes and the step of its first code."""
    say("update credential set code_secret = %s, code_step = %s where person = %s", secret, step, person)
