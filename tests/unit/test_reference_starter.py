"""Starter tariffs: facts of our own with their mark, dated, checked where the publication is at hand."""

import tomllib
from datetime import date
from importlib.resources import files

import polars as pl
import pytest

from tidewaiter.model.errors import SheetRefused
from tidewaiter.reference.nomenclature import nomenclature
from tidewaiter.reference.starter import read_starter, starter_of
from tidewaiter.reference.tariff import open_tariff

DAY = date(2026, 10, 20)
WITHOUT_ONE_RATE = "420222 420292 630392 630790 650500 854442 910212 940521 950300 950510"
SEVERAL_RATES = {
    "EU": {*WITHOUT_ONE_RATE.split(), "640299", "820559"},
    "GB": {*WITHOUT_ONE_RATE.split(), "841451"},
}
"""Goods of the simulated day without one rate of the value for the whole subheading (GB 841451: not known)."""

SHEET = """
jurisdiction = "XT"
title = "XT starter tariff"
source = "Tariff of Examplia, {dotted}"
evidence = "recalled"
[[span]]
valid_from = 2026-01-01
valid_to = 2026-06-30
rates = { 610910 = "12%", 950300 = "Free" }
[[span]]
valid_from = 2026-07-01
rates = { 610910 = "10%" }
"""


@pytest.mark.parametrize("code", ["US", "EU", "GB"])
def test_a_starter_has_a_few_hundred_rates_all_of_known_subheadings(code, tmp_path):
    starter = starter_of(code)

    rates = starter.on(DAY)

    assert starter.jurisdiction == code
    assert 300 <= rates.height <= 900
    assert set(rates["code"]) <= set(nomenclature(tmp_path)["hs"])
    assert set(rates["duty_kind"]) == {"free", "ad_valorem"}


@pytest.mark.parametrize("code", ["AU", "CA", "CH", "NZ"])
def test_the_other_starters_have_some_dozens_of_rates_of_known_subheadings(code, tmp_path):
    starter = starter_of(code)

    rates = starter.on(DAY)

    assert starter.jurisdiction == code
    assert rates.height >= 60
    assert set(rates["code"]) <= set(nomenclature(tmp_path)["hs"])


MARKS = [("US", "read"), *((code, "recalled") for code in ("AU", "CA", "CH", "EU", "GB", "NZ"))]


@pytest.mark.parametrize(("code", "mark"), MARKS)
def test_every_answer_of_a_starter_shows_its_mark_and_where_the_rate_stands(code, mark, tmp_path):
    tariff = open_tariff(tmp_path, code)

    told = tariff.rates_for(pl.Series(tariff.codes()), DAY)

    assert set(told["duty_evidence"]) == {mark}
    assert all(source.endswith(f"{code} starter tariff ({mark})") for source in told["duty_source"])
    assert all(source.count("{") == 0 for source in told["duty_source"])


@pytest.mark.parametrize("code", ["EU", "GB"])
def test_the_goods_of_the_simulated_day_have_a_rate_unless_their_subheading_has_several(code):
    text = files("tidewaiter.world").joinpath("goods.toml").read_text(encoding="utf-8")
    goods = {good["code"] for good in tomllib.loads(text)["good"]}

    assert goods - set(starter_of(code).on(DAY)["code"]) == SEVERAL_RATES[code]


def test_a_jurisdiction_without_a_starter_has_none():
    assert starter_of("XT") is None


@pytest.mark.parametrize(
    ("code", "hs", "rate"),
    [
        ("EU", "610910", "12%"), ("EU", "640411", "16.9%"), ("EU", "851713", "Free"), ("EU", "711719", "4%"),
        ("GB", "610910", "12%"), ("GB", "640411", "16%"), ("GB", "732393", "Free"), ("GB", "392690", "6%"),
        ("US", "610910", "16.5%"), ("US", "950300", "Free"), ("US", "711311", None),
        ("CA", "610910", "18%"), ("CA", "851713", "Free"), ("CA", "640411", None), ("AU", "610910", "5%"),
        ("AU", "847130", "Free"), ("NZ", "610910", "10%"), ("NZ", "640411", "10%"), ("CH", "640411", "Free"),
        ("CH", "090121", None),
    ],
)  # fmt: skip
def test_some_rates_that_everybody_in_the_trade_knows(code, hs, rate):
    assert dict(starter_of(code).on(DAY).select("code", "rate_text").iter_rows()).get(hs) == rate


def test_the_duties_of_switzerland_on_industrial_goods_end_with_2023():
    starter = starter_of("CH")

    assert starter.on(date(2023, 12, 31)).height == 0
    assert set(starter.on(date(2024, 1, 1))["duty_kind"]) == {"free"}


def test_a_span_holds_on_its_first_and_last_day():
    starter = read_starter(SHEET)

    assert starter.on(date(2025, 12, 31)).height == 0
    assert starter.on(date(2026, 1, 1))["rate_text"].to_list() == ["12%", "Free"]
    assert starter.on(date(2026, 6, 30))["rate_text"].to_list() == ["12%", "Free"]
    assert starter.on(date(2026, 7, 1)).select("code", "rate_text").rows() == [("610910", "10%")]
    assert starter.changes() == [date(2026, 1, 1), date(2026, 7, 1)]


@pytest.mark.parametrize("name", ["jurisdiction", "title", "source", "evidence"])
def test_a_sheet_that_leaves_out_what_it_must_say_is_refused(name):
    text = "\n".join(line for line in SHEET.splitlines() if not line.startswith(name))

    with pytest.raises(SheetRefused, match=name):
        read_starter(text)


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ('"recalled"', '"guessed"', "evidence: one of read, recalled"),
        ('610910 = "12%"', '6109100010 = "12%"', "6109100010 = 12%"),
        ('610910 = "12%"', '"61 910" = "12%"', "61 910 = 12%"),
        ('610910 = "12%"', '610910 = "12"', "610910 = 12"),
        ('610910 = "12%"', '610910 = "5¢/kg"', "610910 = 5¢/kg"),
        ("valid_from = 2026-07-01", "valid_from = 2026-06-30", "610910 has two rates from 2026-06-30"),
        ("valid_to = 2026-06-30", "", "610910 has two rates from 2026-07-01"),
        ("[[span]]", "[[spell]]", "span"),
    ],
)
def test_a_sheet_that_contradicts_itself_is_refused(old, new, told):
    with pytest.raises(SheetRefused, match=told):
        read_starter(SHEET.replace(old, new))
