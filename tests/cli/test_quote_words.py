"""What a seller reads of a quote: estimates told as such, nothing unknown told as nil, the country's own words."""

import json

import pytest

from tests.builders_quote import a_filing

TO = {
    "NZ": {"as": "NZ", "destination_country": "NZ", "consignee_country": "NZ", "consignee_postcode": "6011"},
    "AU": {"as": "AU", "destination_country": "AU", "consignee_country": "AU", "consignee_postcode": "2000"},
    "CH": {"as": "CH", "destination_country": "CH", "consignee_country": "CH", "consignee_postcode": "8001"},
    "GB": {"as": "GB", "destination_country": "GB", "consignee_country": "GB", "consignee_postcode": "SW1A 1AA"},
    "US": {"as": "US", "destination_country": "US", "consignee_country": "US", "consignee_postcode": "10001"},
}


@pytest.fixture
def page(say, tmp_path):
    """The page of one filing."""

    def told(filing, *options):
        path = tmp_path / "one.ndjson"
        path.write_text(json.dumps(filing) + "\n", "utf-8")
        return say("quote", path, *options)[1]

    return told


def test_the_tax_is_called_what_its_country_calls_it(page):
    assert "GST           line 1" in page(a_filing(**TO["AU"]))
    assert "VAT" not in page(a_filing(**TO["NZ"]))
    assert "VAT           line 1" in page(a_filing(**TO["CH"]))


def test_the_headline_says_that_a_part_is_estimated_and_each_estimated_line_says_why(page):
    told = page(a_filing({"value_amount": "900"}, party_relation="B2B"))

    assert "estimated: EUR" in told
    assert "(estimated: a figure of it is from memory, not read in the law)" in told
    assert "(estimated: what it is reckoned on is an estimate)" in told


def test_an_answer_on_law_that_was_read_is_no_estimate(page):
    assert "estimated" not in page(a_filing())


def test_a_relief_without_a_limit_is_no_yes(page):
    told = page(a_filing(**TO["CH"]))

    assert "CHF 0.00  relieved by law" in told
    assert "yes" not in told.split()


def test_no_name_of_a_program_reaches_a_reader(page):
    for changed in TO.values():
        told = page(a_filing(**changed))
        assert " minor" not in told
        assert "_" not in told


def test_what_is_paid_at_the_sale_stands_in_the_headline(page):
    assert "to pay on goods worth GBP 42.99; VAT is paid at the sale" in page(a_filing(**TO["GB"]))


@pytest.mark.parametrize("changed", [{"on": None}, {"on": "1999-01-01"}])
def test_a_filing_nobody_can_assess_has_no_sum_of_nothing(changed, page):
    told = page(a_filing(**changed))
    as_json = json.loads(page(a_filing(**changed), "--json"))

    assert "nothing of it can be determined yet" in told
    assert "known so far" not in told
    assert [as_json[name] for name in ("duty_minor", "tax_minor", "fee_minor", "total_minor")] == [None] * 4


def test_a_fee_on_goods_of_unknown_value_is_not_nil(page):
    answer = json.loads(page(a_filing({"value_currency": "XAF"}), "--json"))

    assert answer["fee_minor"] is None
    assert [one["fee_minor"] for one in answer["eligible_sets"]] == [None] * 3


def test_sums_stay_open_where_law_that_adds_to_them_is_not_loaded(page):
    us = a_filing({"value_amount": "900"}, **TO["US"])
    told, answer = page(us), json.loads(page(us, "--json"))

    assert answer["fee_minor"] is None
    assert answer["tax_minor"] == 0
    assert "known so far, estimated: customs duty USD" in told
    assert "fee USD 0.00" not in told
    assert "law not loaded          not determined  Chapter 99 additional duties" in told


def test_a_field_nobody_knows_is_named_with_the_nearest(page):
    told = page(a_filing({"valu_currency": "EUR"}, destinaton_country="DE", colour="blue", commodity_code="6109"))

    assert (
        "QUO-07  The field 'valu_currency' of line 1 is not known and was not used; the nearest one is value_currency."
        in told
    )
    assert "'destinaton_country' is not known and was not used; the nearest one is destination_country." in told
    assert "'colour' is not known and was not used; no field is like it." in told
    assert "'commodity_code' is not known and was not used; commodity_code belongs to a line of items." in told


def test_a_mistyped_field_is_named_where_it_keeps_a_line_from_an_answer(page):
    told = page(a_filing(**{"as": None, "destination_country": None, "destinaton_country": "DE"}))

    assert "QUO-01" in told
    assert "the nearest one is destination_country" in told


def test_known_fields_are_not_called_unknown(page):
    answer = json.loads(page(a_filing(assume={"tax_rate": "20 %"}), "--json"))

    assert "QUO-07" not in answer["reasons"]


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"consignment_id,item_value_amount\nQ-1,5\nQ-2,6\n", "is a table (CSV)"),
        (b"\xef\xbb\xbfconsignment_id;destination_country\nQ-1;DE\n", "is a table (CSV)"),
        (b"[\n {}\n]\n", "is one JSON text and not one object a line"),
        (b"PK\x03\x04rest", "is no text"),
    ],
)
def test_another_form_is_told_once_and_not_line_by_line(content, sentence, say, tmp_path):
    (tmp_path / "list").write_bytes(content)

    code, told, errors = say("quote", tmp_path / "list")

    assert (code, told) == (3, "")
    assert sentence in errors


def test_a_folder_is_told_as_one(say, tmp_path):
    assert "is a folder" in say("quote", tmp_path)[2]


def test_a_goods_line_that_is_no_object_is_named(say, tmp_path):
    (tmp_path / "one").write_text(json.dumps({"as": "EU", "items": [{"quantity": "1"}, None]}), "utf-8")

    assert "ROW-06  Line 2 of the goods lines is no object." in say("quote", tmp_path / "one")[1]


def test_a_line_of_json_that_lists_names_of_fields_is_no_table(page):
    told = page({"as": "EU", "note": ["a", "consignment_id", "b"], **a_filing()})

    assert "EUR 13.07 to pay" in told


def test_what_lies_beyond_the_days_of_the_law_is_not_called_a_figure_of_a_sheet(page):
    told = page(a_filing(on="2031-07-01"))

    assert "the day is beyond its law" in told
    assert "it rests on a figure" not in told
    assert "(recalled)" not in told
