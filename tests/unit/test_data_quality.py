"""Data quality by filer and day: shares counted by hand on a lake of few rows."""

from datetime import UTC, date, datetime, timedelta

import polars as pl
import pytest

from tidewaiter.measure.data_quality import by_filer, days_of, examples, faults, filer_days
from tidewaiter.measure.lake import SCHEMAS, Lake
from tidewaiter.model.dimensions import dimension_of
from tidewaiter.stages import quality
from tools.findings import listed

FIRST, SECOND = datetime(2026, 10, 20, 8, tzinfo=UTC), datetime(2026, 10, 21, 8, tzinfo=UTC)


def filing(reference, filer, accepted_at, *reasons, lead_h=5, file="a.csv"):
    return {
        "consignment_id": reference, "version": 1, "declarant_id": filer, "accepted_at": accepted_at,
        "arrival_est": None if lead_h is None else accepted_at + timedelta(hours=lead_h),
        "reasons": list(reasons), "source_file": file,
    }  # fmt: skip


def lake_of(folder, *filings, quarantine=(), arrived=None):
    """A lake of these filings; rows of quarantine are file, position, reference and code."""
    tables = {
        "consignments": list(filings),
        "findings": [
            {"consignment_id": one["consignment_id"], "version": 1, "code": code, "evidence": "{}"}
            for one in filings
            for code in one["reasons"]
        ],
        "quarantine": [
            dict(zip(("source_file", "source_position", "consignment_id", "code"), row, strict=True))
            for row in quarantine
        ],
    }  # fmt: skip
    if arrived is not None:
        tables["movements"] = [{"consignment_id": name, "arrived_at": at} for name, at in arrived.items()]
    folder.mkdir(exist_ok=True)
    for name, rows in tables.items():
        pl.DataFrame(rows, schema=SCHEMAS[name]).write_parquet(folder / f"{name}.parquet")
    return Lake(folder)


@pytest.fixture
def lake(tmp_path):
    return lake_of(
        tmp_path / "run",
        filing("A1", "A", FIRST),
        filing("A2", "A", FIRST, "PRE-08", "TXT-04"),
        filing("A3", "A", FIRST, "SPL-01"),
        filing("A4", "A", SECOND, "MAS-02", lead_h=-1),
        filing("B1", "B", FIRST, lead_h=None, file="b.csv"),
        quarantine=[("b.csv", 7, "B2", "NUM-01"), ("b.csv", 8, "B2", "ROW-90"), ("b.csv", 9, None, "KEY-01")],
    )  # fmt: skip


def test_a_filing_is_at_fault_once_in_each_dimension_it_has_a_fault_in(lake):
    day = filer_days([lake]).row(
        by_predicate=(pl.col("filer") == "A") & (pl.col("day") == date(2026, 10, 20)), named=True
    )

    assert (day["filings"], day["faultless"], day["quarantined"]) == (3, 2, 0)
    assert (day["completeness_faults"], day["accuracy_faults"], day["consistency_faults"]) == (1, 1, 0)


def test_a_suspicion_is_no_fault_of_the_data(lake):
    assert "SPL-01" not in {fault.code for fault in faults([lake], 20)}


def test_filings_in_quarantine_count_with_the_filer_of_their_file(lake):
    own = by_filer(filer_days([lake])).row(by_predicate=pl.col("filer") == "B", named=True)

    assert (own["filings"], own["quarantined"], own["faultless"]) == (3, 2, 1)
    assert (own["accuracy_faults"], own["completeness_faults"]) == (1, 1)
    assert own["score"] == 333


def test_rows_of_a_file_of_several_filers_are_nobodys(tmp_path):
    one = lake_of(
        tmp_path / "run", filing("A1", "A", FIRST), filing("B1", "B", FIRST), quarantine=[("a.csv", 3, "C1", "NUM-01")]
    )

    days = filer_days([one])

    assert days.filter(pl.col("filer").is_null())["quarantined"].to_list() == [1]
    assert days["filings"].sum() == 3


def test_an_arrival_that_nobody_tells_counts_in_no_share(lake):
    told = by_filer(filer_days([lake]))

    assert dict(told.select("filer", "timeliness").iter_rows()) == {"A": 750, "B": None}


def test_an_event_tells_the_arrival_better_than_the_estimate(tmp_path):
    one = lake_of(tmp_path / "run", filing("A1", "A", FIRST), arrived={"A1": FIRST - timedelta(minutes=1)})

    assert by_filer(filer_days([one]))["timeliness"].to_list() == [0]


def test_the_trend_is_the_last_day_less_those_before_it(lake):
    told = by_filer(filer_days([lake]))

    assert dict(told.select("filer", "trend").iter_rows()) == {"A": 0 - 666, "B": None}
    assert [row["score"] for row in days_of(filer_days([lake]), "A")] == [666, 0]


def test_several_runs_are_one_answer(tmp_path):
    runs = [lake_of(tmp_path / str(number), filing(f"A{number}", "A", FIRST, "PRE-08")) for number in range(3)]

    assert by_filer(filer_days(runs))["filings"].to_list() == [3]
    assert [(fault.code, fault.filings) for fault in faults(runs, 20)] == [("PRE-08", 3)]


def test_the_commonest_fault_comes_first_and_of_one_filer_alone(lake):
    assert [fault.code for fault in faults([lake], 2)] == ["KEY-01", "MAS-02"]
    assert {fault.code for fault in faults([lake], 20, ["A"])} == {"PRE-08", "TXT-04", "MAS-02"}
    assert examples(lake, "MAS-02", 3, ["A"])["consignment_id"].to_list() == ["A4"]
    assert examples(lake, "MAS-02", 3, ["B"]).is_empty()


def test_an_empty_lake_has_no_filers(tmp_path):
    empty = lake_of(tmp_path / "run")

    assert filer_days([empty]).is_empty()
    assert by_filer(filer_days([empty])).is_empty()
    assert faults([empty], 20) == []


@pytest.mark.parametrize(
    "kind", [entry.kind for entry in listed() if f"/{quality.__name__.rsplit('.', 1)[-1]}/" in entry.place], ids=str
)
def test_every_check_of_quality_speaks_of_a_dimension(kind):
    assert dimension_of(kind.code)
