"""Tax on importation: who collects it, on which base, at which rate; what is not known is never nil."""

from datetime import date

import polars as pl
import pytest

from tests.builders import DAY
from tests.builders_stages import between_items
from tidewaiter.stages.tax import assess_tax, look_up_tax

KNOWN = {
    "tax_rule": "border", "customs_value_minor": 900, "duty_minor": 100, "duty_status": "definitive",
    "tax_num": 210_000, "tax_den": 1_000_000, "tax_evidence": "read", "exchange_status": "legal",
    "is_reduced_rate_goods": False,
}  # fmt: skip


def taxed(**said):
    told = assess_tax(between_items({**KNOWN, **said})).collect().row(0, named=True)
    return tuple(told[name] for name in ("tax_base_minor", "tax_minor", "tax_status", "res_07", "res_08"))


@pytest.mark.parametrize(
    ("value", "duty", "tax"), [(0, 0, 0), (2, 0, 0), (3, 0, 1), (900, 100, 210), (50, 0, 11), (40, 10, 11)]
)
def test_tax_at_the_border_is_on_value_and_duty_together_with_halves_upwards(value, duty, tax):
    assert taxed(customs_value_minor=value, duty_minor=duty) == (value + duty, tax, "definitive", False, False)


@pytest.mark.parametrize(
    ("rule", "told"),
    [
        ("border", (1000, 210, "definitive", False, False)),
        ("operator", (1000, 210, "deferred", False, False)),
        ("vendor", (None, None, "collected_elsewhere", False, False)),
        ("relief", (None, 0, "relieved", False, False)),
        ("none", (None, None, None, False, False)),
        (None, (None, None, "unresolved", False, False)),
    ],
)
def test_the_rule_says_who_collects_the_tax_and_whether_it_is_assessed_here(rule, told):
    assert taxed(tax_rule=rule) == told


@pytest.mark.parametrize(
    ("said", "status"),
    [
        ({"duty_status": "relieved"}, "definitive"),
        ({"duty_status": "estimated"}, "estimated"),
        ({"tax_evidence": "recalled"}, "estimated"),
        ({"exchange_status": "assumed"}, "estimated"),
        ({"exchange_status": "assumed", "duty_status": "estimated", "tax_evidence": "assumed"}, "estimated"),
    ],
)
def test_tax_is_estimated_where_duty_rate_or_exchange_rate_is_not_certain(said, status):
    assert taxed(**said)[2] == status


def test_tax_the_operator_defers_is_deferred_however_certain():
    assert taxed(tax_rule="operator", tax_evidence="recalled")[2] == "deferred"


@pytest.mark.parametrize("said", [{"tax_num": None, "tax_den": None}, {"is_reduced_rate_goods": True}])
def test_goods_without_one_known_rate_are_res_07_at_the_border_and_not_taxed_at_nothing(said):
    assert taxed(**said) == (1000, None, "unresolved", True, False)


@pytest.mark.parametrize("rule", ["operator", "vendor", "relief", "none", None])
def test_a_rate_nobody_needs_at_the_border_is_no_finding(rule):
    assert taxed(tax_rule=rule, tax_num=None, customs_value_minor=None)[3:] == (False, False)


def test_goods_of_which_nobody_knows_whether_they_are_listed_carry_the_standard_rate():
    assert taxed(is_reduced_rate_goods=None) == (1000, 210, "definitive", False, False)


@pytest.mark.parametrize("unknown", ["customs_value_minor", "duty_minor"])
def test_tax_before_its_base_is_known_is_res_08_and_empty(unknown):
    assert taxed(**{unknown: None}) == (None, None, "unresolved", False, True)


def test_without_rate_and_base_the_rate_alone_is_told():
    assert taxed(duty_minor=None, tax_num=None)[3:] == (True, False)


def test_the_operators_tax_without_a_base_is_unresolved():
    assert taxed(tax_rule="operator", duty_minor=None)[:3] == (None, None, "unresolved")


def looked_up(place, day=DAY):
    row = (date(2026, 10, 20), "DE", 190_000, 1_000_000, "read")
    names = ("duty_day", "place", "tax_num", "tax_den", "tax_evidence")
    rates = pl.DataFrame([row], schema=names, orient="row").lazy()
    told = look_up_tax(between_items({"destination_country": place, "duty_day": day}), rates).collect()
    return told.select("tax_num", "tax_den", "tax_evidence").row(0)


def test_the_rate_is_that_of_the_destination_on_the_day():
    assert looked_up("DE") == (190_000, 1_000_000, "read")


@pytest.mark.parametrize(("place", "day"), [("FR", DAY), (None, DAY), ("DE", DAY.replace(day=21)), ("DE", None)])
def test_another_place_or_day_has_no_rate(place, day):
    assert looked_up(place, day) == (None, None, None)
