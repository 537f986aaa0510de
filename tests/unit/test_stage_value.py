"""Value: lines converted once, halves upwards; what is not known stays unknown and says why."""

from datetime import date

import pytest

from tests.builders import rates
from tests.builders_stages import between_filings, between_items
from tidewaiter.stages.value import total_customs_value, total_lines, value_costs, value_for_customs, value_lines

EURO = ("EUR", 1, 1)


def valued(*rows, by=(EURO,), digits=2, status="legal"):
    priced = [{"value_micro": None, "value_currency": None, **row} for row in rows]
    return value_lines(between_items(*priced), rates(*by, status=status), digits).collect()


@pytest.mark.parametrize(
    ("micro", "digits", "minor"),
    [
        (0, 2, 0),
        (4_999, 2, 0),
        (5_000, 2, 1),
        (12_504_999, 2, 1250),
        (12_505_000, 2, 1251),
        (499_999, 0, 0),
        (500_000, 0, 1),
        (1_000_499, 3, 1000),
        (1_000_500, 3, 1001),
    ],
)
def test_half_a_minor_unit_goes_up_in_currencies_of_no_two_and_three_decimals(micro, digits, minor):
    told = valued({"value_micro": micro, "value_currency": "EUR"}, digits=digits)

    assert told["line_value_minor"].to_list() == [minor]


@pytest.mark.parametrize(
    ("currency", "numerator", "denominator", "minor"),
    [("JPY", 1, 160, 1), ("KWD", 3_259, 1_000, 326), ("USD", 10_000, 11_683, 86)],
)
def test_a_line_is_converted_by_the_rate_of_its_own_currency(currency, numerator, denominator, minor):
    told = valued({"value_micro": 1_000_000, "value_currency": currency}, by=[EURO, (currency, numerator, denominator)])

    assert told["line_value_minor"].to_list() == [minor]


def test_each_line_is_rounded_for_itself():
    half = {"value_micro": 5_000, "value_currency": "EUR"}

    assert valued(half, half, half)["line_value_minor"].to_list() == [1, 1, 1]


@pytest.mark.parametrize("status", ["legal", "assumed"])
def test_a_line_says_whether_its_exchange_rate_is_the_legal_one(status):
    told = valued({"value_micro": 1, "value_currency": "EUR"}, status=status)

    assert told["line_exchange_status"].to_list() == [status]


@pytest.mark.parametrize(
    ("said", "value", "no_rate", "no_value"),
    [
        ({"value_micro": 0, "value_currency": "EUR"}, 0, False, False),
        ({"value_micro": 7_000_000, "value_currency": "XTS"}, None, True, False),
        ({"value_micro": 7_000_000, "value_currency": None}, None, False, True),
        ({"value_micro": None, "value_currency": "EUR"}, None, False, True),
        ({"value_micro": None, "value_currency": "XTS"}, None, False, True),
        ({"value_micro": None, "value_currency": None}, None, False, True),
    ],
)
def test_a_line_without_a_rate_is_res_02_and_one_without_a_value_res_04_and_neither_is_worth_nothing(
    said, value, no_rate, no_value
):
    told = valued(said)

    assert told.select("line_value_minor", "res_02", "res_04").row(0) == (value, no_rate, no_value)


def test_the_rate_of_another_day_converts_nothing():
    told = valued({"value_micro": 1, "value_currency": "EUR", "duty_day": date(2026, 10, 21)})

    assert told.select("line_value_minor", "res_02").row(0) == (None, True)


@pytest.mark.parametrize("currency", ["EUR", "XTS"])
def test_a_line_without_a_duty_day_is_not_said_to_lack_a_rate(currency):
    told = valued({"value_micro": 1, "value_currency": currency, "duty_day": None})

    assert told.select("line_value_minor", "res_02", "res_04").row(0) == (None, False, False)


def totalled(*rows):
    lines = [{"line_value_minor": None, "commodity_code": None, **row} for row in rows]
    return total_lines(between_items(*lines)).collect().rows()


def test_a_filing_is_worth_the_sum_of_its_lines():
    told = totalled({"line_value_minor": 5}, {"line_value_minor": 7}, {"filing_row": 1, "line_value_minor": 0})

    assert [row[:3] for row in told] == [(0, 12, 2), (1, 0, 1)]


def test_one_unknown_line_leaves_the_worth_of_its_own_filing_alone_unknown():
    told = totalled({"line_value_minor": 5}, {}, {"filing_row": 1, "line_value_minor": 3})

    assert [row[:3] for row in told] == [(0, None, 2), (1, 3, 1)]


def test_codes_are_counted_once_at_six_digits_and_once_in_full():
    codes = ["6109100010", "6109100090", "610910", "851830", "851830"]

    assert totalled(*({"commodity_code": code} for code in codes)) == [(0, None, 5, 2, 4)]


def test_how_many_codes_there_are_is_unknown_while_a_line_of_the_filing_lacks_its_own():
    told = totalled({"commodity_code": "610910"}, {}, {"filing_row": 1, "commodity_code": "610910"})

    assert told == [(0, None, 2, None, None), (1, None, 1, 1, 1)]


def costed(*, by=(EURO,), status="legal", is_included=True, digits=2, **said):
    names = ("freight_micro", "insurance_micro", "other_costs_micro", "freight_currency", "insurance_currency",
             "invoice_total_currency")  # fmt: skip
    filing = {
        **dict.fromkeys(names),
        "law_tax_base_includes_freight": None,
        "law_customs_value_includes_freight": is_included,
        **said,
    }
    return value_costs(between_filings(filing), rates(*by, status=status), digits).collect().row(0, named=True)


def test_costs_nobody_declares_count_nothing():
    told = costed()

    assert (told["freight_minor"], told["insurance_minor"], told["dutiable_costs_minor"]) == (0, 0, 0)
    assert (told["res_03"], told["has_assumed_costs"]) == (False, False)


def test_each_cost_is_converted_once_with_halves_upwards_and_they_add_up():
    told = costed(freight_micro=1_005_000, freight_currency="EUR", insurance_micro=5_000, other_costs_micro=4_999)

    assert (told["freight_minor"], told["insurance_minor"], told["dutiable_costs_minor"]) == (101, 1, 102)
    assert told["res_03"] is False


@pytest.mark.parametrize(
    ("said", "minor"),
    [
        ({"insurance_micro": 1_000_000, "insurance_currency": "USD", "freight_currency": "EUR"}, 200),
        ({"insurance_micro": 1_000_000, "freight_currency": "USD", "invoice_total_currency": "EUR"}, 200),
        ({"other_costs_micro": 1_000_000, "invoice_total_currency": "USD", "freight_currency": "EUR"}, 200),
        ({"other_costs_micro": 1_000_000, "freight_currency": "USD"}, 200),
        ({"freight_micro": 1_000_000, "freight_currency": "USD", "invoice_total_currency": "EUR"}, 200),
    ],
)
def test_a_cost_is_in_its_own_currency_else_in_that_of_the_freight(said, minor):
    assert costed(by=[EURO, ("USD", 2, 1)], **said)["dutiable_costs_minor"] == minor


@pytest.mark.parametrize(
    "said",
    [
        {"freight_micro": 0, "freight_currency": None},
        {"freight_micro": 1, "freight_currency": "XTS"},
        {"insurance_micro": 1},
        {"other_costs_micro": 1},
        {"freight_micro": 1, "freight_currency": "EUR", "insurance_micro": 1, "insurance_currency": "XTS"},
    ],
)
def test_a_cost_that_cannot_be_converted_leaves_the_costs_unknown_and_is_res_03(said):
    told = costed(**said)

    assert (told["dutiable_costs_minor"], told["res_03"]) == (None, True)


def test_where_the_law_leaves_carriage_out_no_cost_counts_even_one_nobody_can_convert():
    told = costed(is_included=False, freight_micro=1, freight_currency="XTS")

    assert (told["dutiable_costs_minor"], told["res_03"], told["has_assumed_costs"]) == (0, False, False)


@pytest.mark.parametrize(
    ("status", "is_included", "micro", "is_assumed"),
    [
        ("assumed", True, 5_000, True),
        ("assumed", True, 4_999, False),
        ("legal", True, 5_000, False),
        ("assumed", False, 5_000, False),
        ("assumed", None, 5_000, False),
    ],
)
def test_costs_are_assumed_where_a_stand_in_rate_made_them_more_than_nothing(status, is_included, micro, is_assumed):
    told = costed(status=status, is_included=is_included, freight_micro=micro, freight_currency="EUR")

    assert told["has_assumed_costs"] is is_assumed


def test_an_assumed_cost_stays_assumed_beside_those_that_are_not():
    by = rates(("USD", 1, 1), status="assumed").collect().vstack(rates(EURO).collect()).lazy()
    said = {"freight_micro": 10_000, "freight_currency": "USD", "insurance_micro": 10_000, "insurance_currency": "EUR",
            "other_costs_micro": None, "invoice_total_currency": None}  # fmt: skip
    filing = between_filings(
        {**said, "law_tax_base_includes_freight": None, "law_customs_value_includes_freight": True}
    )

    assert value_costs(filing, by, 2).collect()["has_assumed_costs"].to_list() == [True]


def for_customs(*rows, **of_all):
    sound = {"intrinsic_value_minor": 0, "dutiable_costs_minor": 0, "has_assumed_costs": False,
             "line_exchange_status": "legal", "line_value_minor": None, **of_all}  # fmt: skip
    return value_for_customs(between_items(*({**sound, **row} for row in rows))).collect()


def test_costs_are_shared_by_the_worth_of_the_lines_and_add_up():
    told = for_customs({"line_value_minor": 1}, {"line_value_minor": 1}, {"line_value_minor": 1},
                       dutiable_costs_minor=100)  # fmt: skip

    assert told["customs_value_minor"].to_list() == [34, 34, 35]


def test_filings_share_only_their_own_costs():
    told = for_customs(
        {"line_value_minor": 10, "dutiable_costs_minor": 3},
        {"filing_row": 1, "line_value_minor": 10, "dutiable_costs_minor": 8},
    )

    assert told["customs_value_minor"].to_list() == [13, 18]


@pytest.mark.parametrize(
    ("worth", "costs", "values"),
    [(None, 0, [7, None]), (None, 1, [None, None]), (None, None, [None, None]), (7, None, [None, None])],
)
def test_while_one_line_is_unknown_no_costs_are_shared_and_without_costs_none_need_be(worth, costs, values):
    told = for_customs({"line_value_minor": 7}, {}, intrinsic_value_minor=worth, dutiable_costs_minor=costs)

    assert told["customs_value_minor"].to_list() == values


@pytest.mark.parametrize(
    ("line", "has_assumed", "status"),
    [
        ("legal", False, "legal"),
        ("legal", True, "assumed"),
        ("assumed", False, "assumed"),
        ("assumed", True, "assumed"),
        (None, True, None),
    ],
)
def test_a_customs_value_is_assumed_as_soon_as_line_or_costs_are(line, has_assumed, status):
    told = for_customs(
        {"line_value_minor": 1}, line_exchange_status=line, has_assumed_costs=has_assumed, dutiable_costs_minor=1
    )

    assert told["exchange_status"].to_list() == [status]


def test_the_customs_value_of_a_filing_is_unknown_as_soon_as_that_of_a_line_is():
    told = total_customs_value(
        between_items(
            {"customs_value_minor": 5}, {"customs_value_minor": 6},
            {"filing_row": 1, "customs_value_minor": 5}, {"filing_row": 1, "customs_value_minor": None},
        )
    ).collect()  # fmt: skip

    assert told.rows() == [(0, 11), (1, None)]


def test_costs_that_are_only_taxed_leave_the_customs_value_as_certain_as_it_is():
    told = for_customs({"line_value_minor": 1}, has_assumed_costs=True)

    assert told["exchange_status"].to_list() == ["legal"]
