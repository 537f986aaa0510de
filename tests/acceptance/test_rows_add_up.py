"""Rows add up: all that came in was accepted, set aside, recognised or refused; nothing twice, nothing lost."""

import csv
import gzip
import io
import json
import random
import zipfile
from datetime import date
from pathlib import Path

import polars as pl
import pytest

from tests.builders_runs import Outcome, a_list, a_row, beside, cleared, written
from tidewaiter.model.errors import UnusableInput, WrongUse
from tidewaiter.runners.reading import find_sources, open_source
from tidewaiter.service import discovery
from tidewaiter.world.write import write_sample

DAY = date(2026, 10, 20)
READ_BY_US = {"synthetic/p.csv", "synthetic/p.ndjson", "synthetic/h7.xml", "synthetic/p.edi"}
DECLARATIONS = "uk_cds_dec/"
"""Message files in a layout that a sheet of the house describes; every other one has to be refused with a sentence."""


def assert_rows_add_up(done: Outcome, records: int) -> dict[str, int]:
    """Check a receipt against itself, the tables beside it and a count of the records made without us."""
    rows, filings = done.receipt["rows"], done.receipt["consignments"]
    assert rows["in"] == records
    assert rows["in"] == rows["accepted"] + rows["quarantined"] + rows["duplicates"]
    assert (
        filings["rows_in"] == filings["accepted"] + filings["quarantined"] + filings["duplicates"] + filings["refused"]
    )
    assert sum(source["rows"] for source in done.receipt["sources"]) <= records
    consignments, aside, again = done.table("consignments"), done.table("quarantine"), done.table("duplicates")
    assert consignments.height == filings["accepted"]
    assert done.table("history").height == filings["accepted"]
    assert done.table("items").height == rows["accepted"]
    place = ["source_file", "source_position"]
    told_aside, told_again = aside.select(place).unique(), again.select(place).unique()
    assert told_aside.join(told_again, on=place).is_empty(), "a row has two fates"
    assert bool(told_aside.height) == bool(rows["quarantined"])
    assert bool(told_again.height) == bool(rows["duplicates"])
    if consignments.height:
        gone = aside.filter(pl.col("code").is_in(["ROW-90", "DUP-01", "DUP-03"]))
        assert consignments.join(gone, on=["consignment_id", *place], how="semi").is_empty()
    return filings


def lines_of(path: Path) -> int:
    """Goods lines of a CSV or NDJSON file, counted by the standard library."""
    text = path.read_text(encoding="utf-8")
    if path.suffix == ".ndjson":
        return sum(len(json.loads(line)["items"]) for line in text.splitlines())
    return sum(1 for _ in csv.reader(io.StringIO(text, newline=""))) - 1


@pytest.mark.parametrize("form", ["csv", "ndjson"])
def test_the_rows_of_a_real_list_add_up(form, real_data, tmp_path, capsys):
    path = real_data / "messages" / "synthetic" / f"p.{form}"

    done = cleared(capsys, tmp_path / "out", path)

    filings = assert_rows_add_up(done, 1_819)
    assert filings == {"rows_in": 1_000, "accepted": 1_000, "quarantined": 0, "duplicates": 0, "refused": 0}


def test_one_list_in_two_forms_gives_the_same_tables(real_data, tmp_path, capsys):
    forms = [cleared(capsys, tmp_path / form, real_data / f"messages/synthetic/p.{form}") for form in ("csv", "ndjson")]

    for name in ("consignments", "items", "charges", "findings"):
        first, second = (done.table(name).drop("source_file", "source_position", strict=False) for done in forms)
        assert first.equals(second), name


def test_every_other_message_file_is_refused_with_a_sentence(real_data):
    folder, sheets = real_data / "messages", list(discovery.sender_sheets(None).values())
    refused, taken = {}, set()
    files = [path for path in sorted(folder.rglob("*")) if path.is_file()]

    for path in files:
        try:
            for source in find_sources([path]):
                for _ in open_source(source, sheets).batches():
                    pass
            taken.add(path.relative_to(folder).as_posix())
        except (UnusableInput, WrongUse) as refusal:
            refused[path.name] = str(refusal)

    assert len(files) > len(READ_BY_US)
    assert {name for name in taken if not name.startswith(DECLARATIONS)} == READ_BY_US
    assert all(name in sentence and sentence.endswith(".") for name, sentence in refused.items())


@pytest.mark.parametrize("ending", ["xml", "json", "parquet", "txt", "xsd", "ttl", "md"])
def test_a_message_of_another_kind_leaves_nothing_behind(ending, real_data, tmp_path, capsys):
    path = min(real_data.joinpath("messages").rglob(f"*.{ending}"), key=lambda file: file.stat().st_size)

    done = cleared(capsys, tmp_path / "out", path)

    assert done.code == UnusableInput.exit_code
    assert "Traceback" not in done.told
    assert beside(done.target) == []


@pytest.fixture(scope="module")
def day(tmp_path_factory):
    """A made-up day with harmless dirt and true faults, in all three forms."""
    folder = tmp_path_factory.mktemp("day")
    return {form: write_sample(folder, 800, 7, "EU", DAY, form=form) for form in ("csv", "ndjson", "parquet")}


@pytest.mark.parametrize("form", ["csv", "ndjson", "parquet"])
def test_the_rows_of_a_made_up_day_add_up_in_every_form(form, day, tmp_path, capsys):
    done = cleared(capsys, tmp_path / "out", day[form])

    records = pl.read_parquet(day[form]).height if form == "parquet" else lines_of(day[form])
    assert_rows_add_up(done, records)


@pytest.mark.parametrize("form", ["ndjson", "parquet"])
def test_every_form_of_a_day_has_the_same_fates(form, day, tmp_path, capsys):
    first = cleared(capsys, tmp_path / "csv", day["csv"])
    second = cleared(capsys, tmp_path / form, day[form])

    assert second.accepted == first.accepted
    assert second.receipt["rows"]["accepted"] == first.receipt["rows"]["accepted"]


def test_rows_in_any_order_have_the_same_fates(day, tmp_path, capsys):
    header, *rows = day["csv"].read_text(encoding="utf-8").splitlines()
    random.Random(3).shuffle(rows)
    shuffled = written(tmp_path, "\n".join((header, *rows)), "shuffled.csv")

    first = cleared(capsys, tmp_path / "first", day["csv"])
    second = cleared(capsys, tmp_path / "second", shuffled, more=("--chunk-rows", "97"))

    assert_rows_add_up(second, len(rows))
    assert second.receipt["consignments"] == first.receipt["consignments"]
    assert second.receipt["rows"] == first.receipt["rows"]
    assert second.accepted == first.accepted


def test_a_file_with_every_row_twice_has_as_many_duplicates_as_filings(tmp_path, capsys):
    rows = [a_row(consignment_id=f"B{number}") for number in range(50)]

    done = cleared(capsys, tmp_path / "out", written(tmp_path, a_list(*rows, *rows)))

    filings = assert_rows_add_up(done, 100)
    assert filings == {"rows_in": 100, "accepted": 50, "quarantined": 0, "duplicates": 50, "refused": 0}
    assert done.table("duplicates").row(0) == ("list.csv", 51, "B0", "list.csv", 1)


def test_one_list_sent_as_two_files_is_taken_once(tmp_path, capsys):
    first, second = (
        written(tmp_path, a_list(a_row(), a_row(consignment_id="A2")), name) for name in ("a.csv", "b.csv")
    )

    done = cleared(capsys, tmp_path / "out", first, second)

    filings = assert_rows_add_up(done, 4)
    assert (filings["accepted"], filings["duplicates"]) == (2, 2)
    assert done.table("duplicates")["of_file"].to_list() == ["a.csv", "a.csv"]


def test_a_filing_told_in_two_ways_is_taken_in_none(tmp_path, capsys):
    rows = [a_row(), a_row(item_value_amount="99"), a_row(consignment_id="A2")]

    done = cleared(capsys, tmp_path / "out", written(tmp_path, a_list(*rows)))

    assert_rows_add_up(done, 3)
    assert done.accepted == ["A2"]
    assert done.quarantine == [(1, "DUP-01", "consignment_id"), (2, "DUP-01", "consignment_id")]


def test_half_a_filing_is_never_accepted(tmp_path, capsys):
    rows = [
        a_row(),
        a_row(consignment_id="A2"),
        a_row(item_no="2", gross_mass_kg="heavy"),
        a_row(item_no="3") + ",more",
    ]

    done = cleared(capsys, tmp_path / "out", written(tmp_path, a_list(*rows)))

    filings = assert_rows_add_up(done, 4)
    assert done.accepted == ["A2"]
    assert filings["quarantined"] == 1
    assert [(position, code) for position, code, _ in done.quarantine] == [(1, "ROW-90"), (3, "NUM-04"), (4, "ROW-01")]


def test_rows_that_name_no_filing_are_each_told(tmp_path, capsys):
    rows = [a_row(), a_row(consignment_id=""), a_row(consignment_id=" ", item_no="2")]

    done = cleared(capsys, tmp_path / "out", written(tmp_path, a_list(*rows)))

    assert_rows_add_up(done, 3)
    assert [code for _, code, _ in done.quarantine] == ["KEY-01", "KEY-01"]


def test_packed_and_plain_files_of_a_folder_add_up_together(tmp_path, capsys):
    plain = a_list(a_row(), a_row(consignment_id="A2"))
    other = a_list(a_row(consignment_id="C1"), a_row(consignment_id="C1", item_no="2"))
    sink = io.BytesIO()
    with zipfile.ZipFile(sink, "w") as archive:
        archive.writestr("d.csv", a_list(a_row(consignment_id="D1")))
        archive.writestr("e.csv", a_list(a_row(consignment_id="E1", gross_mass_kg="-1")))
    contents = {
        "a.csv": plain,
        "b/a.csv": plain,
        "c.csv.gz": gzip.compress(other.encode()),
        "f.zip": sink.getvalue(),
        "truth.csv": "x",
    }
    for name, content in contents.items():
        written(tmp_path, content, f"in/{name}")

    done = cleared(capsys, tmp_path / "out", tmp_path / "in")

    filings = assert_rows_add_up(done, 8)
    assert done.accepted == ["A1", "A2", "C1", "D1"]
    assert filings == {"rows_in": 7, "accepted": 4, "quarantined": 1, "duplicates": 2, "refused": 0}
