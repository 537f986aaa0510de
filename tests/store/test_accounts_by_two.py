"""Accounts by direct SQL as the app: an approval of two covers its act and its words, and nothing else."""

import psycopg
import pytest

from tests.builders_accounts import NOW, account, made


@pytest.fixture
def officer(admins):
    return made(admins, "olga", "officer", office="DE-HAM", limit_minor=50_000)


DIRECT = (
    "update account set roles = '{supervisor}' where person = %(who)s",
    "update account set disabled_at = null, limit_minor = 9 where person = %(who)s",
    "insert into account (person, name, roles) values ('p-00000000', 'eve', '{admin}')",
    "insert into person values ('p-00000000', 'Eve', now())",
    "update credential set password = 'x' where person = %(who)s",
    "update account_proposal set is_approved = true, decided_by = acting_person(), decided_at = now()",
    "delete from account",
)


@pytest.mark.parametrize("words", DIRECT)
def test_an_admin_alone_makes_no_account_by_direct_sql_either(database, admins, officer, words):
    from django.db import Error

    from tidewaiter.service.account_acts import propose
    from tidewaiter.store.access import acting_as
    from tidewaiter.store.asking import say

    propose(admins[0], "make", account("eve", "admin"), NOW)
    before = _state(database)
    try:
        with acting_as(admins[0]):
            say(words, *()) if "%(who)s" not in words else say(words.replace("%(who)s", "%s"), officer.person)
    except Error:
        pass

    assert _state(database) == before


APPROVED = (
    ("reset", {}, "update account set roles = '{supervisor}' where person = %s"),
    ("reset", {}, "update person set shown = 'Eve' where id = %s"),
    ("change", {"limit_minor": 9}, "update account set limit_minor = 99 where person = %s"),
    ("change", {"limit_minor": 9}, "update account set limit_minor = 9, filer = 'f1' where person = %s"),
    ("change", {"limit_minor": 9}, "update account set limit_minor = 9, disabled_at = now() where person = %s"),
    ("change", {}, "update credential set password = 'x', must_change = true where person = %s"),
    ("make", {}, "update credential set password = 'x', must_change = true where person = %s"),
    ("reset", {}, "update credential set password = 'x', must_change = false where person = %s"),
)
"""What is approved of olga, and what else is done about her in the transaction that approves it."""


@pytest.mark.parametrize(("act", "more", "words"), APPROVED)
def test_an_approval_covers_its_act_and_what_was_proposed_and_nothing_else(database, admins, officer, act, more, words):
    from django.db import IntegrityError

    from tidewaiter.service.account_acts import propose
    from tidewaiter.store.access import acting_as
    from tidewaiter.store.asking import say

    olga = account("olga", "officer", office="DE-HAM", **{"limit_minor": 50_000, **more})
    number = propose(admins[0], act, olga._replace(person=officer.person), NOW)
    before = _state(database)
    with pytest.raises(IntegrityError, match="two"), acting_as(admins[1]):  # noqa: PT012 - one transaction
        say(
            "update account_proposal set is_approved = true, decided_by = acting_person(), decided_at = now() "
            "where id = %s",
            number,
        )
        say(words, officer.person)

    assert _state(database) == before


def test_a_change_is_made_as_approved_and_reopens_nothing(admins, officer):
    from tidewaiter.service.account_acts import accounts, decide, disable, propose

    olga = account("olga", "officer", office="DE-FRA", limit_minor=9)._replace(person=officer.person)
    disable(admins[0], officer.person, NOW)
    decide(admins[1], propose(admins[0], "change", olga, NOW), NOW, approves=True)

    (kept,) = (one for one in accounts(admins[0]) if one.name == "olga")
    assert kept == olga._replace(disabled_at=NOW)


def _state(database):
    with psycopg.connect(database.owner) as owner:
        return [
            owner.execute(f"select * from {table} order by 1").fetchall()  # noqa: S608 - one of four
            for table in ("account", "person", "credential", "account_proposal")
        ]


def test_roles_apart_are_refused_by_the_database_whoever_asks(database, admins, officer):
    with psycopg.connect(database.owner) as owner, pytest.raises(psycopg.errors.CheckViolation):
        owner.execute("update account set roles = '{officer,auditor}' where name = 'olga'")
