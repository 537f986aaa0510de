"""Cursors: a row waits for its elders, and other databases hold nothing back."""

from contextlib import contextmanager

import psycopg
import pytest

from tests.builders_database import new_name
from tidewaiter.exchange.settled import SETTLED

LISTED = f"select seq from movement where {SETTLED} order by seq"  # noqa: S608 - our own words

PAGE = f"select seq from movement where seq > %s and {SETTLED} order by seq limit 7"  # noqa: S608 - the same


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


@pytest.mark.parametrize("name", ["owner", "app", "audit"])
def test_what_another_database_writes_holds_nothing_back_whoever_asks(store_server, template, database, name):
    other = new_name("other")
    elsewhere = store_server.make(other, template)
    try:
        with _writing(elsewhere.owner) as link, psycopg.connect(getattr(database, name)) as reader:
            with psycopg.connect(database.owner) as younger:
                _told(younger)
            (floor, most, least) = reader.execute(
                "select settled_before(seen), pg_snapshot_xmax(seen), pg_snapshot_xmin(seen) "
                "from (select pg_current_snapshot() as seen) as asked"
            ).fetchone()
            link.rollback()
    finally:
        store_server.drop(other)

    assert least < floor == most


def test_one_of_each_database_counts_its_own_alone(store_server, template, database, seen):
    other = new_name("other")
    elsewhere = store_server.make(other, template)
    try:
        with _writing(elsewhere.owner), _writing(database.owner) as elder:
            with psycopg.connect(database.owner) as younger:
                _told(younger)
            assert seen() == []
            elder.commit()
            assert len(seen()) == 2
    finally:
        store_server.drop(other)


def test_what_ran_at_the_snapshot_and_ended_since_is_not_passed(store_server, template, database):
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


def test_under_many_writers_that_end_as_they_like_no_cursor_passes_by_a_row(database):
    import random
    import threading

    chance, is_over, passed = random.Random(7), threading.Event(), []

    def write(seed):
        lot = random.Random(seed)
        with psycopg.connect(database.owner) as link:
            while not is_over.is_set():
                link.execute("select pg_current_xact_id()")
                _told(link)
                is_over.wait(lot.random() / 200)
                link.rollback() if lot.random() < 0.3 else link.commit()

    writers = [threading.Thread(target=write, args=(chance.random(),)) for _ in range(4)]
    for one in writers:
        one.start()
    cursor, taken = 0, []
    with psycopg.connect(database.audit, autocommit=True) as reader:
        for turn in range(30_000):
            if turn > 300 and len(taken) > 50:
                break
            page = [number for (number,) in reader.execute(PAGE, [cursor])]
            taken += page
            cursor = page[-1] if page else cursor
        is_over.set()
        for one in writers:
            one.join()
        passed = [n for (n,) in reader.execute("select seq from movement where seq <= %s order by seq", [cursor])]

    assert len(taken) > 50
    assert taken == passed
