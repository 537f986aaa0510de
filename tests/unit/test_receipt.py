"""The receipt names what came in and what became of it, the same for the same order."""

import json

from tests.builders_reading import written
from tests.builders_runs import a_list, a_row
from tidewaiter.measure.lake import Lake
from tidewaiter.measure.totals import totals
from tidewaiter.runners.intake import take_in
from tidewaiter.runners.landing import hashed, land
from tidewaiter.runners.receipt import receipt, summary, write_json

RUN = {"content_hash": "abc", "law_version": "def"}
LAWS = [{"law_version": "def", "filings": 3, "editions": {"sheet EU": "1"}}]


def intake_of(folder):
    folder.mkdir()
    rows = [
        a_row(),
        a_row(consignment_id="A2"),
        a_row(consignment_id="A2"),
        a_row(consignment_id="B", gross_mass_kg="-1"),
    ]
    source = written(folder, a_list(*rows))
    return take_in(land(hashed([source]), folder / "originals"), [], None, folder, "")


def test_a_receipt_counts_rows_and_filings_and_names_each_source(tmp_path):
    told = receipt(intake_of(tmp_path / "a"), RUN, LAWS)

    assert told["content_hash"] == "abc"
    assert told["laws"] == LAWS
    assert told["source_rows"] == 4
    assert told["rows"] == {"in": 4, "accepted": 2, "duplicates": 1, "quarantined": 1}
    assert told["consignments"] == {"rows_in": 4, "accepted": 2, "quarantined": 1, "duplicates": 1, "refused": 0}
    [source] = told["sources"]
    assert (source["name"], source["rows"], source["sheet"], len(source["sha256"])) == ("list.csv", 4, "tidewaiter", 64)


def test_the_same_order_gives_the_same_receipt_to_the_byte(tmp_path):
    for name in ("a", "b"):
        write_json(tmp_path / f"{name}.json", receipt(intake_of(tmp_path / name), RUN, LAWS))

    assert (tmp_path / "a.json").read_bytes() == (tmp_path / "b.json").read_bytes()


def test_a_summary_of_nothing_cleared_still_tells_what_was_set_aside(tmp_path):
    told = summary(totals(Lake(tmp_path)), intake_of(tmp_path / "a"), {"currency": "EUR"})

    assert told["quarantine"] == {"NUM-04": 1}
    assert told["consignments"]["rows_in"] == 4
    assert (told["decisions"], told["charges"], told["findings"]) == ({}, [], [])


def test_json_is_readable_and_keeps_letters_as_they_are(tmp_path):
    write_json(tmp_path / "a.json", {"b": "Zoë", "a": 1})

    text = (tmp_path / "a.json").read_text(encoding="utf-8")
    assert "Zoë" in text
    assert list(json.loads(text)) == ["b", "a"]
