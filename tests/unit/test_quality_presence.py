"""Presence: what a data set requires on a day is missed on that day, and at no other time."""

from datetime import date, timedelta

import pytest

from tests.builders_quality import DAY, a_requirement, checked_filings, checked_items, of_filing, of_item
from tidewaiter.model.columns import BY_DOOR
from tidewaiter.service.discovery import jurisdictions

OWN_OF_FILING = {
    "PRE-01": "consignor_name", "PRE-02": "consignor_country", "PRE-03": "consignee_name",
    "PRE-04": "consignee_street", "PRE-05": "consignee_city", "PRE-06": "consignee_country", "PRE-07": "gross_mass_kg",
    "PRE-15": "authorisations",
}  # fmt: skip
OWN_OF_ITEM = {
    "PRE-08": "item_description", "PRE-09": "item_commodity_code", "PRE-10": "item_value_amount",
    "PRE-11": "item_value_currency", "PRE-12": "item_origin", "PRE-13": "item_net_mass_kg", "PRE-14": "item_quantity",
}  # fmt: skip
YESTERDAY, TOMORROW = DAY - timedelta(days=1), DAY + timedelta(days=1)


@pytest.mark.parametrize(("code", "field"), OWN_OF_FILING.items())
def test_a_filing_that_lacks_a_required_field_is_asked_for_it(code, field):
    told = {"authorisations": "BIRD1", BY_DOOR[field].column: None}

    assert of_filing([a_requirement(*OWN_OF_FILING.values())], **told) == [code]
    assert of_filing([a_requirement("carrier_id")], carrier_id="Q", **told) == []


@pytest.mark.parametrize(("code", "field"), OWN_OF_ITEM.items())
def test_an_item_that_lacks_a_required_field_is_asked_for_it(code, field):
    told = {BY_DOOR[field].column: None}

    assert of_item([a_requirement(*OWN_OF_ITEM.values())], **told) == [code]
    assert of_item([a_requirement("item_brand")], brand="Q", **told) == []


def test_a_destination_is_always_required_and_asked_for_once():
    assert of_filing(destination_country=None) == ["PRE-16"]
    assert of_filing([a_requirement("destination_country")], destination_country=None) == ["PRE-16"]


@pytest.mark.parametrize(
    ("span", "is_asked"),
    [
        ({"valid_from": DAY}, True),
        ({"valid_from": TOMORROW}, False),
        ({"valid_to": DAY}, True),
        ({"valid_to": YESTERDAY}, False),
        ({"reduced_set": "H1"}, False),
    ],
)
def test_a_requirement_counts_for_its_data_set_on_the_days_of_its_span(span, is_asked):
    assert of_filing([a_requirement("consignee_city", **span)], consignee_city=None) == ["PRE-05"] * is_asked
    assert of_item([a_requirement("item_origin", **span)], origin=None) == ["PRE-12"] * is_asked


def test_the_same_field_may_be_required_by_several_data_sets():
    rows = [{"reduced_set_used": name, "consignee_city": None} for name in ("H7", "H1", "I86", None)]

    told = checked_filings(
        *rows, requirements=[a_requirement("consignee_city"), a_requirement("consignee_city", reduced_set="H1")]
    )

    assert told["pre_05"].to_list() == [True, True, False, False]


def test_other_required_fields_are_named_in_the_order_of_the_sheet():
    told = checked_filings(
        {},
        {"carrier_id": "Q"},
        {"carrier_id": "Q", "order_id": "O1"},
        requirements=[a_requirement("order_id", "carrier_id")],
    )

    assert told["missing_fields"].to_list() == ["order_id, carrier_id", "order_id", None]
    assert told["pre_90"].to_list() == [True, True, False]
    assert not told["pre_92"].any()


def test_other_required_fields_of_a_line_are_named():
    told = checked_items({}, {"brand": "Q", "item_no": 2}, requirements=[a_requirement("item_brand")])

    assert told["missing_item_fields"].to_list() == ["item_brand", None]
    assert told["pre_91"].to_list() == [True, False]
    assert not told["pre_93"].any()


def test_a_field_the_sheet_only_expects_is_noted_even_where_it_has_a_code_of_its_own():
    filing = checked_filings({"consignee_city": None}, requirements=[a_requirement("consignee_city", severity="note")])
    item = checked_items({"origin": None}, {"item_no": 2}, requirements=[a_requirement("item_origin", severity="note")])

    assert filing.select("pre_05", "pre_90", "pre_92", "missing_fields").row(0) == (
        False,
        False,
        True,
        "consignee_city",
    )
    assert item.select("pre_12", "pre_91", "pre_93", "missing_item_fields").rows() == [
        (False, False, True, "item_origin"),
        (False, False, False, None),
    ]


def test_names_of_missing_fields_are_empty_where_every_missing_field_has_its_own_code():
    assert checked_filings({"consignee_city": None}, requirements=[a_requirement("consignee_city")])[
        "missing_fields"
    ].to_list() == [None]


@pytest.mark.parametrize(("day", "is_noted"), [(date(2026, 10, 31), False), (date(2026, 11, 1), True)])
def test_the_union_expects_product_numbers_from_november_2026(day, is_noted):
    codes = of_item(jurisdictions()["EU"].requirements, duty_day=day)

    assert codes == ["PRE-93"] * is_noted


def test_bulk_imports_into_britain_name_their_authorisation():
    birds = {"reduced_set_used": "BIRDS", "reduced_set": None}

    assert of_filing(jurisdictions()["GB"].requirements, **birds) == ["PRE-15"]
    assert of_filing(jurisdictions()["GB"].requirements, authorisations="BIRD1", **birds) == []


def test_a_claimed_bulk_set_that_fails_for_want_of_its_authorisation_is_asked_for_it():
    failed = {"reduced_set": "H7", "reduced_set_used": "H1", "authorisations": None}
    needs = [a_requirement("authorisations", "carrier_id", reduced_set="H7")]

    assert of_filing(needs, **failed) == ["PRE-15"]
    assert of_filing(needs, **{**failed, "authorisations": "BIRD1"}) == []
    assert of_filing(needs, **{**failed, "reduced_set": "H1"}) == []
