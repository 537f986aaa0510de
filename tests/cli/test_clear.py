"""Clearing through the door: figures that add up, refusals in one sentence, nothing done twice."""

import io
import json
import re
import sys

import polars as pl
import pytest

from tests.builders_runs import hashes_of
from tidewaiter.cli.movements import movement_lines


def order(parcels, to, *more):
    return ["clear", parcels, "--as", "EU/DE", "--on", "2026-10-20", "--to", to, *more]


def test_the_summary_says_how_the_filings_add_up(say, parcels, tmp_path):
    code, told, _ = say(*order(parcels, tmp_path / "out"))

    assert code == 0
    assert "EU/DE, 2026-10-20" in told
    assert [line.strip() for line in told.splitlines()[3:8]] == [
        "5 filings came in", "= 3 accepted (3 goods items)", "+ 1 quarantined", "+ 1 duplicates", "+ 0 refused",
    ]  # fmt: skip


def test_the_summary_shows_decisions_money_findings_and_where_to_look(say, parcels, tmp_path):
    to = tmp_path / "out"

    _, told, _ = say(*order(parcels, to))

    assert re.search(r"hold +2 +66\.7 %  █{16}\n", told)
    assert "duty  definitive" in told
    assert "due at the border EUR" in told
    assert "EU-01   ask     IOSS above its limit" in told
    assert "NUM-01          1  item_value_amount is no number." in told
    assert "first: list.csv, row 2" in told
    assert f"tidewaiter explain {to} A" in told
    assert str(to / "quarantine.csv") in told


def test_findings_that_stop_a_parcel_stand_before_notes(say, parcels, tmp_path):
    _, told, _ = say(*order(parcels, tmp_path / "out"))

    findings = told.split("Findings, strongest first\n")[1].split("\n\n")[0]
    ranks = [("refuse", "hold", "ask", "note").index(line.split()[1]) for line in findings.splitlines() if "  " in line]
    assert ranks == sorted(ranks)
    assert len(ranks) > 1


def test_json_is_the_summary_and_nothing_else(say, parcels, tmp_path):
    to = tmp_path / "out"

    code, told, _ = say(*order(parcels, to, "--json"))

    assert code == 0
    assert json.loads(told) == json.loads((to / "summary.json").read_text(encoding="utf-8"))


def test_strict_answers_one_where_a_row_was_quarantined(say, parcels, tmp_path):
    assert say(*order(parcels, tmp_path / "out", "--strict"))[0] == 1


def test_strict_answers_nought_where_every_row_was_taken(say, parcels, tmp_path):
    sound = tmp_path / "list.csv"
    sound.write_text("".join(parcels.read_text(encoding="utf-8").splitlines(keepends=True)[:2]), encoding="utf-8")

    assert say(*order(sound, tmp_path / "out", "--strict"))[0] == 0


def test_the_same_order_again_changes_nothing_and_says_so(say, parcels, tmp_path):
    to = tmp_path / "out"
    say(*order(parcels, to))
    before = hashes_of(to)

    code, told, _ = say(*order(parcels, to))

    assert code == 0
    assert "This very run was there already" in told
    assert hashes_of(to) == before


@pytest.mark.parametrize(
    ("more", "answer"),
    [(("--chunk-rows", "64"), 0), (("--on", "2026-10-21"), 2), (("--as", "EU"), 2), (("--format", "tidewaiter"), 2)],
)
def test_only_what_decides_the_answer_makes_another_order(say, parcels, tmp_path, more, answer):
    to = tmp_path / "out"
    words = order(parcels, to)
    say(*words)
    named = {words[at]: words[at + 1] for at in range(2, len(words), 2)} | {more[0]: more[1]}

    code, _, error = say("clear", parcels, *(word for pair in named.items() for word in pair))

    assert code == answer
    assert ("[TW-101]" in error) is (answer == 2)


def test_the_run_that_is_written_is_no_history_of_its_own(say, parcels, tmp_path):
    say(*order(parcels, tmp_path / "runs" / "first"))
    words = order(parcels, tmp_path / "runs" / "second", "--history", tmp_path / "runs")
    _, told, _ = say(*words)

    code, again, _ = say(*words)

    assert "+ 4 duplicates" in told
    assert code == 0
    assert "This very run was there already" in again


def test_what_comes_in_is_read_like_a_file(say, parcels, tmp_path, monkeypatch):
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(parcels.read_bytes())))

    code, told, _ = say(*order("-", tmp_path / "out"))

    assert code == 0
    assert "first: stdin, row 2" in told


def test_a_file_with_a_head_only_is_cleared_to_nothing(say, parcels, tmp_path):
    empty = tmp_path / "empty.csv"
    empty.write_text(parcels.read_text(encoding="utf-8").splitlines()[0] + "\n", encoding="utf-8")

    code, told, _ = say(*order(empty, tmp_path / "out"))

    assert code == 0
    assert "0 filings came in" in told
    assert "tidewaiter explain" not in told


def test_files_of_a_folder_that_are_not_read_are_named(say, parcels, tmp_path):
    folder = tmp_path / "in"
    folder.mkdir()
    (folder / "list.csv").write_bytes(parcels.read_bytes())
    (folder / "notes.pdf").write_bytes(b"%PDF")

    _, told, _ = say(*order(folder, tmp_path / "out"))

    assert "Not read: 1 file beside them (notes.pdf)." in told


@pytest.mark.parametrize(
    ("words", "code", "sentence"),
    [
        (("--as", "ZZ"), 2, "No jurisdiction is called 'ZZ'. There are: AU, CA, CH, EU, GB, NZ, US;"),
        (("--as", "EU/GB"), 2, "'GB' is no place of EU. There are: "),
        (("--on", "20.10.2026"), 2, "'20.10.2026' is no day. Write it like 2026-10-20"),
        (("--chunk-rows", "0"), 2, "64 or more, not 0"),
        (("--chunk-rows", "63"), 2, "64 or more, not 63"),
        (("--threads", "0"), 2, "--threads is 1 to 1,024, not 0"),
        (("--threads", "1025"), 2, "--threads is 1 to 1,024, not 1,025"),
        (("--threads", "1.5"), 2, "--threads is a whole number of at most 18 digits, not '1.5'"),
        (("--threads", "9" * 40), 2, "--threads is a whole number of at most 18 digits, not '999"),
        (("--chunk-rows", "2.5"), 2, "--chunk-rows is a whole number of at most 18 digits, not '2.5'"),
        (("--format", "courier_flat"), 3, "list.csv is not in the format 'courier_flat': it has no column that names"),
        (("--format", "nobody"), 3, "There is no format 'nobody'."),
        (("--packs", "nowhere"), 2, "There is no folder nowhere to take packs from."),
        (("--history", "nowhere"), 2, "nowhere holds no earlier run of EU."),
    ],
)
def test_what_cannot_be_meant_is_refused_in_a_sentence_and_nothing_is_left(
    say, parcels, tmp_path, words, code, sentence
):
    to = tmp_path / "out"
    said = {"--as": "EU", "--on": "2026-10-20", words[0]: words[1]}

    answer, told, error = say("clear", parcels, "--to", to, *(word for pair in said.items() for word in pair))

    assert (answer, told) == (code, "")
    assert sentence in error
    assert error.startswith("tidewaiter: ")
    assert error.count("\n") == 1
    assert not to.exists()


def test_a_jurisdiction_may_be_written_in_small_letters(say, parcels, tmp_path):
    _, told, _ = say("clear", parcels, "--as", "eu/de", "--on", "2026-10-20", "--to", tmp_path / "out")

    assert "EU/DE, 2026-10-20" in told


def test_standard_input_named_twice_is_refused(say, tmp_path):
    code, _, error = say("clear", "-", "-", "--as", "EU", "--on", "2026-10-20", "--to", tmp_path / "out")

    assert (code, "can be read once only" in error) == (2, True)


@pytest.mark.parametrize("kind", ["csv", "ndjson", "parquet"])
def test_a_file_that_is_not_in_the_format_asked_for_is_refused_whole(say, parcels, tmp_path, kind):
    rows, file = pl.read_csv(parcels, infer_schema=False), tmp_path / f"list.{kind}"
    getattr(rows, f"write_{kind}")(file)

    code, told, error = say(*order(file, tmp_path / "out", "--format", "courier_flat"))

    assert (code, told) == (3, "")
    assert "is not in the format 'courier_flat': it has no column that names the filing (there id)" in error
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(
    ("name", "words"),
    [("history.parquet", "no parquet"), ("receipt.json", '{"run": '), ("receipt.json", "{}"), ("receipt.json", "[]")],
)
def test_a_damaged_earlier_run_is_refused_by_the_name_of_its_file(say, parcels, tmp_path, name, words):
    say(*order(parcels, tmp_path / "first"))
    (tmp_path / "first" / name).write_text(words, encoding="utf-8")

    code, _, error = say(*order(parcels, tmp_path / "out", "--history", tmp_path / "first"))

    assert (code, error.count("\n")) == (3, 1)
    assert f"{tmp_path / 'first' / name} is damaged" in error


@pytest.mark.parametrize(
    ("name", "words", "answer"),
    [
        ("receipt.json", '{"run": ', 2),
        ("receipt.json", "[]", 2),
        ("summary.json", '{"titles', 3),
        ("summary.json", "[]", 3),
    ],
)
def test_a_damaged_folder_is_not_taken_for_the_run_and_its_file_is_named(say, parcels, tmp_path, name, words, answer):
    to = tmp_path / "out"
    say(*order(parcels, to))
    (to / name).write_text(words, encoding="utf-8")

    code, _, error = say(*order(parcels, to))

    assert (code, error.count("\n")) == (answer, 1)
    assert str(to / name) in error


def test_a_folder_that_cannot_be_made_is_no_matter_of_space(say, parcels):
    code, _, error = say(*order(parcels, "/proc/nowhere/out"))

    assert code == 4
    assert "Nothing was left behind. There is no such folder and none can be made there" in error
    assert "space" not in error


def test_events_among_the_filings_are_named_for_what_they_are(say, parcels, tmp_path):
    events = tmp_path / "events.csv"
    events.write_text("parcel_id,event,at\nP1,arrived,2026-10-20T08:00:00Z\n", encoding="utf-8")

    code, _, told = say("clear", parcels, events, "--as", "EU", "--on", "2026-10-20", "--to", tmp_path / "out")

    assert code != 0
    assert "events.csv holds movement events, no filings. Name it with --events" in told


def test_events_of_few_parcels_are_told_as_the_reason_why_most_wait():
    events = {"in": 1, "taken": 1, "duplicates": 0, "quarantined": 0, "later": 0}
    moved = {"events": events, "horizon": None, "verdicts": {"expected": 4}, "parcels": 4}

    most, half = (
        "\n".join(
            movement_lines({
                "movements": moved, "pending_on": {"arrival": waiting}, "consignments": {"accepted": 4},
            })
        )
        for waiting in (3, 2)
    )  # fmt: skip

    assert "3 filings wait for a parcel that no event shows here yet." in most
    assert "without --events" not in half
