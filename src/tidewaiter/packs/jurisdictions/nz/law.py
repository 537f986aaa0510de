"""Law of New Zealand on parcels: nothing at the border up to a value, GST of the seller below it, entries above it.

A row is a filing with its law beside it. Every number stands in ``sheet.toml``; docs/explanation/low-value-rules.md
tells the rules in words. Up to 2019-11-30 small amounts were not collected, which stages read off the sheet.
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

CLAIMS_OF_SELLERS = ("LVG", "OVR")
"""Words by which sellers' messages say that they account for the tax themselves."""

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
            category=law.release_category(simplified=("ECI", "POSTAL")),
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
    """What each data set asks for: cargo information counts as an entry up to a value, for plain goods."""
    is_small = {
        "cargo_information_limit_minor": law.is_within("cargo_information_limit_minor"),
        "excluded": ~pl.col("has_relief_excluded_goods"),
        "licence_goods": ~pl.col("has_licence_goods"),
    }
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
    is_untold = pl.col("is_consumer_sale").is_null() | pl.col("is_back").is_null()
    return law.flags(
        nz_01=pl.col("reduced_set") != pl.col("reduced_set_used"),
        nz_02=is_claimed & (pl.col("tax_rule") == "border"),
        nz_03=law.is_open() & is_untold & pl.col(law.VALUE).is_not_null() & law.is_in_force("import_tax"),
        nz_04=~pl.col("is_inside") & pl.col("law_territories").is_not_null(),
    )
