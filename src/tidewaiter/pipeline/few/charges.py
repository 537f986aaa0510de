"""Charges of few rows: the queries of the stage, written down at the first chunk and worked out on plain lists."""

from collections.abc import Mapping, Sequence

import polars as pl

from tidewaiter.pipeline.few.lists import ByKey, Lists
from tidewaiter.pipeline.few.program import Unsure
from tidewaiter.pipeline.few.recipe import Recipe, recipes
from tidewaiter.pipeline.few.rows import Rows, Table, series
from tidewaiter.pipeline.few.tariff import NUMBER, numbers_of
from tidewaiter.pipeline.law_told import LawTold
from tidewaiter.pipeline.shelves import Shelves
from tidewaiter.stages.charges import CHARGES, OF_TARIFF, Words, charges_plainly, worded


class FewCharges:
    """The charges of chunks of few rows on one footing."""

    def __init__(self, law: LawTold, shelves: Shelves) -> None:
        """Hold what their words are taken from."""
        self._law, self._shelves = law, shelves
        self._tariff = ByKey(self._texts, NUMBER)
        self._fixed = {"rules": Table(worded(law.rule_table.lazy())), "tax_rates": Table(law.tax_texts.lazy())}
        self._recipes: list[Recipe] | None = None
        self._is_plain = True

    def rows(self, filings: Rows, items: Rows) -> pl.DataFrame | None:
        """The charges of filings that walked the plan in the columns of ``CHARGES``; None where Polars has to be asked."""
        if not self._is_plain:
            return None
        sources: dict[str, Lists] = {
            "items": items, "filings": filings, "tariff": self._tariff([numbers_of(items)]), **self._fixed
        }  # fmt: skip
        try:
            parts = [one.made(sources) for one in self._written(items, filings)]
        except Unsure:
            return None
        return pl.DataFrame(
            [
                series(name, [value for part in parts for value in part[name]], dtype())
                for name, dtype in CHARGES.items()
            ]
        )

    def _written(self, items: Rows, filings: Rows) -> Sequence[Recipe]:
        if self._recipes is None:
            words = {
                "rules": worded(self._law.rule_table.lazy()).collect_schema(),
                "tax_rates": self._law.tax_texts.schema,
            }
            nothing = pl.DataFrame(schema=NUMBER)
            schemas = {
                "items": items.schema, "filings": filings.schema, "tariff": self._texts(nothing).schema, **words
            }  # fmt: skip
            try:
                self._recipes = recipes(self._queries, schemas)
            except Unsure:
                self._is_plain = False
                raise
        return self._recipes

    def _queries(self, told: Mapping[str, pl.LazyFrame]) -> Sequence[pl.LazyFrame]:
        law = self._law.jurisdiction
        words = Words(
            told["tariff"], told["tariff"], told["rules"], told["tax_rates"], law.tax_type, law.currency
        )  # fmt: skip
        return charges_plainly(told["items"], told["filings"], words, law.fees)

    def _texts(self, numbers: pl.DataFrame) -> pl.DataFrame:
        """Words of the answers of these numbers, in their order."""
        return self._shelves.tariff.answers_of(numbers).select(**OF_TARIFF).collect(engine="in-memory")
