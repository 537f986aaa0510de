"""Words to headings: the line that says it best comes first, and what no line says is told as such."""

import json

import pytest

from tests.builders_taric import BOOTS, a_small_tariff, an_envelope
from tests.builders_us_hts import SCHEDULE, a_row, written
from tidewaiter.service.importing import import_publication
from tidewaiter.service.tariff_search import catalogue


@pytest.fixture(scope="module")
def shared(tmp_path_factory):
    """What is there without any import."""
    return catalogue("EU", tmp_path_factory.mktemp("home"))


def codes(told):
    return [one["code"] for one in told["found"]]


@pytest.mark.parametrize(
    ("words", "code"),
    [
        ("cotton t-shirts for women", "610910"),
        ("sunglasses", "900410"),
        ("lithium-ion batteries", "850760"),
        ("SMART PHONE", "851713"),
        ("handbag with outer surface of leather", "420221"),
        ("umbrellas for the garden", "660110"),
    ],
)
def test_the_line_that_says_it_best_comes_first(words, code, shared):
    assert codes(shared.search(words))[0] == code


def test_a_line_is_told_with_what_leads_down_to_it(shared):
    best = shared.search("lithium-ion")["found"][0]

    assert best["path"][0].startswith("Section XVI: ")
    assert len(best["path"]) == 3
    assert "accumulators" in best["description"].lower()


def test_a_word_a_line_excludes_does_not_find_it(shared):
    told = shared.search("cotton t-shirts", limit=30)

    assert codes(told).index("610910") < codes(told).index("610990")


def test_one_heading_does_not_fill_the_page(shared):
    found = codes(shared.search("coffee", limit=10))

    assert max(sum(code[:4] == one[:4] for one in found) for code in found) <= 3


def test_a_word_no_line_holds_is_named_with_one_that_is_spelled_like_it(shared):
    assert shared.search("lether handbags")["unknown"] == {"lether": "leather"}


def test_nothing_found_is_said_and_not_an_empty_page(say, tmp_path, monkeypatch):
    monkeypatch.setenv("TIDEWAITER_HOME", str(tmp_path))

    code, told, _ = say("tariff", "search", "zxqv")

    assert code == 0
    assert "None of the 6,8" in told
    assert "say the material" in told


@pytest.mark.parametrize(
    ("words", "sentence"),
    [(["6109.10"], "is a code. See it with: tidewaiter tariff show 610910"), (["of", "the"], "holds no word")],
)
def test_what_is_no_question_of_words_is_refused(words, sentence, say, tmp_path, monkeypatch):
    monkeypatch.setenv("TIDEWAITER_HOME", str(tmp_path))

    code, _, errors = say("tariff", "search", *words)

    assert code == 2
    assert sentence in errors


def test_lines_of_the_imported_tariff_are_found_with_their_own_wording(tmp_path):
    rows = [*SCHEDULE, a_row("9902.11.11", "0", "Fine wibble brushes", "Free")]
    import_publication("us-hts", (written(tmp_path, rows),), home=tmp_path / "home", valid_from="2026-01-01")

    us = catalogue("US", tmp_path / "home")

    assert any(len(code) > 6 for code in us.told.lines["code"])
    assert us.search("wibble")["found"] == []
    assert [title for title in us.told.editions if title.startswith("HTSUS")]


def test_lines_of_an_edition_of_measures_are_found_below_their_groups(say, tmp_path, monkeypatch):
    monkeypatch.setenv("TIDEWAITER_HOME", str(tmp_path / "home"))
    (tmp_path / "message.xml").write_text(an_envelope(*a_small_tariff()), encoding="utf-8")
    assert say("reference", "import", "taric", str(tmp_path / "message.xml"), "--as", "EU")[0] == 0

    code, told, _ = say("tariff", "search", "boots", "--json")

    (line,) = [one for one in json.loads(told)["found"] if one["code"] == BOOTS[1]]
    assert code == 0
    assert line["description"] == "Boots"
    assert line["path"][-3:] == ["Of leather", "Other", "Covering the ankle"]
