"""Workbooks: what a person sees in the sheet is what is read, and what cannot be known is said."""

import io
import zipfile
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.builders_reading import a_sheet, read_all, written
from tests.builders_xlsx import DATE, ELAPSED, MOMENT, PERCENT, C, a_workbook, packed, parts_of, sheet
from tidewaiter.model.errors import UnusableInput
from tidewaiter.runners.reading import find_sources
from tidewaiter.runners.reading.xlsx_dates import day_text, number_text

HEAD = ["consignment_id", "item_no", "item_description", "item_value_amount", "lodged_at"]


def read(tmp_path, content, *sheets, name="list.xlsx"):
    source = written(tmp_path, content, name)
    return read_all(find_sources([source.path])[0], *sheets)


def a_list(*rows, **more):
    return a_workbook([HEAD, *rows], **more)


def test_texts_numbers_days_and_truths_are_read_as_a_person_sees_them(tmp_path):
    told = read(
        tmp_path,
        a_list(
            ["A1", 1, "shirt", C("19.989999999999998"), C("46315", style=DATE)],
            ["A2", 2, C("1", "s"), C("0.30000000000000004"), C("46315.604166666664", style=MOMENT)],
            [C("123456789012"), 3, C("1", "b"), C("1.2E-3", style=PERCENT), C("2026-10-20", "d")],
            ["A4", 4, C("sum", "str", formula="A1"), C("2", formula="1+1"), C("0.5", style=ELAPSED)],
            shared=["<t>never</t>", "<r><t>toy </t></r><r><t>train</t></r><rPh><t>hint</t></rPh>"],
        ),
    )

    assert told.column("consignment_id") == ["A1", "A2", "123456789012", "A4"]
    assert told.column("item_description") == ["shirt", "toy train", "true", "sum"]
    assert told.column("item_value_amount") == ["19.99", "0.3", "0.0012", "2"]
    assert told.column("lodged_at") == ["2026-10-20", "2026-10-20T14:30:00", "2026-10-20", "0.5"]
    assert told.column("source_position") == [2, 3, 4, 5]


@pytest.mark.parametrize(
    ("cell", "code", "value"),
    [
        (C(formula="SUM(A1)"), "CEL-01", None),
        (C("#N/A", "e"), "CEL-02", "#N/A"),
        (C("1.23456789012346E+17"), "CEL-03", "1.23456789012346E+17"),
        (C("1234567890123456"), "CEL-03", "1234567890123456"),
        (C("twelve"), "CEL-03", "twelve"),
        (C("7", "s"), "CEL-04", "7"),
        (C("-1", "s"), "CEL-04", "-1"),
        ("x" * 65_537, "ROW-05", "x" * 200),
    ],
)
def test_a_cell_that_cannot_be_what_it_is_rejects_its_row_alone(tmp_path, cell, code, value):
    told = read(tmp_path, a_list(["A1", 1, cell], ["A2", 1, "toy"]))

    (fault,) = told.rejects.to_dicts()
    assert (fault["source_position"], fault["code"], fault["value"]) == (2, code, value)
    assert (fault["consignment_id"], fault["pointer"]) == ("A1", "item_description")
    assert told.column("consignment_id") == ["A2"]


def test_a_cell_of_a_column_nobody_knows_spoils_nothing(tmp_path):
    told = read(tmp_path, a_workbook([[*HEAD, "colour"], ["A1", 1, "toy", "1", None, C("#REF!", "e")]]))

    assert told.column("unmapped") == ['{"colour":"#REF!"}']


def test_titles_above_the_header_and_other_sheets_are_passed_over_and_told(tmp_path):
    sheets = {
        "Cover": sheet([["Harbour Couriers"], ["nothing here"]]),
        "Hidden": sheet([HEAD, ["H1", 1, "toy"]]),
        "List": sheet([["List of 20 October"], [], HEAD, ["A1", 1, "toy"], [], ["A2", 1, "toy"]], hidden=[6]),
        "More": sheet([HEAD, ["M1", 1, "toy"]]),
    }

    told = read(tmp_path, packed(parts_of(sheets, states={"Hidden": "hidden"})))

    assert told.rows.select("source_position", "consignment_id").rows() == [(4, "A1"), (6, "A2")]
    notes = " ".join(told.reading.notes)
    assert "Only the sheet 'List' was read, not Cover, Hidden, More." in notes
    assert "above the header: 2 rows" in notes
    assert "Hidden, and read like all others: 1 row" in notes


def test_merged_cells_and_hidden_columns_are_told(tmp_path):
    rows = [HEAD, ["A1", 1, "toy"], [None, 2, "toy"]]
    content = sheet(
        rows,
        before='<cols><col min="2" max="3" hidden="1"/><col min="4" max="4"/></cols>',
        after='<mergeCells><mergeCell ref="A2:A3"/></mergeCells>',
    )

    told = read(tmp_path, packed(parts_of({"List": content})))

    assert told.column("consignment_id") == ["A1", None]
    assert [note for note in told.reading.notes if note.endswith((": 1 area.", ": 2 columns."))] != []


def test_numbers_where_zeros_count_are_told_and_never_padded(tmp_path):
    head = ["consignment_id", "item_commodity_code", "consignee_postcode", "item_quantity"]

    told = read(tmp_path, a_workbook([head, ["A1", 101210000, "01067", 1], ["A2", "0101210000", 1067, 2]]))

    assert told.column("item_commodity_code") == ["101210000", "0101210000"]
    assert [note.partition(":")[0] for note in told.reading.notes] == [
        "Column item_commodity_code holds numbers (1 cell)",
        "Column consignee_postcode holds numbers (1 cell)",
    ]


def test_a_sheet_with_decimal_commas_reads_numbers_and_texts_alike(tmp_path):
    comma = a_sheet('val = "item_value_amount"', top='decimal = ","')

    told = read(tmp_path, a_workbook([["ref", "val"], ["A1", 12.5], ["A2", "12,5"], ["A3", 1200]]), comma)

    assert told.column("item_value_amount") == ["12.5", "12.5", "1200"]


def test_days_count_from_1904_where_the_workbook_says_so(tmp_path):
    told = read(tmp_path, a_list(["A1", 1, "toy", 1, C("44853", style=DATE)], properties='<workbookPr date1904="1"/>'))

    assert told.column("lodged_at") == ["2026-10-20"]


def test_cells_beside_the_list_are_kept_and_far_beyond_it_reject_the_row(tmp_path):
    beside = ["A1", 1, "toy", 1, None, None, "mind this"]
    beyond = ["A2", *[None] * 110, "stray"]

    told = read(tmp_path, a_list(beside, beyond, ["A3"]))

    assert told.rows["unmapped"].to_list() == ['{"column 7":"mind this"}', None]
    assert told.codes == [(3, "ROW-01")]


def test_a_column_without_a_name_never_takes_the_name_of_another(tmp_path):
    told = read(tmp_path, a_workbook([["consignment_id", None, "column 2"], ["A1", "x", "y", "z"]]))

    assert told.column("unmapped") == ['{"column 2\'":"x","column 2":"y","column 4":"z"}']


def test_a_workbook_within_a_zip_is_read_as_well(tmp_path):
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("list.xlsx", a_list(["A1", 1, "toy"]))
        archive.writestr("read me.pdf", "x")

    assert read(tmp_path, buffer.getvalue(), name="list.zip").column("consignment_id") == ["A1"]


def test_many_rows_come_in_batches_of_bounded_size(tmp_path):
    told = read(tmp_path, a_list(*(["A1", number, "toy", 1] for number in range(70_000))))

    assert (told.rows.height, told.batches) == (70_000, 2)


def changed(part, old, new, **sheets):
    parts = parts_of(sheets or {"List": sheet([HEAD, ["A1", 1, "toy"]])})
    assert old in parts[part]
    return packed({**parts, part: parts[part].replace(old, new)})


SHEET = "xl/worksheets/sheet1.xml"


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (changed("[Content_Types].xml", "spreadsheetml.sheet.main", "x.sheet.macroEnabled.main"), "macros"),
        (changed("[Content_Types].xml", "spreadsheetml.sheet.main+xml", "word"), "no workbook"),
        (changed(SHEET, "<worksheet", '<!DOCTYPE x [<!ENTITY a "b">]><worksheet'), "DOCTYPE"),
        (changed(SHEET, "<worksheet", '<!DOCTYPE x SYSTEM "file:///etc/passwd"><worksheet'), "DOCTYPE"),
        (changed("xl/sharedStrings.xml", "<sst", "<!DOCTYPE x><sst"), "DOCTYPE"),
        (changed("xl/workbook.xml", "<workbook", "<!DOCTYPE x><workbook"), "DOCTYPE"),
        (changed(SHEET, '<row r="2">', '<row r="1">'), "row 1 after row 1"),
        (changed(SHEET, '<row r="2">', '<row r="9999999">'), "row 9,999,999"),
        (changed(SHEET, '<row r="2">', '<row r="two">'), "'two' for a number"),
        (changed(SHEET, 'r="B2"', 'r="A2"'), "in no order"),
        (changed(SHEET, 'r="B2"', 'r="ZZZ2"'), "in no order"),
        (changed(SHEET, "</sheetData>", ""), "damaged inside"),
        (changed(SHEET, "<worksheet", "<a>" * 101 + "<worksheet"), "100 deep"),
        (changed(SHEET, "<worksheet", f'<worksheet a="{"x" * (10 << 20)}"'), "8 MiB"),
        (changed(SHEET, "<worksheet", '<?xml version="1.0" encoding="morse"?><worksheet'), "damaged inside"),
        (changed("xl/_rels/workbook.xml.rels", 'Id="r1"', 'Id="r9"'), "lacks its part"),
        (changed("xl/_rels/workbook.xml.rels", 'Id="r1"', 'TargetMode="External" Id="r1"'), "lacks its part"),
        (a_workbook([["colour"], ["red"]]), "names columns we know"),
        (packed(parts_of({"List": sheet([HEAD, ["A1"]])}, states={"List": "veryHidden"})), "there is none"),
        (a_workbook([[*HEAD, "item_no"]]), "more than once"),
        (packed({"mimetype": "application/vnd.oasis.opendocument.spreadsheet"}), "OpenDocument"),
        (bytes.fromhex("d0cf11e0a1b11ae1") + b"\0" * 600, "old workbook"),
    ],
)  # fmt: skip
def test_what_is_no_sound_workbook_is_refused_in_a_sentence(tmp_path, content, says):
    with pytest.raises(UnusableInput, match=says):
        read(tmp_path, content)


def test_a_cut_workbook_is_never_a_short_one(tmp_path):
    whole = a_list(*(["A1", number, "toy"] for number in range(200)))

    for size in (len(whole) // 3, len(whole) - 30):
        with pytest.raises(UnusableInput):
            read(tmp_path, whole[:size])


@given(st.decimals(min_value=-(10**9), max_value=10**9, places=5))
def test_a_decimal_that_a_spreadsheet_keeps_as_a_float_comes_back_as_it_was_typed(typed):
    assert Decimal(number_text(repr(float(typed)))) == typed


@given(st.dates(min_value=date(1904, 1, 1), max_value=date(2200, 1, 1)), st.integers(min_value=0, max_value=86_399))
def test_a_moment_comes_back_from_its_number(day, second):
    number = repr((day - date(1899, 12, 30)).days + second / 86_400)

    told = day_text(number, since_1904=False)

    clock = f"T{second // 3600:02}:{second // 60 % 60:02}:{second % 60:02}" if second else ""
    assert told == day.isoformat() + clock


@pytest.mark.parametrize("number", ["nan", "Infinity", "1E+999999", "1E-999999", "", "12,5", "0x1f", "60", "-1", "9e6"])
def test_what_is_no_day_is_none(number):
    assert day_text(number, since_1904=False) is None


@pytest.mark.parametrize("number", ["nan", "Infinity", "1E+999999", "1E-999999", "", "12,5", "0x1f"])
def test_what_is_no_number_is_none(number):
    assert number_text(number) is None
