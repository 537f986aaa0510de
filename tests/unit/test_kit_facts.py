"""Facts of a sheet that carry more than a number: rates of goods, fees within bounds, percentages, money."""

from datetime import date

import pytest

from tests.builders_law import FEE, RATE, fact, jurisdiction
from tidewaiter.kit.jurisdiction import flat_rules, rule_table
from tidewaiter.model.errors import SheetRefused
from tidewaiter.model.money import Rate

BOOKS = RATE.replace('"standard"', '"reduced"\ngoods = ["49", "8523"]')
SHARE = """
[[fee]]
code = "ZZ-2"
per = "value"
percent = "0.3464"
base = "customs_value"
minimum_minor = 262
maximum_minor = 63_462
currency = "EUR"
only = { reduced_set_used = ["LONG"], mode = ["post", "express"] }
valid_from = 2026-01-01
source = "section 9"
evidence = "read"
"""


def test_a_reduced_rate_holds_for_its_goods():
    rate = jurisdiction(BOOKS).tax_rates[0]

    assert (rate.category, rate.goods, rate.key) == (
        "reduced",
        ("49", "8523"),
        ("tax rate", "AQ", "reduced", "49", "8523"),
    )


def test_a_reduced_rate_may_name_a_list_of_the_sheet():
    named = RATE.replace('"standard"', '"reduced"\ngoods = "books"')
    books = fact("books", '["49"]', "hs prefixes")

    assert jurisdiction(named, books).tax_rates[0].goods == "books"
    with pytest.raises(SheetRefused, match="list books, which is none"):
        jurisdiction(named)
    with pytest.raises(SheetRefused, match="list books, which is none"):
        jurisdiction(named, fact("books", '["CN"]', "countries"))


@pytest.mark.parametrize(
    "wrong",
    [
        RATE.replace('"standard"', '"reduced"'),
        RATE.replace('"standard"', '"standard"\ngoods = ["49"]'),
        RATE.replace('"7.5"', '"seven"'),
        RATE.replace('"7.5"', '"NaN"'),
        RATE.replace('"7.5"', "7.5"),
        RATE.replace('"7.5"', '"100"\ngross_up = true'),
    ],
)
def test_a_tax_rate_that_cannot_be_one_is_refused(wrong):
    with pytest.raises(SheetRefused):
        jurisdiction(wrong)


def test_a_fee_may_be_a_share_of_the_value_within_bounds():
    fee = jurisdiction(SHARE).fees[0]

    assert (fee.rate, fee.minimum_minor, fee.maximum_minor) == (Rate.of_percent("0.3464"), 262, 63_462)
    assert fee.only == {"reduced_set_used": ("LONG",), "mode": ("post", "express")}
    assert fee.text == "0.3464 % of the customs value, at least EUR 2.62, at most EUR 634.62"


@pytest.mark.parametrize(
    "wrong",
    [
        SHARE.replace('percent = "0.3464"', "amount_minor = 5"),
        SHARE.replace('percent = "0.3464"', 'percent = "0.3464"\namount_minor = 5'),
        SHARE.replace('"customs_value"', '"weight"'),
        SHARE.replace("mode =", "flight ="),
        SHARE.replace('"value"', '"line"'),
        SHARE.replace("maximum_minor", "most_minor"),
        FEE.replace('"line"', '"parcel"'),
        FEE.replace('"line"', '"value"'),
    ],
)
def test_a_fee_that_cannot_be_one_is_refused(wrong):
    with pytest.raises(SheetRefused):
        jurisdiction(wrong)


def test_a_rule_names_its_own_rate_or_money_by_day():
    made = jurisdiction(
        fact("gift_rate", '"2.5"', "percent", end="2026-06-30"),
        fact("gift_rate", '"3"', "percent", "2026-07-01"),
        fact("postal_rate", '"10"', "percent of intrinsic value"),
        fact("spared_rate", '"2.5"', "percent unless free"),
        fact("postal_money", "8_000", "EUR minor"),
    )

    told = {(row[0], row[1]): row[2:] for row in flat_rules(made).rows()}

    assert told["gift_rate", 0] == (25_000, 1_000_000, False, False, None)
    assert told["gift_rate", 1] == (30_000, 1_000_000, False, False, None)
    assert told["postal_rate", 0] == (100_000, 1_000_000, True, False, None)
    assert told["spared_rate", 0] == (25_000, 1_000_000, False, True, None)
    assert told["postal_money", 1] == (None, None, False, False, 8_000)
    texts = dict(rule_table(made).select("rule_id", "rule_text").rows())
    assert (texts["gift_rate"], texts["postal_money"]) == ("3 %", "EUR 80.00")
    assert date(2026, 7, 1) in [parameter.valid_from for parameter in made.parameters]


@pytest.mark.parametrize("value", ['"a tenth"', "2.5", '"-1"', '"Infinity"'])
def test_a_percentage_that_is_none_is_refused(value):
    with pytest.raises(SheetRefused, match="percentage"):
        jurisdiction(fact("gift_rate", value, "percent"))
