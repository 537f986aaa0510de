"""A sender sheet says what a sender's columns mean, and is refused with everything that cannot be meant."""

from hashlib import sha256

import pytest

from tidewaiter.kit.format import CANONICAL, canonical_sheet, read_sender_sheet
from tidewaiter.model.columns import BY_DOOR
from tidewaiter.model.errors import SheetRefused

SHEET = """
name = "harbour"
title = "Harbour list"
items = "lines"
decimal = ","

[columns]
ref = ["consignment_id", "parcel_id"]
weight = ["gross_mass_kg", "item_net_mass_kg"]
what = "item_description"
"lines.what" = "item_brand"

[constants]
mode = "post"

[defaults]
item_origin = "CN"

[values.nature]
S = "sale"

[units]
gross_mass_kg = "g"
"""


def refusal(before, after):
    assert before in SHEET
    with pytest.raises(SheetRefused) as refused:
        read_sender_sheet(SHEET.replace(before, after))
    return str(refused.value)


def test_a_sheet_is_taken_over_word_by_word():
    sheet = read_sender_sheet(SHEET)

    assert (sheet.name, sheet.title, sheet.items, sheet.decimal) == ("harbour", "Harbour list", "lines", ",")
    assert sheet.columns["ref"] == ("consignment_id", "parcel_id")
    assert sheet.columns["what"] == ("item_description",)
    assert (sheet.constants, sheet.defaults) == ({"mode": "post"}, {"item_origin": "CN"})
    assert (sheet.values, sheet.mass_units) == ({"nature": {"S": "sale"}}, {"gross_mass_kg": "g"})
    assert sheet.edition == sha256(SHEET.encode()).hexdigest()


def test_a_sheet_of_few_words_has_a_point_and_items():
    sheet = read_sender_sheet('name = "a"\ntitle = "b"\n[columns]\nref = "consignment_id"')

    assert (sheet.items, sheet.decimal) == ("items", ".")
    assert (sheet.constants, sheet.defaults, sheet.values, sheet.mass_units) == ({}, {}, {}, {})


@pytest.mark.parametrize(
    ("column", "filled"),
    [
        ("ref", ("consignment_id", "parcel_id")),
        ("weight", ("gross_mass_kg", "item_net_mass_kg")),
        ("lines.weight", ("item_net_mass_kg",)),
        ("lines.what", ("item_brand",)),
        ("lines.ref", ()),
        ("lines.colour", ()),
        ("items.weight", ()),
        ("colour", ()),
    ],
)
def test_a_column_fills_what_it_is_mapped_to_and_on_a_goods_line_only_fields_of_items(column, filled):
    assert read_sender_sheet(SHEET).fills(column) == filled


def test_the_canonical_sheet_calls_every_column_what_it_is():
    sheet = canonical_sheet()

    assert (sheet.name, sheet.on_item("value_amount")) == (CANONICAL, "items.value_amount")
    assert [name for name in BY_DOOR if sheet.fills(name) != (name,)] == []
    assert sheet.fills("items.value_amount") == ("item_value_amount",)
    assert sheet.fills("items.mode") == ()


@pytest.mark.parametrize(
    ("before", "after", "told"),
    [
        ('name = "harbour"', "", "Sender sheet 'without a name': it has no name."),
        ('name = "harbour"', "name = 7", "Sender sheet '7': it has no name."),
        ('title = "Harbour list"', "", "Sender sheet 'harbour': it has no title."),
        ("[defaults]", "[defauts]", "nobody knows the part 'defauts'"),
        ('"item_description"', '"item_colour"', "'item_colour' is no canonical field"),
        ('mode = "post"', 'mood = "post"', "'mood' is no canonical field"),
        ("item_origin", "origin", "'origin' is no canonical field"),
        ("values.nature", "values.kind", "'kind' is no canonical field"),
        ('gross_mass_kg = "g"', 'gross_kg = "g"', "'gross_kg' is no canonical field"),
        ('"item_brand"', '"item_description"', "'item_description' is filled by two columns"),
        ('"consignment_id", ', "", "no column fills consignment_id"),
        ('"post"', "7", "'mode' = 7 is no text"),
        ('"CN"', "true", "'item_origin' = True is no text"),
        ('"sale"', "1", "'nature' = 1 is no text"),
        ('= "g"', '= "lb"', "'gross_mass_kg' has the unit lb, known are kg, g, mg"),
        ('gross_mass_kg = "g"', 'packages = "g"', "'packages' is no mass and has no unit"),
        ('","', '";"', "decimal is '.' or ','"),
        ('"lines"', "7", "items is the key of the list of goods lines"),
    ],
)
def test_what_cannot_be_meant_is_refused_by_name(before, after, told):
    assert told in refusal(before, after)


def test_all_that_is_wrong_is_told_at_once():
    told = refusal('title = "Harbour list"', 'colour = "red"')

    assert told == "Sender sheet 'harbour': it has no title; nobody knows the part 'colour'."


@pytest.mark.parametrize("unit", ["kg", "g", "mg"])
def test_every_unit_of_mass_may_be_named(unit):
    assert read_sender_sheet(SHEET.replace('= "g"', f'= "{unit}"')).mass_units == {"gross_mass_kg": unit}
