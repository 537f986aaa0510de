"""Cursors: a row waits for its elders."""

from contextlib import contextmanager

import psycopg
import pytest

LISTED = "select seq from movement where is_settled(written_by) order by seq"


@contextmanager
def _writing(address, table="movement"):
    """A transaction that has drawn a number and not ended."""
    with psycopg.connect(address) as link:
        link.execute("select pg_current_xact_id()")
        if table:
            _told(link)
        yield link


def _told(link):
    link.execute(
        "insert into movement (id, submitter, parcel_id, event, at, digest, told_at) values "
        "(gen_random_uuid(), 'C1', 'A1', 'scanned', now(), "
        "encode(sha256(gen_random_uuid()::text::bytea), 'hex'), now())"
    )


@pytest.fixture
def seen(database):
    """Numbers that a cursor gives, as the auditor reads them."""

    def look():
        with psycopg.connect(database.audit) as link:
            return [number for (number,) in link.execute(LISTED)]

    return look


def test_a_row_waits_for_an_elder_of_its_database_and_comes_behind_it(database, seen):
    with _writing(database.owner) as elder:
        with psycopg.connect(database.owner) as younger:
            _told(younger)
        assert seen() == []
        elder.commit()
        first, second = seen()

    assert first < second


def test_an_elder_that_leaves_nothing_holds_back_until_it_ends(database, seen):
    with _writing(database.owner) as elder:
        with psycopg.connect(database.owner) as younger:
            _told(younger)
        assert seen() == []
        elder.rollback()

    assert len(seen()) == 1


def test_what_ran_at_the_snapshot_and_ended_since_is_not_passed(database):
    with psycopg.connect(database.audit) as reader, _writing(database.owner) as elder:
        with psycopg.connect(database.owner) as younger:
            _told(younger)
        reader.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
        assert reader.execute("select count(*) from movement").fetchone() == (1,)
        elder.commit()

        assert reader.execute(LISTED).fetchall() == []


def test_rows_of_a_backup_from_another_server_are_settled(database, seen):
    with psycopg.connect(database.owner) as owner:
        _told(owner)
        owner.execute("alter table movement disable trigger all")
        owner.execute("update movement set written_by = '9000000000000'")
    with _writing(database.owner):
        assert len(seen()) == 1
