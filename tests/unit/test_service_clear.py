"""What makes one order of clearance another: packs by their content, history by its receipts."""

import json
from datetime import UTC, datetime

import pytest

from tests.builders_runs import a_list, a_row, written
from tidewaiter.model.errors import OutputInUse, WrongUse
from tidewaiter.service.clear import clear_files, jurisdiction_of, moment_of

SHEET = """
name = "harbour_list"
title = "Harbour Couriers, daily list"
[columns]
ref = ["consignment_id", "parcel_id"]
land = ["destination_country", "consignee_country"]
what = "item_description"
val = "item_value_amount"
cur = "item_value_currency"
"""
LIST = "ref,land,what,val,cur\nH-1,FR,wooden toy train,19.90,EUR\n"


def packs_in(folder, sheet=SHEET):
    written(folder, sheet, "formats/harbour_list/sheet.toml")
    return folder


def run_of(folder):
    return json.loads((folder / "receipt.json").read_text(encoding="utf-8"))["run"]


def test_a_sheet_from_a_folder_outside_reads_its_senders_file(tmp_path):
    parcels = written(tmp_path, LIST)

    done = clear_files(
        [str(parcels)], "EU", tmp_path / "out", on="2026-10-20", packs=packs_in(tmp_path / "mine"), home=tmp_path
    )

    assert done.summary["consignments"]["accepted"] == 1
    assert "format harbour_list" in done.summary["editions"]


def test_packs_with_other_content_make_another_order(tmp_path):
    parcels, mine = written(tmp_path, LIST), packs_in(tmp_path / "mine")
    clear_files([str(parcels)], "EU", tmp_path / "out", on="2026-10-20", packs=mine, home=tmp_path)
    written(mine, "remarks of the author", "formats/harbour_list/README.md")

    with pytest.raises(OutputInUse):
        clear_files([str(parcels)], "EU", tmp_path / "out", on="2026-10-20", packs=mine, home=tmp_path)


def test_the_order_names_its_jurisdiction_day_and_office_but_not_its_chunks(tmp_path):
    parcels = written(tmp_path, a_list(a_row()))

    clear_files([str(parcels)], "EU/DE", tmp_path / "out", on="2026-10-20", chunk_rows=7, home=tmp_path)

    run = run_of(tmp_path / "out")
    assert (run["jurisdiction"], run["on"], run["history"], run["packs"]) == ("EU/DE", "2026-10-20", [], None)
    assert 7 not in run.values()


def test_history_counts_by_its_receipts(tmp_path):
    parcels = written(tmp_path, a_list(a_row()))
    clear_files([str(parcels)], "EU", tmp_path / "first", on="2026-10-20", home=tmp_path)

    done = clear_files(
        [str(parcels)], "EU", tmp_path / "second", on="2026-10-21", history=tmp_path / "first", home=tmp_path
    )

    assert done.summary["consignments"]["duplicates"] == 1
    assert len(run_of(tmp_path / "second")["history"]) == 1


def test_a_run_that_is_there_already_says_so(tmp_path):
    parcels = written(tmp_path, a_list(a_row()))

    told = [
        clear_files([str(parcels)], "EU", tmp_path / "out", on="2026-10-20", home=tmp_path).was_there for _ in range(2)
    ]

    assert told == [False, True]


def test_the_office_is_the_part_after_the_stroke():
    law, office = jurisdiction_of("EU/GR")

    assert (law.code, office) == ("EU", "GR")
    assert jurisdiction_of("GB")[1] is None


@pytest.mark.parametrize("name", ["", "XX", "UK", "EU/UK"])
def test_a_jurisdiction_that_is_not_there_is_wrong_use(name):
    with pytest.raises(WrongUse, match="There are: "):
        jurisdiction_of(name)


def test_a_day_begins_at_midnight_of_utc():
    assert moment_of("2026-10-20") == datetime(2026, 10, 20, tzinfo=UTC)


@pytest.mark.parametrize("word", ["accepted", "arrival"])
def test_each_filing_may_give_its_own_moment(word):
    assert moment_of(word) == word


@pytest.mark.parametrize("text", ["", "today", "2026-13-01", "20.10.2026", "0001-01-01", "1989-12-31", "2101-01-01"])
def test_what_is_no_day_is_wrong_use(text):
    with pytest.raises(WrongUse, match="is no day"):
        moment_of(text)
