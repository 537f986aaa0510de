"""Movements through the door: every parcel has a verdict, and release waits for it where the law says so."""

import json

import polars as pl
import pytest

from tests.builders_movements import (
    ARRIVED,
    HEADER,
    PRESENTED,
    a_filings_file,
    an_events_file,
    decision,
    moment,
    summary,
    verdicts,
)
from tests.builders_runs import cleared, written
from tidewaiter.runners.movements import shards
from tidewaiter.service.clear import clear_files


def test_each_parcel_has_the_verdict_of_its_filings_and_events(go):
    filings = [
        {"consignment_id": "A1"},
        {"consignment_id": "A2", "item_value_amount": "forty"},
        {"consignment_id": "A3"},
        {"consignment_id": "A4", "flight": "LH701"},
        {"consignment_id": "A5", "arrival_est": "2026-10-20T04:59:59Z"},
        {"consignment_id": "A6", "arrival_est": "2026-10-20T05:00:00Z"},
        {"consignment_id": "C7", "parcel_id": "A7", "master_document": "M-1"},
        {"consignment_id": "C8", "parcel_id": "A8", "master_document": "M-1"},
        {"consignment_id": "A9"},
    ]
    events = an_events_file(
        ARRIVED, PRESENTED,
        "A2,arrived,2026-10-20T04:00:00Z,FRA,LH,LH701",
        "A3,departed,2026-10-19T20:00:00Z,PVG,LH,LH701",
        "A7,arrived,2026-10-20T04:00:00Z,FRA,LH,LH701",
        "x9,arrived,2026-10-20T04:00:00Z,FRA,LH,LH701",
    )  # fmt: skip

    done = go(filings, events)

    assert verdicts(done) == {
        "A1": "as_declared", "A2": "data_in_quarantine", "A3": "short", "A4": "data_without_parcel",
        "A5": "data_without_parcel", "A6": "expected", "A7": "not_presented", "A8": "data_without_parcel",
        "A9": "expected", "X9": "arrived_without_data",
    }  # fmt: skip
    named = done.table("movements").filter(pl.col("parcel_id").is_in(["A7", "X9"])).sort("parcel_id")
    assert named["consignment_id"].to_list() == ["C7", None]
    told = summary(done)["movements"]
    assert told["parcels"] == sum(told["verdicts"].values()) == 10
    assert told["horizon"] == "2026-10-20T05:00:00+00:00"


def test_what_would_release_waits_for_its_parcel_in_the_union(go):
    done = go([{"consignment_id": "A1"}], an_events_file(ARRIVED))

    assert decision(done) == ("hold", "release", ["arrival"], ["MOV-01"])
    finding = done.table("findings").filter(pl.col("code") == "MOV-01").row(0, named=True)
    assert json.loads(finding["evidence"])["law_release_after"] == "presented"
    assert done.table("movements")["released_at"].to_list() == [None]
    assert done.table("consignments")["score"].to_list() == [0]


def test_release_takes_effect_when_the_parcel_is_presented(go):
    done = go([{"consignment_id": "A1"}], an_events_file(ARRIVED, PRESENTED))

    assert decision(done)[0] == "release"
    assert done.table("movements").row(0, named=True) == {
        "parcel_id": "A1", "consignment_id": "A1", "departed_at": None, "arrived_at": moment("2026-10-20T04:00:00"),
        "presented_at": moment("2026-10-20T05:00:00"), "place": "FRA", "flight": "LH701", "verdict": "as_declared",
        "released_at": moment("2026-10-20T05:00:00"),
    }  # fmt: skip


def test_what_something_else_keeps_does_not_wait_for_its_parcel(go):
    done = go([{"consignment_id": "A1", "consignee_name": ""}], an_events_file(ARRIVED))

    assert decision(done)[2:] == (["information"], ["PRE-03"])


@pytest.mark.parametrize(("word", "waits"), [("departed", True), ("arrived", False)])
def test_the_united_states_await_arrival(word, waits, tmp_path):
    american = {"destination_country": "US", "consignee_country": "US", "consignee_postcode": "10115", "vat_scheme": "",
                "vat_scheme_id": "", "reduced_set": "POSTAL", "item_origin": "KR"}  # fmt: skip
    filings = written(tmp_path, a_filings_file({"consignment_id": "A1", **american}), "list.csv")
    events = written(tmp_path, an_events_file(f"A1,{word},2025-08-01T05:00:00Z,,,"), "events.csv")

    clear_files([str(filings)], "US", tmp_path / "out", on="2025-08-01", events=[str(events)])

    found = pl.read_parquet(tmp_path / "out" / "findings.parquet")
    assert ("MOV-01" in found["code"].to_list()) is waits, found.select("code", "severity")


@pytest.mark.parametrize(("at", "duty"), [("2026-06-30T23:59:59Z", 0), ("2026-07-01T00:00:00Z", 300)])
def test_presentation_by_event_decides_whose_law_applies(at, duty, tmp_path):
    told = {"consignment_id": "A1", "accepted_at": "2026-06-29T10:00:00Z"}
    filings = written(tmp_path, a_filings_file(told), "list.csv")
    events = written(tmp_path, an_events_file(f"A1,presented,{at},,,"), "events.csv")

    clear_files([str(filings)], "EU", tmp_path / "out", on="accepted", events=[str(events)])

    assert pl.read_parquet(tmp_path / "out" / "consignments.parquet")["duty_minor"].to_list() == [duty]


def test_the_filing_s_own_presentation_stands_and_another_one_told_is_noted(go):
    done = go([{"consignment_id": "A1", "presented_at": "2026-10-20T03:00:00Z"}], an_events_file(ARRIVED, PRESENTED))

    assert decision(done)[0] == "release"
    assert decision(done)[3] == ["MOV-02"]
    row = done.table("consignments").row(0, named=True)
    assert row["duty_point_at"] == moment("2026-10-20T03:00:00")


def test_another_day_of_arrival_is_noted(go):
    done = go([{"consignment_id": "A1", "arrival_est": "2026-10-21T03:00:00Z"}], an_events_file(ARRIVED, PRESENTED))

    assert decision(done)[3] == ["MOV-03"]


def test_what_happens_after_the_horizon_has_not_happened(go):
    done = go([{"consignment_id": "A1"}], an_events_file(ARRIVED, PRESENTED), "--as-of", "2026-10-20T06:30:00+02:00")

    assert decision(done)[2] == ["arrival"]
    assert verdicts(done) == {"A1": "not_presented"}
    assert summary(done)["movements"]["events"]["later"] == 1
    assert done.receipt["run"]["as_of"] == "2026-10-20T04:30:00+00:00"


def test_filings_of_an_earlier_run_are_data_of_the_parcels_that_come_now(tmp_path, capsys):
    told = [{"consignment_id": f"C{number}", "parcel_id": f"A{number}"} for number in (1, 2)]
    day = [written(tmp_path, a_filings_file(one), f"{one['parcel_id']}.csv") for one in told]
    assert cleared(capsys, tmp_path / "runs" / "one", day[0]).code == 0
    events = written(tmp_path, an_events_file(ARRIVED, PRESENTED), "events.csv")

    done = cleared(capsys, tmp_path / "runs" / "two", day[1],
                   more=("--history", str(tmp_path / "runs"), "--events", str(events)))  # fmt: skip

    rows = done.table("movements").select("parcel_id", "consignment_id", "verdict").sort("parcel_id").rows()
    assert rows == [("A1", "C1", "as_declared"), ("A2", "C2", "expected")]


def test_one_parcel_with_several_filings_is_one_parcel(go):
    filings = [
        {"consignment_id": "Z1", "parcel_id": "A1"},
        {"consignment_id": "E1", "parcel_id": "A1", "filing_kind": "ens"},
    ]

    done = go(filings, an_events_file(ARRIVED, PRESENTED))

    assert done.table("movements").select("parcel_id", "consignment_id").rows() == [("A1", "Z1")]


@pytest.mark.parametrize(("lasts_s", "before"), [(0, 2), (7200, 1), (14_400, 1), (14_401, 0)])
def test_the_share_decided_by_arrival_rests_on_how_long_the_run_took(lasts_s, before, tmp_path):
    told = [{"consignment_id": "A1"}, {"consignment_id": "A2", "arrival_est": "2026-10-20T01:00:00Z"}]
    filings = written(tmp_path, a_filings_file(*told, {"consignment_id": "A3"}), "list.csv")
    events = written(tmp_path, an_events_file(ARRIVED), "events.csv")
    ticks = iter([100.0, 100.0 + lasts_s])

    done = clear_files(
        [str(filings)], "EU", tmp_path / "out", on="2026-10-20", events=[str(events)], clock=lambda: next(ticks)
    )

    timing = done.summary["timing"]
    assert (timing["before_arrival"], timing["after_arrival"], timing["unknown"]) == (before, 2 - before, 1)
    assert timing["share_before_arrival_per_mille"] == 500 * before
    assert timing["duration_s"] == lasts_s


def test_each_filing_counts_from_its_own_acceptance(tmp_path):
    day = "2026-10-20T0"
    told = [
        {"consignment_id": f"A{hour}", "accepted_at": f"{day}{hour}:00:00Z", "arrival_est": f"{day}4:00:00Z"}
        for hour in (1, 3, 5)
    ]
    filings = written(tmp_path, a_filings_file(*told), "list.csv")
    events = written(tmp_path, HEADER + "\n", "events.csv")
    ticks = iter([0.0, 5400.0])

    done = clear_files(
        [str(filings)], "EU", tmp_path / "out", on="accepted", events=[str(events)], clock=lambda: next(ticks)
    )

    assert (done.summary["timing"]["before_arrival"], done.summary["timing"]["after_arrival"]) == (1, 2)


@pytest.fixture
def many():
    """Forty filings on four flights, most with events, in a fixed and in another order."""
    filings = [{"consignment_id": f"C{number}", "parcel_id": f"A{number}", "flight": f"LH{number % 4}"}
               for number in range(40)]  # fmt: skip
    told = [f"A{number},{word},2026-10-20T0{hour}:0{number % 7}:00Z,FRA,,LH{number % 4}"
            for number in range(44) for hour, word in enumerate(("departed", "arrived", "presented"))
            if (number + hour) % 5 and (number % 8 > 1 or hour < number % 8)]  # fmt: skip
    return filings, told


def test_neither_order_nor_the_number_of_shards_changes_a_verdict(go, many, monkeypatch):
    filings, told = many
    first = go(filings, an_events_file(*told), target="one")
    monkeypatch.setattr(shards, "SHARD_BYTES", 20)

    second = go(filings[::-1], an_events_file(*told[::-1]), target="two")

    assert first.table("movements").equals(second.table("movements"))
    assert len(set(verdicts(first).values())) > 3
    one, two = (done.table("consignments").sort("consignment_id").drop("source_position") for done in (first, second))
    assert one.equals(two)
