"""Statements told in a row: the framework's errors, wherever they come up, and nothing kept of what failed."""

import pytest

from tests.eventually import eventually


@pytest.fixture
def asked(as_app):
    from tidewaiter.store.prepared import Prepared

    return Prepared()


def say(asked, words, values=()):
    with asked.cursor() as cursor:
        cursor.execute(words, list(values))
        return cursor.fetchall()


def test_values_of_all_kinds_come_back_as_they_were(asked):
    from tidewaiter.store.access import acting

    texts = ['a "quoted" {text}, with \\ and \x1e', "", None]
    with acting("p-1", ["service"], in_a_row=True):
        found = say(asked, "select %s::text[], %s::bytea[], %s::bigint[]", [texts, [b"\x00\xff"], [1, 2**40]])

    assert found == [(texts, [b"\x00\xff"], [1, 2**40])]


def test_whoever_acts_is_told_within_the_row(asked):
    from tidewaiter.store.access import acting
    from tidewaiter.store.rights.scopes import PERSON

    with acting("p-1", ["service"], in_a_row=True):
        assert say(asked, "select current_setting(%s, true)", [PERSON]) == [("p-1",)]


def test_a_fault_that_nobody_reads_comes_up_before_the_commit_and_nothing_is_kept(asked):
    from django.db import DataError

    from tidewaiter.store.access import acting

    with pytest.raises(DataError), acting("p-1", ["service"], in_a_row=True):  # noqa: PT012 - the fault comes at the end
        with asked.cursor() as cursor:
            cursor.execute("select set_config('tidewaiter.probe', 'kept', false)")
        with asked.cursor() as cursor:
            cursor.execute("select 1 / %s", [0])
    assert say(asked, "select coalesce(current_setting('tidewaiter.probe', true), '')") == [("",)]


def test_a_connection_is_asked_whether_it_lives_only_where_the_server_said_something(asked, database):
    import psycopg
    from django.db import connection

    from tidewaiter.store.prepared import is_told_something

    ((pid,),) = say(asked, "select pg_backend_pid()")
    assert not is_told_something(connection)

    with psycopg.connect(database.app, autocommit=True) as other:
        other.execute("select pg_terminate_backend(%s)", [pid])

    assert eventually(lambda: is_told_something(connection), wanted=True)
    connection.close()
    assert is_told_something(connection)
