"""Law of Canada on parcels: remissions by mail and by courier, tiers by the place of direct shipment, tax by province.

A row is a filing with its law beside it. Every number stands in ``sheet.toml``; docs/explanation/low-value-rules.md
tells the rules in words.
"""

import polars as pl

from tidewaiter.kit import regime as law

RELIEFS = (
    "documents_relieved", "low_value_limit_minor", "agreement_duty_limit_minor", "agreement_tax_limit_minor",
    "gift_limit_minor",
)  # fmt: skip
DUTY_RULE_OF = dict.fromkeys(RELIEFS, "relief") | {"tariff_duty": "tariff"}
TAX_RULE_OF = dict.fromkeys(RELIEFS, "relief") | {"import_tax": "border"}
"""The rule that follows from the parameter it rests on."""

PROVINCE_OF = {
    "A": "NL", "B": "NS", "C": "PE", "E": "NB", "R": "MB", "S": "SK", "T": "AB", "V": "BC", "X": "NT", "Y": "YT",
    **dict.fromkeys("GHJ", "QC"),
    **dict.fromkeys("KLMNP", "ON"),
}  # fmt: skip
"""Province by the first letter of a postcode. X is the Northwest Territories and Nunavut, which tax alike."""

PROVINCES = sorted(set(PROVINCE_OF.values()))
POSTCODE = r"(?i)^\s*[a-z][0-9][a-z][ -]?[0-9][a-z][0-9]\s*$"
COMMERCIAL, UNKNOWN_PLACE = "CA", "CA-?"
"""Where the federal rate alone applies, and a place that no rate is loaded for."""

SCRATCH = (
    "is_inside", "is_casual", "is_remitted", "is_of_agreement", "is_plain", "is_gift", "is_relieved_gift",
    "is_larger_gift", "is_open_gift", "is_document", "is_back",
)  # fmt: skip


def regime(filings: pl.LazyFrame) -> pl.LazyFrame:
    """Add the columns of ``kit.jurisdiction.REGIME`` and a flag per finding of the sheet; rows are kept."""
    is_courier = pl.col("mode") == "express"
    known = (
        filings.with_columns(
            is_inside=law.names_a_place_of("territories"),
            is_casual=pl.col("party_relation").is_in(["B2C", "C2C"]),
            is_remitted=pl.col("mode").is_in(["post", "express"]),
            is_of_agreement=is_courier & _is_shipped_from_a_partner(),
            is_plain=~pl.col("has_relief_excluded_goods"),
            is_gift=law.is_private_gift() & ~pl.col("has_relief_excluded_goods"),
            is_document=law.is_worthless_document(),
            is_back=law.is_back_again(),
        )
        .with_columns(
            is_relieved_gift=pl.col("is_gift") & law.is_within("gift_limit_minor"),
            is_larger_gift=pl.col("is_gift") & law.is_above("gift_limit_minor"),
        )
        .with_columns(is_open_gift=pl.col("is_larger_gift") & (pl.col("item_count") > 1))
    )
    charged = known.with_columns(
        duty_rule_id=_owed("agreement_duty_limit_minor", "tariff_duty"),
        tax_rule_id=_owed("agreement_tax_limit_minor", "import_tax"),
        tax_place=_tax_place(),
    ).with_columns(
        duty_rule=pl.col("duty_rule_id").replace_strict(DUTY_RULE_OF, return_dtype=pl.String),
        tax_rule=pl.col("tax_rule_id").replace_strict(TAX_RULE_OF, return_dtype=pl.String),
    )
    routed = charged.with_columns(*law.data_sets(**_sets()), duty_collected_from=law.collected_from())
    return (
        routed.with_columns(
            category=law.release_category(simplified=("CLVS", "POSTAL")),
            flat_duty_by_hs6=pl.lit(value=False),
            relieved_value_minor=pl.when("is_larger_gift").then("law_gift_limit_minor"),
            law_not_loaded=_not_loaded(),
        )
        .with_columns(_findings())
        .drop(SCRATCH)
    )


def _is_shipped_from_a_partner() -> pl.Expr:
    """Direct shipment from a country of the agreement; null where the place is not said, false before it."""
    code, partners = pl.col("country_of_dispatch"), pl.col("law_agreement_countries")
    return (
        partners.is_not_null() & partners.str.contains(code, literal=True) & (code.str.len_bytes() == law.CODE_LENGTH)
    )


def _owed(limit_of_agreement: str, owed: str) -> pl.Expr:
    """The parameter that duty or tax rests on; null where the filing does not say or the law is not loaded."""
    is_low = pl.col("is_plain") & pl.col("is_remitted") & law.is_within("low_value_limit_minor")
    is_low_by_agreement = pl.col("is_plain") & pl.col("is_of_agreement") & law.is_within(limit_of_agreement)
    is_sure = ~pl.col("has_publications")
    reliefs = {
        "documents_relieved": pl.col("is_document"),
        "low_value_limit_minor": is_low & is_sure,
        limit_of_agreement: is_low_by_agreement & is_sure,
        "gift_limit_minor": pl.col("is_relieved_gift"),
    }
    return law.first_that_holds(
        (~pl.col("is_inside") | ~law.is_in_force(owed), None),
        (pl.any_horizontal(reliefs.values()), law.which_holds(*((holds, name) for name, holds in reliefs.items()))),
        (is_low | is_low_by_agreement, None),
        (pl.col("is_open_gift"), None),
        (pl.col("is_back"), None),
        otherwise=owed,
    )


def _tax_place() -> pl.Expr:
    """The province for goods that are not commercial, by postcode or else region; a place without a rate if untold."""
    letter = pl.col("consignee_postcode").str.strip_chars().str.slice(0, 1).str.to_uppercase()
    by_postcode = letter.replace_strict(PROVINCE_OF, default=None, return_dtype=pl.String)
    region = pl.col("consignee_region").str.strip_chars().str.to_uppercase()
    by_region = pl.when(pl.col("consignee_postcode").is_null() & region.is_in(PROVINCES)).then(region)
    by_postcode = pl.when(pl.col("consignee_postcode").str.contains(POSTCODE)).then(by_postcode)
    province = pl.coalesce(by_postcode, by_region)
    is_told = province.is_not_null()
    return (
        pl.when(pl.col("is_casual") & is_told)
        .then(pl.format("CA-{}", province))
        .when(~pl.col("is_casual"))
        .then(pl.lit(COMMERCIAL))
        .otherwise(pl.lit(UNKNOWN_PLACE))
    )


def _sets() -> dict[str, law.Grounds]:
    """What each data set asks for."""
    is_small = {
        "low_value_entry_limit_minor": law.is_within("low_value_entry_limit_minor"),
        "licence_goods": ~pl.col("has_licence_goods"),
    }
    return {
        "CLVS": {"mode": pl.col("mode") == "express", **is_small},
        "POSTAL": {"mode": pl.col("mode") == "post", **is_small},
        "CAD": {},
    }


def _not_loaded() -> pl.Expr:
    """Law that applies to the filing and is known to be missing from the sheet."""
    is_here = pl.col("is_inside") & law.is_open()
    limits = ("low_value_limit_minor", "agreement_duty_limit_minor", "agreement_tax_limit_minor")
    may_be_remitted = pl.any_horizontal(law.is_within(limit) for limit in limits)
    return law.texts_where(
        publications_not_loaded=is_here & pl.col("has_publications") & may_be_remitted,
        gift_excess_not_loaded=is_here & pl.col("is_open_gift"),
        returned_goods_not_loaded=is_here & pl.col("is_back"),
        excise_not_loaded=pl.col("is_inside") & pl.col("has_excise_goods"),
        surtax_not_loaded=(pl.col("duty_rule") == "tariff") & pl.col("has_surtax_origins"),
    )


def _findings() -> list[pl.Expr]:
    is_valued = pl.col(law.VALUE).is_not_null() & law.is_in_force("tariff_duty") & pl.col("is_inside")
    is_short = pl.col("is_gift").is_null() | pl.col("is_back").is_null() | pl.col("mode").is_null()
    is_place_short = (pl.col("tax_rule") == "border") & (pl.col("tax_place") == UNKNOWN_PLACE)
    is_unshipped = pl.col("country_of_dispatch").is_null() & law.is_within("agreement_duty_limit_minor")
    is_untold = law.is_open() & is_short | is_place_short & pl.col("is_casual").is_null()
    return law.flags(
        ca_01=pl.col("reduced_set") != pl.col("reduced_set_used"),
        ca_02=is_valued & law.is_open() & is_unshipped & (pl.col("mode") == "express"),
        ca_03=is_valued & is_untold,
        ca_04=law.is_gift_of_company(),
        ca_05=~pl.col("is_inside") & pl.col("law_territories").is_not_null(),
        ca_06=is_valued & is_place_short & pl.col("is_casual"),
        ca_07=pl.col("is_larger_gift") & ~pl.col("is_open_gift") & (pl.col("tax_rule") == "border"),
    )
