"""Duties by rules of law in place of the tariff, what law holds them as, and what is too little to collect."""

import pytest

from tests.builders_law import fact, jurisdiction
from tests.builders_stages import between_filings
from tests.unit.test_stage_duty import LAW, assessed
from tidewaiter.kit.jurisdiction import flat_rules, roundings
from tidewaiter.kit.rounding import RoundingRule, Roundings
from tidewaiter.model.money import Rounding
from tidewaiter.stages.duty import DutyLaw
from tidewaiter.stages.flat_rules import look_up_flat_rules

GIFT = {"duty_rule": "flat_rate", "flat_num": 25_000, "flat_den": 1_000_000, "flat_of_intrinsic": False,
        "flat_unless_free": False}  # fmt: skip


def told(**said):
    row = assessed(said).row(0, named=True)
    return row["duty_minor"], row["duty_status"], row["res_01"]


@pytest.mark.parametrize(("value", "duty"), [(0, 0), (19, 0), (20, 1), (60, 2), (70_000, 1_750)])
def test_a_flat_rate_is_a_share_of_the_customs_value_whatever_the_tariff_says(value, duty):
    assert told(**GIFT, customs_value_minor=value, rate="12 %") == (duty, "definitive", False)
    assert told(**GIFT, customs_value_minor=value, rate=None) == (duty, "definitive", False)


def test_a_flat_rate_of_the_intrinsic_value_leaves_carriage_out():
    assert told(**{**GIFT, "flat_of_intrinsic": True}, line_value_minor=8_000)[0] == 200


@pytest.mark.parametrize(("rate", "duty"), [("free", 0), ("0.1 %", 250), (None, 250)])
def test_a_flat_rate_that_spares_free_goods_spares_what_the_tariff_is_known_to_let_in_free(rate, duty):
    assert told(**{**GIFT, "flat_unless_free": True}, rate=rate)[0] == duty


def test_a_flat_rate_is_estimated_by_a_stand_in_exchange_rate_and_not_by_a_recalled_tariff():
    assert told(**GIFT, exchange_status="assumed")[1] == "estimated"
    assert told(**GIFT, evidence="recalled")[1] == "definitive"


def test_a_flat_rate_of_an_unknown_value_is_unknown():
    assert told(**GIFT, customs_value_minor=None) == (None, "unresolved", False)


@pytest.mark.parametrize("rule", ["flat_rate", "per_item", "per_filing"])
def test_a_rule_of_which_the_law_says_no_rate_and_no_money_is_res_01(rule):
    assert told(duty_rule=rule) == (None, "unresolved", True)


def test_money_per_item_is_owed_on_each_line_and_money_per_filing_once():
    lines = [{"filing_row": at, "flat_each_minor": 8_000} for at in (0, 0, 1)]

    assert assessed(*({**line, "duty_rule": "per_item"} for line in lines))["duty_minor"].to_list() == [8_000] * 3
    assert assessed(*({**line, "duty_rule": "per_filing"} for line in lines))["duty_minor"].to_list() == [
        8_000,
        0,
        8_000,
    ]


@pytest.mark.parametrize("word", ["provisional", "secured", "deferred", "suspended"])
def test_the_law_may_hold_a_duty_as_something_else_than_definitive(word):
    assert told(duty_held_as=word)[:2] == (250, word)
    assert told(duty_held_as=word, rate=None)[1] == "unresolved"
    assert told(duty_held_as=word, duty_rule="relief")[1] == "relieved"


def test_a_duty_on_account_is_deferred():
    assert told(duty_collected_from="account")[1] == "deferred"


@pytest.mark.parametrize(("value", "duty", "status"), [(19_960, 499, "below_minimum"), (20_000, 500, "below_minimum"),
                                                       (20_040, 501, "definitive")])  # fmt: skip
def test_duty_of_a_filing_up_to_the_minimum_is_not_collected(value, duty, status):
    law = DutyLaw("EUR", 2, has_minimum=True)
    lines = [{"customs_value_minor": value // 2, "law_duty_minimum_minor": 500}] * 2

    made = assessed(*lines, law=law)

    assert sum(assessed(*lines)["duty_minor"]) - duty in (0, 1)
    assert made["duty_status"].to_list() == [status] * 2
    assert sum(made["duty_minor"]) == (0 if status == "below_minimum" else 502)


def test_where_a_duty_of_the_filing_is_unknown_none_is_spared():
    law = DutyLaw("EUR", 2, has_minimum=True)

    made = assessed({"law_duty_minimum_minor": 500}, {"law_duty_minimum_minor": 500, "rate": None}, law=law)

    assert made["duty_minor"].to_list() == [250, None]


def test_relieved_goods_stay_relieved_beside_little_that_is_spared():
    law = DutyLaw("EUR", 2, has_minimum=True)

    made = assessed({"law_duty_minimum_minor": 500}, {"law_duty_minimum_minor": 500, "duty_rule": "relief"}, law=law)

    assert made["duty_status"].to_list() == ["below_minimum", "relieved"]


@pytest.mark.parametrize(
    ("mode", "unit", "duty"),
    [("half_up", 1, 250), ("half_up", 100, 300), ("half_even", 100, 200), ("floor", 100, 200), ("ceiling", 100, 300),
     ("floor", 60, 240)],
)  # fmt: skip
@pytest.mark.parametrize("rate", ["2.5 %", "0.25 EUR/kg", "1 % + 0.15 EUR/kg"])
def test_duty_rounds_as_the_law_of_the_day_says_whatever_its_rate(mode, unit, duty, rate):
    law = DutyLaw("EUR", 2, Roundings((RoundingRule(Rounding(mode), unit),)))

    assert assessed({"rate": rate, "net_mass_mg": 10_000_000}, law=law)["duty_minor"].to_list() == [duty]


@pytest.mark.parametrize("rate", ["2.5 %", "0.025 EUR/kg"])
def test_duty_rounded_by_the_filing_is_shared_over_its_lines_and_adds_up(rate):
    law = DutyLaw("EUR", 2, Roundings((RoundingRule(moment="filing"),)))
    lines = [{"customs_value_minor": 20, "net_mass_mg": 200_000, "filing_row": at} for at in (0, 0, 0, 1)]

    made = assessed(*({**line, "rate": rate} for line in lines), law=law)

    assert made["duty_minor"].to_list() == [1, 0, 1, 1]
    assert assessed(*({**line, "rate": rate} for line in lines), law=LAW)["duty_minor"].to_list() == [1, 1, 1, 1]


def test_an_amount_that_64_bits_cannot_hold_is_unknown_and_flagged():
    assert told(rate="900000000 EUR/kg", net_mass_mg=9_000_000_000_000_000)[0] is None
    assert told(rate="900000000 EUR/kg", net_mass_mg=9_000_000_000_000_000)[2] is True


def test_a_filing_is_told_the_rate_or_money_of_the_parameter_its_rule_rests_on():
    made = jurisdiction(
        fact("gift_rate", '"2.5"', "percent", end="2026-06-30"), fact("gift_rate", '"3"', "percent", "2026-07-01"),
        fact("postal_money", "8_000", "EUR minor"),
    )  # fmt: skip
    filings = between_filings(
        *(
            {"duty_rule": rule, "duty_rule_id": name, "law_period": period}
            for rule, name, period in (
                ("flat_rate", "gift_rate", 0), ("flat_rate", "gift_rate", 1), ("per_item", "postal_money", 0),
                ("tariff", "gift_rate", 0), (None, None, 0), ("flat_rate", "gift_rate", None),
            )
        )
    )  # fmt: skip

    beside = look_up_flat_rules(filings, flat_rules(made).lazy()).collect()

    assert beside["flat_num"].to_list() == [25_000, 30_000, None, None, None, None]
    assert beside["flat_each_minor"].to_list() == [None, None, 8_000, None, None, None]
    assert roundings(made, "duty").rules == (RoundingRule(),)


def test_a_flat_rate_that_rounds_by_filing_adds_up_to_the_rounded_sum():
    law = DutyLaw("EUR", 2, Roundings((RoundingRule(moment="filing"),)))
    lines = [{**GIFT, "customs_value_minor": 20, "filing_row": at} for at in (0, 0, 0, 1)]

    assert assessed(*lines, law=law)["duty_minor"].to_list() == [1, 0, 1, 1]
