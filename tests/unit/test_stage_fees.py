"""Fees: on their days, in their place, up to their value, for what they count; in the jurisdiction's currency."""

from datetime import timedelta

import pytest

from tests.builders import DAY, rates
from tests.builders_stages import a_fee, between_filings
from tidewaiter.model.money import Rate
from tidewaiter.stages.fees import assess_fees

EURO = ("EUR", 1, 1)
PARCEL = {"destination_country": "DE", "intrinsic_value_minor": 15_000, "item_count": 3, "distinct_hs6": 2}


def assessed(*fees, by=(EURO,), digits=2, **said):
    told = assess_fees(between_filings({**PARCEL, **said}), fees, rates(*by), digits).collect().row(0, named=True)
    return *(told[fee.column] for fee in fees), told["fee_minor"], told["res_09"]


def test_where_no_fee_is_known_none_is_due():
    assert assessed() == (0, False)


@pytest.mark.parametrize(("per", "amount"), [("consignment", 200), ("line", 600), ("distinct_hs6", 400)])
def test_a_fee_counts_consignments_lines_or_distinct_codes(per, amount):
    assert assessed(a_fee(per=per)) == (amount, amount, False)


def test_a_fee_on_distinct_codes_is_unknown_while_a_line_lacks_its_code():
    assert assessed(a_fee(per="distinct_hs6"), distinct_hs6=None) == (None, None, True)


@pytest.mark.parametrize(("worth", "amount"), [(0, 200), (14_999, 200), (15_000, 200), (15_001, None)])
def test_a_fee_is_due_up_to_its_value_and_at_it(worth, amount):
    assert assessed(a_fee(), intrinsic_value_minor=worth) == (amount, amount or 0, False)


def test_a_fee_on_goods_of_unknown_value_is_not_charged():
    assert assessed(a_fee(), intrinsic_value_minor=None) == (None, 0, False)


@pytest.mark.parametrize(("days", "is_due"), [(-1, False), (0, True), (9, True), (10, True), (11, False)])
def test_a_fee_is_due_from_its_first_day_to_its_last(days, is_due):
    fee = a_fee(valid_from=DAY - timedelta(days=days), valid_to=DAY - timedelta(days=days) + timedelta(days=10))

    assert assessed(fee) == ((200, 200, False) if is_due else (None, 0, False))


def test_a_fee_without_an_end_goes_on():
    assert assessed(a_fee(valid_from=DAY - timedelta(days=9_999)))[0] == 200


def test_a_filing_without_a_duty_point_is_charged_no_fee():
    assert assessed(a_fee(), duty_day=None) == (None, 0, False)


@pytest.mark.parametrize(
    ("place", "destination", "is_due"),
    [("DE", "DE", True), ("DE", "FR", False), ("DE", None, False), ("", "FR", True), ("", None, True)],
)
def test_a_fee_is_due_in_its_place_and_one_without_a_place_everywhere(place, destination, is_due):
    assert assessed(a_fee(place=place), destination_country=destination)[0] == (200 if is_due else None)


@pytest.mark.parametrize(
    ("fee", "digits", "amount"),
    [
        ({"currency": "RON", "amount_minor": 2500}, 2, 498),
        ({"currency": "RON", "amount_minor": 2}, 2, 0),
        ({"currency": "RON", "amount_minor": 3}, 2, 1),
        ({"currency": "JPY", "amount_minor": 160}, 2, 100),
        ({"currency": "KWD", "amount_minor": 1000}, 2, 326),
        ({"currency": "EUR", "amount_minor": 150}, 0, 2),
        ({"currency": "EUR", "amount_minor": 149}, 0, 1),
        ({"currency": "EUR", "amount_minor": 150}, 3, 1500),
    ],
)
def test_a_fee_in_another_currency_is_converted_with_halves_upwards_whatever_the_decimals(fee, digits, amount):
    by = [EURO, ("RON", 1_000, 5_022), ("JPY", 1, 160), ("KWD", 3_259, 1_000)]

    assert assessed(a_fee(**fee), by=by, digits=digits) == (amount, amount, False)


def test_a_fee_without_a_rate_is_res_09_and_leaves_the_fees_unknown():
    assert assessed(a_fee(currency="RON")) == (None, None, True)


def test_a_fee_without_a_rate_that_does_not_apply_is_no_finding():
    assert assessed(a_fee(currency="RON"), destination_country="FR") == (None, 0, False)


def test_fees_add_up_and_one_unknown_fee_leaves_only_the_sum_unknown():
    line, code = a_fee(code="L1", per="line", amount_minor=5), a_fee(code="A2", place="")
    foreign = a_fee(code="F1", currency="RON")

    assert assessed(line, code) == (15, 200, 215, False)
    assert assessed(foreign, line) == (None, 15, None, True)
    assert assessed(line, foreign) == (15, None, None, True)


def test_one_code_with_two_spans_is_two_columns():
    ended = a_fee(valid_from=DAY - timedelta(days=30), valid_to=DAY - timedelta(days=1), amount_minor=100)

    assert assessed(ended, a_fee()) == (None, 200, 200, False)


SHARE = {"per": "value", "amount_minor": 0, "rate": Rate.of_percent("0.3464"), "minimum_minor": 262,
         "maximum_minor": 1_000, "intrinsic_limit_minor": None, "place": ""}  # fmt: skip


@pytest.mark.parametrize(("worth", "amount"), [(0, 262), (75_635, 262), (75_780, 263), (999_999, 1_000)])
def test_a_fee_on_the_value_keeps_between_its_minimum_and_its_maximum(worth, amount):
    assert assessed(a_fee(**SHARE), customs_value_minor=worth) == (amount, amount, False)


def test_a_fee_on_a_value_that_is_not_known_is_unknown_and_is_res_09():
    assert assessed(a_fee(**SHARE), customs_value_minor=None) == (None, None, True)


@pytest.mark.parametrize(("worth", "is_due"), [(1_000, False), (1_001, True)])
def test_a_fee_may_be_due_only_above_a_value(worth, is_due):
    fee = a_fee(intrinsic_above_minor=1_000)

    assert assessed(fee, intrinsic_value_minor=worth)[0] == (200 if is_due else None)


@pytest.mark.parametrize(
    ("mode", "told"), [("post", (200, 200, False)), ("express", (None, 0, False)), (None, (None, None, True))]
)
def test_a_fee_may_depend_on_what_the_filing_is_and_is_unknown_where_it_does_not_say(mode, told):
    assert assessed(a_fee(only={"mode": ("post", "cargo")}), mode=mode) == told


def test_a_fee_counts_whole_codes_where_the_law_does():
    assert assessed(a_fee(per="distinct_code"), distinct_codes=3)[0] == 600


@pytest.mark.parametrize(("is_taxed", "taxed"), [(False, 0), (True, None)])
def test_a_fee_nobody_can_convert_leaves_the_tax_base_open_only_where_it_is_taxed(is_taxed, taxed):
    fee = a_fee(currency="USD", in_tax_base=is_taxed)
    told = assess_fees(between_filings(PARCEL), [fee], rates(EURO), 2).collect().row(0, named=True)

    assert (told["fee_minor"], told["taxed_fees_minor"], told["res_09"]) == (None, taxed, True)
