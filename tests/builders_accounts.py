"""Accounts for tests: two admins made by the owner, further ones as it is done: proposed and approved."""

from datetime import UTC, datetime, timedelta

import psycopg

from tests.builders_database import working_as
from tidewaiter.registry import persons
from tidewaiter.registry.passwords import hashed
from tidewaiter.registry.persons import Account
from tidewaiter.service.account_acts import decide, new_person, propose
from tidewaiter.service.accounts import change_password, sign_in, sign_out

NOW = datetime(2026, 11, 27, 3, 0, tzinfo=UTC)
PASSWORD = "four words that stay"  # noqa: S105 - of nobody


def people(database):
    """Offices, an agency, two admins with ``PASSWORD``; gives their actors."""
    with psycopg.connect(database.owner) as owner:
        owner.execute("insert into office values ('DE-HAM', 'Hamburg'), ('DE-FRA', 'Frankfurt')")
        owner.execute("insert into agency values ('wildlife', 'Wildlife agency')")
    admins = []
    with working_as(database.owner):
        for name in ("ada", "bo"):
            admin = account(name, "admin")
            persons.keep_person(admin, NOW)
            persons.keep_account(admin)
            persons.keep_password(admin.person, hashed(PASSWORD), NOW, must_change=False)
            admins.append(admin.actor)
    return admins


def account(name, *roles, **more):
    """An account of a new person."""
    return Account(new_person(), name.title(), name, roles, **more)


def made(admins, name, *roles, **more):
    """An account made by two, with ``PASSWORD``; gives its actor."""
    wanted = account(name, *roles, **more)
    number = propose(admins[0], "make", wanted, NOW)
    first = decide(admins[1], number, NOW, approves=True)
    token = sign_in(name, first, "", NOW)
    change_password(token, first, PASSWORD, NOW)
    sign_out(token, NOW)
    return wanted.actor


def later(**span):
    """``NOW`` and so much more."""
    return NOW + timedelta(**span)
