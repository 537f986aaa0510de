"""Checking a file before it is lodged, through the door."""

import gzip
import json

import pytest

from tests.builders_runs import a_list, a_row, written

SHEET = """
name = "harbour_list"
title = "Harbour Couriers, daily list"
[columns]
ref = ["consignment_id", "parcel_id"]
what = "item_description"
val = "item_value_amount"
"""


def test_it_is_said_what_would_be_accepted_and_what_mends_the_rest(say, tmp_path):
    file = written(tmp_path, a_list(a_row(), a_row(consignment_id="A2", item_value_amount="forty"), a_row()))

    code, told, _ = say("formats", "check", file)

    assert code == 0
    assert "1 filing would be accepted, 1 not, 1 told twice" in told
    assert "A2, record 2, column item_value_amount = 'forty'" in told
    assert "Write it like 12.50" in told


def test_faults_are_json_for_a_program(say, tmp_path):
    file = written(tmp_path, a_list(a_row(consignment_id="A2", item_value_amount="forty")))

    _, told, _ = say("formats", "check", file, "--json")

    (fault,) = json.loads(told)
    assert list(fault) == ["code", "severity", "pointer", "location", "value", "sentence"]
    assert fault["pointer"] == "42A/67A/68A/108"
    assert fault["location"] == "record 1, column item_value_amount"


def test_a_jurisdiction_adds_what_is_missing_and_no_word_of_risk_rules(say, tmp_path):
    rows = [a_row(consignment_id=f"A{n}", item_description="gift", item_net_mass_kg="0.4") for n in range(3)]
    cheap = a_row(consignment_id="B1", item_net_mass_kg="900", item_value_amount="0.01", gross_mass_kg="900")

    _, told, _ = say(
        "formats", "check", written(tmp_path, a_list(*rows, cheap)), "--as", "EU", "--on", "2026-10-20", "--json"
    )

    codes = {fault["code"] for fault in json.loads(told)}
    assert {"TXT-04", "PRE-01"} <= codes
    assert not {code for code in codes if code.startswith("VAL-9")}


def test_strict_says_by_its_exit_code_that_something_would_not_be_accepted(say, tmp_path):
    bad = written(tmp_path, a_list(a_row(item_value_amount="forty")), "bad.csv")
    good = written(tmp_path, a_list(a_row()), "good.csv")

    assert [say("formats", "check", file, "--strict")[0] for file in (bad, good)] == [1, 0]


def test_a_file_nobody_can_read_is_one_fault_and_exit_code_3(say, tmp_path):
    file = written(tmp_path, b"\x00\x01\x02garbage", "list.csv")

    code, told, _ = say("formats", "check", file, "--json")

    assert (code, [fault["code"] for fault in json.loads(told)]) == (3, ["TW-200"])
    assert say("formats", "check", file)[0] == 3


def test_a_sheet_of_the_senders_own_reads_the_file(say, tmp_path):
    sheet = written(tmp_path, SHEET, "sheet.toml")
    file = written(tmp_path, "ref,what,val\nH-1,stuff,19.90\nH-2,toy,twenty\n")

    _, told, _ = say("formats", "check", file, "--sheet", sheet, "--json")
    _, as_eu, _ = say("formats", "check", file, "--sheet", sheet, "--as", "EU", "--on", "2026-10-20", "--json")

    assert [fault["location"] for fault in json.loads(told)] == ["record 2, column val"]
    assert "record 1, goods line 1, column what" in {fault["location"] for fault in json.loads(as_eu)}


@pytest.mark.parametrize("name", ["list.csv.gz", "list.ndjson"])
def test_every_carrier_is_checked(say, tmp_path, name):
    rows = a_list(a_row(item_value_amount="forty"))
    line = '{"consignment_id": "A1", "items": [{"value_amount": "forty"}]}\n'
    content = gzip.compress(rows.encode()) if name.endswith("gz") else line

    _, told, _ = say("formats", "check", written(tmp_path, content, name), "--json")

    assert [fault["code"] for fault in json.loads(told)] == ["NUM-01"]


def test_a_sheet_is_not_lodged(say, tmp_path):
    assert say("formats", "check", written(tmp_path, SHEET, "sheet.toml"), "--as", "EU")[0] == 2
