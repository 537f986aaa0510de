"""Line 4, first half: of every kind of fault in 100,000 rows, nearly all are found, with the right code and field."""

from datetime import date

import polars as pl
import pytest

from tests.faults.found import by_kind, found
from tests.faults.injector import inject, kinds_of
from tidewaiter.service.clear import clear_files
from tidewaiter.world.day import sample_day

DAY = date(2026, 10, 20)
SEED = 20261020
TRAFFIC = {"EU": (72_000, 100), "GB": (8_000, 20), "EU at scale": (240_000, 400), "GB at scale": (240_000, 400)}
"""Per run: parcels, and faults of each kind."""

LEAST_FOUND, LEAST_OF_EACH = 0.98, 0.90


@pytest.fixture(
    scope="module",
    params=["EU", "GB", *(pytest.param(f"{place} at scale", marks=pytest.mark.slow) for place in ("EU", "GB"))],
)
def marked(request, tmp_path_factory):
    parcels, each = TRAFFIC[request.param]
    place = request.param[:2]
    folder = tmp_path_factory.mktemp(place.lower())
    kinds = kinds_of(place)
    faulty = inject(sample_day(parcels, SEED, place, DAY), kinds, each, SEED)
    source = folder / "faulty.csv"
    faulty.rows.write_csv(source)
    run = clear_files(
        [str(source)], place, folder / "run", on=DAY.isoformat(), submitter="faults", home=folder / "home"
    )
    whole = found(faulty.truth, run.folder)
    figures = f"{request.param}: {faulty.rows.height:,} rows, {whole.height:,} faults of {len(kinds)} kinds, "
    missed = [(name, code, f"{share:.0%}") for name, code, _, _, share in by_kind(whole).rows() if share < 1]
    print(f"\n{figures}found {whole['is_found'].mean():.2%}; not all of {missed}")  # noqa: T201 - figures to quote
    return request.param, faulty.rows.height, whole


def test_faults_are_put_into_a_hundred_thousand_rows_of_many_kinds(marked):
    name, rows, whole = marked

    assert whole["fault"].n_unique() >= 45
    assert name == "GB" or rows >= 100_000


def test_nearly_every_fault_is_found_with_the_right_code_and_field(marked):
    _, _, whole = marked

    assert whole["is_found"].mean() >= LEAST_FOUND, by_kind(whole).head(10)


def test_no_kind_of_fault_mostly_goes_unseen(marked):
    _, _, whole = marked
    kinds = by_kind(whole)

    assert kinds.filter(pl.col("share") < LEAST_OF_EACH).rows() == []
