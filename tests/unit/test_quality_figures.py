"""Figures: amounts, masses and moments on both sides of each threshold."""

from datetime import timedelta

import pytest

from tests.builders_quality import DAY, KG, NOON, UNIT, checked_items, of_filing, of_item, summed

HOUR, DAYS = timedelta(hours=1), timedelta(days=1)
MINUTE = timedelta(minutes=1)

ITEMS = [
    ("VAL-01", {"value_micro": 0}, {"value_micro": 1}),
    ("VAL-01", {"value_micro": 0, "nature": "gift"}, {"value_micro": 0, "nature": "document"}),
    ("VAL-01", {"value_micro": 0, "nature": None}, {"value_micro": 0, "value_basis": "none"}),
    ("VAL-01", {"value_micro": 0, "value_basis": "price"}, {"value_micro": None}),
    (
        "VAL-05",
        {"value_micro": 10, "steel_value_micro": 6, "copper_value_micro": 5},
        {"value_micro": 10, "steel_value_micro": 6, "copper_value_micro": 4},
    ),
    ("VAL-02", {"line_value_minor": 20_000_001}, {"line_value_minor": 20_000_000}),
    ("MAS-04", {"net_mass_mg": 0}, {"net_mass_mg": 1}),
    ("MAS-05", {"gross_mass_mg": 299_999}, {"gross_mass_mg": 300_000}),
    ("MAS-06", {"quantity_micro": 0}, {"quantity_micro": 1}),
]
FILINGS = [
    ("VAL-03", {"freight_minor": 10_001}, {"freight_minor": 10_000}),
    (
        "VAL-03",
        {"freight_minor": 2_001, "intrinsic_value_minor": 1},
        {"freight_minor": 2_000, "intrinsic_value_minor": 1},
    ),
    ("VAL-04", {"discount_micro": 10 * UNIT + 1}, {"discount_micro": 10 * UNIT}),
    (
        "VAL-04",
        {"discount_micro": 11 * UNIT, "invoice_total_currency": "EUR"},
        {"discount_micro": 11 * UNIT, "invoice_total_currency": "JPY"},
    ),
    ("MAS-01", {"gross_mass_mg": 0}, {"gross_mass_mg": KG}),
    ("MAS-02", {"lines_net_mass_mg": 520_001}, {"lines_net_mass_mg": 520_000}),
    ("MAS-03", {"gross_mass_mg": 30 * KG + 1}, {"gross_mass_mg": 30 * KG}),
    ("MAS-03", {"gross_mass_mg": 70 * KG + 1, "mode": "express"}, {"gross_mass_mg": 70 * KG, "mode": "express"}),
    ("MAS-03", {"gross_mass_mg": 1_000 * KG + 1, "mode": "cargo"}, {"gross_mass_mg": 1_000 * KG, "mode": "cargo"}),
    ("MAS-03", {"gross_mass_mg": 31 * KG, "packages": 1}, {"gross_mass_mg": 31 * KG, "packages": 2}),
    ("MAS-03", {"gross_mass_mg": 31 * KG}, {"gross_mass_mg": 31 * KG, "mode": None}),
    (
        "DAT-01",
        {"order_at": NOON + DAYS + MINUTE, "lodged_at": NOON},
        {"order_at": NOON + DAYS, "lodged_at": NOON},
    ),
    (
        "DAT-01",
        {"order_at": NOON + DAYS + MINUTE, "lodged_at": NOON + 3 * DAYS, "accepted_at": NOON},
        {"order_at": NOON + DAYS, "lodged_at": NOON + 3 * DAYS, "accepted_at": NOON},
    ),
    (
        "DAT-02",
        {"posted_at": NOON + DAYS + MINUTE, "arrival_est": NOON},
        {"posted_at": NOON + DAYS, "arrival_est": NOON},
    ),
    (
        "DAT-02",
        {"posted_at": NOON + 2 * DAYS, "arrival_est": NOON + 9 * DAYS, "presented_at": NOON},
        {"posted_at": NOON + 2 * DAYS, "arrival_est": NOON, "presented_at": NOON + 9 * DAYS},
    ),
    ("DAT-03", {"order_at": NOON - 367 * DAYS}, {"order_at": NOON - 366 * DAYS}),
    (
        "DAT-04",
        {"arrival_est": NOON + 366 * DAYS + MINUTE, "lodged_at": NOON},
        {"arrival_est": NOON + 366 * DAYS, "lodged_at": NOON},
    ),
    (
        "DAT-04",
        {"arrival_est": NOON - 366 * DAYS - MINUTE, "lodged_at": NOON},
        {"arrival_est": NOON - 366 * DAYS, "lodged_at": NOON},
    ),
    (
        "DAT-04",
        {"presented_at": NOON + 400 * DAYS, "accepted_at": NOON},
        {"presented_at": NOON + 400 * DAYS, "accepted_at": NOON, "lodged_at": NOON + 399 * DAYS},
    ),
    ("TOT-02", {"has_mixed_currencies": True}, {"has_mixed_currencies": False}),
    ("TOT-03", {"packages": 0}, {"packages": 1}),
]


@pytest.mark.parametrize(("code", "hit", "near_miss"), ITEMS)
def test_a_figure_of_a_line_is_found_beyond_its_threshold_and_not_at_it(code, hit, near_miss):
    assert of_item(**hit) == [code]
    assert of_item(**near_miss) == []


@pytest.mark.parametrize(("code", "hit", "near_miss"), FILINGS)
def test_a_figure_of_a_filing_is_found_beyond_its_threshold_and_not_at_it(code, hit, near_miss):
    assert of_filing(**hit) == [code]
    assert of_filing(**near_miss) == []


def test_a_parcel_of_no_mass_is_not_also_lighter_than_its_goods():
    assert of_filing(gross_mass_mg=0, lines_net_mass_mg=5 * KG) == ["MAS-01"]


COSTS = {
    "freight_micro": 4 * UNIT, "freight_currency": "EUR", "insurance_micro": 20 * UNIT, "other_costs_micro": 300 * UNIT,
    "discount_micro": 6 * UNIT, "tax_collected_micro": 5_000 * UNIT,
}  # fmt: skip


@pytest.mark.parametrize("total", [10, 14, 34, 334, 4, 8, 28, 328, 5010, 5334, 5328, 5004])
def test_a_total_that_comes_of_the_lines_in_any_usual_way_is_taken(total):
    assert of_filing(**COSTS, invoice_total_micro=total * UNIT, invoice_total_currency="EUR") == []


@pytest.mark.parametrize("total", [1, 17, 22, 300, 4900])
def test_a_total_that_comes_of_the_lines_in_no_way_is_asked_about(total):
    assert of_filing(**COSTS, invoice_total_micro=total * UNIT, invoice_total_currency="EUR") == ["TOT-01"]


@pytest.mark.parametrize("total", [9_000_000, 8_910_892, 11_111_111])
def test_a_total_within_one_unit_and_a_hundredth_is_taken(total):
    assert of_filing(invoice_total_micro=total) == []


@pytest.mark.parametrize("total", [8_910_889, 11_111_112])
def test_a_total_beyond_one_unit_and_a_hundredth_is_asked_about(total):
    assert of_filing(invoice_total_micro=total) == ["TOT-01"]


@pytest.mark.parametrize(
    "values",
    [
        {"invoice_total_currency": "USD"},
        {"invoice_total_currency": "EUR", "freight_currency": "USD"},
        {"invoice_total_currency": "EUR", "insurance_currency": "USD"},
        {"invoice_total_currency": "EUR", "tax_collected_currency": "USD"},
        {"lines_value_micro": None, "lines_currency": None},
    ],
)
def test_a_total_in_another_currency_cannot_be_told(values):
    assert of_filing(invoice_total_micro=500 * UNIT, **values) == []


def test_lines_of_a_filing_are_summed_in_its_order():
    sums = summed(
        {}, {"item_no": 2, "value_micro": 5 * UNIT}, {"filing_row": 3, "net_mass_mg": None}, {"filing_row": 4}
    )

    assert sums.rows() == [
        (0, 15 * UNIT, "EUR", False, 600_000),
        (3, 10 * UNIT, "EUR", False, None),
        (4, 10 * UNIT, "EUR", False, 300_000),
    ]


@pytest.mark.parametrize(
    "second", [{"value_currency": "USD"}, {"value_currency": None}, {"value_micro": None}], ids=str
)
def test_a_sum_that_cannot_be_told_is_empty(second):
    sums = summed({}, {"item_no": 2, **second}, {"filing_row": 1})

    assert sums["lines_value_micro"].to_list() == [None, 10 * UNIT]
    assert sums["lines_currency"].to_list() == [None, "EUR"]
    assert sums["has_mixed_currencies"].to_list() == ["USD" in second.values(), False]


def test_neighbours_of_two_filings_may_differ_in_currency():
    assert not summed({}, {"filing_row": 1, "value_currency": "USD"})["has_mixed_currencies"].any()


@pytest.mark.parametrize("order", [("EUR", None, "USD"), ("EUR", "USD", None), (None, "USD", "EUR")], ids=str)
def test_currencies_are_compared_where_every_line_has_one(order):
    assert summed(*({"value_currency": code} for code in order))["has_mixed_currencies"].to_list() == [False]


def test_a_currency_that_comes_back_is_still_one_of_several():
    told = [{"value_currency": code} for code in ("EUR", "USD", "EUR")]

    assert summed(*told)["has_mixed_currencies"].to_list() == [True]


@pytest.mark.parametrize(
    "other",
    [
        {"description": "cotton socks"},
        {"commodity_code": "851713"},
        {"value_micro": 11 * UNIT},
        {"quantity_micro": 2 * UNIT},
        {"product_id": "B2"},
        {"filing_row": 1},
    ],
    ids=str,
)
def test_two_lines_that_differ_in_anything_that_tells_goods_apart_are_two(other):
    assert checked_items({}, {"item_no": 2, **other})["dup_04"].to_list() == [False, False]


def test_two_lines_that_say_the_same_are_both_noted_wherever_they_stand():
    told = checked_items({}, {"item_no": 2, "description": "cotton socks"}, {"item_no": 3})

    assert told["dup_04"].to_list() == [True, False, True]


def test_lines_without_a_description_are_no_repeats():
    told = checked_items({"description": None}, {"description": None, "item_no": 2})

    assert told["dup_04"].to_list() == [False, False]


def test_the_duty_point_and_not_the_filing_decides_what_is_a_year_ago():
    order = NOON - 300 * DAYS

    assert of_filing(order_at=order, duty_day=DAY) == []
    assert of_filing(order_at=order, duty_day=DAY + 67 * DAYS, lodged_at=NOON) == ["DAT-03"]
