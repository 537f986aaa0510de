"""The demo: a day for three jurisdictions, made once, cleared once."""

import json

import pytest

from tests.builders_runs import hashes_of
from tidewaiter.cli import main


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    folder = tmp_path_factory.mktemp("demo") / "out"
    assert main(["demo", "--parcels", "150", "--to", str(folder)]) == 0
    return folder


def test_a_second_run_changes_nothing_and_tells_the_same(say, made):
    before = hashes_of(made)

    code, told, _ = say("demo", "--parcels", "150", "--to", made)

    assert code == 0
    assert [line.split(",")[0].strip() for line in told.splitlines() if ", law " in line] == ["EU", "GB", "US"]
    assert hashes_of(made) == before


def test_it_says_where_to_look_in_each_jurisdiction(say, made):
    _, told, _ = say("demo", "--parcels", "150", "--to", made)

    assert str(made / "traffic") in told
    assert all(f"tidewaiter explain {made / name} " in told for name in ("eu", "gb", "us"))


def test_each_jurisdiction_is_told_in_its_own_currency(say, made):
    _, told, _ = say("demo", "--parcels", "150", "--to", made, "--json")

    summaries = json.loads(told)
    assert {code: summary["currency"] for code, summary in summaries.items()} == {"EU": "EUR", "GB": "GBP", "US": "USD"}
    assert summaries["US"]["accepted_at"].startswith("2025-08-20")


def test_other_traffic_in_its_place_is_refused(say, made):
    before = hashes_of(made)

    code, _, error = say("demo", "--parcels", "151", "--to", made)

    assert (code, "holds something else than this world" in error) == (2, True)
    assert hashes_of(made) == before


def test_a_day_without_parcels_cannot_be_made(say, tmp_path):
    code, _, error = say("demo", "--parcels", "0", "--to", tmp_path / "out")

    assert (code, "--parcels is 1 or more" in error) == (2, True)
    assert not (tmp_path / "out").exists()


def test_an_index_names_the_three_reports_and_adds_no_money_up(made):
    page = (made / "index.html").read_text(encoding="utf-8")

    assert [name for name in ("eu", "gb", "us") if f'href="{name}/report.html"' in page] == ["eu", "gb", "us"]
    assert all((made / name / "report.html").is_file() for name in ("eu", "gb", "us"))
    assert all(currency in page for currency in ("EUR ", "GBP "))
