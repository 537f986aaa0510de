"""Checking a sender sheet through the door."""

import json

import pytest

SHEET = """
name = "harbour_list"
title = "Harbour Couriers, daily list"
[columns]
ref = ["consignment_id", "parcel_id"]
what = "item_description"
val = "item_value_amount"
[constants]
item_value_currency = "EUR"
"""


def written(folder, name, text):
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


def test_a_right_sheet_is_said_to_be_right(say, tmp_path):
    code, told, _ = say("formats", "check", written(tmp_path, "sheet.toml", SHEET))

    assert code == 0
    assert "harbour_list: Harbour Couriers, daily list" in told
    assert "3 columns fill 4 fields" in told


def test_a_folder_and_a_known_name_are_sheets_too(say, tmp_path):
    written(tmp_path, "harbour/sheet.toml", SHEET)

    assert say("formats", "check", tmp_path / "harbour")[0] == 0
    assert say("formats", "check", "courier_flat")[0] == 0


def test_everything_wrong_with_a_sheet_is_listed(say, tmp_path):
    sheet = written(tmp_path, "sheet.toml", SHEET.replace("item_description", "colour").replace('name = "', 'nam = "'))

    code, _, error = say("formats", "check", sheet)

    assert code == 2
    assert "it has no name" in error
    assert "'colour' is no canonical field" in error


def test_a_sheet_that_is_no_toml_is_refused_with_the_place(say, tmp_path):
    code, _, error = say("formats", "check", written(tmp_path, "sheet.toml", "name = \n"))

    assert (code, "is no TOML" in error) == (2, True)


def test_a_sheet_nobody_knows_is_answered_with_those_there_are(say):
    code, _, error = say("formats", "check", "nobody")

    assert (code, "known by name are courier_cusdec, courier_flat, " in error) == (2, True)


def test_a_file_is_shown_as_it_reads_by_the_sheet(say, tmp_path):
    sheet = written(tmp_path, "sheet.toml", SHEET)
    file = written(
        tmp_path,
        "list.csv",
        "ref,what,val,colour\nH-1,toy train,19.90,red\nH-2,a very long name of a very wooden train,twenty,red\n",
    )

    code, told, _ = say("formats", "check", sheet, file)

    assert code == 0
    assert "unknown columns  colour" in told
    assert "csv              2 records" in told
    assert "item_value_amount = 'twenty': item_value_amount is no number." in told
    assert "a very long name of a ver..." in told


def test_only_the_first_three_rows_are_shown(say, tmp_path):
    sheet = written(tmp_path, "sheet.toml", SHEET)
    rows = "".join(f"H-{number},toy,1.00\n" for number in range(9))
    file = written(tmp_path, "list.csv", "ref,what,val\n" + rows)

    _, told, _ = say("formats", "check", sheet, file, "--json")

    answer = json.loads(told)
    assert [row["consignment_id"] for row in answer["first"]] == ["H-0", "H-1", "H-2"]
    assert (answer["rows"], answer["unreadable"]) == (9, 0)


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("list.csv", "seller,what\nS1,toy\n"),
        ("list.csv", "seller,colour\nS1,red\n"),
        ("list.ndjson", '{"seller": "S1", "items": [{"what": "toy"}]}\n'),
    ],
)
def test_a_file_of_another_layout_is_refused_in_a_sentence(say, tmp_path, name, text):
    sheet = written(tmp_path, "sheet.toml", SHEET)

    code, told, error = say("formats", "check", sheet, written(tmp_path, name, text))

    assert (code, told, error.count("\n")) == (3, "", 1)
    assert name in error


def test_rows_far_behind_that_no_longer_name_the_filing_are_told_as_faults(say, tmp_path):
    sheet = written(tmp_path, "sheet.toml", SHEET)
    named = '{"ref": "H-1", "items": [{"what": "toy", "val": "1.00"}]}\n' * 100_000
    file = written(tmp_path, "list.ndjson", named + named.replace('"ref": "H-1", ', ""))

    code, told, _ = say("formats", "check", sheet, file)

    assert code == 0
    assert "consignment_id is empty" in told
