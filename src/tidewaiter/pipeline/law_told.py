"""What the law of a plan says in words, laid out once for all chunks that charges are told of."""

from functools import cached_property

import polars as pl

from tidewaiter.kit.jurisdiction import Jurisdiction, rule_table
from tidewaiter.pipeline.tax_rates import tax_texts


class LawTold:
    """A plan's jurisdiction and its words."""

    jurisdiction: Jurisdiction

    @cached_property
    def rule_table(self) -> pl.DataFrame:
        """What the parameters of the law say in each of its periods."""
        return rule_table(self.jurisdiction)

    @cached_property
    def tax_texts(self) -> pl.DataFrame:
        """The texts of the law's tax rates, by number."""
        return tax_texts(self.jurisdiction)
