"""Duty: relief, flat amounts and tariff rates per item; an amount that cannot be determined is empty, never nil."""

import pytest

from tests.builders_stages import DUTIABLE, between_items
from tests.builders_tariff import additions, an_answer, answers
from tidewaiter.kit.rates.declared import SPOKEN
from tidewaiter.stages.duty import DutyLaw, assess_duty

FLAGS = ("res_01", "res_05", "res_06")
LAW = DutyLaw("EUR", 2)
SOUND = {
    "duty_rule": "tariff", "customs_value_minor": 10_000, "commodity_code": "610910", "flat_duty_by_hs6": True,
    "exchange_status": "legal", "law_flat_duty_minor": 300, "law_period": 0, "duty_collected_from": "border",
}  # fmt: skip


def assessed(*rows, law=LAW, stacked=()):
    """Rows with ``rate`` and ``evidence`` of the tariff's answer beside what they say of the line."""
    told = [{"rate": "2.5 %", "evidence": "read", **row} for row in rows]
    table = answers(
        *(an_answer(row["rate"], duty_evidence=row["evidence"], unresolved_reason=row.get("reason")) for row in told)
    )
    lines = [
        {**SOUND, "tariff_row": at, **{name: row[name] for name in row if name not in {"rate", "evidence", "reason"}}}
        for at, row in enumerate(told)
    ]
    items = between_items(*({**DUTIABLE, **line} for line in lines))
    return assess_duty(items, table.lazy(), additions(*stacked).lazy(), law).collect()


def amount(law=LAW, **said):
    told = assessed(said, law=law).row(0, named=True)
    return told["duty_minor"], told["duty_status"], *(told[flag] for flag in FLAGS)


NOT_FLAGGED = (False, False, False)


@pytest.mark.parametrize(("value", "duty"), [(0, 0), (19, 0), (20, 1), (59, 1), (60, 2), (10_000, 250)])
def test_duty_by_value_is_value_times_rate_with_halves_upwards(value, duty):
    assert amount(customs_value_minor=value) == (duty, "definitive", *NOT_FLAGGED)


def test_a_third_of_the_value_is_exact():
    assert amount(rate="33 1/3 %", customs_value_minor=100)[0] == 33


@pytest.mark.parametrize("value", [0, 99_999])
def test_free_goods_owe_nothing_and_that_is_known(value):
    assert amount(rate="free", customs_value_minor=value) == (0, "definitive", *NOT_FLAGGED)


@pytest.mark.parametrize("rate", ["2 %", "free", "1 EUR/kg", "1 EUR/kg + 2 %"])
def test_a_line_without_a_customs_value_has_no_duty_by_the_tariff_whatever_its_rate(rate):
    assert amount(rate=rate, customs_value_minor=None, net_mass_mg=1) == (None, "unresolved", *NOT_FLAGGED)


@pytest.mark.parametrize("rate", ["see chapter 99", None])
def test_a_code_without_one_rate_is_res_01_and_never_free(rate):
    assert amount(rate=rate) == (None, "unresolved", True, False, False)


def test_a_code_that_was_not_looked_up_is_res_01_and_never_free():
    assert amount(tariff_row=None) == (None, "unresolved", True, False, False)


@pytest.mark.parametrize("rule", ["relief", "per_code", None])
def test_where_the_tariff_does_not_decide_its_silence_is_no_finding(rule):
    told = assessed({"duty_rule": rule, "rate": None}).row(0, named=True)

    assert told["res_01"] is False


def test_relieved_goods_owe_nothing_even_of_unknown_value():
    assert amount(duty_rule="relief", customs_value_minor=None) == (0, "relieved", *NOT_FLAGGED)


def test_where_no_rule_is_known_the_duty_is_not_either():
    assert amount(duty_rule=None) == (None, "unresolved", *NOT_FLAGGED)


@pytest.mark.parametrize(
    ("evidence", "exchange", "status"),
    [
        ("read", "legal", "definitive"),
        ("recalled", "legal", "estimated"),
        ("assumed", "legal", "estimated"),
        ("read", "assumed", "estimated"),
        ("recalled", "assumed", "estimated"),
    ],
)
def test_duty_is_estimated_where_rate_or_exchange_rate_is_not_certain(evidence, exchange, status):
    assert amount(evidence=evidence, exchange_status=exchange)[1] == status


@pytest.mark.parametrize("rule", ["relief", "per_code"])
def test_relief_and_flat_duty_need_no_rate_to_be_certain(rule):
    status = {"relief": "relieved", "per_code": "definitive"}[rule]

    assert amount(duty_rule=rule, evidence="recalled", exchange_status="assumed")[1] == status


def flat(*codes, by_hs6=True, rows=None):
    told = [{"duty_rule": "per_code", "commodity_code": code, "flat_duty_by_hs6": by_hs6} for code in codes]
    return assessed(*(row | {"filing_row": at} for row, at in zip(told, rows or [0] * len(codes), strict=True)))


def test_flat_duty_is_charged_once_for_each_distinct_six_digits():
    told = flat("6109100010", "6109100090", "851830", "610910")

    assert told["duty_minor"].to_list() == [300, 0, 300, 0]
    assert told["duty_status"].to_list() == ["definitive"] * 4


def test_a_full_declaration_counts_the_whole_code():
    assert flat("6109100010", "6109100090", "6109100010", by_hs6=False)["duty_minor"].to_list() == [300, 300, 0]


def test_each_filing_is_charged_for_its_own_codes():
    assert flat("610910", "610910", "610910", rows=[0, 0, 1])["duty_minor"].to_list() == [300, 0, 300]


def test_a_line_without_a_code_is_res_06_where_duty_is_counted_by_code_and_takes_no_other_lines_charge():
    told = flat(None, "610910", None)

    assert told["duty_minor"].to_list() == [None, 300, None]
    assert told["duty_status"].to_list() == ["unresolved", "definitive", "unresolved"]
    assert told["res_06"].to_list() == [True, False, True]


def test_a_flat_duty_of_which_the_law_says_no_amount_is_res_01_on_every_line_and_not_nil():
    told = assessed(*({"duty_rule": "per_code", "law_flat_duty_minor": None},) * 2)

    assert told["duty_minor"].to_list() == [None, None]
    assert told["duty_status"].to_list() == ["unresolved", "unresolved"]
    assert told["res_01"].to_list() == [True, True]
    assert amount(law_flat_duty_minor=None)[2] is False


def test_a_line_without_a_code_is_no_res_06_where_another_rule_decides():
    assert amount(duty_rule="relief", commodity_code=None) == (0, "relieved", *NOT_FLAGGED)
    assert amount(commodity_code=None)[4] is False
    assert amount(duty_rule=None, commodity_code=None)[4] is False


def by_quantity(rate, **said):
    return amount(rate=rate, **said)


@pytest.mark.parametrize(("mg", "duty"), [(1, 0), (24_509, 0), (24_510, 1), (1_000_000, 20), (2_524_510, 52)])
def test_duty_per_kilogram_takes_the_net_mass_with_halves_upwards(mg, duty):
    assert by_quantity("0.204 EUR/kg", net_mass_mg=mg) == (duty, "definitive", *NOT_FLAGGED)


def test_a_net_mass_of_nil_is_no_quantity_and_gives_no_nil_duty():
    told = by_quantity("0.204 EUR/kg", net_mass_mg=0)

    assert told[:2] == (None, "unresolved")
    assert told == by_quantity("0.204 EUR/kg", net_mass_mg=None)


@pytest.mark.parametrize(("digits", "duty"), [(0, 1), (2, 96), (3, 960)])
def test_an_amount_per_quantity_comes_in_the_minor_unit_of_the_currency(digits, duty):
    each = {"rate": "0.96 EUR/kg", "net_mass_mg": 1_000_000}

    assert assessed(each, law=DutyLaw("EUR", digits))["duty_minor"].to_list() == [duty]


@pytest.mark.parametrize(
    ("unit", "written", "count", "duty"),
    [
        ("piece", "PCS", 3, 288),
        ("piece", "PRS", 3, None),
        ("pair", "PR", 3, 288),
        ("pair", "PCS", 3, None),
        ("piece", "DZN", 1, 1152),
        ("m2", "M2", 2, 192),
        ("m2", "M3", 2, None),
        ("litre", "LITRE", 2, 192),
        ("piece", None, 3, None),
    ],
)
def test_duty_per_quantity_counts_only_what_the_line_says_in_that_unit(unit, written, count, duty):
    told = by_quantity(f"0.96 EUR/{unit}", unit=written, quantity_micro=count * 1_000_000)

    assert told[0] == duty
    assert told[3] is (duty is None)


def test_every_spelling_of_a_piece_counts_alike():
    pieces = [word for word, count in SPOKEN["piece"].items() if count == 1]

    assert {by_quantity("0.96 EUR/piece", unit=word, quantity_micro=1_000_000)[0] for word in pieces} == {96}


def test_litres_come_from_the_volume_first():
    said = {"unit": "LITRE", "quantity_micro": 5_000_000}

    assert by_quantity("0.96 EUR/litre", volume_l_micro=1_000_000, **said)[0] == 96
    assert by_quantity("0.96 EUR/piece", volume_l_micro=1_000_000, unit="PCS", quantity_micro=2_000_000)[0] == 192


@pytest.mark.parametrize(
    ("rate", "value", "mg", "duty"),
    [
        ("9 % MIN 0.2 EUR/kg MAX 0.22 EUR/kg - 0.04 EUR/kg", 100_000, 5_000_000_000, 90_000),
        ("1.5 EUR/kg + 6 %", 10_000, 2_000_000, 900),
        ("9.6 % + 0.21 EUR/kg MAX 17 %", 10_000, 10_000_000, 1170),
        ("9.6 % + 0.21 EUR/kg MAX 17 %", 10_000, 100_000_000, 1700),
        ("5 % - 1 EUR/kg", 1_000, 2_000_000, 0),
    ],
)
def test_a_compound_duty_is_worked_out_whole_and_rounded_once(rate, value, mg, duty):
    assert by_quantity(rate, customs_value_minor=value, net_mass_mg=mg)[0] == duty


def test_what_a_duty_is_charged_on_is_named_where_it_is_missing():
    told = assessed({"rate": "0.204 EUR/kg"}, {"rate": "5 % + EA"})

    assert told["duty_missing"].to_list() == ["kilogram of net mass", "agricultural component"]
    assert told["res_05"].to_list() == [True, True]


def test_a_quantity_that_is_missing_is_res_05_and_never_nil():
    assert by_quantity("0.96 EUR/kg") == (None, "unresolved", False, True, False)
    assert by_quantity("0.96 EUR/piece", unit="PCS") == (None, "unresolved", False, True, False)


def test_a_missing_quantity_is_no_res_05_where_the_duty_is_not_by_quantity_or_another_rule_decides():
    assert by_quantity("0.96 EUR/kg", duty_rule="relief") == (0, "relieved", *NOT_FLAGGED)
    assert by_quantity("0.96 EUR/kg", duty_rule=None)[3] is False


@pytest.mark.parametrize("currency", ["EUR", "USD"])
def test_a_rate_of_the_value_holds_in_every_currency(currency):
    assert amount(law=DutyLaw(currency, 2))[0] == 250


def test_an_amount_per_quantity_in_another_currency_is_res_01_and_not_computed():
    told = assessed({"rate": "5 USD/kg", "net_mass_mg": 1_000_000}).row(0, named=True)

    assert (told["duty_minor"], told["duty_status"], told["res_01"], told["res_05"]) == (
        None,
        "unresolved",
        True,
        False,
    )
    assert told["unresolved_reason"] == "its duty is an amount in USD, not in EUR"


def test_the_reason_why_there_is_no_rate_is_kept():
    told = assessed({"rate": None, "reason": "two rates below"})

    assert told["unresolved_reason"].to_list() == ["two rates below"]


def test_lines_keep_their_order_whatever_their_rates():
    rates = ["2 %", "1 EUR/kg", None, "free", "1 EUR/kg + 2 %", "2 %"]

    told = assessed(*({"rate": rate, "net_mass_mg": 3_000_000} for rate in rates))

    assert told["duty_minor"].to_list() == [200, 300, None, 0, 500, 200]
