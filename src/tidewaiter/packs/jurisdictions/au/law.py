"""Law of Australia on parcels: nothing at the border up to a limit, GST of the seller below it, duty and GST above it.

A row is a filing with its law beside it. Every number stands in ``sheet.toml``; docs/explanation/low-value-rules.md
tells the rules in words.
"""

import polars as pl

from tidewaiter.kit import low_value
from tidewaiter.kit import regime as law


def _sets() -> dict[str, law.Grounds]:
    """What each data set asks for."""
    is_small = low_value.small_goods("low_value_limit_minor")
    return {
        "SAC": {"mode": pl.col("mode") != "post", **is_small},
        "POSTAL": {"mode": pl.col("mode") == "post", **is_small},
        "N10": {},
    }


def _not_loaded() -> pl.Expr:
    """Law that applies to the filing and is known to be missing from the sheet."""
    is_here, is_entered = pl.col("is_inside"), law.is_above("low_value_limit_minor")
    return law.texts_where(
        returned_goods_not_loaded=is_here & pl.col("is_back") & law.is_open(),
        excise_not_loaded=is_here & pl.col("has_excise_goods"),
        biosecurity_charge_not_loaded=is_here & is_entered,
        biosecurity_by_sea_not_loaded=is_here & is_entered & (pl.col("mode") == "cargo"),
    )


def _findings() -> list[pl.Expr]:
    is_claimed = pl.col("vat_scheme") == "LVG"
    return law.flags(
        au_01=pl.col("reduced_set") != pl.col("reduced_set_used"),
        au_02=is_claimed & law.is_in_force("import_tax") & (pl.col("tax_rule") == "border"),
        au_03=low_value.is_untold(),
        au_04=~pl.col("is_inside") & pl.col("law_territories").is_not_null(),
    )


LAW = low_value.LowValueLaw(simplified=("SAC", "POSTAL"), sets=_sets, not_loaded=_not_loaded, findings=_findings)


def regime(filings: pl.LazyFrame) -> pl.LazyFrame:
    """Add the columns of ``kit.jurisdiction.REGIME`` and a flag per finding of the sheet; rows are kept."""
    return LAW.regime(filings)
