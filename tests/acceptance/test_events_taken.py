"""Event files through the door: every row has a fate, every form is read, and what holds no events is refused."""

import gzip
import io
import json
from datetime import datetime

import polars as pl
import pytest

from tests.builders_movements import (
    ARRIVED,
    HEADER,
    PRESENTED,
    a_filings_file,
    an_events_file,
    decision,
    summary,
    verdicts,
)
from tests.builders_runs import cleared, hashes_of, written
from tidewaiter.cli import main
from tidewaiter.model.errors import WrongUse
from tidewaiter.service.movements import movement_order


def test_every_event_row_is_taken_told_again_or_set_aside(go):
    events = an_events_file(
        ARRIVED, PRESENTED, ARRIVED, "A1,landed,2026-10-20T05:00:00Z,,,", "A1,scanned,2026-10-20T05:00,,,",
        ",arrived,2026-10-20T05:00:00Z,,,", "A1,scanned,now", "A1,scanned,2026-10-20T05:10:00Z,,,",
    )  # fmt: skip

    done = go([{"consignment_id": "A1"}], events)

    rows = {"in": 8, "taken": 3, "duplicates": 1, "quarantined": 4, "later": 0}
    assert done.receipt["events"]["rows"] == summary(done)["movements"]["events"] == rows
    aside = done.table("events_quarantine")
    assert aside.select("source_position", "code", "pointer", "value").rows() == [
        (4, "EVT-02", "event", "landed"), (5, "DAT-92", "at", "2026-10-20T05:00"), (6, "EVT-01", "parcel_id", None),
        (7, "ROW-01", "", None),
    ]  # fmt: skip
    assert aside["message"].str.len_chars().min() > 20
    assert "A1,scanned,now" in aside["original"][3]
    assert "EVT-02" in (done.target / "events_quarantine.csv").read_text(encoding="utf-8")
    assert done.table("events_duplicates").rows() == [("events.csv", 3, "A1", "events.csv", 1)]
    assert done.receipt["events"]["sources"][0]["rows"] == 8


def test_an_event_that_could_not_be_taken_answers_one_where_that_is_asked_for(go):
    events = an_events_file(ARRIVED, "A1,landed,2026-10-20T05:00:00Z,,,")

    assert go([{"consignment_id": "A1"}], events, "--strict").code == 1
    assert go([{"consignment_id": "A1"}], events, target="other").code == 0


@pytest.mark.parametrize("form", ["ndjson", "parquet", "csv.gz", "semicolons", "latin"])
def test_events_come_in_any_form_that_filings_come_in(form, go):
    plain = an_events_file(ARRIVED, PRESENTED)
    rows = [dict(zip(HEADER.split(","), line.split(","), strict=True)) for line in (ARRIVED, PRESENTED)]
    if form == "ndjson":
        content = "\n".join(map(json.dumps, rows)) + "\n"
    elif form == "parquet":
        aware = pl.DataFrame(rows).with_columns(pl.col("at").str.to_datetime("%+", time_zone="UTC"))
        buffer = io.BytesIO()
        aware.write_parquet(buffer)
        content = buffer.getvalue()
    else:
        content = {"csv.gz": gzip.compress(plain.encode()), "semicolons": plain.replace(",", ";"),
                   "latin": plain.replace("FRA", "K\u00f6ln").encode("latin-1")}[form]  # fmt: skip
    name = {"semicolons": "events.csv", "latin": "events.csv"}.get(form, f"events.{form}")

    done = go([{"consignment_id": "A1"}], content, name=name)

    assert done.code == 0, done.told
    assert verdicts(done) == {"A1": "as_declared"}
    assert done.receipt["events"]["rows"]["taken"] == 2


def test_a_parquet_column_without_zone_is_set_aside_and_never_taken_for_utc(tmp_path, go):
    naive = pl.DataFrame({"parcel_id": ["A1"], "event": ["arrived"], "at": [datetime(2026, 10, 20)]})  # noqa: DTZ001 - the fault
    naive.write_parquet(tmp_path / "naive.parquet")

    done = go([{"consignment_id": "A1"}], (tmp_path / "naive.parquet").read_bytes(), name="events.parquet")

    assert done.table("events_quarantine")["code"].to_list() == ["DAT-92"]


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        ("parcel_id,event\nA1,arrived\n", "it has no column at"),
        ("barcode,event,at\nA1,arrived,2026-10-20T05:00:00Z\n", "it has no column parcel_id"),
        ("", "is empty"),
        ("nothing\nknown\n", "no header we know"),
    ],
)
def test_a_file_that_holds_no_events_is_refused_whole_in_a_sentence(content, sentence, go):
    done = go([{"consignment_id": "A1"}], content)

    assert done.code == 3
    assert sentence in done.told
    assert not done.target.exists()


def test_a_header_without_rows_is_a_list_of_no_events(go):
    done = go([{"consignment_id": "A1"}], HEADER + "\n")

    assert done.code == 0
    assert verdicts(done) == {"A1": "expected"}
    assert summary(done)["movements"]["horizon"] is None
    assert decision(done)[2] == ["arrival"]


@pytest.mark.parametrize(
    ("more", "sentence"),
    [
        (("--as-of", "2026-10-20T05:00:00Z"), "name them with --events"),
        (("--events", "list.csv", "--as-of", "2026-10-20"), "no moment with its offset"),
        (("--events", "nowhere.csv"), "There is no file or folder nowhere.csv"),
    ],
)
def test_what_cannot_be_meant_is_refused_before_anything_is_touched(more, sentence, tmp_path, capsys, monkeypatch):
    monkeypatch.chdir(tmp_path)
    path = written(tmp_path, a_filings_file({"consignment_id": "A1"}), "list.csv")

    done = cleared(capsys, tmp_path / "out", path, more=more)

    assert done.code == 2
    assert sentence in done.told
    assert not done.target.exists()


def test_the_same_order_again_changes_nothing_and_other_events_are_another_run(tmp_path, capsys, go):
    done = go([{"consignment_id": "A1"}], an_events_file(ARRIVED))
    before = hashes_of(done.target)

    assert go([{"consignment_id": "A1"}], an_events_file(ARRIVED)).code == 0
    assert hashes_of(done.target) == before
    assert go([{"consignment_id": "A1"}], an_events_file(ARRIVED, PRESENTED)).code == 2


def test_two_runs_of_one_order_leave_the_same_bytes_but_for_the_time_they_took(tmp_path, capsys, go):
    filings, events = [{"consignment_id": f"A{number}"} for number in range(5)], an_events_file(ARRIVED, PRESENTED)
    first, second = (hashes_of(go(filings, events, target=name).target) for name in ("one", "two"))

    for timed in ("summary.json", "report.html"):
        del first[timed], second[timed]
    assert first == second


def test_a_run_without_events_leaves_nothing_of_them(tmp_path, capsys):
    done = cleared(capsys, tmp_path / "out", written(tmp_path, a_filings_file({"consignment_id": "A1"}), "list.csv"))

    assert decision(done)[0] == "release"
    assert not [name for name in hashes_of(done.target) if "events" in name or "movements" in name]
    assert "movements" not in summary(done)
    assert {"events_hash", "as_of"} & set(done.receipt["run"]) == set()


def test_event_files_beside_the_filings_are_no_filings(tmp_path, capsys):
    written(tmp_path, a_filings_file({"consignment_id": "A1"}), "day/list.csv")
    events = written(tmp_path, an_events_file(ARRIVED), "day/events/arrivals.csv")

    done = cleared(capsys, tmp_path / "out", tmp_path / "day", more=("--events", str(events.parent)))

    assert done.code == 0
    assert (done.accepted, verdicts(done)) == (["A1"], {"A1": "not_presented"})


def test_the_page_tells_of_parcels_and_of_events_set_aside(tmp_path, capsys):
    filings = written(tmp_path, a_filings_file({"consignment_id": "A1"}), "list.csv")
    events = written(tmp_path, an_events_file(ARRIVED, "A1,landed,2026-10-20T05:00:00Z,,,"), "events.csv")
    main(
        [
            "clear",
            str(filings),
            "--as",
            "EU",
            "--on",
            "2026-10-20",
            "--to",
            str(tmp_path / "out"),
            "--events",
            str(events),
        ]
    )
    told = capsys.readouterr().out

    assert "Parcels by their events, up to 2026-10-20T04:00:00+00:00" in told
    assert "not presented" in told
    assert "2 event rows = 1 taken" in told
    assert "EVT-02          1" in told
    assert "events_quarantine.csv" in told


def test_events_do_not_come_in_on_a_stream():
    with pytest.raises(WrongUse, match="name a file or folder with --events"):
        movement_order(["-"], None)


@pytest.mark.parametrize("as_of", ["1989-12-31T23:59:59Z", "2101-01-01T00:00:00Z"])
def test_a_horizon_lies_in_the_years_of_parcels(as_of, tmp_path):
    path = written(tmp_path, an_events_file(ARRIVED), "events.csv")

    with pytest.raises(WrongUse, match="no moment of parcels"):
        movement_order([str(path)], as_of)
