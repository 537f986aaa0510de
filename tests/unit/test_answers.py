"""Answers of a run: one list of faults, told in each dialect with the place in the sender's own file."""

import csv
import io
import json

import polars as pl
import pytest

from tests.builders_runs import a_list, a_row, cleared, written
from tidewaiter.kit.format import canonical_sheet
from tidewaiter.model.errors import TidewaiterError, UnusableInput, WrongUse
from tidewaiter.runners.answers.beside import Beside
from tidewaiter.runners.answers.places import Layout
from tidewaiter.service.answers import answered
from tidewaiter.service.faults import fault_of_file


def told_as_json(folder):
    return json.loads(b"".join(answered(folder, "json")))


def told_as_csv(folder):
    return list(csv.DictReader(io.StringIO(b"".join(answered(folder, "csv")).decode())))


def a_run(capsys, tmp_path, *rows):
    return cleared(capsys, tmp_path / "run", written(tmp_path, a_list(*rows))).target


def test_every_filing_gets_one_answer_and_the_counts_add_up(capsys, tmp_path):
    rows = [a_row(), a_row(), a_row(consignment_id="A2", item_value_amount="forty"), "A3,post", ",".join([""] * 13)]

    told = told_as_json(a_run(capsys, tmp_path, *rows, a_row(consignment_id="A5")))

    fates = [answer["fate"] for answer in told["answers"]]
    assert {fate: fates.count(fate) for fate in fates} == {"accepted": 2, "quarantined": 3, "duplicate": 1}
    assert told["consignments"]["rows_in"] == 6


def test_a_fault_points_to_its_field_in_both_languages(capsys, tmp_path):
    (fault,) = told_as_csv(a_run(capsys, tmp_path, a_row(), a_row(consignment_id="A2", item_value_amount="forty")))[-1:]

    assert (fault["code"], fault["severity"], fault["value"]) == ("NUM-01", "refuse", "forty")
    assert (fault["wco"], fault["native"]) == ("42A/67A/68A/108", "record 2, column item_value_amount")


def test_a_finding_on_the_second_goods_line_names_that_line(capsys, tmp_path):
    lines = '[{"item_no": 5, "description": "cotton shirt"}, {"item_no": 7, "description": "stuff"}]'
    line = f'{{"consignment_id": "A1", "items": {lines}}}\n'
    folder = cleared(capsys, tmp_path / "run", written(tmp_path, line, "list.ndjson")).target

    (answer,) = told_as_json(folder)["answers"]

    (fault,) = [fault for fault in answer["errors"] if fault["code"] == "TXT-04"]
    assert fault["pointer"] == {"wco": "42A/67A/68A[7]/23A/137", "native": "line 1 $.items[1].description"}
    assert (fault["value"], fault["rule"], fault["item_no"]) == ("stuff", "TXT-04 version 1", 7)


def test_an_answer_has_all_charges_and_findings_of_its_filing_and_no_other(capsys, tmp_path):
    rows = [a_row(consignment_id=f"A{number}", item_no=str(line)) for number in range(40) for line in (1, 2)]
    target = cleared(capsys, tmp_path / "run", written(tmp_path, a_list(*rows)), more=("--chunk-rows", "64")).target

    answers = told_as_json(target)["answers"]

    found = pl.read_parquet(target / "findings.parquet").group_by("consignment_id").len()
    wanted = dict(found.rows())
    assert {answer["consignment_id"]: len(answer["errors"]) for answer in answers} == wanted
    assert all(fault["pointer"]["native"].startswith(f"record {answer['source_position']}")
               for answer in answers for fault in answer["errors"])  # fmt: skip


def test_rows_of_a_filing_that_is_not_there_stop_the_answer(tmp_path):
    pl.DataFrame({"consignment_id": ["A9"], "version": [1]}).write_parquet(tmp_path / "charges.parquet")
    table = Beside(tmp_path / "charges.parquet")

    table.of(pl.DataFrame({"consignment_id": ["A1"], "version": [1]}).with_row_index("place"))

    with pytest.raises(TidewaiterError, match="A9"):
        table.refuse_rest()


def test_what_a_spreadsheet_would_run_is_calmed(capsys, tmp_path):
    folder = a_run(capsys, tmp_path, a_row(consignment_id="A2", item_value_amount="=1+1"))

    assert told_as_csv(folder)[0]["value"] == "'=1+1"


def test_a_dialect_nobody_speaks_is_answered_with_those_there_are(capsys, tmp_path):
    folder = a_run(capsys, tmp_path, a_row())

    with pytest.raises(WrongUse, match="json, csv"):
        answered(folder, "morse")


def test_a_file_that_was_refused_whole_is_one_fault():
    fault = fault_of_file(UnusableInput("list.csv is empty. Send the file with its header and rows."))

    assert (fault.code, fault.severity, fault.value) == ("TW-200", "refuse", None)


@pytest.mark.parametrize(
    ("carrier", "item", "native"),
    [
        ("csv", None, "record 3, column mode"),
        ("csv", 2, "record 3, goods line 2, column mode"),
        ("xlsx", None, "row 3, column mode"),
        ("parquet", None, "row 3, column mode"),
        ("ndjson", None, "line 3 $.mode"),
        ("morse", None, "record 3, column mode"),
    ],
)
def test_places_are_told_as_the_carrier_has_them(carrier, item, native):
    assert Layout(carrier, canonical_sheet()).native(3, "mode", item) == native


def test_a_whole_line_is_told_without_a_field():
    assert Layout("ndjson", canonical_sheet()).native(3, "") == "line 3"
    assert Layout("csv", None).native(3, "mode") == "record 3, column mode"
