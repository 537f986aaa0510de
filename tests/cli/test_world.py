import json

import polars as pl
import pytest

from tidewaiter.cli import main

ORDER = ["world", "--parcels", "300", "--weeks", "1", "--seed", "3"]


def test_the_command_says_what_lies_where(tmp_path, capsys):
    code = main([*ORDER, "--to", str(tmp_path / "made")])

    told = capsys.readouterr().out
    assert code == 0
    assert "300 parcels" in told
    assert "2026-08-03" in told
    for name in ("messages", "events.csv", "truth.parquet"):
        assert (tmp_path / "made" / name).exists()
        assert name in told


def test_a_second_run_changes_nothing_and_another_world_in_its_place_is_refused(tmp_path, capsys):
    main([*ORDER, "--to", str(tmp_path / "made")])

    again = main([*ORDER, "--to", str(tmp_path / "made")])
    told = capsys.readouterr().out
    other = main(["world", "--parcels", "301", "--weeks", "1", "--seed", "3", "--to", str(tmp_path / "made")])

    assert (again, other) == (0, 2)
    assert "nothing was changed" in told
    assert "TW-101" in capsys.readouterr().err


def test_a_folder_that_holds_something_else_is_refused_and_an_empty_one_is_taken(tmp_path, capsys):
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "mine.txt").write_text("mine")
    (tmp_path / "empty").mkdir()

    assert main([*ORDER, "--to", str(tmp_path / "full")]) == 2
    assert main([*ORDER, "--to", str(tmp_path / "empty")]) == 0
    assert [path.name for path in (tmp_path / "full").iterdir()] == ["mine.txt"]


def test_the_day_and_the_sheet_are_ones_own(tmp_path, capsys):
    (tmp_path / "sheet.toml").write_text("[schemes]\nshare = 0\n")

    sheet, made = str(tmp_path / "sheet.toml"), str(tmp_path / "made")

    code = main([*ORDER, "--on", "2026-09-07", "--as", "GB", "--sheet", sheet, "--json", "--to", made])

    told = json.loads(capsys.readouterr().out)
    assert code == 0
    assert (told["as"], told["begins"], told["was_there"]) == ("GB", "2026-09-07", False)
    assert (tmp_path / "made" / "messages" / "harbour_post-2026-09-07.csv").exists()
    assert not pl.read_parquet(tmp_path / "made" / "truth.parquet")["is_illicit"].any()


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["--parcels", "0"], "--parcels is 1 to"),
        (["--weeks", "0"], "--weeks is 1 to"),
        (["--seed", "-1"], "--seed is 0 or more"),
        (["--as", "CH"], "--as is EU, GB, US"),
        (["--on", "7.9.2026"], "--on is a day like"),
        (["--on", "9999-12-30"], "--on lies in"),
        (["--on", "0001-01-01"], "--on lies in"),
        (["--sheet", "nowhere.toml"], "cannot be read"),
    ],
)
def test_what_cannot_be_is_refused_before_anything_is_written(tmp_path, capsys, words, told):
    plain = dict(zip(ORDER[1::2], ORDER[2::2], strict=True)) | dict([words])

    code = main(["world", *(word for pair in plain.items() for word in pair), "--to", str(tmp_path / "made")])

    assert code == 2
    assert told in capsys.readouterr().err
    assert not list(tmp_path.iterdir())
