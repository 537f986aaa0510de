"""The schema: steps once each, no table open by oversight, a later edition's database left alone."""

import psycopg
import pytest

from tidewaiter.model.errors import DatabaseFault

OPEN = {
    "installation": "holds the id of the installation alone",
    "django_migrations": "holds names of steps alone",
    "procrastinate_jobs": "holds names of tasks and ids, no personal data; whoever acts may enqueue",
    "procrastinate_events": "holds what became of jobs alone",
    "procrastinate_workers": "holds numbers of workers alone",
    "procrastinate_periodic_defers": "the library's own, empty",
}
"""Tables that the service may read whole, each with its reason; any other is under row-level security."""
CLOSED_BY_GRANT = {"log_head", "log_entry", "log_leaves", "log_event"}
"""Tables of the log: the service appends and reads hashes only, by columns."""


def test_every_table_is_under_row_level_security_or_open_with_a_reason(database):
    with psycopg.connect(database.owner) as owner:
        rows = owner.execute(
            "select relname, relrowsecurity from pg_class where relkind in ('r', 'p') "
            "and relnamespace = 'public'::regnamespace"
        ).fetchall()

    tables = dict(rows)
    assert OPEN.keys() | CLOSED_BY_GRANT <= tables.keys()
    assert [name for name, guarded in tables.items() if not guarded and name not in OPEN.keys() | CLOSED_BY_GRANT] == []


def test_the_service_reads_no_payload_of_the_log(database):
    with psycopg.connect(database.app) as app, pytest.raises(psycopg.errors.InsufficientPrivilege):
        app.execute("select payload from log_entry")


def test_a_second_migration_takes_no_step(as_owner):
    from tidewaiter.store.schema import migrate, schema

    taken = []
    migrate(taken.append)

    assert taken == []
    assert schema().pending == ()
    assert "store.0001_ground" in schema().applied


def test_a_database_of_a_later_edition_is_left_alone(as_owner):
    from tidewaiter.store.schema import migrate, schema

    as_owner.cursor().execute(
        "insert into django_migrations (app, name, applied) values ('store', '9999_later', now())"
    )

    with pytest.raises(DatabaseFault, match=r"store\.9999_later"):
        migrate()
    assert schema().unknown == ("store.9999_later",)


def test_migrations_say_all_that_the_models_say(as_owner):
    from django.core.management import call_command

    call_command("makemigrations", "--check", "--dry-run", verbosity=0)


def test_a_schema_that_is_behind_is_brought_up_step_by_step(as_owner):
    from django.db.migrations.executor import MigrationExecutor

    from tidewaiter.store.schema import migrate, schema

    with as_owner.cursor() as cursor:
        cursor.execute("drop schema public cascade")
        cursor.execute("create schema public")
        cursor.execute("grant usage on schema public to tidewaiter_app, tidewaiter_audit")
    executor = MigrationExecutor(as_owner)
    executor.migrate([("store", "0001_ground")])
    pending = schema().pending
    taken = []

    migrate(taken.append)

    assert pending
    assert tuple(taken) == pending


def test_there_is_one_installation_and_its_id_stays(as_owner):
    from django.db import IntegrityError

    from tidewaiter.store.models import Installation

    assert Installation.objects.count() == 1
    with pytest.raises(IntegrityError):
        Installation.objects.create()
