"""Totals: what is due at the border is known whole or not at all."""

import pytest

from tests.builders_stages import between_filings, between_items
from tidewaiter.stages.totals import settle, sum_charges

COLUMNS = ("due_at_border_minor", "resolved", "res_10", "res_11")
PARCEL = {
    "duty_minor": 10, "tax_minor": 20, "fee_minor": 5, "duty_collected_from": "border",
    "duty_rule": "tariff", "tax_rule": "border",
    "law_not_loaded": None, "law_period": 0,
}  # fmt: skip


def settled(**said):
    told = settle(between_filings({**PARCEL, **said})).collect().row(0, named=True)
    return tuple(told[name] for name in COLUMNS)


def test_duty_tax_and_fees_are_due_at_the_border():
    assert settled() == (35, True, False, False)


@pytest.mark.parametrize("rule", ["vendor", "operator", "relief", "none"])
@pytest.mark.parametrize("tax", [20, None])
def test_tax_that_is_not_collected_at_the_border_is_not_due_there_and_blocks_nothing(rule, tax):
    assert settled(tax_rule=rule, tax_minor=tax) == (15, True, False, False)


@pytest.mark.parametrize("unknown", ["duty_minor", "tax_minor", "fee_minor"])
def test_one_unknown_part_leaves_the_whole_unknown(unknown):
    assert settled(**{unknown: None}) == (None, False, False, False)


def test_nothing_due_is_known_to_be_nothing():
    assert settled(duty_minor=0, tax_minor=0, fee_minor=0) == (0, True, False, False)


def test_law_that_is_not_loaded_is_res_10_and_leaves_the_amount_open_however_well_the_rest_is_known():
    assert settled(law_not_loaded="chapter 99") == (None, False, True, False)


@pytest.mark.parametrize("silent", ["duty_rule", "tax_rule"])
def test_a_filing_that_leaves_out_what_decides_is_res_11(silent):
    assert settled(**{silent: None})[3] is True


def test_a_filing_without_a_tax_rule_is_not_resolved():
    assert settled(tax_rule=None) == (None, False, False, True)


def test_a_day_without_law_is_not_resolved_and_asks_nobody_for_facts():
    assert settled(law_period=None, duty_rule=None, tax_rule=None) == (None, False, False, False)
    assert settled(law_period=None) == (None, False, False, False)


def summed(*rows):
    sound = {"duty_minor": 1, "tax_minor": 2, "tax_rule": "border"}
    return sum_charges(between_items(*({**sound, **row} for row in rows))).collect().rows()


def test_charges_of_items_add_up_by_filing():
    assert summed({}, {"duty_minor": 5}, {"filing_row": 1}) == [(0, 6, 4), (1, 1, 2)]


def test_one_unknown_amount_leaves_the_sum_of_its_own_filing_and_kind_unknown():
    assert summed({}, {"duty_minor": None}, {"filing_row": 1}) == [(0, None, 4), (1, 1, 2)]
    assert summed({}, {"tax_minor": None}, {"filing_row": 1}) == [(0, 2, None), (1, 1, 2)]


@pytest.mark.parametrize(
    ("rule", "tax"), [("vendor", 0), ("none", 0), ("border", None), ("operator", None), ("relief", None), (None, None)]
)
def test_tax_that_is_assessed_elsewhere_adds_nothing_and_any_other_that_is_missing_is_unknown(rule, tax):
    assert summed({"tax_rule": rule, "tax_minor": None}) == [(0, 1, tax)]
