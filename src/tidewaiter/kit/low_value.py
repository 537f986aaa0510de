"""The shape of a law on parcels that leaves low value alone at the border and has the seller's tax below the limit."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import polars as pl

from tidewaiter.kit import regime as law

DUTY_RULE_OF: Final = {"documents_relieved": "relief", "low_value_limit_minor": "relief", "tariff_duty": "tariff"}
TAX_RULE_OF: Final = {
    "documents_relieved": "relief",
    "low_value_limit_minor": "relief",
    "vendor_tax_limit_minor": "vendor",
    "import_tax": "border",
}
"""The rule that follows from the parameter it rests on."""

SCRATCH: Final = ("is_inside", "is_low", "is_consumer_sale", "is_document", "is_back")


@dataclass(frozen=True, slots=True)
class LowValueLaw:
    """What laws of this shape have of their own.

    ``simplified``: data sets of low value; ``sets``: what each data set asks for; ``not_loaded``: which law that is
    missing from the sheet applies; ``findings``: the flags of the sheet. The latter three are asked on filings with
    the columns of ``SCRATCH``.
    """

    simplified: tuple[str, ...]
    sets: Callable[[], dict[str, law.Grounds]]
    not_loaded: Callable[[], pl.Expr]
    findings: Callable[[], list[pl.Expr]]

    def regime(self, filings: pl.LazyFrame) -> pl.LazyFrame:
        """Add the columns of ``kit.jurisdiction.REGIME`` and a flag per finding of the sheet; rows are kept."""
        known = filings.with_columns(
            is_inside=law.names_a_place_of("territories"),
            is_low=law.is_within("low_value_limit_minor") & ~pl.col("has_relief_excluded_goods"),
            is_consumer_sale=(pl.col("party_relation") == "B2C") & (pl.col("nature") == "sale"),
            is_document=law.is_worthless_document(),
            is_back=law.is_back_again(),
        )
        charged = known.with_columns(duty_rule_id=_duty(), tax_rule_id=_tax()).with_columns(
            duty_rule=pl.col("duty_rule_id").replace_strict(DUTY_RULE_OF, return_dtype=pl.String),
            tax_rule=pl.col("tax_rule_id").replace_strict(TAX_RULE_OF, return_dtype=pl.String),
        )
        routed = charged.with_columns(*law.data_sets(**self.sets()), duty_collected_from=law.collected_from())
        return (
            routed.with_columns(
                category=law.release_category(simplified=self.simplified),
                flat_duty_by_hs6=pl.lit(value=False),
                law_not_loaded=self.not_loaded(),
            )
            .with_columns(self.findings())
            .drop(SCRATCH)
        )


def _duty() -> pl.Expr:
    """The parameter the duty rests on; null where the filing does not say or the law is not loaded."""
    return law.tariff_unless(documents_relieved=pl.col("is_document"), low_value_limit_minor=pl.col("is_low"))


def _tax() -> pl.Expr:
    """The parameter tax on importation rests on; up to the limit none is due at the border, whoever buys."""
    is_of_seller = law.is_within("vendor_tax_limit_minor") & ~pl.col("has_relief_excluded_goods")
    return law.first_that_holds(
        (~pl.col("is_inside") | ~law.is_in_force("import_tax"), None),
        (pl.col("is_document"), "documents_relieved"),
        (is_of_seller & pl.col("is_consumer_sale"), "vendor_tax_limit_minor"),
        (pl.col("is_low"), "low_value_limit_minor"),
        (pl.col("is_back"), None),
        otherwise="import_tax",
    )


def small_goods(limit: str) -> law.Grounds:
    """What a data set of low value asks of goods: up to a limit, plain, free of licences."""
    return {
        limit: law.is_within(limit),
        "excluded": ~pl.col("has_relief_excluded_goods"),
        "licence_goods": ~pl.col("has_licence_goods"),
    }


def is_untold() -> pl.Expr:
    """True where who trades with whom, or why, is not declared and decides."""
    is_silent = pl.col("is_consumer_sale").is_null() | pl.col("is_back").is_null()
    return law.is_open() & is_silent & pl.col(law.VALUE).is_not_null() & law.is_in_force("import_tax")
