"""Editions change while others ask: every answer is of one edition, whole, and says of which."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date
from threading import Event

import polars as pl
import pytest

from tests.builders_taric import BOOTS, EVERYONE, OTHER, SHOES, a_small_tariff, an_envelope, measure
from tidewaiter.reference.measures.editions import import_messages, shelf_name
from tidewaiter.reference.shelf import Shelf
from tidewaiter.reference.tariff import open_tariff

SWAPS = 100
RATES = {"low": ("3", "5"), "high": ("8", "40")}
"""Third country duty and anti-dumping duty of two editions; no answer may have one of this and one of that."""


@pytest.fixture
def editions(tmp_path):
    """Two editions on one shelf, and the names of each."""
    files = {}
    for word, (duty, dumping) in RATES.items():
        path = tmp_path / f"{word}.xml"
        lines = [*measure("100", "103", EVERYONE, SHOES, parts=[("01", duty)]),
                 *measure("400", "552", "CN", SHOES, parts=[("01", dumping)])]  # fmt: skip
        path.write_text(an_envelope(*a_small_tariff(), *lines), encoding="utf-8")
        files[word] = path
    shelf = Shelf(tmp_path, shelf_name("EU"))
    names = {}
    for word, path in files.items():
        for used in shelf.in_use():
            shelf.withdraw(used.edition)
        names[word] = import_messages([path], tmp_path, "EU").manifest.edition
    return shelf, names


def test_no_answer_mixes_editions_while_they_are_swapped(editions, tmp_path):
    shelf, names = editions
    keys = pl.DataFrame({"commodity_code": [BOOTS[1], OTHER[1], "640351"], "origin": ["CN"] * 3,
                         "duty_day": [date(2024, 6, 1)] * 3})  # fmt: skip
    ended = Event()

    def asking():
        seen = set()
        while not ended.is_set() or not seen:
            tariff = open_tariff(tmp_path, "EU")
            told = tariff.answers(keys)
            duties = {row["duty_num"] * 100 / row["duty_den"] for row in told.tariff.to_dicts()}
            beside = {row["duty_num"] * 100 / row["duty_den"] for row in told.additions.to_dicts()}
            titles = {source.rpartition("; ")[2] for source in told.tariff["duty_source"]}
            named = {title for title in tariff.editions if title.startswith("TARIC")}
            seen.add((frozenset(duties), frozenset(beside), frozenset(titles), frozenset(named)))
        return seen

    with ThreadPoolExecutor(3) as pool:
        askers = [pool.submit(asking) for _ in range(3)]
        for number in range(SWAPS):
            shelf.activate(names["high" if number % 2 else "low"])
        ended.set()
        seen = set().union(*(one.result() for one in askers))

    whole = {
        (frozenset({float(duty)}), frozenset({float(dumping)}), *[frozenset({f"TARIC-EU {names[word]}"})] * 2)
        for word, (duty, dumping) in RATES.items()
    }
    assert seen <= whole


def test_who_has_opened_an_edition_ends_on_it(editions, tmp_path):
    shelf, names = editions
    key = pl.DataFrame({"commodity_code": [BOOTS[1]], "duty_day": [date(2024, 6, 1)]})
    opened = open_tariff(tmp_path, "EU")

    before = opened.answers(key).tariff["rate_text"].to_list()
    shelf.activate(names["low"])

    assert opened.answers(key).tariff["rate_text"].to_list() == before == ["8 %"]
    assert open_tariff(tmp_path, "EU").answers(key).tariff["rate_text"].to_list() == ["3 %"]
