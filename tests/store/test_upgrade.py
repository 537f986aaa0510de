"""From the first schema on: a database of any edition is brought to this one, and keeps what it held."""

import pytest

from tests.builders_database import new_name, working_as


@pytest.fixture
def empty(store_server):
    """A database without any schema."""
    name = new_name("upgraded")
    yield store_server.make(name, "template0")
    store_server.drop(name)


def steps():
    """Every step of the schema in the order in which an empty database takes them."""
    from django.db import connection
    from django.db.migrations.executor import MigrationExecutor

    executor = MigrationExecutor(connection)
    return [(step.app_label, step.name) for step, _ in executor.migration_plan(executor.loader.graph.leaf_nodes())]


def taken(step):
    """Take one step, as an edition that ended with it would have."""
    from django.db import connection
    from django.db.migrations.executor import MigrationExecutor

    MigrationExecutor(connection).migrate([step])


def test_each_edition_on_the_way_keeps_what_the_one_before_it_held(empty):
    with working_as(empty.owner) as connection:
        from tidewaiter.store.log.entries import append
        from tidewaiter.store.schema import migrate, schema

        told = steps()
        assert told[:2] == [("store", "0001_ground"), ("store", "0002_log")]
        taken(told[0])
        held = _all(connection, "select id, made_at from installation")
        assert len(held) == 1
        for number, step in enumerate(told[1:], start=1):
            taken(step)
            append(connection, {"kind": "hold", "at": "now", "number": number})
        written = _all(connection, "select seq, prev, leaf from log_entry order by seq")
        migrate()

        assert schema().pending == ()
        assert _all(connection, "select id, made_at from installation") == held
        assert _all(connection, "select seq, prev, leaf from log_entry order by seq") == written
        assert len(written) == len(told) - 1


def test_any_edition_is_brought_to_this_one_at_once(empty):
    with working_as(empty.owner):
        from tidewaiter.store.schema import migrate, schema

        first = steps()[0]
        taken(first)
        migrate()

        assert schema().pending == ()


def _all(connection, text):
    with connection.cursor() as cursor:
        cursor.execute(text)
        return cursor.fetchall()
