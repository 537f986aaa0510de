"""Answers of the tariff for few rows: each taken once from the index and remembered by its number."""

from typing import Final

import polars as pl

from tidewaiter.pipeline.few.lists import ByKey, Columns, Few, Lists
from tidewaiter.pipeline.few.program import Values
from tidewaiter.pipeline.few.rows import Rows
from tidewaiter.pipeline.tariff_index import TariffIndex

NUMBER: Final = {"tariff_row": pl.UInt32()}


def few_answers(tariff: TariffIndex) -> Few:
    """The answers that few items were given, in the order of their numbers."""
    known = ByKey(lambda numbers: tariff.answers_of(numbers).collect(engine="in-memory"), NUMBER)
    return lambda _filings, items: known([numbers_of(items)])


def few_additions(tariff: TariffIndex) -> Few:
    """Numbers and positions of what is stacked on the answers that few items were given."""

    def positions(numbers: pl.DataFrame) -> pl.DataFrame:
        stacked = tariff.additions_of(numbers).group_by("tariff_row", maintain_order=True).agg("position")
        return numbers.join(stacked, on="tariff_row", how="left", maintain_order="left").select("position")

    known = ByKey(positions, NUMBER)

    def few(_filings: Rows, items: Rows) -> Lists:
        numbers = numbers_of(items)
        told = known([numbers]).values("position")
        pairs = [(number, one) for number, some in zip(numbers, told, strict=True) for one in some or ()]
        return Columns({"tariff_row": [number for number, _ in pairs], "position": [one for _, one in pairs]})

    return few


def numbers_of(items: Rows) -> Values:
    """The answers that items were given, by their numbers, ascending."""
    return sorted({number for number in items.values("tariff_row") if number is not None})
