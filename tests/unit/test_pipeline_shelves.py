"""Shelves as the plan reads them: cut to a chunk's days, codes and places, each question asked once."""

from dataclasses import replace
from datetime import date

import polars as pl
import pytest

from tests.builders import DAY
from tests.builders_stages import between_filings, between_items
from tidewaiter.kit.facts import Parameter, TaxRate
from tidewaiter.model.money import Rate
from tidewaiter.pipeline.shelves import TariffIndex, days_of, goods_lists, tax_rates
from tidewaiter.service.discovery import jurisdictions

NEXT = date(2026, 10, 21)
BEFORE = date(2026, 10, 19)


class Asked:
    """A tariff that remembers what it was asked."""

    def __init__(self):
        self.questions = []

    def __call__(self, keys):
        self.questions.append(keys.rows())
        return keys.with_columns(answer=pl.format("{} on {}", "commodity_code", "duty_day"))


def coded(*codes, day=DAY):
    return between_items(*({"commodity_code": code, "duty_day": day} for code in codes)).collect()


def test_the_tariff_is_asked_each_code_and_day_once_in_a_run():
    asked = Asked()
    index = TariffIndex(asked)

    first = index.look_up(coded("6109", "8518", "6109"))
    second = index.look_up(coded("6109", "9503"))
    third = index.look_up(coded("9503", "6109"))
    other_day = index.look_up(coded("6109", day=NEXT))

    assert asked.questions == [[("6109", DAY), ("8518", DAY)], [("9503", DAY)], [("6109", NEXT)]]
    assert sorted(first["tariff_row"]) == [0, 1]
    assert sorted(second["tariff_row"]) == sorted(third["tariff_row"]) == [0, 2]
    assert other_day["tariff_row"].to_list() == [3]


def test_an_answer_is_found_again_by_its_row():
    index = TariffIndex(Asked())
    index.look_up(coded("6109"))
    told = index.look_up(coded("8518"))

    assert index.known["answer"][told["tariff_row"][0]] == told["answer"][0] == "8518 on 2026-10-20"


def test_lines_without_a_code_are_not_asked_about():
    asked = Asked()

    assert TariffIndex(asked).look_up(coded(None)).height == 0
    assert asked.questions == [[]]


def test_days_are_told_once_each_in_order_and_unknown_ones_not_at_all():
    filings = between_filings({"duty_day": NEXT}, {"duty_day": DAY}, {"duty_day": None}, {"duty_day": NEXT})

    assert days_of(filings.collect()) == [DAY, NEXT]


def rated(*rates, days=(DAY,)):
    return tax_rates(replace(jurisdictions()["EU"], tax_rates=rates), list(days))


def a_rate(**said):
    sound = {"place": "DE", "category": "standard", "rate": Rate.of_percent("19"), "valid_from": DAY,
             "source": "an act", "evidence": "read"}  # fmt: skip
    return TaxRate(**{**sound, **said})


def test_a_tax_rate_is_told_with_its_words_and_source():
    assert rated(a_rate()).rows(named=True) == [
        {
            "place": "DE", "duty_day": DAY, "tax_num": 190_000, "tax_den": 1_000_000, "tax_evidence": "read",
            "rate_text": "19 %", "source": "an act (read)",
        }
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("start", "end", "days"),
    [
        (DAY, None, [DAY, NEXT]),
        (NEXT, None, [NEXT]),
        (BEFORE, DAY, [BEFORE, DAY]),
        (BEFORE, BEFORE, [BEFORE]),
    ],
)
def test_a_tax_rate_holds_from_its_first_day_to_its_last(start, end, days):
    told = rated(a_rate(valid_from=start, valid_to=end), days=[BEFORE, DAY, NEXT])

    assert told["duty_day"].to_list() == days


def test_reduced_rates_are_not_told_and_no_rate_is_a_table_without_rows():
    assert rated(a_rate(category="reduced")).rows() == []
    assert rated().schema == rated(a_rate()).schema


def a_list(*values, unit="hs prefixes", start=DAY, end=None):
    return Parameter("listed", unit, values, start, "an act", "read", end)


def listed(spans, *, code="6109100010", origin="CN", period=0, starts=(DAY, NEXT)):
    items = between_items({"law_period": period, "commodity_code": code, "origin": origin}).collect()
    told = goods_lists({"listed": spans}, list(starts), items)
    assert told.columns == ["law_period", "commodity_code", "origin", "is_listed"]
    return told["is_listed"].to_list()


@pytest.mark.parametrize(
    ("prefixes", "is_listed"),
    [(["6109"], True), (["2402", "61"], True), (["6109100010"], True), (["61091000101"], False), (["09"], False)],
)
def test_goods_are_on_a_list_of_codes_that_begin_like_theirs(prefixes, is_listed):
    assert listed([a_list(*prefixes)]) == [is_listed]


@pytest.mark.parametrize(("countries", "is_listed"), [(["CN"], True), (["RU", "CN"], True), (["C"], False)])
def test_goods_are_on_a_list_of_countries_by_their_origin(countries, is_listed):
    assert listed([a_list(*countries, unit="countries")]) == [is_listed]


def test_goods_of_which_code_and_origin_are_unknown_are_on_no_list():
    assert listed([a_list("61")], code=None) == [False]
    assert listed([a_list("CN", unit="countries")], origin=None) == [False]
    assert listed([]) == [False]


@pytest.mark.parametrize(
    ("start", "end", "period", "is_listed"),
    [
        (DAY, None, 0, True), (DAY, None, 1, True), (NEXT, None, 0, False), (NEXT, None, 1, True),
        (DAY, DAY, 0, True), (DAY, DAY, 1, False), (DAY, NEXT, 1, True), (DAY, None, None, False),
    ],
)  # fmt: skip
def test_a_list_holds_in_the_periods_between_its_first_day_and_its_last(start, end, period, is_listed):
    assert listed([a_list("61", start=start, end=end)], period=period) == [is_listed]


def test_one_span_of_several_is_enough():
    ended, now = a_list("6109", start=BEFORE, end=BEFORE), a_list("6109", "6110")

    assert listed([ended, now]) == [True]
    assert listed([now, ended]) == [True]


def test_a_list_of_one_written_as_a_word_is_a_list():
    assert listed([replace(a_list(), value="6109")]) == [True]


def test_a_jurisdiction_without_law_has_no_goods_on_lists():
    assert listed([a_list("61")], starts=(), period=None) == [False]


def test_each_period_code_and_origin_is_told_once():
    row = {"law_period": 0, "commodity_code": "61", "origin": "CN"}
    items = between_items(row, row, {**row, "origin": None}).collect()

    assert goods_lists({}, [DAY], items).height == 2
