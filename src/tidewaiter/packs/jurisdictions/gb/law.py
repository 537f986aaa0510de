"""Law of the United Kingdom on parcels: relief up to a limit, VAT of the seller, and the bulk data set.

A row is a filing with its law beside it. Every number stands in ``sheet.toml``; docs/explanation/low-value-rules.md
tells the rules in words. Goods for Northern Ireland fall under two tariffs: their duty is left open, by name.
"""

import polars as pl

from tidewaiter.kit import regime as law

VAT_NUMBER = r"^(?:GB|XI)?(?:[ .-]?[0-9]){9}(?:(?:[ .-]?[0-9]){3})?$"
"""Shape of a United Kingdom VAT registration number, in one or in groups; three more digits name a branch."""

AREA_OF_POSTCODE = r"^\s*([A-Z]{2}) ?[0-9]"
"""Two letters before the first digit; an area of one letter is none of Northern Ireland."""

DUTY_RULE_OF = {
    "documents_relieved": "relief",
    "gift_limit_minor": "relief",
    "low_value_limit_minor": "relief",
    "guarantee_repair_relieved": "relief",
    "official_gift_relieved": "relief",
    "private_rate": "flat_rate",
    "tariff_duty": "tariff",
}
TAX_RULE_OF = {
    "documents_relieved": "relief",
    "gift_limit_minor": "relief",
    "claimed_tax_relieved": "relief",
    "low_value_tax_limit_minor": "relief",
    "seller_vat_limit_minor": "vendor",
    "buyer_accounts_for_vat": "none",
    "import_tax": "border",
}
"""The rule that follows from the parameter it rests on; ``none``: a registered buyer accounts for VAT in its return."""

CLAIMED_DUTY_RELIEFS = {"guarantee_repair_relieved": "B02", "official_gift_relieved": "C28"}
CLAIMED_TAX_RELIEFS = {"claimed_tax_relieved": "1RV"}
"""Reliefs that the declarant claims by an additional procedure code on every line, and must prove."""

SCRATCH = (
    "relation", "kind", "is_inside", "is_northern", "territory", "law_territory_told", "has_vat_number", "is_sale",
    "is_to_registered", "is_gift", "is_relieved_gift", "is_open_gift", "is_document", "is_back", "is_short_of_facts",
)  # fmt: skip


def regime(filings: pl.LazyFrame) -> pl.LazyFrame:
    """Add the columns of ``kit.jurisdiction.REGIME`` and a flag per finding of the sheet; rows are kept."""
    claimed = filings.with_columns(
        has_vat_number=_has_vat_number(),
        relation=_or_by_scheme("party_relation", "B2C"),
        kind=_or_by_scheme("nature", "sale"),
    )
    known = claimed.with_columns(
        is_inside=law.names_a_place_of("territories"),
        is_northern=law.names_a_place_of("northern_ireland") | _is_northern_postcode(),
        territory=law.lies_in("territories_of_other_tax", _area()),
        is_sale=_is_sale(),
        is_to_registered=_is_to_registered(),
        is_gift=law.is_private_gift("relation", "kind"),
        is_document=law.is_worthless_document("kind"),
        is_back=law.is_back_again("kind"),
    ).with_columns(is_relieved_gift=_is_relieved_gift(), is_open_gift=_is_open_gift())
    charged = known.with_columns(tax_rule_id=_tax(), duty_rule_id=_duty()).with_columns(
        duty_rule=pl.col("duty_rule_id").replace_strict(DUTY_RULE_OF, return_dtype=pl.String),
        tax_rule=pl.col("tax_rule_id").replace_strict(TAX_RULE_OF, return_dtype=pl.String),
    )
    routed = charged.with_columns(*law.data_sets(**_sets()), duty_collected_from=law.collected_from())
    return (
        routed.with_columns(
            category=law.release_category(simplified=("BIRDS", "H7")),
            flat_duty_by_hs6=pl.lit(value=False),
            law_territory_told=pl.col("territory") + pl.lit(": ") + pl.col("law_territory_not_loaded"),
            is_short_of_facts=law.is_short_of_facts("import_tax"),
        )
        .with_columns(law_not_loaded=_not_loaded())
        .with_columns(_findings())
        .drop(SCRATCH)
    )


def _is_northern_postcode() -> pl.Expr:
    """True where the goods go to a postcode of Northern Ireland though their destination is GB; never null."""
    is_listed = pl.col("law_northern_ireland_postcodes").str.contains(_area(), literal=True)
    return ((pl.col("destination_country") == "GB") & is_listed).fill_null(value=False)


def _area() -> pl.Expr:
    """Two letters that the postcode of the arrival begins with."""
    return law.arrival_postcode().str.extract(AREA_OF_POSTCODE)


def _has_vat_number() -> pl.Expr:
    return pl.col("vat_scheme_id").str.contains(VAT_NUMBER).fill_null(value=False)


def _or_by_scheme(declared: str, implied: str) -> pl.Expr:
    """What is declared; where nothing is, what the seller's VAT scheme implies: a sale to a consumer."""
    return pl.coalesce(declared, pl.when(pl.col("vat_scheme") == "UKVAT").then(pl.lit(implied)))


def _is_sale() -> pl.Expr:
    """A sale whose VAT the seller may owe: to consumers and to businesses, not between private persons."""
    return pl.col("relation").is_in(["B2C", "B2B"]) & (pl.col("kind") == "sale")


def _is_to_registered() -> pl.Expr:
    """Sold to a business that gives its VAT number: it accounts for the VAT itself."""
    numbers = [pl.col(f"{role}_id").str.contains(VAT_NUMBER).fill_null(value=False) for role in ("buyer", "importer")]
    return (pl.col("relation") == "B2B") & (pl.col("kind") == "sale") & pl.any_horizontal(numbers)


def _is_relieved_gift() -> pl.Expr:
    return pl.col("is_gift") & law.is_within("gift_limit_minor") & law.keeps_allowance("gift_quantity")


def _is_open_gift() -> pl.Expr:
    """A gift of which some goods may be relieved and others not, with quantities or of a time nobody can tell."""
    is_several = pl.col("item_count") > 1
    keeps = law.keeps_allowance("gift_quantity")
    by_quantity = law.is_within("gift_limit_minor") & (keeps.is_null() | (~keeps & is_several))
    may_fit = law.is_within("gift_limit_minor", "least_line_value_minor").fill_null(value=True)
    by_item = law.is_above("gift_limit_minor") & is_several & may_fit
    return pl.col("is_gift") & (by_quantity | by_item | pl.col("law_gift_limit_minor").is_null())


def _tax() -> pl.Expr:
    """The parameter the import VAT rests on; null where the filing does not say or the law is not loaded."""
    is_low = law.is_within("low_value_tax_limit_minor") & ~pl.col("has_relief_excluded_goods")
    is_sold_low = law.is_within("seller_vat_limit_minor") & ~pl.col("has_excise_goods")
    is_accounted_for = is_sold_low & pl.col("is_to_registered") & law.is_in_force("buyer_accounts_for_vat")
    reliefs = {
        "documents_relieved": pl.col("is_document"),
        "gift_limit_minor": pl.col("is_relieved_gift"),
        **{name: _is_claimed(name, code) for name, code in CLAIMED_TAX_RELIEFS.items()},
        "low_value_tax_limit_minor": is_low,
    }
    return law.first_that_holds(
        (~pl.col("is_inside") | pl.col("territory").is_not_null() | ~law.is_in_force("import_tax"), None),
        (pl.any_horizontal(reliefs.values()), law.which_holds(*((holds, name) for name, holds in reliefs.items()))),
        (pl.col("is_open_gift"), None),
        (pl.col("is_back"), None),
        (is_accounted_for, "buyer_accounts_for_vat"),
        (is_sold_low & pl.col("is_sale"), "seller_vat_limit_minor"),
        otherwise="import_tax",
    )


def _duty() -> pl.Expr:
    """The parameter the duty rests on; null where the filing does not say or the law is not loaded."""
    is_low = law.is_within("low_value_limit_minor") & ~pl.col("has_relief_excluded_goods")
    reliefs = {
        "documents_relieved": pl.col("is_document"),
        "gift_limit_minor": pl.col("is_relieved_gift"),
        "low_value_limit_minor": is_low,
        **{name: _is_claimed(name, code) for name, code in CLAIMED_DUTY_RELIEFS.items()},
    }
    return law.first_that_holds(
        (~law.is_in_force("tariff_duty"), None),
        (pl.col("is_northern") | pl.col("territory").is_not_null(), None),
        (pl.any_horizontal(reliefs.values()), law.which_holds(*((holds, name) for name, holds in reliefs.items()))),
        (pl.col("is_open_gift"), None),
        (pl.col("is_back"), None),
        *law.private_rate_cases(),
        otherwise="tariff_duty",
    )


def _is_claimed(relief: str, code: str) -> pl.Expr:
    return law.is_in_force(relief) & law.claims_procedure(code)


def _sets() -> dict[str, law.Grounds]:
    """The bulk set needs an authorisation, relief and seller's VAT, and is closed to post; H7 is Northern Ireland's."""
    has_no_licence, has_no_excise = ~pl.col("has_licence_goods"), ~pl.col("has_excise_goods")
    is_authorised = pl.col("authorisations").str.contains("BIRDS", literal=True).fill_null(value=False)
    is_relieved = ~pl.col("has_relief_excluded_goods") & (pl.col("duty_rule") == "relief")
    return {
        "BIRDS": {
            "bulk_data_set": law.is_in_force("bulk_data_set"),
            "authorisations": is_authorised,
            "mode": pl.col("mode") != "post",
            "low_value_limit_minor": law.is_within("low_value_limit_minor"),
            "relief": is_relieved,
            "sale_taxed_elsewhere": pl.col("is_sale") & pl.col("tax_rule").is_in(["vendor", "none"]),
            "licence_goods": has_no_licence,
            "excise_goods": has_no_excise,
            "northern_ireland": ~pl.col("is_northern"),
        },
        "H7": {
            "northern_ireland": pl.col("is_northern"),
            "h7_limit_minor": law.is_within("h7_limit_minor"),
            "licence_goods": has_no_licence,
            "excise_goods": has_no_excise,
            "preference": ~pl.col("claims_preference").fill_null(value=False),
        },
        "H1": {},
    }


def _not_loaded() -> pl.Expr:
    """Law that applies to the filing and is known to be missing from the sheet."""
    return law.texts_where(
        northern_ireland_not_loaded=pl.col("is_northern"),
        territory_told=pl.col("territory").is_not_null(),
        gift_detail_not_loaded=(pl.col("is_open_gift") | law.is_open_private_rate()) & law.is_open(),
        returned_goods_not_loaded=pl.col("is_back") & law.is_open(),
        excise_not_loaded=pl.col("has_excise_goods"),
    )


def _findings() -> list[pl.Expr]:
    is_claimed = pl.col("vat_scheme") == "UKVAT"
    is_silent = pl.col("party_relation").is_null() | pl.col("nature").is_null()
    return law.flags(
        gb_01=is_claimed & ~pl.col("has_vat_number"),
        gb_02=is_claimed & law.is_above("seller_vat_limit_minor"),
        gb_03=pl.col("reduced_set") != pl.col("reduced_set_used"),
        gb_04=pl.col("is_short_of_facts"),
        gb_05=is_claimed & is_silent & law.is_within("seller_vat_limit_minor"),
        gb_06=law.is_gift_of_company(),
        gb_08=pl.col("duty_rule_id").is_in(list(CLAIMED_DUTY_RELIEFS))
        | pl.col("tax_rule_id").is_in(list(CLAIMED_TAX_RELIEFS)),
        gb_09=_is_northern_postcode(),
        gb_10=pl.col("territory").is_not_null(),
        gb_07=~pl.col("is_inside") & pl.col("law_territories").is_not_null(),
    )
