"""The log where it lives: whatever is changed behind the service's back is found, and found where it was changed."""

import random

import psycopg
import pytest

from tests.builders_log import NOW, a_whole_log
from tidewaiter.store import log
from tidewaiter.store.log import live
from tidewaiter.store.log.live import verify_database

CHANGES = 150
MANY_CHANGES = 1000
COLUMNS = {
    "log_entry": ("seq", "prev", "leaf", "payload"),
    "log_head": ("seq", "leaf"),
    "log_leaves": ("batch", "file"),
    "log_event": ("id", "recorded_at", "leaf", "blind", "batch", "batch_row"),
}
FLIPS = {
    "bytea": "set_byte({0}, mod({1}, octet_length({0})), get_byte({0}, mod({1}, octet_length({0}))) # {2})",
    "bigint": "{0} # (1::bigint << mod({1}, 40))",
    "text": "overlay({0} placing chr(ascii(right({0}, 1 + mod({1}, length({0})))) # 1) "
    "from length({0}) - mod({1}, length({0})) for 1)",
    "uuid": "overlay({0}::text placing to_hex(('x' || substr({0}::text, 1, 1))::bit(4)::int # 1) from 1 for 1)::uuid",
    "timestamp with time zone": "{0} + (1 << mod({1}, 30)) * interval '1 microsecond'",
}


KEYS = {"log_entry": "seq", "log_head": "1", "log_leaves": "batch", "log_event": "id"}


@pytest.fixture
def whole(place):
    """A log whose database holds back no superuser: no check and no index that a changed byte would break."""
    a_whole_log(place)
    place.record(2)
    place.seal()
    place.act(3)
    with place.master() as master:
        master.execute("drop index log_entry_batch, log_entry_key")
        checks = "select conrelid::regclass::text, conname from pg_constraint where contype = 'c'"
        for table, name in master.execute(checks).fetchall():
            if table in COLUMNS:
                master.execute(f"alter table {table} drop constraint {name}")
    return place


def test_a_log_that_nobody_touched_is_whole(whole):
    report = whole.verify()

    assert report.faults == []
    assert (report.entries, report.batches, report.events) == (299, 4, 5)


def test_a_byte_changed_by_a_superuser_is_found_in_its_place(whole):
    assert _missed(whole, CHANGES, seed=5) == []
    assert whole.verify().faults == []


@pytest.mark.slow
def test_a_thousand_bytes_changed_by_a_superuser_are_found_in_their_places(whole):
    assert _missed(whole, MANY_CHANGES, seed=6) == []


def _missed(place, count, seed):
    """Change one byte, verify in the same transaction, take the change back; gives what was not found in its place."""
    chance, missed = random.Random(seed), []
    with place.master() as master:
        master.autocommit = False
        kinds = dict(
            master.execute(
                "select attrelid::regclass::text || '.' || attname, format_type(atttypid, null) from pg_attribute "
                "where attnum > 0"
            ).fetchall()
        )
        rows = {table: _keys(master, table) for table in COLUMNS}
        while count:
            table = chance.choice(list(COLUMNS))
            row, column = chance.choice(rows[table]), chance.choice(COLUMNS[table])
            flip = FLIPS[kinds[f"{table}.{column}"]].format(column, chance.randrange(1 << 30), 1 << chance.randrange(8))
            before = master.execute(f"table {table}").fetchall()
            try:
                master.execute("set local session_replication_role = replica")
                master.execute(f"update {table} set {column} = {flip} where {KEYS[table]} = %s", [row])  # noqa: S608 - our own words
            except psycopg.errors.UniqueViolation:
                master.rollback()
                continue
            faults = verify_database(master, place.folder, NOW).faults
            master.rollback()
            count -= 1
            if not faults or not faults[0].place.startswith(_places(table, row, before)):
                missed.append((table, column, row, faults[:2]))
    return missed


def _keys(master, table):
    return [row for (row,) in master.execute(f"select {KEYS[table]} from {table}")]  # noqa: S608 - our own words


def _places(table, row, rows):
    """Where a change of this row may be said to be."""
    before = next((one for one in rows if one[0] == row), None)
    if table == "log_entry":
        return (f"entry {row}",)
    if table == "log_event":
        changed = f"{int(str(row)[0], 16) ^ 1:x}{str(row)[1:]}"  # where its number is what was changed
        return (f"event {row}", f"event {changed}", f"batch {before[4]} row {before[5]}")
    return ("log_head",) if table == "log_head" else (f"batch {row}",)


def superuser(place, *statements):
    with place.master() as master:
        master.execute("set session_replication_role = replica")
        for statement in statements:
            master.execute(statement)


def first(place, **words):
    return place.verify(**words).faults[0].place


@pytest.mark.parametrize(
    ("statement", "found"),
    [
        ("delete from log_entry where seq = 40", "entry 40"),
        ("delete from log_entry where seq = 299", "log_head"),
        ("delete from log_entry where seq > 200", "file checkpoint"),
        ("update log_entry set seq = -seq where seq = 41", "entry 1"),
        ("delete from log_event where batch_row = 1", "batch events/"),
        ("update log_event set batch = null, batch_row = null where batch_row = 1", "batch events/"),
        ("delete from log_leaves where batch = 'small'", "batch small"),
        ("insert into log_leaves values ('more', 'x')", "leaves more"),
        ("update log_entry set payload = payload || '\\x00' where seq = 2", "entry 2"),
    ],
)
def test_rows_taken_away_or_added_are_found(whole, statement, found):
    superuser(whole, statement)

    assert first(whole).startswith(found)


def test_a_log_rewritten_to_its_end_with_all_its_hashes_is_found_where_it_begins(whole):
    superuser(
        whole,
        "update log_entry set payload = payload || ' ' where seq = 100",
        """do $$ declare e record; last bytea; begin
            select prev into last from log_entry where seq = 100;
            for e in select * from log_entry where seq >= 100 order by seq loop
                update log_entry set prev = last, leaf = sha256('\\x00'::bytea || last || int8send(e.seq) || e.payload)
                    where seq = e.seq returning leaf into last;
            end loop;
            update log_head set leaf = last;
        end $$""",
    )

    assert first(whole) == "entry 100"


@pytest.mark.parametrize(("later_s", "is_late"), [(60, False), (61, True)])
def test_an_event_is_sealed_within_a_minute(whole, later_s, is_late):
    (event,) = whole.record(1)

    faults = whole.verify(later_s=later_s).faults

    assert [fault.place for fault in faults] == ([f"event {event}"] if is_late else [])


def test_a_checkpoint_that_is_made_meanwhile_is_no_fault(whole, monkeypatch):
    verified, looks = live._verified, []

    def meanwhile(*words):
        report = verified(*words)
        if not looks:
            whole.act(1)
            whole.publish(30)
            report.add("file tile/0/001.p/39", "is missing")
        looks.append(report)
        return report

    monkeypatch.setattr(live, "_verified", meanwhile)

    assert whole.verify().faults == []
    assert [report.entries for report in looks] == [299, 300]


def test_two_sealers_share_the_events(whole):
    whole.record(4)
    with whole.owner() as one, whole.owner() as other:
        assert log.seal_events(one, NOW) == 4
        assert log.seal_events(other, NOW) == 0

    assert whole.verify().faults == []
    assert whole.seal() == 0
