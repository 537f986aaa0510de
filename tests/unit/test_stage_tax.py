"""Tax on importation: who collects it, on which base, at which rate; what is not known is never nil."""

import polars as pl
import pytest

from tests.builders import DAY
from tests.builders_stages import between_items
from tidewaiter.kit.rounding import RoundingRule, Roundings
from tidewaiter.model.money import Rounding
from tidewaiter.stages.tax import RATES, assess_tax, look_up_tax

KNOWN = {
    "tax_rule": "border", "customs_value_minor": 900, "duty_minor": 100, "duty_status": "definitive",
    "tax_num": 210_000, "tax_den": 1_000_000, "tax_evidence": "read", "exchange_status": "legal",
    "tax_is_open": False, "filing_row": 0, "line_value_minor": 900,
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
        ({"has_assumed_costs": True}, "estimated"),
        ({"has_assumed_costs": False}, "definitive"),
        ({"exchange_status": "assumed", "duty_status": "estimated", "tax_evidence": "assumed"}, "estimated"),
    ],
)
def test_tax_is_estimated_where_duty_rate_or_exchange_rate_is_not_certain(said, status):
    assert taxed(**said)[2] == status


def test_tax_the_operator_defers_is_deferred_however_certain():
    assert taxed(tax_rule="operator", tax_evidence="recalled")[2] == "deferred"


@pytest.mark.parametrize("said", [{"tax_num": None, "tax_den": None}, {"tax_is_open": True}])
def test_goods_without_one_known_rate_are_res_07_at_the_border_and_not_taxed_at_nothing(said):
    assert taxed(**said) == (1000, None, "unresolved", True, False)


@pytest.mark.parametrize("rule", ["operator", "vendor", "relief", "none", None])
def test_a_rate_nobody_needs_at_the_border_is_no_finding(rule):
    assert taxed(tax_rule=rule, tax_num=None, customs_value_minor=None)[3:] == (False, False)


@pytest.mark.parametrize("unknown", ["customs_value_minor", "duty_minor"])
def test_tax_before_its_base_is_known_is_res_08_and_empty(unknown):
    assert taxed(**{unknown: None}) == (None, None, "unresolved", False, True)


def test_without_rate_and_base_the_rate_alone_is_told():
    assert taxed(duty_minor=None, tax_num=None)[3:] == (True, False)


def test_the_operators_tax_without_a_base_is_unresolved():
    assert taxed(tax_rule="operator", duty_minor=None)[:3] == (None, None, "unresolved")


RATE = {"tax_den": 1_000_000, "tax_evidence": "read", "duty_day": DAY, "place": "DE"}
OWN = {**RATE, "commodity_code": "490199", "tax_num": 70_000, "tax_rate_no": 1}
COLUMNS = {"duty_day": pl.Date, "place": pl.String, **RATES}


def looked_up(place="DE", day=DAY, code="610910", reduced=(), **said):
    standard = pl.DataFrame([{**RATE, "tax_num": 190_000, "tax_rate_no": 0}], schema=COLUMNS)
    own = pl.DataFrame(reduced, schema={**COLUMNS, "commodity_code": pl.String})
    line = {
        "destination_country": place,
        "duty_day": day,
        "commodity_code": code,
        "is_reduced_rate_goods": False,
        **said,
    }
    told = look_up_tax(between_items(line), standard.lazy(), own.lazy()).collect()
    return told.select("tax_num", "tax_rate_no", "tax_is_open").row(0)


def test_the_rate_is_that_of_the_destination_on_the_day():
    assert looked_up() == (190_000, 0, False)


@pytest.mark.parametrize(("place", "day"), [("FR", DAY), (None, DAY), ("DE", DAY.replace(day=21)), ("DE", None)])
def test_another_place_or_day_has_no_rate(place, day):
    assert looked_up(place, day) == (None, None, False)


def test_goods_with_a_rate_of_their_own_carry_that_and_others_the_standard_one():
    assert looked_up(code="490199", reduced=[OWN]) == (70_000, 1, False)
    assert looked_up(code="610910", reduced=[OWN]) == (190_000, 0, False)


def test_goods_that_may_carry_a_reduced_rate_are_open_only_until_it_is_found():
    assert looked_up(is_reduced_rate_goods=True)[2] is True
    assert looked_up(is_reduced_rate_goods=None)[2] is False
    assert looked_up(code="490199", is_reduced_rate_goods=True, reduced=[OWN])[2] is False


def test_the_place_that_the_law_names_goes_before_the_destination():
    assert looked_up("FR", tax_place="DE")[0] == 190_000
    assert looked_up("DE", tax_place=None)[0] == 190_000


@pytest.mark.parametrize(
    ("rule", "told"), [("account", (1000, 210, "deferred", False, False)),
                       ("below_minimum", (1000, 0, "below_minimum", False, False))],
)  # fmt: skip
def test_tax_may_go_on_an_account_or_be_too_little_to_be_levied(rule, told):
    assert taxed(tax_rule=rule) == told


@pytest.mark.parametrize(
    ("limit", "told"), [(209, (210, "definitive")), (210, (0, "below_minimum")), (211, (0, "below_minimum"))]
)
def test_tax_up_to_the_minimum_is_not_collected(limit, told):
    made = assess_tax(between_items({**KNOWN, "law_tax_minimum_minor": limit}), has_minimum=True).collect()

    assert made.select("tax_minor", "tax_status").row(0) == told


def test_tax_on_an_account_is_not_spared():
    said = {**KNOWN, "tax_rule": "operator", "law_tax_minimum_minor": 500}

    assert assess_tax(between_items(said), has_minimum=True).collect()["tax_status"].to_list() == ["deferred"]


@pytest.mark.parametrize("word", ["provisional", "secured", "deferred", "suspended"])
def test_the_law_may_hold_tax_as_something_else(word):
    assert taxed(tax_held_as=word)[2] == word


@pytest.mark.parametrize(("mode", "unit", "tax"), [("floor", 1, 209), ("half_up", 5, 210), ("floor", 100, 200),
                                                   ("ceiling", 100, 300)])  # fmt: skip
def test_tax_rounds_by_the_law_of_the_day(mode, unit, tax):
    rule = Roundings((RoundingRule(Rounding(mode), unit),))
    lines = between_items({**KNOWN, "customs_value_minor": 899, "law_period": 0})

    assert assess_tax(lines, rule).collect()["tax_minor"].to_list() == [tax]


def test_tax_rounded_by_the_filing_is_shared_over_its_lines_and_adds_up():
    rule = Roundings((RoundingRule(moment="filing"),))
    lines = [{**KNOWN, "customs_value_minor": 12, "duty_minor": 0, "filing_row": at} for at in (0, 0, 0, 1)]

    told = assess_tax(between_items(*lines), rule).collect()["tax_minor"].to_list()

    assert told == [3, 2, 3, 3]


def test_carriage_and_fees_that_are_taxed_are_shared_over_the_lines_by_value():
    lines = [
        {**KNOWN, "line_value_minor": worth, "taxable_costs_minor": 100, "taxed_fees_minor": 10} for worth in (300, 700)
    ]

    assert assess_tax(between_items(*lines)).collect()["tax_base_minor"].to_list() == [1033, 1077]


def test_carriage_that_is_taxed_and_not_known_leaves_the_tax_unknown():
    assert taxed(taxable_costs_minor=None) == (None, None, "unresolved", False, True)


def test_carriage_is_not_shared_over_the_other_lines_while_the_worth_of_one_is_unknown():
    lines = [{**KNOWN, "line_value_minor": worth, "taxable_costs_minor": 100} for worth in (300, None)]

    assert assess_tax(between_items(*lines)).collect()["tax_base_minor"].to_list() == [None, None]


def test_no_carriage_leaves_the_other_lines_taxable_while_the_worth_of_one_is_unknown():
    lines = [{**KNOWN, "line_value_minor": worth, "taxable_costs_minor": 0} for worth in (300, None)]

    assert None not in assess_tax(between_items(*lines)).collect()["tax_base_minor"].to_list()


@pytest.mark.parametrize(("values", "bases"), [((6_249,), [6_200]), ((6_250,), [6_300]), ((40, 40, 40), [0, 100, 0])])
def test_what_tax_is_reckoned_on_rounds_by_the_law_of_the_day_a_filing_together(values, bases):
    whole = Roundings((RoundingRule(Rounding.HALF_UP, 100, "filing"),))
    items = between_items(*({**KNOWN, "duty_minor": 0, "customs_value_minor": value} for value in values))

    made = assess_tax(items, base_rounding=whole).collect()

    assert made["tax_base_minor"].to_list() == bases


def test_what_is_taxed_at_another_rate_rounds_by_itself():
    whole = Roundings((RoundingRule(Rounding.HALF_UP, 100, "filing"),))
    items = between_items(
        {**KNOWN, "duty_minor": 0, "customs_value_minor": 8_040},
        {**KNOWN, "duty_minor": 0, "customs_value_minor": 12_050, "tax_num": 26},
    )

    made = assess_tax(items, base_rounding=whole).collect()

    assert made["tax_base_minor"].to_list() == [8_000, 12_100]


def test_a_relieved_part_of_the_value_is_not_taxed():
    items = between_items({**KNOWN, "duty_minor": 0, "customs_value_minor": 20_000, "relieved_minor": 6_000})

    assert assess_tax(items).collect()["tax_base_minor"].to_list() == [14_000]
