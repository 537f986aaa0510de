"""A large installation backed up, wiped and restored: rows and roots equal, the time stated."""

import time
from contextlib import nullcontext

import psycopg
import pytest

from tests.builders_log import Place, a_whole_log
from tidewaiter.service import backup as service
from tidewaiter.store import backup as store

PARCELS = 2_000_000
FILINGS = """
insert into filing (id, seq, reference, filing_kind, version, filer, office, barcodes, jurisdiction, status, decided_at,
                    told, items, amount_minor, currency)
select md5(n::text)::uuid, n, 'C' || n, 'import', 1, 'F' || n %% 97, 'DE', array['P' || n], 'EU', 'released',
       timestamptz '2026-10-20' + n * interval '1 ms', '{"duty_minor": 300}', '[{"origin": "CN"}]', n %% 15000, 'EUR'
from generate_series(1, %s) n
"""


BESIDE = """
with recursive beside (of) as (
    select 'filing'::regclass::oid
    union select conrelid from pg_constraint join beside on confrelid = of where contype = 'f'
) select of::regclass::text from beside
"""
"""The tables that are lost with the filings, also those that only grow."""


@pytest.fixture
def installed(database, store_server, tmp_path, monkeypatch):
    """An installation with a whole log, whose service works in the database of the test."""
    home = tmp_path / "home"
    (home / "secrets").mkdir(parents=True)
    place = a_whole_log(Place(database, store_server.keeper, home))
    monkeypatch.setattr(service, "for_one_act", lambda _home: nullcontext(database))
    monkeypatch.setattr(service, "keeper_address", lambda _home: store_server.keeper)
    monkeypatch.setattr(service, "PASSWORDS", store_server.passwords.name)
    monkeypatch.setattr(service, "SECRETS", str(store_server.passwords.parent))
    return place


def _restored(installed, store_server, tmp_path, parcels):
    database = installed.database
    with psycopg.connect(database.owner) as owner:
        owner.execute(FILINGS, [parcels])
    with psycopg.connect(database.owner) as owner:
        before = store.hashes(owner)
    began = time.monotonic()
    service.backup(tmp_path / "kept", installed.home)
    backed_up_s = time.monotonic() - began
    with psycopg.connect(database.owner) as owner:
        for (grows,) in owner.execute(BESIDE).fetchall():
            owner.execute(f"alter table {grows} disable trigger user")
        owner.execute("truncate filing cascade")
    began = time.monotonic()
    told = service.restore(tmp_path / "kept", replace=True, home=installed.home)
    restored_s = time.monotonic() - began
    try:
        with psycopg.connect(database.owner) as owner:
            after = store.hashes(owner)
        report = installed.verify()
    finally:
        store_server.drop(told["kept"])
    print(f"{parcels:,} filings: backup {backed_up_s:.1f} s, restore with comparison {restored_s:.1f} s")  # noqa: T201 - the figure is the point
    return before, after, report


def test_rows_and_roots_come_back(installed, store_server, tmp_path):
    before, after, report = _restored(installed, store_server, tmp_path, 20_000)

    assert before["filing"]["rows"] == 20_000
    assert after == before
    assert report.faults == []


@pytest.mark.slow
def test_rows_and_roots_of_two_million_parcels_come_back(installed, store_server, tmp_path):
    before, after, report = _restored(installed, store_server, tmp_path, PARCELS)

    assert before["filing"]["rows"] == PARCELS
    assert after == before
    assert report.faults == []
