"""Events end with the law that keeps them: the worker lets them go in their time, and nobody else at any."""

from datetime import UTC, datetime

import psycopg
import pytest

from tidewaiter.service.erasing import end_retention


@pytest.fixture
def told(database, home):
    """Events told at the end of one year and at the beginning of the next."""
    with psycopg.connect(database.owner) as owner:
        for at in ("2019-12-31 23:59:59+00", "2020-01-01 00:00:00+00", "2026-01-01 00:00:00+00"):
            owner.execute(
                "insert into movement (id, submitter, parcel_id, event, at, digest, told_at) values "
                "(gen_random_uuid(), 'C1', 'A1', 'scanned', %s, encode(sha256(%s::bytea), 'hex'), %s)", [at, at, at],
            )  # fmt: skip


def _left(database):
    with psycopg.connect(database.audit) as audit:
        return audit.execute("select count(*) from movement").fetchone()[0]


@pytest.mark.parametrize(
    ("day", "left"), [((2024, 12, 31), 3), ((2025, 1, 1), 2), ((2025, 12, 31), 2), ((2026, 1, 1), 1)]
)
def test_events_are_kept_as_long_as_the_longest_law_says(told, as_app, database, day, left):
    end_retention(datetime(*day, 12, tzinfo=UTC))

    assert _left(database) == left


def test_nobody_lets_events_go_by_sql(told, database):
    from django.db import DatabaseError

    from tidewaiter.store.access import acting
    from tidewaiter.store.asking import row

    with psycopg.connect(database.owner) as owner, pytest.raises(psycopg.errors.RestrictViolation):
        owner.execute("delete from movement")
    for who, roles, before in (("p-1", ["officer"], "2025-01-01"), ("house", ["service"], "2026-11-01")):
        with pytest.raises(DatabaseError), acting(who, roles):
            row("select end_movements(%s)", before)
    with psycopg.connect(database.app) as app, pytest.raises(psycopg.errors.InsufficientPrivilege):
        app.execute("delete from movement")

    assert _left(database) == 3


def test_every_law_of_messages_keeps_events_as_long():
    from tidewaiter.exchange.retention import rules

    spans = {
        what: {(one.jurisdiction, one.years) for one in rules() if one.what == what} for what in ("message", "movement")
    }
    assert spans["message"] == spans["movement"]
