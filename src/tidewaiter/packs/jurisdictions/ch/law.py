"""Law of Switzerland and Liechtenstein on parcels: tax unless it is too little, no duty on industrial goods since 2024.

A row is a filing with its law beside it. Every number stands in ``sheet.toml``; docs/explanation/low-value-rules.md
tells the rules in words. Small amounts are left by the stages, which read their limits off the sheet.
"""

import polars as pl

from tidewaiter.kit import regime as law

DUTY_RULE_OF = {
    "documents_relieved": "relief",
    "gift_limit_minor": "relief",
    "industrial_goods_free": "relief",
    "tariff_duty": "tariff",
}
TAX_RULE_OF = {"documents_relieved": "relief", "gift_limit_minor": "relief", "import_tax": "border"}
"""The rule that follows from the parameter it rests on."""

VAT_NUMBER = r"^CHE[-. ]?[0-9]{3}[. ]?[0-9]{3}[. ]?[0-9]{3}(?: ?(?:MWST|TVA|IVA))?$"
"""Shape of a Swiss VAT number."""

SCRATCH = ("is_inside", "is_gift", "is_relieved_gift", "is_industrial", "is_document", "is_back", "is_of_seller")


def regime(filings: pl.LazyFrame) -> pl.LazyFrame:
    """Add the columns of ``kit.jurisdiction.REGIME`` and a flag per finding of the sheet; rows are kept."""
    known = filings.with_columns(
        is_inside=law.names_a_place_of("territories"),
        is_gift=law.is_private_gift() & ~pl.col("has_gift_excluded_goods"),
        is_industrial=_is_industrial(),
        is_document=law.is_worthless_document(),
        is_back=law.is_back_again(),
        is_of_seller=_is_of_seller(),
    ).with_columns(is_relieved_gift=pl.col("is_gift") & law.is_within("gift_limit_minor"))
    charged = known.with_columns(duty_rule_id=_duty(), tax_rule_id=_tax()).with_columns(
        duty_rule=pl.col("duty_rule_id").replace_strict(DUTY_RULE_OF, return_dtype=pl.String),
        tax_rule=pl.col("tax_rule_id").replace_strict(TAX_RULE_OF, return_dtype=pl.String),
    )
    routed = charged.with_columns(*law.data_sets(**_sets()), duty_collected_from=law.collected_from())
    return (
        routed.with_columns(
            category=law.release_category(simplified=("SIMPLIFIED",)),
            tax_liable=pl.when(pl.col("is_of_seller") & (pl.col("tax_rule") == "border")).then(pl.lit("vendor")),
            flat_duty_by_hs6=pl.lit(value=False),
            law_not_loaded=_not_loaded(),
        )
        .with_columns(_findings())
        .drop(SCRATCH)
    )


def _is_industrial() -> pl.Expr:
    """All goods are industrial and free; null where a line has no code and no other one settles it."""
    is_told = pl.when(~pl.col("lacks_code")).then(pl.lit(value=True))
    return law.is_in_force("industrial_goods_free") & ~pl.col("has_tariff_goods") & is_told


def _is_of_seller() -> pl.Expr:
    """The seller or platform gives its Swiss VAT number, in a time when it imports in its own name; never null."""
    number = pl.col("vat_scheme_id").str.strip_chars().str.to_uppercase()
    return law.is_in_force("seller_imports") & number.str.contains(VAT_NUMBER).fill_null(value=False)


def _duty() -> pl.Expr:
    """The parameter the duty rests on; null where the filing does not say or the law is not loaded."""
    return law.tariff_unless(
        documents_relieved=pl.col("is_document"),
        gift_limit_minor=pl.col("is_relieved_gift"),
        industrial_goods_free=pl.col("is_industrial"),
    )


def _tax() -> pl.Expr:
    """The parameter the tax on importation rests on; null where the filing does not say or the law is not loaded."""
    return law.first_that_holds(
        (~pl.col("is_inside") | ~law.is_in_force("import_tax"), None),
        (pl.col("is_document"), "documents_relieved"),
        (pl.col("is_relieved_gift"), "gift_limit_minor"),
        (pl.col("is_back"), None),
        otherwise="import_tax",
    )


def _sets() -> dict[str, law.Grounds]:
    """What each data set asks for."""
    is_small = {
        "simplified_limit_minor": law.is_within("simplified_limit_minor"),
        "licence_goods": ~pl.col("has_licence_goods"),
    }
    return {"SIMPLIFIED": is_small, "NORMAL": {}}


def _not_loaded() -> pl.Expr:
    """Law that applies to the filing and is known to be missing from the sheet."""
    return law.texts_where(
        returned_goods_not_loaded=pl.col("is_inside") & pl.col("is_back") & law.is_open(),
        excise_not_loaded=pl.col("is_inside") & pl.col("has_excise_goods"),
    )


def _findings() -> list[pl.Expr]:
    is_untold = pl.col("is_gift").is_null() | pl.col("is_back").is_null() | pl.col("lacks_code")
    is_open_here = law.is_open() & pl.col("is_inside") & law.is_in_force("import_tax")
    is_sold_on_platform = pl.col("marketplace_id").is_not_null() & (pl.col("nature") == "sale")
    return law.flags(
        ch_01=pl.col("reduced_set") != pl.col("reduced_set_used"),
        ch_02=pl.col("tax_liable") == "vendor",
        ch_03=is_open_here & is_untold & pl.col(law.VALUE).is_not_null(),
        ch_04=law.is_gift_of_company(),
        ch_05=~pl.col("is_inside") & pl.col("law_territories").is_not_null(),
        ch_06=law.is_in_force("platform_imports")
        & is_sold_on_platform
        & ~pl.col("is_of_seller")
        & (pl.col("tax_rule") == "border"),
    )
