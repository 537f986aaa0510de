"""Use case: what the terminal asks of accounts, by the name of a person who lets himself in."""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import NamedTuple
from uuid import UUID

from tidewaiter.model.errors import AccountRefused, SignedOut, SignInRefused
from tidewaiter.registry.persons import Account
from tidewaiter.service.account_acts import What, accounts, disable, new_person, propose
from tidewaiter.service.accounts import actor_of, sign_in, sign_out
from tidewaiter.service.bootstrap import begin
from tidewaiter.service.database import app_address
from tidewaiter.store.rights import MATRIX, Actor


class Wanted(NamedTuple):
    """What is wanted of an account; what is left out stays as it is."""

    name: str
    shown: str | None = None
    roles: tuple[str, ...] = ()
    office: str | None = None
    agency: str | None = None
    filer: str | None = None
    limit_minor: int | None = None
    active_until: datetime | None = None


def let_in(name: str, password: str, code: Callable[[], str], now: datetime) -> Actor:
    """Who acts at the terminal; his one-time code is asked for where the password alone does not do."""
    begin(app_address())
    try:
        token = sign_in(name, password, "", now)
    except SignInRefused:
        told = code()
        if not told:
            raise
        token = sign_in(name, password, told, now)
    actor = actor_of(token, now)
    sign_out(token, now)
    if actor is None:
        raise SignedOut
    return actor


def proposed(actor: Actor, what: What, wanted: Wanted, now: datetime) -> UUID:
    """Propose what is wanted; for an account that is there, what is not named stays as it is."""
    if what == "make":
        return propose(actor, what, _filled(Account(new_person(), wanted.name, wanted.name, ()), wanted), now)
    known = _account(actor, wanted.name)
    account = _filled(known, wanted) if what == "change" else known
    return propose(actor, what, account._replace(disabled_at=None), now)


def closed(actor: Actor, name: str, now: datetime) -> None:
    """Close the account of that name."""
    disable(actor, _account(actor, name).person, now)


def known_roles() -> Mapping[str, str]:
    """The roles there are, and what each is."""
    return MATRIX.roles


def _account(actor: Actor, name: str) -> Account:
    found = next((one for one in accounts(actor) if one.name == name), None)
    if found is None:
        raise AccountRefused(f"There is no account {name}, or none that you may see.")
    return found


def _filled(account: Account, wanted: Wanted) -> Account:
    told = {key: value for key, value in wanted._asdict().items() if value not in (None, ())}
    until = told.get("active_until")
    if until is not None and until.tzinfo is None:
        told["active_until"] = until.replace(tzinfo=UTC)
    return account._replace(**told)
