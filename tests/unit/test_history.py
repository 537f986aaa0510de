"""What earlier runs accepted is found again by its key and compared by what it says, not by how it was written."""

import json

import polars as pl
import pytest

from tests.builders_reading import written
from tests.builders_runs import a_list, a_row
from tidewaiter.model.errors import WrongUse
from tidewaiter.model.ids import filing_key
from tidewaiter.runners.history import load_history, rows_told_before, told_otherwise
from tidewaiter.runners.landing import hashed, land

A1, A2 = (filing_key("S", "import", name, 1) for name in ("A1", "A2"))


def a_run(folder, *rows, name="list.csv", jurisdiction="EU/DE"):
    """A folder as a finished run leaves it, as far as history looks."""
    folder.mkdir(parents=True)
    text = a_list(*rows)
    [original] = land(hashed([written(folder, text, name)]), folder / "originals")
    (folder / name).unlink()
    source = {"name": name, "sha256": original.sha256, "member": "", "sheet": "tidewaiter"}
    (folder / "receipt.json").write_text(
        json.dumps({"run": {"submitter": "S", "jurisdiction": jurisdiction}, "sources": [source]})
    )
    keys = [filing_key("S", "import", row.split(",")[0], 1) for row in rows]
    told = {"filing_key": keys, "source_file": [name] * len(rows)}
    pl.DataFrame(told).write_parquet(folder / "history.parquet")
    return folder


def before(folder, *keys):
    return rows_told_before(load_history(folder, "EU"), pl.Series("filing_key", keys, dtype=pl.Int64), [])


def test_one_run_is_found_and_so_are_all_below_a_folder(tmp_path):
    first = a_run(tmp_path / "b", a_row())
    a_run(tmp_path / "a", a_row(consignment_id="A2"))

    assert load_history(first, "EU").folders == (first,)
    assert load_history(tmp_path, "EU").rows.select("filing_key", "run_no").rows() == [(A2, 0), (A1, 1)]


def test_runs_of_another_jurisdiction_are_left_alone_and_named_where_there_are_no_others(tmp_path):
    a_run(tmp_path / "a", a_row(), jurisdiction="GB")

    with pytest.raises(WrongUse, match=r"no earlier run of EU \(but of GB\)"):
        load_history(tmp_path, "EU")

    own = a_run(tmp_path / "b", a_row())
    assert load_history(tmp_path, "EU").folders == (own,)


@pytest.mark.parametrize("gone", ["receipt.json", "history.parquet"])
def test_a_folder_of_no_finished_run_is_wrong_use(gone, tmp_path):
    (a_run(tmp_path / "a", a_row()) / gone).unlink()

    with pytest.raises(WrongUse, match="holds no earlier run"):
        load_history(tmp_path, "EU")


def test_only_the_rows_asked_for_are_told_again_with_their_place(tmp_path):
    told, gone = before(a_run(tmp_path / "a", a_row(), a_row(consignment_id="A2")), A2)

    assert told.select("filing_key", "of_file", "of_position").rows() == [(A2, "list.csv", 2)]
    assert gone.is_empty()


def test_a_key_whose_original_is_gone_is_named(tmp_path):
    run = a_run(tmp_path / "a", a_row())
    for original in (run / "originals").iterdir():
        original.unlink()

    told, gone = before(run, A1)

    assert told.is_empty()
    assert gone.to_list() == [A1]


def test_nothing_asked_is_nothing_read(tmp_path):
    told, gone = before(a_run(tmp_path / "a", a_row()), 7)

    assert (told.height, gone.len()) == (0, 0)


@pytest.mark.parametrize(
    ("now", "is_other"),
    [
        ([a_row()], False),
        ([a_row(item_value_amount="12.5")], False),
        ([a_row(), a_row()], False),
        ([a_row(item_value_amount="12.51")], True),
        ([a_row(consignee_name="ANNA BERG")], True),
        ([a_row(), a_row(item_no="2")], True),
    ],
)
def test_another_telling_says_something_else_and_another_writing_does_not(now, is_other, tmp_path):
    first, _ = before(a_run(tmp_path / "a", a_row()), A1)
    second, _ = before(a_run(tmp_path / "b", *now), A1)

    assert told_otherwise(second, first).to_list() == ([A1] if is_other else [])
    assert told_otherwise(first, second).to_list() == ([A1] if is_other else [])


def test_a_run_that_knew_no_marks_stands_beside_one_that_did_and_has_marked_nothing(tmp_path):
    a_run(tmp_path / "a", a_row())
    marked = a_run(tmp_path / "b", a_row(consignment_id="A2")) / "history.parquet"
    pl.read_parquet(marked).select(pl.lit(value=True).alias("mark_val_92"), pl.all()).write_parquet(marked)

    rows = load_history(tmp_path, "EU").rows

    assert rows.select("filing_key", "mark_val_92").rows() == [(A1, False), (A2, True)]
