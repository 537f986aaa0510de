"""A wave: the data of an aircraft comes at ten times the average rate, and all is decided before presentation."""

from itertools import accumulate, chain, repeat

import polars as pl
import pytest

from bench.wave import figures, make_wave, presented, run

PARCELS = 12_000


@pytest.fixture(scope="module")
def wave(tmp_path_factory):
    return make_wave(tmp_path_factory.mktemp("wave"), PARCELS)


def test_a_wave_of_12000_parcels_is_decided_before_presentation(wave, tmp_path):
    outcome = run(wave, tmp_path)
    told = presented(wave, tmp_path)

    measured = figures(outcome, told)

    assert measured["parcels of the wave"] == PARCELS
    assert measured["decided before presentation, %"] == 100
    assert set(told["verdict"]) == {"as_declared"}
    decided = pl.read_parquet(tmp_path / "runs" / "*" / "consignments.parquet", columns=["parcel_id"])
    assert decided.height == decided.n_unique() == outcome.filings.height


def test_a_wave_comes_at_ten_times_the_rate_and_half_an_hour_before_landing(wave):
    steps = wave.moments.with_columns(step=pl.col("comes_s").diff())
    within, around = (
        steps.filter(is_it).get_column("step").median() for is_it in (pl.col("is_wave"), ~pl.col("is_wave"))
    )

    assert around / within == pytest.approx(10)


def test_batches_that_take_too_long_would_be_seen(tmp_path):
    small = make_wave(tmp_path, 20, average_per_s=1)
    two_hours = accumulate(chain([0.0], repeat(3_600.0)))

    outcome = run(small, tmp_path, clock=lambda: next(two_hours))

    assert figures(outcome, presented(small, tmp_path))["decided before presentation, %"] < 100
