"""Shelves cut to a chunk: what each stage that needs one is given."""

from collections.abc import Callable, Mapping
from datetime import date
from functools import lru_cache

import polars as pl

from tidewaiter.kit.facts import Parameter
from tidewaiter.kit.jurisdiction import Jurisdiction, flat_rules, law_table, list_parameters
from tidewaiter.kit.leave import listed_as
from tidewaiter.model.columns import Schema
from tidewaiter.pipeline.few.lists import (
    Columns,
    Few,
    Supplied,
    always,
    any_of_both,
    by_days,
    by_key,
    crossed,
    only_where,
)
from tidewaiter.pipeline.few.rows import Rows
from tidewaiter.pipeline.few.tariff import few_additions, few_answers
from tidewaiter.pipeline.lines import allowance_table
from tidewaiter.pipeline.plan import Supply
from tidewaiter.pipeline.shelves import GoodsLists, KnownCodes, Rates, Shelves, days_of
from tidewaiter.pipeline.tariff_index import TAKES
from tidewaiter.pipeline.tax_rates import COLUMNS, REDUCED, reduced_rates, standard_rates
from tidewaiter.stages import goods
from tidewaiter.stages.allowances import ALLOWANCE

CODE_KEYS: Schema = {"law_period": pl.Int32(), "commodity_code": pl.String()}
ORIGIN_KEYS: Schema = {"law_period": pl.Int32(), "origin": pl.String()}
"""What lists of goods and of countries are asked by."""

Days = tuple[date, date | None]
"""The first and the last day on which something holds."""


def supplies(jurisdiction: Jurisdiction, shelves: Shelves) -> Mapping[str, Supply]:
    """Reference tables by name, each made for one chunk."""
    table = law_table(jurisdiction)
    starts = table["valid_from"].to_list()
    law_columns = table.drop("valid_from", "valid_to").lazy()
    lists, rules = (
        GoodsLists(lists_of(jurisdiction) | leave_lists(jurisdiction), starts),
        flat_rules(jurisdiction).lazy(),
    )
    codes = KnownCodes(shelves.nomenclature)
    rates, sale_rates = remembered(shelves.rates), remembered(shelves.sale_rates)
    standard = remembered(lambda days: standard_rates(jurisdiction, days))
    whole: dict[str, Supply] = {
        "law": lambda _filings, _items: law_columns,
        "exchange_rates": lambda filings, _items: rates(days_of(filings)),
        "sale_rates": lambda filings, _items: sale_rates(days_of(filings, "order_day")),
        "allowances": lambda _filings, items: allowance_table(jurisdiction.allowances, starts, items).lazy(),
        "goods_lists": lambda _filings, items: lists.of(items).lazy(),
        "flat_rules": lambda _filings, _items: rules,
        "tariff": lambda _filings, items: shelves.tariff.look_up(items).lazy(),
        "tariff_answers": lambda _filings, items: shelves.tariff.answers_of(items),
        "additions": lambda _filings, items: shelves.tariff.additions_of(items).lazy(),
        "tax_rates": lambda filings, _items: standard(days_of(filings)),
        "reduced_tax_rates": lambda _filings, items: reduced_rates(jurisdiction, items).lazy(),
        "nomenclature": lambda _filings, items: codes.of(items).lazy(),
    }
    allowed = [f"is_{name}_goods" for name in jurisdiction.allowance_names]
    reduced = [f"is_{REDUCED}"] if REDUCED in lists_of(jurisdiction) else []
    few: dict[str, Few] = {
        "law": always(law_columns),
        "exchange_rates": by_days("duty_day", rates),
        "sale_rates": by_days("order_day", sale_rates),
        "allowances": only_where(allowed, whole["allowances"], tuple(ALLOWANCE)),
        "goods_lists": any_of_both(by_key(CODE_KEYS, lists.by_code), by_key(ORIGIN_KEYS, lists.by_origin)),
        "flat_rules": always(rules),
        "tariff": by_key(TAKES, shelves.tariff.look_up, crossed(*map([*TAKES].index, ("commodity_code", "origin")))),
        "tariff_answers": few_answers(shelves.tariff),
        "additions": few_additions(shelves.tariff),
        "tax_rates": by_days("duty_day", standard),
        "reduced_tax_rates": only_where(reduced, whole["reduced_tax_rates"], (*COLUMNS, "commodity_code")),
        "nomenclature": lambda _filings, items: Columns({"hs": codes.among(_told(items, "commodity_code"))}),
    }
    return {name: Supplied(table, few[name]) for name, table in whole.items()}


def _told(items: Rows, name: str) -> set[str]:
    return {text for text in items.values(name) if text is not None}


def remembered(ask: Rates) -> Callable[[list[date]], pl.LazyFrame]:
    """The same tables by days, those asked for last kept: several stages of a chunk ask for the same days."""

    @lru_cache(maxsize=16)
    def told(days: tuple[date, ...]) -> pl.LazyFrame:
        return ask(list(days)).lazy()

    return lambda days: told(tuple(days))


def lists_of(jurisdiction: Jurisdiction) -> dict[str, list[Parameter]]:
    """Lists of goods and countries by name; one that stages read of every sheet is empty where a sheet has none."""
    return {name: [] for name in goods.READ_BY_STAGES} | list_parameters(jurisdiction) | _reduced(jurisdiction)


def leave_lists(jurisdiction: Jurisdiction) -> dict[str, list[Parameter]]:
    """Goods that another agency has to let in, by the names of their lists."""
    lists: dict[str, list[Parameter]] = {}
    for leave in jurisdiction.leaves:
        lists.setdefault(leave.list_name, []).append(listed_as(leave, leave.list_name))
    return lists


def _reduced(jurisdiction: Jurisdiction) -> dict[str, list[Parameter]]:
    """Goods that some reduced rate of the sheet holds for, as one list; none where the sheet has no reduced rate.

    Many rates hold for the same goods on the same days: each prefix is looked for once a span.
    """
    lists = list_parameters(jurisdiction)
    names = sorted({rate.goods for rate in jurisdiction.tax_rates if isinstance(rate.goods, str)})
    named = [(span.valid_from, span.valid_to, span.value) for name in names for span in lists[name]]
    own = [(rate.valid_from, rate.valid_to, rate.goods) for rate in jurisdiction.tax_rates]
    held: dict[Days, dict[str, None]] = {}
    for start, end, prefixes in (*named, *own):
        if isinstance(prefixes, tuple):
            held.setdefault((start, end), {}).update(dict.fromkeys(prefixes))
    merged = [
        Parameter(REDUCED, "hs prefixes", tuple(prefixes), start, "the sheet's tax rates", "read", end)
        for (start, end), prefixes in held.items()
        if prefixes
    ]
    return {REDUCED: merged} if merged else {}
