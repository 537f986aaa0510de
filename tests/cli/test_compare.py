"""Another system's outcomes beside ours: what agrees, what differs and by how much, which hits we would have had."""

import json
import shutil

import polars as pl
import pytest


def theirs(folder, text):
    path = folder / "theirs.csv"
    path.write_text(text, encoding="utf-8")
    return path


def compared(say, out, path):
    code, told, _ = say("compare", out, path, "--json")
    return code, json.loads(told)


def test_equal_outcomes_agree_and_answer_nought(say, out, tmp_path):
    ours = pl.read_parquet(out / "consignments.parquet").select("consignment_id", "decision", "route")
    path = tmp_path / "theirs.parquet"
    ours.write_parquet(path)

    code, told = compared(say, out, path)

    assert code == 0
    assert told["both"] == 3
    assert [told["answers"][name]["agree"] for name in ("decision", "route")] == [3, 3]


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_the_delimiter_is_found_by_looking_at_the_head(say, out, tmp_path, delimiter):
    path = theirs(tmp_path, "consignment_id,decision\nA1,hold\n".replace(",", delimiter))

    _, told = compared(say, out, path)

    assert told["answers"]["decision"]["pairs"] == [{"ours": "release", "theirs": "hold", "filings": 1}]


def test_an_answer_that_differs_answers_one_and_stands_in_the_table(say, out, tmp_path):
    code, told, _ = say("compare", out, theirs(tmp_path, "Consignment_ID,Route\nA1,Document check\n"))

    assert code == 1
    assert "0 of 1 agree (0.0 %)" in told
    assert "release  document check        1  differs" in told


@pytest.mark.parametrize(("amount", "minor"), [("3.00", 300), ("3", 300), ("4.5", 450), ("0", 0), ("3.000000", 300)])
def test_an_amount_is_read_exactly(say, out, tmp_path, amount, minor):
    _, told = compared(say, out, theirs(tmp_path, f"consignment_id;duty\nA1;{amount}\n"))

    assert told["amounts"]["duty"]["difference_minor"] == minor - 300
    assert told["amounts"]["duty"]["agree"] == (minor == 300)


@pytest.mark.parametrize("amount", ["x", "3.005", "1e2", "1,234.50", "NaN", "3,00"])
def test_an_amount_that_cannot_be_read_is_counted_and_never_guessed(say, out, tmp_path, amount):
    _, told = compared(say, out, theirs(tmp_path, f"consignment_id;duty\nA1;{amount}\n"))

    assert told["amounts"]["duty"]["unreadable"] == 1
    assert told["amounts"]["duty"]["compared"] == 0


def test_the_largest_difference_stands_first(say, out, tmp_path):
    _, told = compared(say, out, theirs(tmp_path, "consignment_id,duty\nA1,3.01\nA4,9.00\n"))

    assert [row["consignment_id"] for row in told["amounts"]["duty"]["largest"]] == ["A4", "A1"]
    assert told["amounts"]["duty"]["largest"][1] == {
        "consignment_id": "A1",
        "ours": 300,
        "theirs": 301,
        "difference": 1,
    }


def test_money_is_shown_with_its_currency(say, out, tmp_path):
    _, told, _ = say("compare", out, theirs(tmp_path, "consignment_id,duty,tax\nA1,2.00,x\n"))

    assert "taken together they charge EUR 1.00 less than we do" in told
    assert "A1                   EUR 3.00  EUR 2.00         EUR -1.00" in told
    assert "1 amount of theirs cannot be read as an amount of EUR" in told


def test_ids_on_one_side_only_are_counted_and_named(say, out, tmp_path):
    code, told = compared(say, out, theirs(tmp_path, "consignment_id,decision\nA1,release\nB9,hold\n"))

    assert code == 1
    assert told["only_ours"] == {"filings": 2, "first": ["A3", "A4"]}
    assert told["only_theirs"] == {"filings": 1, "first": ["B9"]}


def test_of_repeated_ids_the_last_counts(say, out, tmp_path):
    _, told = compared(say, out, theirs(tmp_path, "consignment_id,decision\nA1,hold\nA1,release\n"))

    assert (told["repeated"], told["answers"]["decision"]["agree"]) == (1, 1)


def test_results_of_inspections_are_held_against_our_holds(say, out, tmp_path):
    path = theirs(tmp_path, "consignment_id,result\nA1,found\nA3,Not found\nA4,yes\nB9,found\n")

    _, told, _ = say("compare", out, path)

    assert "we hold        1              1" in told
    assert "we let go      1              0" in told
    assert "of what we hold, 50.0 % was a hit" in told
    assert "of all hits, we hold 50.0 %" in told


@pytest.mark.parametrize("text", ["decision\nhold\n", "consignment_id,colour\nA1,red\n", ""])
def test_a_file_that_cannot_be_compared_is_refused(say, out, tmp_path, text):
    code, told, error = say("compare", out, theirs(tmp_path, text))

    assert (code, told) == (3, "")
    assert "theirs.csv" in error


def test_a_file_that_is_not_there_is_refused(say, out, tmp_path):
    code, _, error = say("compare", out, tmp_path / "nowhere.csv")

    assert (code, "cannot be read: No such file" in error) == (3, True)


def test_a_run_without_any_filing_has_only_theirs(say, parcels, tmp_path):
    empty = tmp_path / "empty.csv"
    empty.write_text(parcels.read_text(encoding="utf-8").splitlines()[0] + "\n", encoding="utf-8")
    say("clear", empty, "--as", "EU", "--on", "2026-10-20", "--to", tmp_path / "empty")

    code, told = compared(say, tmp_path / "empty", theirs(tmp_path, "consignment_id,decision,duty\nA1,hold,1\n"))

    assert code == 1
    assert (told["both"], told["only_theirs"]["filings"]) == (0, 1)


def test_their_amount_where_ours_is_not_determined_is_counted_apart(say, parcels, tmp_path):
    lines = parcels.read_text(encoding="utf-8").splitlines()[:2]
    unknown = tmp_path / "unknown.csv"
    unknown.write_text("\n".join(lines).replace("EUR", "KPW") + "\n", encoding="utf-8")
    say("clear", unknown, "--as", "EU", "--on", "2026-10-20", "--to", tmp_path / "unknown")

    _, told, _ = say("compare", tmp_path / "unknown", theirs(tmp_path, "consignment_id,tax\nA1,1.00\n"))

    assert "1 amount of theirs where ours is not determined" in told
    assert "0 of 0 agree (-)" in told


def test_rows_told_again_by_them_are_counted_on_the_page(say, out, tmp_path):
    _, told, _ = say("compare", out, theirs(tmp_path, "consignment_id,decision\nA1,hold\nA1,release\n"))

    assert "repeated by them  1  the last one counts" in told


def test_our_own_filings_of_another_run_are_theirs_as_they_stand(say, out):
    code, told = compared(say, out, out / "consignments.parquet")

    assert code == 0
    assert {name: (part["compared"], part["agree"]) for name, part in (told["answers"] | told["amounts"]).items()} == {
        "decision": (3, 3), "route": (3, 3), "duty": (3, 3), "tax": (3, 3),
    }  # fmt: skip
    assert told["amounts"]["duty"]["unreadable"] == 0


@pytest.mark.parametrize(("minor", "more"), [("300", 0), ("5", -295), ("-5", -305), ("1234567", 1_234_267)])
def test_an_amount_in_minor_units_is_taken_for_what_it_is(say, out, tmp_path, minor, more):
    _, told = compared(say, out, theirs(tmp_path, f"consignment_id,duty_minor\nA1,{minor}\n"))

    assert (told["amounts"]["duty"]["compared"], told["amounts"]["duty"]["difference_minor"]) == (1, more)


@pytest.mark.parametrize("minor", ["3.00", "three", "3,00", "1e2"])
def test_minor_units_that_are_no_whole_number_are_unreadable(say, out, tmp_path, minor):
    _, told = compared(say, out, theirs(tmp_path, f"consignment_id;duty_minor\nA1;{minor}\n"))

    assert (told["amounts"]["duty"]["compared"], told["amounts"]["duty"]["unreadable"]) == (0, 1)


def test_of_several_versions_of_theirs_the_highest_counts(say, out, tmp_path):
    path = theirs(tmp_path, "consignment_id,version,decision\nA1,10,release\nA1,9,hold\n")

    assert compared(say, out, path)[1]["answers"]["decision"]["agree"] == 1


def test_words_nobody_knows_are_counted_and_told(say, out, tmp_path):
    path = theirs(tmp_path, "consignment_id,decision,result\nA1,green,found\nA3,hold,perhaps\nA4,hold,perhaps\n")

    _, told, _ = say("compare", out, path)
    _, answer = compared(say, out, path)

    assert "1 answer of theirs: no decision we know (green)" in told
    assert "2 results of theirs left out: no word we know (perhaps)" in told
    assert answer["answers"]["decision"]["unknown"] == {"filings": 1, "first": ["green"]}
    assert answer["results"]["unknown"] == {"filings": 2, "first": ["perhaps"]}


def test_words_that_are_known_are_not_told_as_unknown(say, out, tmp_path):
    path = theirs(tmp_path, "consignment_id,decision,route,result\nA1,release,release,found\nA3,hold,scan,no\n")

    assert "we know" not in say("compare", out, path)[1]


@pytest.mark.parametrize("words", [b"", b"no parquet", b"PAR1 and then nothing"])
def test_a_damaged_table_of_ours_is_refused_by_name(say, out, tmp_path, words):
    damaged = shutil.copytree(out, tmp_path / "damaged")
    (damaged / "consignments.parquet").write_bytes(words)

    code, told, error = say("compare", damaged, theirs(tmp_path, "consignment_id,decision\nA1,hold\n"))

    assert (code, told, error.count("\n")) == (3, "", 1)
    assert f"{damaged / 'consignments.parquet'} cannot be read" in error
