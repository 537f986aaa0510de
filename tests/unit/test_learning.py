"""Learning a layout: words of headings, shapes of values, and the sheet they make."""

import tomllib

import polars as pl
import pytest

from tidewaiter.runners.learning.drafting import drafted, sheet_text
from tidewaiter.runners.learning.lexicon import meanings, tokens
from tidewaiter.runners.learning.proposing import laid_out, proposed
from tidewaiter.runners.learning.shapes import Shape


def a_file(**columns):
    return pl.DataFrame({name.replace("__", " "): values for name, values in columns.items()})


def fields(sample):
    return {one.column: one.fields for one in proposed(sample, laid_out(sample))}


def draft(sample, items="items"):
    layout = laid_out(sample)
    return drafted(proposed(sample, layout), layout, items)


@pytest.mark.parametrize(
    ("header", "words"),
    [
        ("shipToZIPCode", ["ship", "to", "zip", "code"]),
        ("Empfänger-PLZ", ["empfanger", "plz"]),
        ("EMPFAENGER_STRASSE", ["empfanger", "strasse"]),
        ("N° de suivi", ["n", "de", "suivi"]),
        ("Line #", ["line", "no"]),
        ("ilośćSztuk", ["ilosc", "sztuk"]),
        ("", []),
    ],
)
def test_a_header_is_cut_into_its_words(header, words):
    assert tokens(header) == words


@pytest.mark.parametrize(
    ("header", "wanted"),
    [
        ("Empfängerstrasse", {"consignee", "street"}),
        ("收件人地址", {"consignee", "street"}),
        ("cneeZip", {"consignee", "postcode"}),
        ("Descr.", {"description"}),
        ("Quantitty", {"quantity"}),
        ("qnty", {"quantity"}),
        ("Auftrragsdatum", {"order", "date"}),
        ("saddr", {"consignor", "street"}),
        ("fcur", {"freight", "currency"}),
    ],
)
def test_words_are_known_cut_short_mistyped_and_joined(header, wanted):
    found = [set(meant) for _, meant in meanings(header)]

    assert wanted <= set().union(*found)


def test_a_word_nobody_knows_means_nothing():
    assert meanings("Xylofon") == [("xylofon", {})]


@pytest.mark.parametrize(
    ("values", "order"),
    [
        (["31.12.2026", "01.02.2026"], "dmy"),
        (["12/31/2026", "01/02/2026"], "mdy"),
        (["01.02.2026"], "dm?"),
        (["2026-12-31"], ""),
        (["20261231"], ""),
    ],
)
def test_the_order_of_days_is_seen_where_a_day_tells_it(values, order):
    assert Shape(values).date_order == order


def test_a_comma_that_cuts_off_thousands_is_no_decimal_comma():
    assert (Shape(["1,234", "12,500"]).commas, Shape(["1,5", "12,50"]).commas) == (0, 2)


def test_an_address_belongs_to_the_party_named_before_it():
    sender, receiver = {"Sender": ["Lotus"] * 2, "City": ["Wuhan", "Xian"]}, {"Receiver": ["A. Berg"] * 2}

    told = fields(a_file(Tracking=["A1", "A2"], **sender, **receiver, Town=["Ulm", "Bonn"]))

    assert (told["City"][0], told["Town"][0]) == ("consignor_city", "consignee_city")


def test_a_buyer_with_an_address_is_where_the_parcel_goes_if_nobody_else_is_named():
    told = fields(a_file(Tracking=["A1"], Buyer=["A. Berg"], Buyer__Zip=["89073"], Buyer__Street=["Hauptstr. 1"]))

    assert told["Buyer"][0] == "consignee_name"
    assert told["Buyer Zip"][0] == "consignee_postcode"


def test_what_differs_between_the_lines_of_a_parcel_is_said_of_a_line():
    weight = a_file(Parcel=["A1", "A1", "A2"], Weight=["0.1", "0.2", "0.4"])
    steady = a_file(Parcel=["A1", "A1", "A2"], Weight=["0.3", "0.3", "0.4"])

    assert fields(steady)["Weight"] == ("gross_mass_kg",)
    assert fields(weight)["Weight"] == ("item_net_mass_kg",)


def test_values_alone_tell_barcodes_addresses_of_mail_and_ioss_numbers():
    told = fields(
        a_file(F1=["LX000000005CN", "LX000000014CN"], F2=["a@example.org", "b@example.org"], F3=["IM2760000742"] * 2)
    )

    assert [told[name][0] for name in ("F1", "F2", "F3")] == ["consignment_id", "consignee_email", "vat_scheme_id"]


def test_grams_are_seen_in_the_heading_or_in_the_figures():
    told = draft(a_file(Tracking=["A1", "A2"], Gross__Weight=["412", "1280"], Net__Weight__kg=["55", "60"]))

    assert told.units == {"gross_mass_kg": "g", "item_net_mass_kg": "kg"}
    assert any("names no unit" in note for note in told.notes)


def test_a_currency_in_the_heading_holds_for_all_rows():
    told = draft(a_file(Tracking=["A1", "A2"], Value__EUR=["4.12", "12.80"]))

    assert told.constants == {"item_value_currency": "EUR"}


def test_words_of_closed_lists_are_translated_and_strange_ones_told():
    told = draft(a_file(Tracking=["A1", "A2", "A3"], Sendungsart=["Geschenk", "sale", "Dings"]))

    assert told.values == {"nature": {"Geschenk": "gift"}}
    assert any("'Dings'" in note for note in told.notes)


def test_a_sheet_is_written_whatever_stands_in_a_heading():
    sample = a_file(**{'Tracking "No"\\': ["A1", "A2"], "Empfänger\tName": ["A. Berg", "B. Berg"]})
    told = draft(sample)

    text = sheet_text(told, "odd", 'A "title"')

    assert set(tomllib.loads(text)["columns"]) == set(told.columns)


def test_an_empty_column_and_one_row_are_no_trouble():
    assert fields(a_file(Tracking=["A1"], Weight=[None]).cast(pl.String))["Tracking"][0] == "consignment_id"
