"""What a claim of preference frees of the duties of chapter 99: nothing without the proof that its programme wants."""

from datetime import date

import polars as pl
import pytest

from tests.builders_imports import chapter_99, imported
from tests.builders_us_hts import SCHEDULE, a_row, written
from tidewaiter.reference.tariff import open_tariff
from tidewaiter.reference.us_ch99 import form
from tidewaiter.reference.us_hts import import_us_hts

HATS = [
    a_row("6501", "0", "Hats:"),
    a_row("6501.00.10", "1", "Of felt", "10%", special="Free (S)", column_2="90%"),
    a_row("6501.00.20", "1", "Of straw", "Free", column_2="60%"),
    a_row("6501.00.30", "1", "Of paper", "10%", special="Free (AU)", column_2="60%"),
]  # fmt: skip
FELT, STRAW, PAPER, UNKNOWN = "65010010", "65010020", "65010030", "65999999"
DAY = date(2025, 9, 1)
OWED = ["9903.01.10"]


@pytest.fixture(scope="module")
def tariff(tmp_path_factory):
    folder = tmp_path_factory.mktemp("us")
    rows = [row for row in SCHEDULE if not row[0].startswith("65")]
    at = next(place for place, row in enumerate(rows) if row[0].startswith("6601"))
    import_us_hts(written(folder, [*rows[:at], *HATS, *rows[at:]]), folder / "home", date(2015, 1, 1))
    imported(form.staged, folder / "home", *chapter_99(folder / "files"))
    return open_tariff(folder / "home", "US")


def stacked(tariff, code, origin, claim, proof):
    names = ["commodity_code", "origin", "duty_day", "preference", "is_proven"]
    keys = pl.DataFrame([(code, origin, DAY, claim, proof)], schema=names, orient="row")
    return tariff.answers(keys).additions["measure_id"].to_list()


@pytest.mark.parametrize("proof", [False, None])
@pytest.mark.parametrize("code", [FELT, STRAW, UNKNOWN])
def test_a_claim_without_a_proof_frees_nothing(tariff, code, proof):
    assert stacked(tariff, code, "CA", "S", proof) == OWED


@pytest.mark.parametrize("code", [FELT, STRAW])
def test_a_claim_with_its_proof_frees_whether_or_not_the_goods_are_free_already(tariff, code):
    assert stacked(tariff, code, "CA", "S", proof=True) == []


@pytest.mark.parametrize("code", [PAPER, UNKNOWN])
def test_a_claim_that_is_not_open_to_the_goods_frees_nothing(tariff, code):
    assert stacked(tariff, code, "CA", "S", proof=True) == OWED


@pytest.mark.parametrize("code", [FELT, STRAW])
def test_a_claim_of_a_programme_for_others_frees_nothing(tariff, code):
    others = stacked(tariff, code, "CN", None, None)

    assert others
    assert stacked(tariff, code, "CN", "S", proof=True) == others


def test_no_claim_frees_nothing(tariff):
    assert stacked(tariff, FELT, "CA", None, None) == OWED
