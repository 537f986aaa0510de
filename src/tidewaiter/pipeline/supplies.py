"""Shelves cut to a chunk: what each stage that needs one is given."""

from collections.abc import Mapping

from tidewaiter.kit.facts import Parameter
from tidewaiter.kit.jurisdiction import Jurisdiction, law_table, list_parameters
from tidewaiter.pipeline.lines import allowance_table
from tidewaiter.pipeline.plan import Supply
from tidewaiter.pipeline.shelves import Shelves, days_of, goods_lists, tax_rates
from tidewaiter.stages import goods


def supplies(jurisdiction: Jurisdiction, shelves: Shelves) -> Mapping[str, Supply]:
    """Reference tables by name, each made for one chunk."""
    table = law_table(jurisdiction)
    starts = table["valid_from"].to_list()
    law_columns = table.drop("valid_from", "valid_to").lazy()
    lists = lists_of(jurisdiction)
    nomenclature = shelves.nomenclature.lazy()
    return {
        "law": lambda _filings, _items: law_columns,
        "exchange_rates": lambda filings, _items: shelves.rates(days_of(filings)).lazy(),
        "sale_rates": lambda filings, _items: shelves.sale_rates(days_of(filings, "order_day")).lazy(),
        "allowances": lambda _filings, items: allowance_table(jurisdiction.allowances, starts, items).lazy(),
        "goods_lists": lambda _filings, items: goods_lists(lists, starts, items).lazy(),
        "tariff": lambda _filings, items: shelves.tariff.look_up(items).lazy(),
        "tax_rates": lambda filings, _items: tax_rates(jurisdiction, days_of(filings)).lazy(),
        "nomenclature": lambda _filings, _items: nomenclature,
    }


def lists_of(jurisdiction: Jurisdiction) -> dict[str, list[Parameter]]:
    """Lists of goods and countries by name; one that stages read of every sheet is empty where a sheet has none."""
    return {name: [] for name in goods.READ_BY_STAGES} | list_parameters(jurisdiction)
