"""Law of Australia on parcels: nothing at the border up to a limit, GST of the seller below it, duty and GST above it.

A row is a filing with its law beside it. Every number stands in ``sheet.toml``; docs/explanation/low-value-rules.md
tells the rules in words.
"""

import polars as pl

from tidewaiter.kit import regime as law

DUTY_RULE_OF = {"documents_relieved": "relief", "low_value_limit_minor": "relief", "tariff_duty": "tariff"}
TAX_RULE_OF = {
    "documents_relieved": "relief",
    "low_value_limit_minor": "relief",
    "vendor_tax_limit_minor": "vendor",
    "import_tax": "border",
}
"""The rule that follows from the parameter it rests on."""

SCRATCH = ("is_inside", "is_low", "is_consumer_sale", "is_document", "is_back")


def regime(filings: pl.LazyFrame) -> pl.LazyFrame:
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
    routed = charged.with_columns(*law.data_sets(**_sets()), duty_collected_from=law.collected_from())
    return (
        routed.with_columns(
            category=law.release_category(simplified=("SAC", "POSTAL")),
            flat_duty_by_hs6=pl.lit(value=False),
            law_not_loaded=_not_loaded(),
        )
        .with_columns(_findings())
        .drop(SCRATCH)
    )


def _duty() -> pl.Expr:
    """The parameter the duty rests on; null where the filing does not say or the law is not loaded."""
    return law.tariff_unless(documents_relieved=pl.col("is_document"), low_value_limit_minor=pl.col("is_low"))


def _tax() -> pl.Expr:
    """The parameter GST on importation rests on; up to the limit none is due at the border, whoever buys."""
    is_of_seller = law.is_within("vendor_tax_limit_minor") & ~pl.col("has_relief_excluded_goods")
    return law.first_that_holds(
        (~pl.col("is_inside") | ~law.is_in_force("import_tax"), None),
        (pl.col("is_document"), "documents_relieved"),
        (is_of_seller & pl.col("is_consumer_sale"), "vendor_tax_limit_minor"),
        (pl.col("is_low"), "low_value_limit_minor"),
        (pl.col("is_back"), None),
        otherwise="import_tax",
    )


def _sets() -> dict[str, law.Grounds]:
    """What each data set asks for."""
    is_small = {
        "low_value_limit_minor": law.is_within("low_value_limit_minor"),
        "excluded": ~pl.col("has_relief_excluded_goods"),
        "licence_goods": ~pl.col("has_licence_goods"),
    }
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
    is_untold = pl.col("is_consumer_sale").is_null() | pl.col("is_back").is_null()
    return law.flags(
        au_01=pl.col("reduced_set") != pl.col("reduced_set_used"),
        au_02=is_claimed & law.is_in_force("import_tax") & (pl.col("tax_rule") == "border"),
        au_03=law.is_open() & is_untold & pl.col(law.VALUE).is_not_null() & law.is_in_force("import_tax"),
        au_04=~pl.col("is_inside") & pl.col("law_territories").is_not_null(),
    )
