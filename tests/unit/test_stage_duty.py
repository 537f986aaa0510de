"""Duty: relief, flat amounts and tariff rates per item; an amount that cannot be determined is empty, never nil."""

import polars as pl
import pytest

from tests.builders import DAY
from tests.builders_stages import between_items
from tidewaiter.stages.duty import DOZENS, PAIRS, PIECES, TARIFF, assess_duty, look_up_tariff

FLAGS = ("res_01", "res_05", "res_06")


def assessed(*rows, digits=2):
    sound = {
        "duty_rule": "tariff", "duty_kind": "ad_valorem", "duty_num": 25_000, "duty_den": 1_000_000,
        "customs_value_minor": 10_000, "commodity_code": "610910", "flat_duty_by_hs6": True, "duty_evidence": "read",
        "exchange_status": "legal", "law_flat_duty_minor": 300, "specific_e8": None, "specific_unit": None,
        "net_mass_mg": None, "quantity_micro": None, "unit": None, "volume_l_micro": None,
    }  # fmt: skip
    return assess_duty(between_items(*({**sound, **row} for row in rows)), digits).collect()


def amount(**said):
    told = assessed(said).row(0, named=True)
    return told["duty_minor"], told["duty_status"], *(told[flag] for flag in FLAGS)


NOT_FLAGGED = (False, False, False)


@pytest.mark.parametrize(("value", "duty"), [(0, 0), (19, 0), (20, 1), (59, 1), (60, 2), (10_000, 250)])
def test_duty_by_value_is_value_times_rate_with_halves_upwards(value, duty):
    assert amount(customs_value_minor=value) == (duty, "definitive", *NOT_FLAGGED)


def test_a_third_of_the_value_is_exact():
    assert amount(duty_num=1, duty_den=3, customs_value_minor=100)[0] == 33


@pytest.mark.parametrize("value", [0, 99_999])
def test_free_goods_owe_nothing_and_that_is_known(value):
    free = {"duty_kind": "free", "duty_num": None, "duty_den": None}

    assert amount(**free, customs_value_minor=value) == (0, "definitive", *NOT_FLAGGED)


@pytest.mark.parametrize("kind", ["ad_valorem", "free", "specific"])
def test_a_line_without_a_customs_value_has_no_duty_by_the_tariff_whatever_its_rate(kind):
    by_mass = {"specific_e8": 1, "specific_unit": "kg", "net_mass_mg": 1}

    assert amount(duty_kind=kind, customs_value_minor=None, **by_mass) == (None, "unresolved", *NOT_FLAGGED)


@pytest.mark.parametrize("kind", ["unresolved", None])
def test_a_code_without_one_rate_is_res_01_and_never_free(kind):
    assert amount(duty_kind=kind, duty_num=None) == (None, "unresolved", True, False, False)


@pytest.mark.parametrize("rule", ["relief", "per_code", None])
def test_where_the_tariff_does_not_decide_its_silence_is_no_finding(rule):
    told = assessed({"duty_rule": rule, "duty_kind": None, "duty_num": None}).row(0, named=True)

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
    assert amount(duty_evidence=evidence, exchange_status=exchange)[1] == status


@pytest.mark.parametrize("rule", ["relief", "per_code"])
def test_relief_and_flat_duty_need_no_rate_to_be_certain(rule):
    status = {"relief": "relieved", "per_code": "definitive"}[rule]

    assert amount(duty_rule=rule, duty_evidence="recalled", exchange_status="assumed")[1] == status


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


def by_quantity(charged_per, e8=96_000_000, **said):
    return amount(duty_kind="specific", duty_num=None, specific_e8=e8, specific_unit=charged_per, **said)


@pytest.mark.parametrize(("mg", "duty"), [(0, 0), (24_509, 0), (24_510, 1), (1_000_000, 20), (2_524_510, 52)])
def test_duty_per_kilogram_takes_the_net_mass_with_halves_upwards(mg, duty):
    assert by_quantity("kg", 20_400_000, net_mass_mg=mg) == (duty, "definitive", *NOT_FLAGGED)


@pytest.mark.parametrize(("digits", "duty"), [(0, 1), (2, 96), (3, 960)])
def test_an_amount_per_quantity_comes_in_the_minor_unit_of_the_currency(digits, duty):
    each = {"duty_kind": "specific", "specific_e8": 96_000_000, "specific_unit": "kg", "net_mass_mg": 1_000_000}

    assert assessed(each, digits=digits)["duty_minor"].to_list() == [duty]


@pytest.mark.parametrize(
    ("unit", "written", "count", "duty"),
    [
        ("piece", "PCS", 3, 288),
        ("piece", "PRS", 3, None),
        ("pair", "PR", 3, 288),
        ("pair", "PCS", 3, None),
        ("dozen", "PCS", 12, 96),
        ("dozen", "PCS", 1, 8),
        ("dozen", "DZN", 1, 96),
        ("dozen", "PRS", 12, None),
        ("dozen", "DOZEN", 2, 192),
        ("m2", "M2", 2, 192),
        ("m2", "M3", 2, None),
        ("litre", "LITRE", 2, 192),
        ("piece", None, 3, None),
        ("kg", "KG", 3, None),
    ],
)
def test_duty_per_quantity_counts_only_what_the_line_says_in_that_unit(unit, written, count, duty):
    told = by_quantity(unit, unit=written, quantity_micro=count * 1_000_000)

    assert told[0] == duty
    assert told[3] is (duty is None)


@pytest.mark.parametrize(
    ("unit", "words", "duty"), [("piece", PIECES, 96), ("pair", PAIRS, 96), ("dozen", DOZENS, 96), ("dozen", PIECES, 8)]
)
def test_every_spelling_of_a_unit_counts_alike(unit, words, duty):
    assert {by_quantity(unit, unit=word, quantity_micro=1_000_000)[0] for word in words} == {duty}


def test_litres_come_from_the_volume_first():
    said = {"unit": "LITRE", "quantity_micro": 5_000_000}

    assert by_quantity("litre", volume_l_micro=1_000_000, **said)[0] == 96
    assert by_quantity("piece", volume_l_micro=1_000_000, unit="PCS", quantity_micro=2_000_000)[0] == 192


def test_a_quantity_that_is_missing_is_res_05_and_never_nil():
    assert by_quantity("kg") == (None, "unresolved", False, True, False)
    assert by_quantity("piece", unit="PCS") == (None, "unresolved", False, True, False)


def test_a_missing_quantity_is_no_res_05_where_the_duty_is_not_by_quantity_or_another_rule_decides():
    assert amount(specific_unit="kg")[3] is False
    assert by_quantity("kg", duty_rule="relief") == (0, "relieved", *NOT_FLAGGED)
    assert by_quantity("kg", duty_rule=None)[3] is False


def answers(*rows):
    sound = {
        "commodity_code": "610910", "duty_day": DAY, "duty_kind": "ad_valorem", "specific_currency": None,
        "unresolved_reason": None,
    }  # fmt: skip
    schema = {"commodity_code": pl.String, **TARIFF, "duty_day": pl.Date, "specific_currency": pl.String}
    return pl.DataFrame([{**dict.fromkeys(schema), **sound, **row} for row in rows], schema=schema).lazy()


def looked_up(*rows, code="610910", currency="EUR"):
    told = look_up_tariff(between_items({"commodity_code": code}), answers(*rows), currency).collect()
    return told.row(0, named=True)


def test_a_code_the_shelf_does_not_know_gets_no_answer():
    told = looked_up({"commodity_code": "851830"})

    assert [told[name] for name in TARIFF] == [None] * len(TARIFF)


def test_the_answer_of_another_day_is_none():
    assert looked_up({"duty_day": DAY.replace(day=21)})["duty_kind"] is None


@pytest.mark.parametrize("currency", ["EUR", "USD"])
def test_a_rate_of_the_value_holds_in_every_currency(currency):
    told = looked_up({"duty_num": 1, "duty_den": 8}, currency=currency)

    assert (told["duty_kind"], told["duty_num"], told["duty_den"]) == ("ad_valorem", 1, 8)


def test_an_amount_per_quantity_in_the_currency_of_the_jurisdiction_is_taken():
    told = looked_up({"duty_kind": "specific", "specific_e8": 5, "specific_currency": "USD"}, currency="USD")

    assert (told["duty_kind"], told["specific_e8"], told["unresolved_reason"]) == ("specific", 5, None)


@pytest.mark.parametrize(("currency", "named"), [("USD", "USD"), (None, "?")])
def test_an_amount_per_quantity_in_another_currency_is_res_01_and_not_computed(currency, named):
    answer = {"duty_kind": "specific", "specific_e8": 5, "specific_currency": currency, "specific_unit": "kg"}

    told = looked_up(answer)
    charged = amount(**{name: told[name] for name in TARIFF}, net_mass_mg=1_000_000)

    assert told["duty_kind"] == "unresolved"
    assert told["unresolved_reason"] == f"its duty is an amount in {named}, not in EUR"
    assert charged == (None, "unresolved", True, False, False)


def test_the_reason_why_there_is_no_rate_is_kept():
    told = looked_up({"duty_kind": "unresolved", "unresolved_reason": "two rates below"})

    assert (told["duty_kind"], told["unresolved_reason"]) == ("unresolved", "two rates below")
