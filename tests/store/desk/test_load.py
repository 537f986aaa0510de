"""A finished run taken into the service: every filing kept, a case where people are needed, once."""

import json
from datetime import UTC, datetime

import psycopg
import pytest

from tests.builders_batcher import FILING, ITEM
from tests.builders_desk import AUDITOR
from tidewaiter.model.errors import WrongUse
from tidewaiter.service.queue_filters import Filters

NOW = datetime(2026, 10, 21, 8, tzinfo=UTC)


@pytest.fixture
def run(tmp_path):
    """Three filings: a sound one, one whose arrival is awaited by nobody, one that nobody can assess."""
    from tidewaiter.service.clear import clear_files

    rows = [
        {**FILING, "consignment_id": "A1", "parcel_id": "LX1", "items": [ITEM, {**ITEM, "item_no": "2"}]},
        {**FILING, "consignment_id": "A2", "parcel_id": "LX2", "items": [{**ITEM, "value_amount": "220.00"}]},
        {**FILING, "consignment_id": "A3", "parcel_id": "LX3", "items": [{**ITEM, "value_currency": "XXQ"}]},
    ]
    source = tmp_path / "day.ndjson"
    source.write_text("".join(json.dumps(row) + "\n" for row in rows))
    return clear_files([str(source)], "EU", tmp_path / "run", on="2026-10-20", submitter="f7").folder


def rows(database, text):
    with psycopg.connect(database.owner) as owner:
        return owner.execute(text).fetchall()


def test_filings_are_kept_and_cases_opened_once(run, database, as_app):
    import polars as pl

    from tidewaiter.service import queue
    from tidewaiter.service.loading import Loaded, load

    told = pl.read_parquet(run / "consignments.parquet")
    held = set(told.filter(pl.col("decision") != "release")["consignment_id"])
    assert 0 < len(held) < told.height

    assert load(run, now=NOW) == Loaded(told.height, len(held), was_there=False)
    assert load(run, now=NOW) == Loaded(0, 0, was_there=True)

    kept = rows(database, "select reference, filer, office, barcodes, amount_minor, told, items, status from filing")
    assert {row[0] for row in kept} == set(told["consignment_id"])
    assert {row[1] for row in kept} == {"f7"}
    assert {row[2] for row in kept} == {"DE"}
    by = {row[0]: row for row in kept}
    assert by["A1"][3] == ["LX1"]
    assert [item["item_no"] for item in by["A1"][6]] == [1, 2]
    assert by["A1"][5]["duty_minor"] == told.filter(pl.col("consignment_id") == "A1")["duty_minor"][0]
    assert by["A1"][5]["charges"]
    lines = list(queue.export(AUDITOR, Filters(), now=NOW))
    assert {line.reference for line in lines} == held
    assert rows(database, "select * from case_faults()") == []
    assert rows(database, "select count(*) from lane") == [(told.height,)]


def test_the_log_proves_what_a_run_decided(run, database, as_app):
    from tidewaiter.service.audit import log_folder
    from tidewaiter.service.loading import load

    found = load(run, now=NOW)

    payloads = [json.loads(row[0]) for row in rows(database, "select convert_from(payload, 'UTF8') from log_entry")]
    batch = next(one for one in payloads if one["kind"] == "batch")
    assert batch["rows"] == found.filings
    assert (log_folder() / "batches" / batch["file"][:2] / f"{batch['file']}.parquet").is_file()


def test_a_run_that_fails_halfway_leaves_nothing(run, database, as_app, monkeypatch):
    from tidewaiter.service import loading

    def fails(*_told):
        raise RuntimeError

    monkeypatch.setattr(loading, "append_batch", fails)
    with pytest.raises(RuntimeError):
        loading.load(run, now=NOW)

    assert rows(database, "select (select count(*) from filing), (select count(*) from case_event)") == [(0, 0)]


def test_what_is_no_finished_run_is_said_plainly(tmp_path, as_app):
    from tidewaiter.service.loading import load

    with pytest.raises(WrongUse, match="no finished run"):
        load(tmp_path, now=NOW)
