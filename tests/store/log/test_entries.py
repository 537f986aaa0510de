"""Entries of the log: numbered without gaps, chained, written by the service and changed by nobody."""

import threading
from datetime import datetime
from hashlib import sha256

import psycopg
import pytest

from tests.builders_log import NOW
from tidewaiter.model.errors import NotCanonical, WrongUse
from tidewaiter.store import log

LEAST = len('{"at":"now","kind":"hold","m":""}')


def rows(place):
    with place.audit() as connection:
        return connection.execute("select seq, prev, leaf, payload from log_entry order by seq").fetchall()


def test_each_entry_is_hashed_with_the_one_before_it(place):
    place.act(3)

    last = bytes(32)
    for number, (seq, prev, leaf, payload) in enumerate(rows(place), start=1):
        assert (seq, prev) == (number, last)
        assert leaf == sha256(b"\x00" + prev + seq.to_bytes(8) + payload).digest()
        last = leaf


def test_an_act_that_was_rolled_back_leaves_no_gap(place):
    place.act(1)
    with place.app() as connection:
        log.append(connection, {"kind": "hold", "at": "now"})
        connection.rollback()

    assert place.act(1) == [2]


def test_acts_of_many_at_once_stand_in_one_line(place):
    threads = [threading.Thread(target=lambda: [place.act(2) for _ in range(5)]) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    found = rows(place)

    assert [row[0] for row in found] == list(range(1, 61))
    assert [row[1] for row in found[1:]] == [row[2] for row in found[:-1]]


def test_an_act_tells_what_was_done_and_leaves_out_what_is_empty(place):
    act = log.Act("release", NOW, "person-7", "officer", "C1", 2, inputs=b"\x01", versions={"tariff": "ab"})
    with place.app() as connection:
        log.append_acts(connection, [act])

    assert bytes(rows(place)[0][3]).decode() == (
        '{"at":"2026-11-27T05:00:00.000000Z","inputs":"01","kind":"release","person":"person-7","role":"officer",'
        '"subject":"C1","subject_version":2,"versions":{"tariff":"ab"}}'
    )


@pytest.mark.parametrize("kind", ["batch", "log_opened", "key_changed"])
def test_nobody_writes_entries_of_the_log_itself_as_an_act(kind):
    with pytest.raises(WrongUse, match="no act of a person"):
        log.Act(kind, NOW, "person-7", "officer").payload()


@pytest.mark.parametrize("payload", [{"at": "now"}, {"kind": "hold"}, {"kind": 1, "at": "now"}])
def test_an_entry_says_what_it_is_and_when(place, payload):
    with place.app() as connection, pytest.raises(WrongUse, match="what it is"):
        log.append(connection, payload)


def test_money_as_a_fraction_is_no_entry(place):
    with place.app() as connection, pytest.raises(NotCanonical):
        log.append(connection, {"kind": "hold", "at": "now", "due": 1.5})


@pytest.mark.parametrize(("length", "fits"), [(65_000 - LEAST, True), (65_001 - LEAST, False)])
def test_an_entry_has_a_longest_length(place, length, fits):
    payload = {"kind": "hold", "at": "now", "m": "x" * length}
    with place.app() as connection:
        if fits:
            assert log.append(connection, payload) == 1
        else:
            with pytest.raises(WrongUse, match="65,000 bytes"):
                log.append(connection, payload)


def test_an_instant_without_a_zone_is_refused():
    with pytest.raises(WrongUse, match="time zone"):
        log.Act("hold", datetime(2026, 11, 27), "person-7", "officer").payload()  # noqa: DTZ001 - that is the point


STATEMENTS = [
    "select payload from log_entry",
    "select * from log_head",
    "select * from log_event",
    "select * from log_leaves",
    "update log_head set seq = 9",
    "update log_entry set payload = '{}'",
    "delete from log_entry",
    "truncate log_entry",
    "insert into log_entry (seq, payload) values (9, '{}')",
    "insert into log_entry (leaf, payload) values (sha256(''), '{}')",
    "update log_event set batch = 'b', batch_row = 1",
    "insert into log_event (batch, batch_row) values ('b', 1)",
    "delete from log_leaves",
    "alter table log_entry disable trigger chain",
    "drop table log_entry",
]


@pytest.mark.parametrize("statement", STATEMENTS)
def test_the_service_appends_and_can_do_nothing_else(place, statement):
    place.act(1)
    place.record(1)

    with place.app() as connection, pytest.raises(psycopg.errors.InsufficientPrivilege):
        connection.execute(statement)


@pytest.mark.parametrize("kind", ["log_opened", "key_changed"])
def test_the_service_cannot_bring_the_log_a_key(place, kind):
    place.act(1)

    with place.app() as connection, pytest.raises(psycopg.errors.InsufficientPrivilege, match="only the owner"):
        log.append(connection, {"kind": kind, "at": "now"})
    assert place.act(1) == [len(rows(place))]


OWNERS = [
    "update log_entry set payload = payload || ' '",
    "delete from log_entry",
    "truncate log_entry",
    "delete from log_head",
    "truncate log_head",
    "update log_leaves set file = ''",
    "delete from log_leaves",
    "truncate log_leaves",
    "delete from log_event",
    "truncate log_event",
    "update log_event set leaf = leaf || ' '",
    "update log_event set batch = null, batch_row = null",
    "update log_event set batch_row = batch_row + 100",
]


@pytest.mark.parametrize("statement", OWNERS)
def test_even_the_owner_of_the_tables_is_stopped(place, statement):
    place.act(1)
    place.batch("b", 1)
    place.record(1)
    place.seal()

    with place.owner() as connection, pytest.raises(psycopg.errors.InsufficientPrivilege, match="only grows"):
        connection.execute(statement)


def test_the_auditor_reads_all_and_writes_nothing(place):
    place.act(1)

    with place.audit() as connection:
        assert len(connection.execute("select * from log_entry, log_head").fetchall()) == 1
        with pytest.raises((psycopg.errors.InsufficientPrivilege, psycopg.errors.ReadOnlySqlTransaction)):
            connection.execute("insert into log_entry (payload) values ('{}')")


def test_of_a_batch_and_its_rerun_one_counts(place):
    seq = place.batch("day-1", 3)

    with pytest.raises(psycopg.errors.UniqueViolation):
        place.batch("day-1", 3)
    with place.app() as connection:
        assert log.batch_seq(connection, "day-1") == seq
        assert log.batch_seq(connection, "day-2") is None
    assert place.act(1) == [seq + 1]


def test_a_batch_that_is_known_never_leaves_the_head_ahead_of_the_entries(place):
    place.batch("day-1", 3)

    with place.app() as connection, pytest.raises(psycopg.errors.UniqueViolation, match="in the log already"):
        connection.execute(
            "insert into log_entry (payload) values (%s) on conflict do nothing", [b'{"kind":"batch","batch":"day-1"}']
        )
    assert place.act(1) == [2]


def test_a_transaction_that_looked_before_others_wrote_is_refused_not_forked(place):
    with place.app() as connection:
        connection.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
        connection.execute("select 1 from log_entry")
        place.act(1)
        with pytest.raises(psycopg.errors.SerializationFailure):
            log.append(connection, {"kind": "hold", "at": "now"})


def test_a_null_character_which_the_database_cannot_read_is_refused(place):
    with place.app() as connection:
        assert log.append(connection, {"kind": "hold", "at": "now", "m": "a\\u0000b"}) == 1
        with pytest.raises(WrongUse, match="null character"):
            log.append(connection, {"kind": "hold", "at": "now", "m": "\\a\x00b"})
