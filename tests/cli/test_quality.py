"""``tidewaiter quality``: whose data is how good, over the runs it is given."""

import json

import polars as pl


def test_every_row_that_came_in_counts_with_a_filer(say, out):
    counts = json.loads((out / "receipt.json").read_text())["consignments"]

    code, told, _ = say("quality", out, "--json")

    found = json.loads(told)
    assert code == 0
    assert found["filings"] == counts["accepted"] + counts["quarantined"]
    assert sum(row["filings"] for row in found["filers"]) == found["filings"]


def test_faults_are_told_with_filings_and_words(say, out):
    _, told, _ = say("quality", out, "--json")

    faults = json.loads(told)["faults"]

    assert faults
    named = set(pl.read_parquet(out / "findings.parquet")["consignment_id"])
    for fault in faults:
        assert fault["dimension"]
        for example in fault["examples"]:
            assert example["sentence"]
            assert fault["title"] is None or example["consignment_id"] in named


def test_one_filer_is_shown_with_its_days(say, out):
    _, told, _ = say("quality", out, "--json")
    filer = json.loads(told)["filers"][0]["filer"] or "none"

    code, words, _ = say("quality", out, "--filer", filer)

    assert code == 0
    assert "By day" in words


def test_a_stranger_is_told_as_one(say, out):
    code, _, fault = say("quality", out, "--filer", "NOBODY")

    assert code == 2
    assert "No filing is of NOBODY" in fault


def test_a_folder_without_a_run_is_wrong_use(say, tmp_path):
    code, _, fault = say("quality", tmp_path)

    assert code == 2
    assert "holds no finished run" in fault


def test_two_runs_are_counted_together(say, out):
    _, one, _ = say("quality", out, "--json")
    _, both, _ = say("quality", out, out, "--json")

    assert json.loads(both)["filings"] == 2 * json.loads(one)["filings"]
