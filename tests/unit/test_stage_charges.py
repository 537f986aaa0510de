"""Charges: one row per amount with base, rate, rule, source, and who owes, pays and collects it."""

import polars as pl
import pytest

from tests.builders_stages import a_fee, between_filings, between_items
from tests.builders_tariff import additions, an_addition, an_answer, answers, words
from tidewaiter.stages.charges import CHARGES, charges

TARIFF = answers(an_answer("12 %", tariff_row=7))
RULES = pl.DataFrame(
    [("limit", 0, "EUR 150.00", "an act"), ("limit", 1, "EUR 0.00", "a newer act"), ("limit", 2, "yes", "a free act")],
    schema={"rule_id": pl.String, "law_period": pl.Int32, "rule_text": pl.String, "rule_source": pl.String},
    orient="row",
)  # fmt: skip
TAX_TEXTS = pl.DataFrame(
    [(0, "19 %", "a tax act")],
    schema={"tax_rate_no": pl.UInt32, "rate_text": pl.String, "source": pl.String}, orient="row",
)  # fmt: skip
TYPES = {"duty": "A00", "vat": "B00"}
LINE = {
    "consignment_id": "X1", "version": 1, "duty_rule": "tariff", "duty_rule_id": "limit", "basic_duty_minor": 12,
    "duty_status": "definitive", "duty_collected_from": "border", "duty_paid_by": "sender", "customs_value_minor": 100,
    "tariff_row": 7, "law_period": 0, "destination_country": "DE", "tax_rule": "border", "tax_rule_id": "limit",
    "tax_base_minor": 112, "tax_minor": 21, "tax_status": "definitive", "tax_rate_no": 0, "addition_minor": None,
    "line_value_minor": 90, "flat_of_intrinsic": None, "is_spared_flat": False,
    "dut_01": False, "dut_02": False, "exchange_status": "legal",
}  # fmt: skip
PARCEL = {
    "consignment_id": "X1", "version": 1, "law_not_loaded": None, "customs_value_minor": 100, "duty_paid_by": None,
    "intrinsic_value_minor": 90,
}  # fmt: skip


def charged(*lines, fees=(), types=TYPES, parcel=(), stacked=None, **said):
    items = between_items(*({**LINE, **line} for line in lines or [said])).collect()
    filings = between_filings({**PARCEL, **dict(parcel)}).collect()
    amounts = {fee.column: pl.Series([said.get("fee", 200)], dtype=pl.Int64) for fee in fees}
    told = charges(
        items.drop("fee", strict=False), filings.with_columns(**amounts),
        words(TARIFF, stacked, rules=RULES, tax_rates=TAX_TEXTS, tax_type=types), fees,
    )  # fmt: skip
    assert told.schema == CHARGES
    return told.rows(named=True)


def the(charge, rows):
    return [row for row in rows if row["charge"] == charge]


def test_duty_by_the_tariff_carries_its_rate_and_where_it_stands():
    assert the("duty", charged()) == [
        {
            "consignment_id": "X1", "version": 1, "item_no": 1, "charge": "duty", "tax_type": "A00", "base_minor": 100,
            "rate_text": "12 %", "amount_minor": 12, "currency": "EUR", "status": "definitive", "relief_code": None,
            "liable": "declarant", "payer": "seller", "collected_from": "border", "rule_id": "610910",
            "source": "a tariff",
        }
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("rule", "relief", "collected", "says"),
    [
        ("relief", "limit", "none", "relief up to EUR 150.00"),
        ("per_code", None, "operator", "EUR 150.00"),
        (None, None, "operator", "EUR 150.00"),
    ],
)
def test_duty_by_a_rule_of_law_carries_the_rule_and_its_source(rule, relief, collected, says):
    duty = the("duty", charged(duty_rule=rule, duty_collected_from="operator"))[0]

    assert (duty["relief_code"], duty["collected_from"]) == (relief, collected)
    if rule:
        assert (duty["rule_id"], duty["rate_text"], duty["source"]) == ("limit", says, "an act")


def test_the_rule_is_told_as_it_was_in_its_period():
    duty = the("duty", charged(duty_rule="relief", law_period=1))[0]

    assert (duty["rate_text"], duty["source"]) == ("relief up to EUR 0.00", "a newer act")


def test_a_relief_that_has_no_limit_is_told_as_a_relief_and_not_as_a_yes():
    duty = the("duty", charged(duty_rule="relief", law_period=2))[0]

    assert (duty["rate_text"], duty["rule_id"], duty["source"]) == ("relieved by law", "limit", "a free act")


def test_an_unknown_amount_is_a_row_without_an_amount():
    duty = the("duty", charged(basic_duty_minor=None, duty_status="unresolved", tariff_row=None))[0]

    assert (duty["amount_minor"], duty["status"], duty["rate_text"]) == (None, "unresolved", None)


@pytest.mark.parametrize(
    ("rule", "rate", "relief", "liable", "collected"),
    [
        ("border", "19 %", None, "importer", "border"),
        ("operator", "19 %", None, "operator", "operator"),
        ("vendor", "collected by the seller up to EUR 150.00", None, "vendor", "vendor"),
        ("relief", "relief up to EUR 150.00", "limit", "importer", "none"),
    ],
)
def test_tax_says_by_its_rule_who_owes_and_who_collects_it(rule, rate, relief, liable, collected):
    tax = the("vat", charged(tax_rule=rule))[0]

    assert (tax["rate_text"], tax["relief_code"], tax["liable"]) == (rate, relief, liable)
    assert (tax["collected_from"], tax["source"]) == (collected, "a tax act" if rate == "19 %" else "an act")
    assert (tax["tax_type"], tax["base_minor"], tax["amount_minor"], tax["rule_id"]) == ("B00", 112, 21, "limit")


def test_where_no_tax_is_levied_there_is_no_charge():
    assert the("vat", charged(tax_rule="none", tax_status=None)) == []


def test_where_nobody_knows_whether_tax_is_levied_the_charge_is_there_and_unresolved():
    tax = the("vat", charged(tax_rule=None, tax_rule_id=None, tax_minor=None, tax_status=None))[0]

    assert (tax["amount_minor"], tax["status"], tax["rate_text"]) == (None, "unresolved", None)
    assert (tax["liable"], tax["collected_from"]) == ("importer", "border")


def test_a_status_that_is_known_is_kept():
    assert the("vat", charged(tax_status="deferred"))[0]["status"] == "deferred"


def test_a_line_without_a_tax_rate_has_no_words_of_one():
    assert the("vat", charged(tax_rate_no=None))[0]["rate_text"] is None


def test_what_is_stacked_is_a_row_each_with_its_base_and_measure():
    stacked = additions(
        an_addition("10 %", tariff_row=7), an_addition("5 %", "excise", base="value_and_duty", tariff_row=7)
    )

    rows = charged(addition_minor=[10, 6], stacked=stacked)

    told = ("charge", "tax_type", "base_minor", "rate_text", "amount_minor", "status", "rule_id", "source", "liable")
    assert [tuple(row[name] for name in told) for row in rows[1:3]] == [
        ("anti_dumping", "A30", 100, "10 %", 10, "definitive", "M1", "a regulation", "declarant"),
        ("excise", "A30", 122, "5 %", 6, "definitive", "M1", "a regulation", "declarant"),
    ]


def test_an_addition_that_is_not_known_leaves_the_duty_beside_it_as_it_is():
    rows = charged(addition_minor=[None], stacked=additions(an_addition(tariff_row=7)), duty_status="unresolved")

    assert [(row["charge"], row["status"], row["amount_minor"]) for row in rows[:2]] == [
        ("duty", "definitive", 12), ("anti_dumping", "unresolved", None),
    ]  # fmt: skip


def test_duties_below_the_minimum_are_rows_of_nothing_that_name_the_parameter():
    said = {"duty_status": "below_minimum", "addition_minor": [10], "law_duty_minimum_minor": 30}

    for row in charged(stacked=additions(an_addition(tariff_row=7)), **said)[:2]:
        assert (row["amount_minor"], row["status"], row["base_minor"]) == (0, "below_minimum", 100)
        assert (row["relief_code"], row["collected_from"]) == ("duty_minimum_minor", "none")


def test_tax_below_the_minimum_names_the_parameter_and_one_by_rule_its_rule():
    spared = the("vat", charged(tax_minor=0, tax_status="below_minimum", law_tax_minimum_minor=500))[0]
    by_rule = the("vat", charged(tax_rule="below_minimum", tax_minor=0, tax_status="below_minimum"))[0]

    assert (spared["relief_code"], spared["rate_text"], spared["collected_from"]) == (
        "tax_minimum_minor",
        "19 %",
        "none",
    )
    assert (by_rule["relief_code"], by_rule["collected_from"]) == ("limit", "none")


def test_who_is_liable_may_be_said_by_the_law():
    rows = charged(parcel={"duty_liable": "platform", "tax_liable": "operator"})

    assert [row["liable"] for row in rows] == ["platform", "operator"]


def test_a_preference_without_its_proof_is_told_by_the_rate_of_all_origins():
    assert the("duty", charged(dut_01=True))[0]["rate_text"] is None


@pytest.mark.parametrize(
    ("paid_by", "payer"),
    [("sender", "seller"), ("recipient", "consignee"), ("account", "account"), ("x", None), (None, None)],
)
def test_the_payer_is_whom_the_filing_names_and_nobody_else(paid_by, payer):
    rows = charged(duty_paid_by=paid_by)

    assert {row["payer"] for row in rows} == {payer}


def test_law_that_is_not_loaded_is_a_charge_without_an_amount():
    assert the("additional_duty", charged()) == []
    assert the("additional_duty", charged(parcel={"law_not_loaded": "chapter 99"})) == [
        {
            "consignment_id": "X1", "version": 1, "item_no": None, "charge": "additional_duty", "tax_type": "",
            "base_minor": 100, "rate_text": None, "amount_minor": None, "currency": "EUR", "status": "unresolved",
            "relief_code": None, "liable": "declarant", "payer": None, "collected_from": "border",
            "rule_id": "not_loaded", "source": "chapter 99",
        }
    ]  # fmt: skip


def test_a_fee_is_a_charge_of_the_whole_filing():
    assert the("fee", charged(fees=[a_fee(liable="operator", collected_from="account")])) == [
        {
            "consignment_id": "X1", "version": 1, "item_no": None, "charge": "fee", "tax_type": "A1", "base_minor": 90,
            "rate_text": "EUR 2.00 per consignment", "amount_minor": 200, "currency": "EUR",
            "status": "definitive", "relief_code": None, "liable": "operator", "payer": None,
            "collected_from": "account", "rule_id": "A1", "source": "an act (read)",
        }
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("evidence", "status"), [("read", "definitive"), ("recalled", "estimated"), ("assumed", "estimated")]
)
def test_a_fee_is_definitive_only_where_its_law_was_read(evidence, status):
    assert the("fee", charged(fees=[a_fee(evidence=evidence)]))[0]["status"] == status


@pytest.mark.parametrize(
    ("told", "says"),
    [
        ({"currency": "RON", "amount_minor": 2500}, "RON 25.00 per consignment"),
        ({"currency": "JPY", "amount_minor": 300, "per": "line"}, "JPY 300 per line"),
    ],
)
def test_the_rate_of_a_fee_is_money_as_a_person_writes_it(told, says):
    assert the("fee", charged(fees=[a_fee(**told)]))[0]["rate_text"] == says


def test_a_fee_that_does_not_apply_is_no_charge():
    assert the("fee", charged(fees=[a_fee()], fee=None)) == []


def test_a_jurisdiction_without_codes_for_its_charges_leaves_them_empty():
    assert {row["tax_type"] for row in charged(types={})} == {""}


def test_duties_come_first_then_taxes_then_what_concerns_the_filing_each_in_the_order_of_the_lines():
    rows = charged({}, {}, fees=[a_fee(), a_fee(code="A2")], parcel={"law_not_loaded": "x"})

    assert [(row["charge"], row["item_no"]) for row in rows] == [
        ("duty", 1), ("duty", 2), ("vat", 1), ("vat", 2), ("additional_duty", None), ("fee", None), ("fee", None),
    ]  # fmt: skip
