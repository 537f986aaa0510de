"""Shelves as the plan reads them: cut to a chunk's days, codes and places, each question asked once."""

from dataclasses import replace
from datetime import date

import polars as pl
import pytest

from tests.builders import DAY
from tests.builders_stages import between_filings, between_items
from tidewaiter.kit.facts import Parameter, TaxRate
from tidewaiter.model.money import Rate
from tidewaiter.pipeline.shelves import GoodsLists, days_of
from tidewaiter.pipeline.tariff_index import TAKES, TariffIndex
from tidewaiter.pipeline.tax_rates import reduced_rates, standard_rates, tax_texts
from tidewaiter.service.discovery import jurisdictions

NEXT = date(2026, 10, 21)
BEFORE = date(2026, 10, 19)


SAID = {"commodity_code": pl.String, "origin": pl.String}


class Asked:
    """A tariff that remembers what it was asked."""

    def __init__(self):
        self.questions = []

    def __call__(self, keys):
        self.questions.append(keys.select("commodity_code", "duty_day").rows())
        told = keys.with_row_index("tariff_row").with_columns(
            answer=pl.format("{} on {}", "commodity_code", "duty_day")
        )
        return told, told.select("tariff_row", position=pl.lit(0))


def coded(*codes, day=DAY, **said):
    line = dict.fromkeys(TAKES) | said
    return between_items(*({**line, "commodity_code": code, "duty_day": day} for code in codes)).collect()


def rows(index, *codes, **said):
    return index.look_up(coded(*codes, **said))["tariff_row"].to_list()


def test_the_tariff_is_asked_each_code_and_day_once_in_a_run():
    asked = Asked()
    index = TariffIndex(asked)

    assert rows(index, "6109", "8518", "6109") == [0, 1, 0]
    assert rows(index, "6109", "9503") == [0, 2]
    assert rows(index, "9503", "6109") == [2, 0]
    assert rows(index, "6109", day=NEXT) == [3]
    assert asked.questions == [[("6109", DAY), ("8518", DAY)], [("9503", DAY)], [("6109", NEXT)]]


def test_an_answer_and_what_is_stacked_on_it_are_found_again_by_their_row():
    index = TariffIndex(Asked())
    rows(index, "6109")
    items = coded("8518").with_columns(index.look_up(coded("8518")))

    assert index.answers_of(items).collect()["answer"].to_list() == ["8518 on 2026-10-20"]
    assert index.additions_of(items)["tariff_row"].to_list() == [1]


def test_origin_and_claims_are_told_apart_where_the_tariff_turns_on_them():
    asked = Asked()
    index = TariffIndex(asked)

    assert rows(index, "6109", origin="CN") == [0]
    assert rows(index, "6109", origin="VN") == [1]
    assert rows(index, "6109", origin="CN", preference="300") == [2]
    assert rows(index, "6109") == [3]
    assert rows(TariffIndex(asked, by=("commodity_code", "duty_day")), "6109", "6109", origin="VN") == [0, 0]


def test_days_between_two_changes_of_the_tariff_have_one_answer():
    index = TariffIndex(Asked(), changes=(DAY,))

    assert [*rows(index, "6109"), *rows(index, "6109", day=NEXT), *rows(index, "6109", day=BEFORE)] == [0, 0, 1]


def test_lines_without_a_code_are_not_asked_about():
    asked = Asked()

    assert rows(TariffIndex(asked), None) == [None]
    assert rows(TariffIndex(asked), None, "6109") == [None, 0]
    assert asked.questions == [[("6109", DAY)]]


def test_days_are_told_once_each_in_order_and_unknown_ones_not_at_all():
    filings = between_filings({"duty_day": NEXT}, {"duty_day": DAY}, {"duty_day": None}, {"duty_day": NEXT})

    assert days_of(filings.collect()) == [DAY, NEXT]


def rated(*rates, days=(DAY,)):
    return standard_rates(replace(jurisdictions()["EU"], tax_rates=rates), list(days))


def a_rate(**said):
    sound = {"place": "DE", "category": "standard", "rate": Rate.of_percent("19"), "valid_from": DAY,
             "source": "an act", "evidence": "read"}  # fmt: skip
    return TaxRate(**{**sound, **said})


def test_a_tax_rate_is_told_and_its_words_and_source_found_by_its_number():
    law = replace(jurisdictions()["EU"], tax_rates=(a_rate(),))

    assert standard_rates(law, [DAY]).rows() == [("DE", DAY, 190_000, 1_000_000, "read", 0)]
    assert tax_texts(law).rows() == [(0, "19 %", "an act (read)")]


def test_a_tax_inside_its_own_price_is_more_than_its_rate_of_the_rest():
    assert rated(a_rate(gross_up=True)).row(0)[2:4] == (190_000, 810_000)


def reduced(*rates, **said):
    law = replace(jurisdictions()["EU"], tax_rates=rates)
    line = {"commodity_code": "490199", "duty_day": DAY, "destination_country": "DE", **said}
    items = between_items(line).collect().with_columns(is_reduced_tax_goods=True)
    return reduced_rates(law, items).select("place", "tax_num", "tax_rate_no", "commodity_code").rows()


def test_the_first_rate_that_names_its_goods_is_that_of_a_line():
    books, paper = a_rate(category="books", goods=("4901",)), a_rate(category="paper", goods=("49",))

    assert reduced(a_rate(), books, paper) == [("DE", 190_000, 1, "490199")]
    assert reduced(books, commodity_code="610910") == []
    assert reduced(books, destination_country="FR") == []
    assert reduced(books, destination_country=None) == []
    assert reduced(a_rate(category="books", goods=("4901",), valid_from=NEXT)) == []


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
    assert rated(a_rate(category="reduced", goods=("49",))).rows() == []
    assert rated().schema == rated(a_rate()).schema


def a_list(*values, unit="hs prefixes", start=DAY, end=None):
    return Parameter("listed", unit, values, start, "an act", "read", end)


def listed(spans, *, code="6109100010", origin="CN", period=0, starts=(DAY, NEXT)):
    items = between_items({"law_period": period, "commodity_code": code, "origin": origin}).collect()
    told = GoodsLists({"listed": spans}, list(starts)).of(items)
    assert told.columns == ["is_listed"]
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


def test_lines_are_told_apart_by_period_code_and_origin():
    rows = [(0, "61", "CN"), (0, "61", None), (0, "62", "CN"), (1, "61", "CN"), (0, "61", "CN")]
    items = pl.DataFrame(rows, schema={"law_period": pl.Int32, **SAID}, orient="row")
    lists = {"goods": [a_list("61", end=DAY)], "countries": [a_list("CN", unit="countries")]}

    told = GoodsLists(lists, [DAY, NEXT]).of(items)

    assert told.rows() == [(True, True), (True, False), (False, True), (False, True), (True, True)]
    assert GoodsLists({}, [DAY]).of(items).width == 0
