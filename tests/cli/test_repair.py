"""``repair list`` and ``repair answer``: a run says what it asks, and an answer is cleared as the next version."""

import json

import polars as pl
import pytest

from tests.builders_runs import a_list, a_row, cleared, written
from tidewaiter.cli.door import main
from tidewaiter.model.columns import BY_DOOR
from tidewaiter.service import discovery
from tidewaiter.service.repairs.questions import PARTIES, party_of, sheet


@pytest.fixture
def run(tmp_path, capsys):
    rows = [
        a_row(consignment_id="A1", item_commodity_code="", gross_mass_kg=""),
        a_row(consignment_id="A2"),
    ]
    assert cleared(capsys, tmp_path / "runs" / "day1", written(tmp_path, a_list(*rows))).code == 0
    return tmp_path / "runs" / "day1"


def said(capsys, *words):
    code = main([*map(str, words), "--json"])
    return code, json.loads(capsys.readouterr().out or "{}")


def test_an_answer_is_cleared_as_the_next_version_and_nothing_else_of_it_changed(run, tmp_path, capsys):
    code, told = said(capsys, "repair", "list", run)
    (one,) = [repair for repair in told["repairs"] if repair["consignment_id"] == "A1"]
    asked = {question["path"]: question["of"] for question in one["questions"]}
    assert code == 0
    assert asked["items.1.commodity_code"] == "seller"

    heavy = {"gross_mass_kg": "5"}
    answers = [f"{ask['path']}={heavy.get(ask['path'], ask['example'])}" for ask in one["questions"]]
    assert said(capsys, "repair", "answer", run, "A1", *answers, "--to", tmp_path / "answers.ndjson")[0] == 0
    done = cleared(capsys, run.parent / "day2", tmp_path / "answers.ndjson", more=("--history", str(run.parent)))

    assert (done.accepted, done.quarantine) == (["A1"], [])
    before = run / "consignments.parquet"
    first = pl.read_parquet(before).filter(pl.col("consignment_id") == "A1").to_dicts()[0]
    second = done.table("consignments").to_dicts()[0]
    assert (first["version"], second["version"], second["function"]) == (1, 2, "amendment")
    assert first["intrinsic_value_minor"] == second["intrinsic_value_minor"]
    assert [one["consignment_id"] for one in said(capsys, "repair", "list", run.parent / "day2")[1]["repairs"]] == []


@pytest.mark.parametrize(
    ("words", "why"),
    [(["A1", "packages=2"], "Asked is"), (["A1"], "Asked is"), (["A9", "nature=gift"], "Nothing is asked"),
     (["A1", "nature"], "is no answer")],
)  # fmt: skip
def test_what_is_no_answer_is_refused_and_nothing_written(run, tmp_path, capsys, words, why):
    assert main(["repair", "answer", str(run), *words, "--to", str(tmp_path / "a.ndjson")]) == 2
    assert why in capsys.readouterr().err
    assert not (tmp_path / "a.ndjson").exists()


def test_a_filing_is_answered_once_in_a_file(run, tmp_path, capsys):
    words = [
        "repair",
        "answer",
        str(run),
        "A1",
        "items.1.commodity_code=6109100010",
        "--to",
        str(tmp_path / "a.ndjson"),
    ]

    assert (main(words), main(words)) == (0, 2)


def test_the_table_of_who_answers_covers_every_field_that_is_asked():
    asked = {finding.pointer for one in discovery.jurisdictions(None).values() for finding in one.findings}

    assert sheet().of_field.keys() <= BY_DOOR.keys()
    assert {*sheet().of_field.values(), *sheet().of_finding.values()} <= set(PARTIES)
    assert [name for name in asked if name in BY_DOOR and name not in sheet().of_field] == []
    assert party_of("GFT-01", "nature") == "seller"
    assert party_of("TXT-01", "consignee_name") == "recipient"


def test_a_file_of_answers_to_referrals_answers_each_filing_and_tells_what_it_cannot_take(run, tmp_path, capsys):
    (one,) = [
        repair for repair in said(capsys, "repair", "list", run)[1]["repairs"] if repair["consignment_id"] == "A1"
    ]
    groups = "".join(
        f"CNI+{number}+{ask['path']}'FTX+ANS+++{'5' if ask['path'] == 'gross_mass_kg' else ask['example']}'"
        for number, ask in enumerate(one["questions"], start=1)
    )
    bodies = [
        f"BGM+:::ANSWER+A1:1+9'{groups}",
        "BGM+:::ANSWER+A1:7+9'CNI+1+nature'FTX+ANS+++gift'",
        "BGM+:::ANSWER+A9+9'CNI+1+nature'FTX+ANS+++gift'",
    ]
    messages = "".join(
        f"UNH+{number}+REFRSP:D:00A:ZZ:TWRR10'{body}UNT+{2 + body.count(chr(39))}+{number}'"
        for number, body in enumerate(bodies, start=1)
    )
    file = written(tmp_path, f"UNB+UNOW:4+XXA+TW+260108:0900+31'{messages}UNZ+3+31'", "answers.edi")

    code, told = said(capsys, "repair", "answer", run, "--from", file, "--to", tmp_path / "answers.ndjson")

    assert (code, told["taken"]) == (1, 1)
    assert [(row["position"], row["fault"][:20]) for row in told["refused"]] == [
        (2, "Version 7 of 'A1' is"), (3, "Nothing is asked of "),
    ]  # fmt: skip
    done = cleared(capsys, run.parent / "day2", tmp_path / "answers.ndjson", more=("--history", str(run.parent)))
    assert (done.accepted, done.quarantine) == (["A1"], [])
    assert done.table("consignments")["version"].to_list() == [2]


def test_a_file_of_answers_goes_with_a_run_and_a_file_to_write(run, tmp_path, capsys):
    assert main(["repair", "answer", str(run), "--from", str(tmp_path / "none.edi")]) == 2
    assert "--to FILE" in capsys.readouterr().err


def test_an_interchange_is_acknowledged_at_the_terminal(tmp_path, capsys):
    file = written(tmp_path, "UNB+UNOW:4+XXA+TW+260108:0900+31'UNH+1+CUSDEC:D:00A:UN'UNT+9+1'UNZ+1+31'", "in.edi")

    assert main(["formats", "acknowledge", str(file), "--to", str(tmp_path / "out.edi")]) == 0
    assert "UCM+1+CUSDEC:D:00A:UN+4+29+UNT'" in (tmp_path / "out.edi").read_text(encoding="utf-8")
    assert main(["formats", "acknowledge", str(file), "--to", str(tmp_path / "out.edi")]) == 2
