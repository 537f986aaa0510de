"""Line 4, second half: honest traffic, clean or normally dirty, is released untouched and asked next to nothing."""

from datetime import date

import polars as pl
import pytest

from tests.faults.dirt import soil
from tests.faults.pages import listed_dirt
from tidewaiter.service.clear import clear_files
from tidewaiter.world.day import sample_day

DAY = date(2026, 10, 20)
SEED = 41
PARCELS = 20_000
LEAST_RELEASED, MOST_ASKED = 0.97, 0.01


@pytest.fixture(scope="module", params=["clean EU", "dirty EU", "clean GB", "dirty GB"])
def run(request, tmp_path_factory):
    how, jurisdiction = request.param.split()
    folder = tmp_path_factory.mktemp(f"{how}-{jurisdiction.lower()}")
    rows = sample_day(PARCELS, SEED, jurisdiction, DAY)
    told = soil(rows, listed_dirt(), SEED) if how == "dirty" else rows
    told.write_csv(folder / "told.csv")
    source, home = str(folder / "told.csv"), folder / "home"
    done = clear_files([source], jurisdiction, folder / "run", on=DAY.isoformat(), submitter="honest", home=home)
    return request.param, done.folder


def test_every_honest_filing_is_accepted(run):
    _, folder = run

    assert pl.read_parquet(folder / "quarantine.parquet").height == 0
    assert pl.read_parquet(folder / "consignments.parquet").height == PARCELS


def test_honest_traffic_is_released_untouched(run):
    name, folder = run
    decided = pl.read_parquet(folder / "consignments.parquet")

    released = (decided["decision"] == "release").mean()

    held = decided.filter(pl.col("decision") != "release")["reasons"].explode(empty_as_null=False)
    print(f"\n{name}: released untouched {released:.2%}; held by {_most(held)}")  # noqa: T201 - figures to quote
    assert released >= LEAST_RELEASED


def test_honest_traffic_is_hardly_ever_asked(run):
    name, folder = run
    asks = pl.read_parquet(folder / "findings.parquet").filter(severity="ask")

    asked = asks["consignment_id"].n_unique() / PARCELS

    print(f"\n{name}: asked without need {asked:.2%}; by {_most(asks['code'])}")  # noqa: T201 - figures to quote
    assert asked <= MOST_ASKED


def _most(codes):
    """The codes that stand there most often, with how often."""
    return codes.value_counts(sort=True).head(8).rows()
