"""Cursors: whoever reads page by page sees each row once, whatever several writers do at the same time."""

import random
import threading
import time

import psycopg
import pytest

from tidewaiter.exchange import movements
from tidewaiter.exchange.cursors import PATTERN, START, Cursor
from tidewaiter.store.counting import LEAP, go_on_counting

PARCEL = "A1"
WRITERS, EACH = 4, 60
NUMBER = "select nextval('movement_seq_seq')"
MARK = "select pg_current_xact_id()"


def told(link, number=None):
    """Insert an event under a number that was drawn, or that is drawn now; gives the number."""
    return link.execute(
        "insert into movement (seq, id, submitter, parcel_id, event, at, digest, told_at) overriding system value "
        "values (coalesce(%s, nextval('movement_seq_seq')), gen_random_uuid(), 'C1', %s, 'scanned', now(), "
        "encode(sha256(gen_random_uuid()::text::bytea), 'hex'), now()) returning seq",
        [number, PARCEL],
    ).fetchone()[0]


def _drawn_before(link):
    """Of a few numbers at once the first is written down, by a transaction with a mark; the others need none."""
    link.execute(NUMBER)
    link.commit()


class Reader:
    """Reads on from where it was, as the auditor sees the list."""

    def __init__(self, address, size=7):
        self._address, self._size, self.cursor, self.seen = address, size, START, []

    def read(self):
        """Pages until there is none; gives what was new."""
        before = len(self.seen)
        with psycopg.connect(self._address) as link:
            while found := movements.page(link, [PARCEL], self.cursor, self._size):
                self.seen += [one.place.number for one in found]
                self.cursor = Cursor.read(str(found[-1].place))
                link.rollback()
        return self.seen[before:]


@pytest.fixture
def reader(database):
    return Reader(database.audit)


@pytest.fixture
def links(database):
    """Two writers with nothing open."""
    with psycopg.connect(database.owner) as first, psycopg.connect(database.owner) as second:
        yield first, second


def test_a_row_whose_number_was_drawn_before_its_transaction_got_its_own_is_not_passed(links, reader):
    early, late = links
    _drawn_before(late)
    number = early.execute(NUMBER).fetchone()[0]
    higher = told(late)
    late.commit()
    assert reader.read() == [higher]

    told(early, number)
    early.commit()

    assert reader.read() == [number]


def test_a_row_of_a_later_transaction_with_a_lower_number_is_not_passed(links, reader):
    elder, younger = links
    elder.execute(MARK)
    number = (younger.execute(MARK), younger.execute(NUMBER).fetchone()[0])[1]
    higher = told(elder)
    elder.commit()
    assert reader.read() == [higher]

    told(younger, number)
    younger.commit()

    assert reader.read() == [number]


@pytest.mark.parametrize("end", ["commit", "rollback"])
def test_a_row_waits_for_every_elder_transaction_whatever_becomes_of_it(links, reader, end):
    elder, younger = links
    elder.execute(MARK)
    number = told(younger)
    younger.commit()
    assert reader.read() == []

    getattr(elder, end)()

    assert reader.read() == [number]


def test_what_ran_at_the_snapshot_and_ended_since_is_not_passed(database, links):
    elder, younger = links
    elder.execute(MARK)
    told(younger)
    younger.commit()
    with psycopg.connect(database.audit) as link:
        link.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
        assert link.execute("select count(*) from movement").fetchone() == (1,)
        elder.commit()

        assert movements.page(link, [PARCEL], START, 10) == []


def test_a_cursor_of_an_edition_that_counted_numbers_alone_misses_nothing(links, reader):
    early, late = links
    _drawn_before(late)
    number = early.execute(NUMBER).fetchone()[0]
    seen = told(late)
    late.commit()
    behind = told(late)
    late.commit()
    told(early, number)
    early.commit()

    reader.cursor = Cursor.read(str(seen))

    assert set(reader.read()) >= {behind}
    assert str(reader.cursor).count("-") == 1


@pytest.mark.parametrize("text", ["0", "17", "5-17", "9" * 18, f"{'9' * 18}-{'9' * 18}"])
def test_a_cursor_is_told_and_read_the_same(text):
    assert str(Cursor.read(text)) == text


@pytest.mark.parametrize("text", ["", "-", "-1", "1-", "1-2-3", "a", "1-b", "१", "9" * 19, " 1", "1e3"])
def test_what_is_no_cursor_is_read_as_none(text):
    assert Cursor.read(text) is None


def test_the_pattern_says_what_is_read():
    assert PATTERN == "^[0-9]{1,18}(-[0-9]{1,18})?$"


def test_rows_of_another_server_stay_where_they_were_and_new_ones_come_behind(database, links, reader):
    owner, writer = links
    old = [told(owner) for _ in range(3)]
    owner.execute("alter table movement disable trigger all")
    owner.execute("update movement set written_by = '9000000000000'")
    owner.commit()
    assert reader.read() == []

    with owner.cursor() as cursor:
        assert go_on_counting(cursor)
        assert not go_on_counting(cursor, whole=True)
    owner.commit()
    new = told(writer)
    writer.commit()

    assert reader.read() == [*old, new]
    assert reader.cursor.mark >= 9000000000000 + LEAP


def test_a_server_that_counted_as_far_is_left_alone(links):
    owner, _ = links
    told(owner)
    owner.commit()

    with owner.cursor() as cursor:
        assert not go_on_counting(cursor, whole=True)


def test_four_who_write_at_once_and_one_who_reads_none_is_missed_and_none_told_twice(database, reader):
    kept = []

    def write(seed):
        draw = random.Random(seed)
        with psycopg.connect(database.owner) as link:
            for _ in range(EACH):
                if draw.random() < 0.5:
                    link.execute(MARK)
                numbers = [link.execute(NUMBER).fetchone()[0] for _ in range(draw.randint(1, 3))]
                time.sleep(draw.uniform(0.15, 0.3) if draw.random() < 0.04 else draw.uniform(0, 0.01))
                draw.shuffle(numbers)
                for number in numbers:
                    told(link, number)
                if draw.random() < 0.1:
                    link.rollback()
                else:
                    link.commit()
                    kept.extend(numbers)

    writers = [threading.Thread(target=write, args=[seed]) for seed in range(WRITERS)]
    for writer in writers:
        writer.start()
    while any(writer.is_alive() for writer in writers):
        reader.read()
    for writer in writers:
        writer.join()
    reader.read()

    assert len(kept) > WRITERS * EACH
    assert sorted(reader.seen) == sorted(kept)
