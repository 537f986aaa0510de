"""Row-level security binds the service: who acts sees what policies let through, and nobody sees anything else."""

import psycopg
import pytest

from tests.builders_database import working_as
from tidewaiter.store.postgres.database import APP, AUDIT, OWNER

ROWS = 5


@pytest.fixture
def notes(database):
    """A table of agencies' notes, made by the operations that migrations use."""
    from tidewaiter.store.policies import append_only, grant, guarded, policy

    operations = [
        guarded("note"),
        grant("note", ["select", "insert", "update", "delete"]),
        policy("note", "note_of_agency", using="agency = acting_agency()", check="agency = acting_agency()"),
        policy("note", "note_read_by_supervisor", using="acting_has_role('supervisor')", command="select"),
        append_only("note"),
    ]
    with psycopg.connect(database.owner) as owner:
        owner.execute("create table note (agency text, number int)")
        owner.execute("insert into note select a, n from unnest(array['food','drugs']) a, generate_series(1, 5) n")
        for operation in operations:
            owner.execute(operation.sql)
    return operations


@pytest.fixture
def app(notes, as_app):
    return as_app


def _count(connection):
    with connection.cursor() as cursor:
        cursor.execute("select count(*) from note")
        return cursor.fetchone()[0]


def test_nobody_acting_sees_nothing(app):
    assert _count(app) == 0


def test_an_agency_sees_its_own_rows_only(app):
    from tidewaiter.store.access import acting

    with acting("p1", agency="food"):
        seen = _count(app)

    assert seen == ROWS


def test_a_role_is_held_as_a_whole_word(app):
    from tidewaiter.store.access import acting

    with acting("p1", ["supervisor", "officer"]):
        held = _count(app)
    with acting("p1", ["supervisors"]):
        near = _count(app)

    assert (held, near) == (2 * ROWS, 0)


def test_what_was_told_ends_with_the_transaction(app):
    from tidewaiter.store.access import acting

    with acting("p1", agency="food"):
        pass

    assert _count(app) == 0


def test_what_was_told_ends_with_an_act_that_failed(app):
    from tidewaiter.store.access import acting

    with pytest.raises(ZeroDivisionError), acting("p1", agency="food"):
        raise ZeroDivisionError

    assert _count(app) == 0


def test_nobody_acts_for_another_inside_an_act(app):
    from tidewaiter.store.access import acting

    with acting("p1", agency="food"), pytest.raises(RuntimeError), acting("p2", agency="drugs"):
        pass


def test_a_row_of_another_agency_cannot_be_left_behind(app):
    from django.db import ProgrammingError

    from tidewaiter.store.access import acting

    with pytest.raises(ProgrammingError, match="row-level security"), acting("p1", agency="food"):
        app.cursor().execute("insert into note values ('drugs', 9)")


def test_words_of_who_acts_are_values_and_no_sql(app):
    from tidewaiter.store.access import acting

    with acting("'; drop table note; --", agency="food' or 'a'='a"):
        seen = _count(app)

    assert seen == 0


def test_what_only_grows_is_not_changed_even_by_its_owner(database, notes):
    with psycopg.connect(database.owner) as owner, pytest.raises(psycopg.errors.RestrictViolation):
        owner.execute("update note set number = 0")


def test_operations_can_be_taken_back(database, notes):
    with psycopg.connect(database.owner) as owner:
        for operation in reversed(notes):
            owner.execute(operation.reverse_sql)
        left = owner.execute("select count(*) from pg_policies where tablename = 'note'").fetchone()

    assert left == (0,)


@pytest.mark.parametrize("name", ["note; drop table note", "Note", "", "1note", "n" * 64])
def test_an_operation_takes_plain_names_only(name):
    from tidewaiter.store.policies import guarded

    with pytest.raises(ValueError, match="no name"):
        guarded(name)


@pytest.mark.parametrize("role", [OWNER, APP, AUDIT])
def test_no_role_of_ours_may_pass_by_row_level_security(database, role):
    with psycopg.connect(database.app) as app:
        found = app.execute(
            "select rolsuper, rolbypassrls, rolcreaterole, rolcreatedb, rolreplication "
            "from pg_roles where rolname = %s",
            [role],
        ).fetchone()

    assert found == (False,) * 5


def test_the_app_makes_no_tables_and_the_auditor_writes_nothing(database):
    with psycopg.connect(database.app) as app, pytest.raises(psycopg.errors.InsufficientPrivilege):
        app.execute("create table mine (a int)")
    with psycopg.connect(database.audit) as audit, pytest.raises(psycopg.errors.ReadOnlySqlTransaction):
        audit.execute("update installation set made_at = now()")


def test_a_new_table_is_closed_until_it_is_granted(database):
    with psycopg.connect(database.owner) as owner:
        owner.execute("create table fresh (a int)")

    with psycopg.connect(database.app) as app, pytest.raises(psycopg.errors.InsufficientPrivilege):
        app.execute("select * from fresh")


def test_django_works_as_the_app(as_app, database):
    from tidewaiter.store.models import Installation

    assert Installation.objects.count() == 1
    with working_as(database.audit):
        assert Installation.objects.count() == 1
