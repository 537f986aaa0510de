"""The world writes each layout, the sender sheet of its pack reads it: both must say the same."""

from datetime import date
from io import BytesIO

import polars as pl
import pytest

from tidewaiter.model.columns import BY_DOOR
from tidewaiter.runners.reading import find_sources, open_source
from tidewaiter.service import discovery
from tidewaiter.stages.typed import typed
from tidewaiter.world.layouts import laid_out_as, layout, write_rows
from tidewaiter.world.lists import read
from tidewaiter.world.messages import world_slices
from tidewaiter.world.senders import senders
from tidewaiter.world.setting import World
from tidewaiter.world.sheet import world_sheet
from tidewaiter.world.write import nested

LAYOUTS = list(read("layouts"))
SHEETS = discovery.sender_sheets()


@pytest.fixture(scope="module")
def parcels():
    """A week with every kind of parcel, dirt and faults included, each told once."""
    world = World("EU", 11, world_sheet("[dirt]\ncareless = 0.2\nfaulty = 0.1\n"), date(2026, 8, 3), 1, 3_000)
    rows = pl.concat(said.rows for _, _, said, *_ in world_slices(world))
    return rows.drop("sender").unique(["consignment_id", "item_no"], maintain_order=True)


def read_back(folder, rows, name):
    path = folder / f"{name}.csv"
    with path.open("wb") as file:
        for start in range(0, rows.height, 1_000):
            write_rows(file, rows[start : start + 1_000], layout(name))
    reading = open_source(find_sources([path])[0], list(SHEETS.values()), None)
    batches = list(reading.batches())
    assert all(batch.rejects.is_empty() for batch in batches)
    return reading.sheet_name, pl.concat([batch.rows for batch in batches])


@pytest.mark.parametrize("name", LAYOUTS)
def test_the_layout_and_the_sheet_of_its_pack_name_the_same_columns_for_the_same_fields(name):
    sheet, told = SHEETS[name], layout(name)

    assert set(told.columns) == set(sheet.columns)
    assert {column: field for column, field in told.columns.items() if field not in sheet.columns[column]} == {}
    assert told.decimal == sheet.decimal
    assert {field: unit for field, unit in sheet.mass_units.items() if unit != "kg"} == told.units
    for field, words in told.words.items():
        assert {meant: word for word, meant in sheet.values[field].items()} == words


@pytest.mark.parametrize("name", LAYOUTS)
def test_the_same_parcels_say_the_same_through_each_layout(tmp_path, parcels, name):
    rows = parcels.filter(vat_scheme="IOSS") if name == "courier_flat" else parcels
    fields = list(layout(name).columns.values())

    _, plain = read_back(tmp_path, rows, "canonical")
    guessed, back = read_back(tmp_path, rows, name)

    assert guessed == name
    assert back.height == plain.height == rows.height
    ours, theirs = typed(plain).rows, typed(back).rows
    for column in (BY_DOOR[field].inner for field in fields):
        assert ours[column].equals(theirs[column]), column


@pytest.mark.parametrize(
    ("kilograms", "grams"),
    [("0.146", "146"), ("1.25", "1250"), ("3", "3000"), ("0.0005", "0.5"), ("0", "0"), ("0.050", "50"), ("1,5", "1,5"),
     ("", ""), ("12.0000", "12000")],
)  # fmt: skip
def test_kilograms_become_grams_and_what_is_no_decimal_stays(kilograms, grams):
    fields = {field: [kilograms if field == "gross_mass_kg" else None] for field in BY_DOOR}
    rows = pl.DataFrame(fields, dict.fromkeys(BY_DOOR, pl.String))

    told = laid_out_as(rows, layout("item_list"))

    assert told["WEIGHT_G"].to_list() == [grams]


def test_a_file_carries_the_mark_of_its_encoding_and_its_header_once():
    rows = pl.DataFrame({field: ["x"] for field in BY_DOOR})
    file = BytesIO()

    for _ in range(2):
        write_rows(file, rows, layout("waybill_table"))

    text = file.getvalue().decode("utf-16")
    assert file.getvalue().startswith(b"\xff\xfe")
    assert text.count("hawb") == 1
    assert text.count("\n") == 3


def test_every_sender_has_a_layout_that_is_known_and_letters_of_its_own():
    known = senders()

    assert set(known.layouts) <= {"canonical", *LAYOUTS}
    assert len(set(known.layouts)) == 5
    assert abs(known.shares.sum() - 100) < 1e-9
    ranges = [range(start, start + count) for start, count in zip(known.first_letter, known.letter_count, strict=True)]
    assert sum(map(len, ranges)) == len({letter for letters in ranges for letter in letters})


def test_neighbours_with_one_reference_are_one_object_with_its_lines(parcels):
    objects = nested(parcels)

    assert objects["items"].list.len().sum() == parcels.height
