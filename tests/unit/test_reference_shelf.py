"""Shelves: editions that never change, a list of those in use, nothing half written."""

import fcntl
from datetime import date

import polars as pl
import pytest

from tidewaiter.model.errors import EnvironmentFault, UnusableInput, WrongUse
from tidewaiter.reference.shelf import Manifest, Shelf, differences, listing
from tidewaiter.reference.staging import locked, staged_folder

ROWS = pl.DataFrame({"commodity_code": ["610910"], "rate_text": ["16.5%"]})


def a_manifest(edition="one", valid_from=date(2026, 1, 1), source="aa"):
    return Manifest(
        shelf="us-hts",
        edition=edition,
        title=f"Edition {edition}",
        origin="an office",
        licence="public domain",
        sources={"file.csv": source},
        rows=1,
        unresolved=0,
        valid_from=valid_from,
        imported_from="file.csv",
    )


@pytest.fixture
def shelf(tmp_path):
    return Shelf(tmp_path, "us-hts")


def test_an_empty_shelf_makes_nothing_on_disk(shelf, tmp_path):
    assert shelf.editions() == []
    assert shelf.in_use() == []
    assert list(tmp_path.iterdir()) == []


def test_an_edition_comes_back_as_it_was_put(shelf):
    made = shelf.put(ROWS, a_manifest())

    assert shelf.read("one").equals(ROWS)
    assert (made.edition, made.rows, len(made.content)) == ("one", 1, 64)
    assert shelf.manifest("one") == made


def test_an_edition_is_in_use_only_once_it_is_activated(shelf):
    shelf.put(ROWS, a_manifest())

    assert shelf.in_use() == []
    assert shelf.activate("one") == ()
    assert [edition.edition for edition in shelf.in_use()] == ["one"]


def test_an_edition_with_the_same_start_replaces_the_one_in_use(shelf):
    for name in ("one", "two"):
        shelf.put(ROWS, a_manifest(name, source=name))
    shelf.activate("one")

    assert shelf.activate("two") == ("one",)
    assert [edition.edition for edition in shelf.in_use()] == ["two"]
    assert [edition.edition for edition in shelf.editions()] == ["one", "two"]


def test_editions_stand_in_the_order_of_their_start_and_one_without_a_start_first(shelf):
    for name, start in (("late", date(2026, 7, 1)), ("none", None), ("early", date(2025, 7, 1))):
        shelf.put(ROWS, a_manifest(name, start))
        shelf.activate(name)

    assert [edition.edition for edition in shelf.in_use()] == ["none", "early", "late"]


def test_a_withdrawn_edition_stays_on_the_shelf(shelf):
    shelf.put(ROWS, a_manifest())
    shelf.activate("one")

    shelf.withdraw("one")

    assert shelf.in_use() == []
    assert [edition.edition for edition in shelf.editions()] == ["one"]


def test_the_same_edition_put_again_stays_as_it_is(shelf):
    first = shelf.put(ROWS, a_manifest())

    again = shelf.put(ROWS.clear(), a_manifest())

    assert again == first
    assert shelf.read("one").height == 1


def test_another_source_under_a_name_that_is_taken_is_refused(shelf):
    shelf.put(ROWS, a_manifest())

    with pytest.raises(WrongUse, match="editions never change"):
        shelf.put(ROWS, a_manifest(source="bb"))


def test_the_same_source_from_another_day_has_another_hash():
    assert a_manifest().hash == a_manifest("other name").hash
    assert a_manifest().hash != a_manifest(valid_from=date(2026, 1, 2)).hash
    assert a_manifest().hash != a_manifest(source="bb").hash


def test_an_edition_that_is_not_there_is_named(shelf):
    with pytest.raises(WrongUse, match="no edition 'two'"):
        shelf.activate("two")


def test_rows_that_were_changed_on_disk_are_not_read(shelf):
    shelf.put(ROWS, a_manifest())
    ROWS.clear().write_parquet(shelf.folder / "one" / "data.parquet")

    with pytest.raises(UnusableInput, match="not what was imported"):
        shelf.read("one")


def test_a_damaged_manifest_says_what_to_do(shelf):
    shelf.put(ROWS, a_manifest())
    (shelf.folder / "one" / "manifest.json").write_text("{", encoding="utf-8")

    with pytest.raises(UnusableInput, match="import the file again"):
        shelf.manifest("one")


@pytest.mark.parametrize("name", ["", "..", "a/b", "Über", ".hidden", "-x"])
def test_a_name_that_is_no_plain_folder_name_is_refused(name, tmp_path, shelf):
    with pytest.raises(WrongUse):
        Shelf(tmp_path, name)
    with pytest.raises(WrongUse):
        shelf.put(ROWS, a_manifest(name))


def test_the_listing_tells_of_every_shelf_what_is_in_use(tmp_path, shelf):
    shelf.put(ROWS, a_manifest())
    shelf.put(ROWS, a_manifest("two", date(2026, 7, 1)))
    shelf.activate("two")

    told = listing(tmp_path).select("shelf", "edition", "valid_from", "in_use").rows()

    assert told == [("us-hts", "one", date(2026, 1, 1), False), ("us-hts", "two", date(2026, 7, 1), True)]


def test_the_listing_of_a_home_without_shelves_is_empty(tmp_path):
    assert listing(tmp_path).height == 0


def test_differences_name_what_was_added_removed_and_changed():
    old = pl.DataFrame({"code": ["1", "2", "3", "4"], "rate": ["5%", "6%", None, "7%"]})
    new = pl.DataFrame({"code": ["2", "3", "4", "5"], "rate": ["6%", "8%", None, None]})

    assert differences(old, new, "code", "rate").rows() == [
        ("1", "removed", "5%", None),
        ("3", "changed", None, "8%"),
        ("4", "changed", "7%", None),
        ("5", "added", None, None),
    ]


def fill_and_stop(folder):
    with locked(folder), staged_folder(folder / "edition") as staging:
        (staging / "data").write_text("half", encoding="utf-8")
        raise ValueError("stopped")


def test_a_folder_whose_filling_failed_leaves_nothing(tmp_path):
    with pytest.raises(ValueError, match="stopped"):
        fill_and_stop(tmp_path)

    assert [path.name for path in tmp_path.iterdir()] == [".lock"]


def test_what_a_killed_writer_left_is_cleared_away_by_the_next(shelf):
    left = shelf.folder / ".staging-abc"
    left.mkdir(parents=True)
    (left / "data.parquet").write_bytes(b"half")
    (shelf.folder / ".staging-current").write_text("half", encoding="utf-8")

    shelf.put(ROWS, a_manifest())

    assert sorted(path.name for path in shelf.folder.iterdir()) == [".lock", "one"]


def test_a_shelf_is_held_by_one_writer_at_a_time(tmp_path):
    with locked(tmp_path), (tmp_path / ".lock").open("w") as other, pytest.raises(BlockingIOError):
        fcntl.flock(other, fcntl.LOCK_EX | fcntl.LOCK_NB)


def test_a_home_that_cannot_be_written_says_so(tmp_path):
    (tmp_path / "reference").write_text("a file", encoding="utf-8")

    with pytest.raises(EnvironmentFault, match="Nothing was changed"):
        Shelf(tmp_path, "us-hts").put(ROWS, a_manifest())
