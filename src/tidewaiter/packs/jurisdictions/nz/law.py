"""Law of New Zealand on parcels: nothing at the border up to a value, GST of the seller below it, entries above it.

A row is a filing with its law beside it. Every number stands in ``sheet.toml``; docs/explanation/low-value-rules.md
tells the rules in words. Up to 2019-11-30 small amounts were not collected, which stages read off the sheet.
"""

import polars as pl

from tidewaiter.kit import low_value
from tidewaiter.kit import regime as law

CLAIMS_OF_SELLERS = ("LVG", "OVR")
"""Words by which sellers' messages say that they account for the tax themselves."""


def _sets() -> dict[str, law.Grounds]:
    """What each data set asks for: cargo information counts as an entry up to a value, for plain goods."""
    is_small = low_value.small_goods("cargo_information_limit_minor")
    return {
        "ECI": {"mode": pl.col("mode") != "post", **is_small},
        "POSTAL": {"mode": pl.col("mode") == "post", **is_small},
        "ENTRY": {},
    }


def _not_loaded() -> pl.Expr:
    """Law that applies to the filing and is known to be missing from the sheet."""
    is_here = pl.col("is_inside")
    return law.texts_where(
        returned_goods_not_loaded=is_here & pl.col("is_back") & law.is_open(),
        excise_not_loaded=is_here & pl.col("has_excise_goods"),
        entry_levies_not_loaded=is_here & law.is_above("low_value_limit_minor"),
        cargo_levies_not_loaded=is_here & law.is_within("low_value_limit_minor") & (pl.col("mode") == "cargo"),
    )


def _findings() -> list[pl.Expr]:
    is_claimed = pl.col("vat_scheme").is_in(CLAIMS_OF_SELLERS)
    return law.flags(
        nz_01=pl.col("reduced_set") != pl.col("reduced_set_used"),
        nz_02=is_claimed & (pl.col("tax_rule") == "border"),
        nz_03=low_value.is_untold(),
        nz_04=~pl.col("is_inside") & pl.col("law_territories").is_not_null(),
    )


LAW = low_value.LowValueLaw(simplified=("ECI", "POSTAL"), sets=_sets, not_loaded=_not_loaded, findings=_findings)


def regime(filings: pl.LazyFrame) -> pl.LazyFrame:
    """Add the columns of ``kit.jurisdiction.REGIME`` and a flag per finding of the sheet; rows are kept."""
    return LAW.regime(filings)
