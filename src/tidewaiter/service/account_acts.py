"""Use case: accounts, made and changed by two persons, closed by one."""

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any, Final, Literal, NamedTuple
from uuid import UUID, uuid4

from django.db import IntegrityError, connection

from tidewaiter.model.errors import AccountRefused
from tidewaiter.registry import persons
from tidewaiter.registry.passwords import hashed
from tidewaiter.registry.persons import Account
from tidewaiter.store.access import acting_as
from tidewaiter.store.asking import row, rows, say
from tidewaiter.store.log.entries import Act, append
from tidewaiter.store.rights import MATRIX, Actor, Facts, require

What = Literal["make", "change", "enable", "reset"]
PASSWORD_LETTERS: Final = 20
ALPHABET: Final = "0123456789abcdefghjkmnpqrstvwxyz"
NEEDS: Final = {
    "officer": "office", "supervisor": "office", "agency_officer": "agency", "declarant": "filer",
    "marketplace": "filer", "carrier": "filer",
}  # fmt: skip
"""A role is nothing without whom or what it is for."""


class Proposal(NamedTuple):
    """What somebody proposes about an account."""

    id: UUID
    act: What
    account: Account
    proposed_by: str
    proposed_at: datetime
    decided_by: str | None
    is_approved: bool | None


def new_person() -> str:
    """A pseudonym for a new person."""
    return "p-" + "".join(secrets.choice(ALPHABET) for _ in range(8))


def propose(actor: Actor, act: What, account: Account, now: datetime) -> UUID:
    """Propose to make an account (``account.person`` is then of ``new_person``), to change, reopen or reset one.

    Raises:
        NotAllowed: the actor may not propose this.
        AccountRefused: roles that are not held together, a name that is taken, a role without its office.
    """
    require(actor, "propose", "account", _facts(account))
    refuse_unsound(account)
    number = uuid4()
    columns = ("person", "name", "shown", "roles", "office", "agency", "filer", "limit_minor", "active_until")
    values = [list(account.roles) if name == "roles" else getattr(account, name) for name in columns]
    with acting_as(actor), _named():
        known = row("select count(*) from account where name = %s and person <> %s", account.name, account.person)
        if known and known[0]:
            raise AccountRefused(f"The name {account.name} is taken. Choose another.")
        say(
            f"insert into account_proposal (id, act, {', '.join(columns)}, proposed_by, proposed_at) "  # noqa: S608 - our own words
            f"values ({', '.join(['%s'] * (len(columns) + 4))})",
            number, act, *values, actor.person, now,
        )  # fmt: skip
        _log("account_proposed", actor, account.person, now, {"proposal": str(number), "act": act})
    return number


def decide(actor: Actor, number: UUID, now: datetime, *, approves: bool) -> str:
    """Approve or decline a proposal; gives the first password of an account that was made or reset, else nothing.

    Raises:
        NotAllowed: the actor may not, or proposed it himself, or it is about himself.
        AccountRefused: no such proposal, or decided already.
    """
    with acting_as(actor), _named():
        told = _proposal(number)
        about = _facts(told.account)._replace(persons=frozenset({told.proposed_by, told.account.person}))
        require(actor, "approve", "account", about)
        if told.decided_by is not None:
            raise AccountRefused("This proposal was decided already.")
        say(
            "update account_proposal set decided_by = %s, decided_at = %s, is_approved = %s where id = %s",
            actor.person, now, approves, number,
        )  # fmt: skip
        password = _applied(told, now) if approves else ""
        kind = "account_approved" if approves else "account_declined"
        _log(kind, actor, told.account.person, now, {"proposal": str(number), "act": told.act})
    return password


def disable(actor: Actor, person: str, now: datetime) -> None:
    """Close an account: its sessions end, its person is refused from the next call on. One person suffices."""
    with acting_as(actor):
        account = persons.by_person(person)
        if account is None:
            raise AccountRefused("There is no such account, or none that you may see.")
        require(actor, "propose", "account", _facts(account))
        if account.disabled_at is None:
            say("update account set disabled_at = %s where person = %s", now, person)
            _log("account_disabled", actor, person, now, {})


def accounts(actor: Actor) -> list[Account]:
    """All accounts that ``actor`` may see."""
    with acting_as(actor):
        return persons.all_accounts()


def proposals(actor: Actor) -> list[Proposal]:
    """Proposals that wait for a decision, the oldest first."""
    with acting_as(actor):
        return [_read(one) for one in rows(f"{SELECT} where decided_by is null order by proposed_at, id")]


def refuse_unsound(account: Account) -> None:
    """Refuse an account that contradicts itself.

    Raises:
        AccountRefused: every fault at once.
    """
    roles = frozenset(account.roles)
    faults = [f"there is no role {role}" for role in sorted(roles - MATRIX.roles.keys())]
    faults += [f"{one} and {other} are not held by one person" for one, other in MATRIX.clashes(roles)]
    faults += [
        f"the role {role} needs its {NEEDS[role]}"
        for role in sorted(roles & NEEDS.keys()) if not getattr(account, NEEDS[role])
    ]  # fmt: skip
    if not roles:
        faults.append("an account has a role at least")
    if faults:
        raise AccountRefused(f"This account cannot be: {'; '.join(faults)}.")


def first_password() -> str:
    """A password that is told once and changed at the first sign-in."""
    letters = [secrets.choice(ALPHABET) for _ in range(PASSWORD_LETTERS)]
    return "-".join("".join(letters[at : at + 4]) for at in range(0, PASSWORD_LETTERS, 4))


def _applied(told: Proposal, now: datetime) -> str:
    if told.act == "make":
        persons.keep_person(told.account, now)
    if told.act != "reset":
        persons.keep_account(_as_open_as_it_is(told))
    if told.act in {"change", "enable"}:
        persons.keep_person(told.account, now)
        return ""
    password = first_password()
    persons.keep_password(told.account.person, hashed(password), now, must_change=True)
    return password


def _as_open_as_it_is(told: Proposal) -> Account:
    """A change closes no account and reopens none."""
    known = persons.by_person(told.account.person) if told.act == "change" else None
    return told.account._replace(disabled_at=known.disabled_at) if known else told.account


SELECT: Final = (
    "select id, act, proposed_by, proposed_at, decided_by, is_approved, "
    "person, shown, name, roles, office, agency, filer, limit_minor, active_until from account_proposal"
)


def _proposal(number: UUID) -> Proposal:
    found = row(f"{SELECT} where id = %s", number)
    if found is None:
        raise AccountRefused("There is no such proposal, or none that you may see.")
    return _read(found)


def _read(found: tuple[Any, ...]) -> Proposal:
    number, act, by, at, decided_by, is_approved, person, shown, name, roles, *more = found
    return Proposal(number, act, Account(person, shown, name, tuple(roles), *more), by, at, decided_by, is_approved)


def _facts(account: Account) -> Facts:
    return Facts(office=account.office, agencies=frozenset({account.agency} if account.agency else ()))


@contextmanager
def _named() -> Iterator[None]:
    """What the database refuses of a person's words, as a sentence."""
    try:
        yield
    except IntegrityError as fault:
        raise AccountRefused(f"The database refuses this account: {_constraint(fault)}.") from fault


def _constraint(fault: IntegrityError) -> str:
    told = getattr(fault.__cause__, "diag", None)
    name = (told.constraint_name or "") if told else ""
    return REFUSED.get(name, name or "it contradicts what is there")


REFUSED: Final = {
    "account_name_key": "the name is taken",
    "account_proposal_name_check": "a name has small letters, digits and . _ @ -, at least two of them",
    "account_proposal_office_fkey": "there is no such office; make it first (tidewaiter account office)",
    "account_proposal_agency_fkey": "there is no such agency; make it first (tidewaiter account agency)",
}


def _log(kind: str, actor: Actor, subject: str, now: datetime, more: dict[str, object]) -> None:
    append(connection, Act(kind, now, actor.person, ",".join(sorted(actor.roles)), subject, more=more).payload())
