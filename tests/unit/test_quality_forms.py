"""Forms: codes, numbers and words that cannot be what they say, and those that almost cannot."""

import polars as pl
import pytest

from tests.builders_quality import checked_filings, checked_items, of_filing, of_item
from tidewaiter.stages.quality.check_digits import S10_WEIGHTS
from tidewaiter.world.barcodes import S10_WEIGHTS as TWIN_WEIGHTS
from tidewaiter.world.barcodes import parcel_ids, s10_check_digits

FILING_HITS = [
    ("FMT-01", {"parcel_id": "RR473124828GB"}),
    ("FMT-01", {"parcel_id": "LX000000000CN"}),
    ("FMT-03", {"vat_scheme": "IOSS", "vat_scheme_id": "IM123456789"}),
    ("FMT-03", {"vat_scheme": "IOSS", "vat_scheme_id": "IM12345678901"}),
    ("FMT-03", {"vat_scheme": "IOSS", "vat_scheme_id": "IN1234567890"}),
    ("FMT-07", {"freight_currency": "EURO"}),
    ("FMT-08", {"insurance_currency": "RMB"}),
    ("FMT-09", {"invoice_total_currency": "ZZZ"}),
    ("FMT-10", {"consignor_country": "UK"}),
    ("FMT-12", {"destination_country": "EU", "consignee_country": None}),
    ("FMT-14", {"seller_country": "CHINA"}),
    ("FMT-15", {"consignee_country": "FR"}),
    ("FMT-15", {"consignee_country": "MC"}),
    ("FMT-16", {"mode": "air"}),
    ("FMT-17", {"nature": "91"}),
    ("FMT-18", {"party_relation": "B2X"}),
    ("FMT-19", {"vat_scheme": "OSS"}),
    ("FMT-20", {"duty_paid_by": "nobody"}),
    ("FMT-21", {"stock_model": "cloud"}),
    ("FMT-21", {"payer_person_type": "robot"}),
    ("FMT-23", {"consignee_postcode": "12345"}),
    ("FMT-24", {"consignee_phone": "1234"}),
    ("FMT-24", {"consignee_phone": "123456789012345678"}),
    ("FMT-24", {"consignee_phone": "call me"}),
    ("FMT-24", {"consignee_phone": "+00 000 000"}),
    ("FMT-25", {"consignee_email": "ada.example.org"}),
    ("FMT-25", {"consignee_email": "ada@example"}),
    ("FMT-25", {"consignee_email": "ada b@example.org"}),
    ("FMT-27", {"reduced_set": "H6"}),
    ("PTY-02", {"country_of_dispatch": "GB"}),
    ("PTY-01", {
        "consignor_name": "Ada Brown", "consignor_street": "Long Lane 4", "consignor_city": "Norwich",
        "consignor_country": "GB",
    }),
]  # fmt: skip
FILING_NEAR_MISSES = [
    {"parcel_id": "LX000000005CN"},
    {"parcel_id": "RR47312482GB"},
    {"parcel_id": "QSX4731248299"},
    {"parcel_id": "RR4731248290GB"},
    {"vat_scheme": "IOSS", "vat_scheme_id": "IM1234567890"},
    {"vat_scheme": "IOSS", "vat_scheme_id": None},
    {"vat_scheme": "IOSS", "vat_scheme_id": "IM 276 000 0011"},
    {"vat_scheme": "VOEC", "vat_scheme_id": "2012345"},
    {"freight_currency": "EUR", "insurance_currency": "JPY", "invoice_total_currency": "TND"},
    {"consignor_country": "XK", "seller_country": "XS"},
    {"consignee_country": "XI", "destination_country": "XI"},
    {"consignee_country": "GB", "destination_country": "XI"},
    {"consignee_country": "IM", "destination_country": "GB"},
    {"consignee_country": "MC", "destination_country": "FR"},
    {"consignee_country": "US", "destination_country": "PR"},
    {"mode": "cargo", "nature": "document", "party_relation": "C2C", "vat_scheme": "NONE", "duty_paid_by": "account"},
    {"stock_model": "direct", "function": "original", "filing_kind": "import", "buyer_person_type": "natural"},
    {"consignee_postcode": "NR1 3QT"},
    {"consignee_postcode": "NR13QT"},
    {"consignee_postcode": "12345", "consignee_country": "JP", "destination_country": "JP"},
    {"consignee_postcode": "12345", "consignee_country": None},
    {"consignee_phone": "12345"},
    {"consignee_phone": "+34 30 376134 / 0170 1234567"},
    {"consignee_phone": "030/376134"},
    {"consignee_phone": "030 376134 / 12"},
    {"consignee_phone": "12345678901234567"},
    {"consignee_phone": "+44 (0)1603 / 123-456 ext. 12"},
    {"consignee_email": "ada.b+tag@mail.example.org"},
    {"reduced_set": "H1"},
    {"country_of_dispatch": "CN"},
    {"consignor_name": "Ada Brown", "consignor_street": "Long Lane 5", "consignor_city": "Norwich",
     "consignor_country": "GB"},
]  # fmt: skip
ITEM_HITS = [
    ("FMT-02", {"product_id": "4006381333932", "product_id_kind": "gtin"}),
    ("FMT-02", {"product_id": "400638133393", "product_id_kind": "gtin"}),
    ("FMT-02", {"product_id": "40063813339", "product_id_kind": "gtin"}),
    ("FMT-02", {"product_id": "A006381333931", "product_id_kind": "gtin"}),
    ("FMT-04", {"commodity_code": "61091"}),
    ("FMT-04", {"commodity_code": "61091000001"}),
    ("FMT-04", {"commodity_code": "6109AB"}),
    ("FMT-05", {"commodity_code": "610911"}),
    ("FMT-05", {"commodity_code": "0000000000"}),
    ("FMT-05", {"commodity_code": "99999999"}),
    ("FMT-06", {"value_currency": "ZZZ"}),
    ("FMT-13", {"origin": "UK"}),
    ("FMT-28", {"steel_melted_country": "UK"}),
    ("FMT-28", {"aluminium_smelted_country": "US", "aluminium_cast_country": "USA"}),
    ("FMT-22", {"condition": "broken"}),
    ("FMT-22", {"value_basis": "guess"}),
    ("FMT-22", {"product_id_kind": "ean"}),
    ("FMT-26", {"unit": "SOME"}),
    ("FMT-26", {"unit": "100"}),
]
ITEM_NEAR_MISSES = [
    {"product_id": "4006381333931", "product_id_kind": "gtin"},
    {"product_id": "96385074", "product_id_kind": "gtin"},
    {"product_id": "036000291452", "product_id_kind": "gtin"},
    {"product_id": "10614141000415", "product_id_kind": "gtin"},
    {"product_id": "4006381333932", "product_id_kind": "merchant"},
    {"product_id": None, "product_id_kind": "gtin"},
    {"commodity_code": "610910"},
    {"commodity_code": "6109100010"},
    {"commodity_code": "6109.10.00 10"},
    {"commodity_code": "9801001000"},
    {"commodity_code": "99050000"},
    {"commodity_code": None},
    {"value_currency": "JPY", "origin": "EU"},
    {"origin": "XI"},
    {"condition": "used", "value_basis": "estimate", "product_id_kind": "manufacturer"},
    {"unit": "PCE"},
    {"unit": "KG"},
]


@pytest.mark.parametrize(("code", "values"), FILING_HITS)
def test_a_filing_of_wrong_form_is_found_out(code, values):
    assert of_filing(**values) == [code]


def test_a_consignee_in_a_country_that_does_not_exist_is_also_elsewhere():
    assert of_filing(consignee_country="EL") == ["FMT-11", "FMT-15"]


@pytest.mark.parametrize("values", FILING_NEAR_MISSES)
def test_a_filing_of_unusual_form_is_left_in_peace(values):
    assert of_filing(**values) == []


@pytest.mark.parametrize(("code", "values"), ITEM_HITS)
def test_an_item_of_wrong_form_is_found_out(code, values):
    assert of_item(**values) == [code]


@pytest.mark.parametrize("values", ITEM_NEAR_MISSES)
def test_an_item_of_unusual_form_is_left_in_peace(values):
    assert of_item(**values) == []


def test_of_ten_check_digits_exactly_the_right_one_is_taken():
    serials = pl.Series([0, 1, 47312482, 99999999, 12345678, 30, 55555, 2]).to_numpy()
    right = parcel_ids(
        pl.repeat("RR", 8, eager=True), serials, pl.repeat(value=True, n=8, eager=True), pl.repeat("GB", 8, eager=True)
    )
    digits = s10_check_digits(serials)

    for barcode, due in zip(right, digits, strict=True):
        told = checked_filings(*({"parcel_id": f"{barcode[:10]}{digit}GB"} for digit in range(10)))
        assert told["fmt_01"].to_list() == [digit != due for digit in range(10)]
    assert S10_WEIGHTS == TWIN_WEIGHTS


def test_fields_with_words_of_no_list_are_named():
    told = checked_filings({"representation": "mutual", "stock_model": "cloud"}, {"representation": "direct"})

    assert told["unknown_words"].to_list() == ["representation, stock_model", None]
    assert told["fmt_21"].to_list() == [True, False]


def test_without_a_nomenclature_no_code_is_called_unknown():
    nothing = pl.LazyFrame(schema={"hs": pl.String})

    told = checked_items({"commodity_code": "610911"}, {"commodity_code": "6109"}, nomenclature=nothing)

    assert told.select("fmt_04", "fmt_05").rows() == [(False, False), (True, False)]


def test_a_heading_of_the_nomenclature_is_no_code_of_goods():
    nomenclature = pl.LazyFrame({"hs": ["61", "6109", "610990"]})

    told = checked_items({"commodity_code": "610910"}, {"commodity_code": "610990"}, nomenclature=nomenclature)

    assert told["fmt_05"].to_list() == [True, False]


POSTCODES = {
    "AT": "1010", "BE": "B-1000", "BG": "1000", "CH": "8001", "CY": "1010", "CZ": "110 00", "DE": "D-10115",
    "DK": "DK-1050", "EE": "10111", "ES": "28001", "FI": "00100", "FR": "75001", "GB": "EC1A 1BB", "GR": "105 57",
    "HR": "10000", "HU": "1011", "IE": "D02 X285", "IM": "IM1 1AA", "IT": "00118", "LT": "LT01103", "LU": "L-1111",
    "LV": "LV-1010", "MT": "VLT 1117", "NL": "1012 AB", "NO": "0010", "PL": "00-001", "PR": "00901", "PT": "1000-001",
    "RO": "010011", "SE": "111 20", "SI": "1000", "SK": "811 01", "US": "10001-0001", "XI": "BT1 5GS",
}  # fmt: skip


@pytest.mark.parametrize(("country", "postcode"), POSTCODES.items())
def test_a_postcode_of_its_country_is_taken_with_and_without_gaps_and_a_wrong_one_noted(country, postcode):
    told = [postcode, postcode.replace(" ", "").replace("-", ""), postcode + "99999", "?"]

    rows = [{"consignee_country": country, "destination_country": country, "consignee_postcode": text} for text in told]

    assert checked_filings(*rows)["fmt_23"].to_list() == [False, False, True, True]
