"""Duties on what a metal in the goods is worth, and on all but it: computed on what is declared, else named."""

import pytest

from tests.builders_tariff import an_addition
from tests.unit.test_stage_duty import assessed
from tidewaiter.kit.metals import base_on

STEEL, ALUMINIUM = ("steel", "US"), ("aluminium", "US")
CONTENT, REST = base_on("content", STEEL), base_on("rest", STEEL)
BOTH = base_on("rest", STEEL, ALUMINIUM)


def told(*charges, **said):
    row = assessed(said, stacked=charges).row(0, named=True)
    return row["addition_minor"], row["duty_status"], row["res_12"], row["res_13"], row["missing_metal_fields"]


@pytest.mark.parametrize(("worth", "content", "rest"), [
    (0, 0, 1000), (1, 1, 1000), (2500, 1250, 750), (9_999, 5000, 0), (10_000, 5000, 0),
])  # fmt: skip
def test_a_content_pays_its_own_rate_and_the_rest_the_other(worth, content, rest):
    made = told(an_addition("50 %", base=CONTENT), an_addition("10 %", base=REST), steel_value_minor=worth)

    assert made == ([content, rest], "definitive", False, False, None)


def test_two_metals_leave_less_for_the_rest():
    assert told(an_addition("10 %", base=BOTH), steel_value_minor=2_000, aluminium_value_minor=3_000)[0] == [500]


def test_a_worth_that_is_not_declared_is_asked_for_by_name_and_the_duty_is_not_known():
    made = told(an_addition("10 %", base=BOTH), an_addition("20 %"), steel_value_minor=2_000)

    assert made == ([None, 2000], "unresolved", False, True, "item_aluminium_value_amount")


def test_all_fields_that_lack_are_named_once():
    charges = (an_addition("50 %", base=CONTENT), an_addition("10 %", base=BOTH))

    assert told(*charges)[4] == "item_aluminium_value_amount, item_steel_value_amount"


def test_metals_worth_more_than_the_line_leave_it_unknown():
    row = assessed({"steel_value_minor": 10_001}, stacked=[an_addition("50 %", base=CONTENT)]).row(0, named=True)

    assert (row["addition_minor"], row["res_12"], row["res_13"]) == ([None], True, False)
    assert row["addition_reason"] == "the metals are declared to be worth more than the line"


@pytest.mark.parametrize(("said", "amounts"), [
    ({"steel_melted_country": "US"}, [0, 1000]), ({"steel_melted_country": "CN"}, [1250, 750]),
    ({"steel_melted_country": "US", "steel_value_minor": None}, [0, 1000]),
])  # fmt: skip
def test_steel_melted_in_the_country_that_is_spared_does_not_count(said, amounts):
    charges = (an_addition("50 %", base=CONTENT), an_addition("10 %", base=REST))

    assert told(*charges, **{"steel_value_minor": 2_500, **said})[0] == amounts


@pytest.mark.parametrize(("smelted", "cast", "amount"), [
    ("US", "US", 0), ("US", "CA", 1250), ("CA", "US", 1250), ("US", None, 1250),
])  # fmt: skip
def test_aluminium_is_spared_only_if_smelted_and_cast_there(smelted, cast, amount):
    charge = an_addition("50 %", base=base_on("content", ALUMINIUM))
    said = {"aluminium_smelted_country": smelted, "aluminium_cast_country": cast, "aluminium_value_minor": 2_500}

    assert told(charge, **said)[0] == [amount]


def test_a_line_without_a_value_lacks_that_and_no_metal():
    assert told(an_addition("50 %", base=CONTENT), customs_value_minor=None)[2:] == (False, False, None)
