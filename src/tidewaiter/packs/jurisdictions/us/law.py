"""Law of the United States on parcels: the exemption per person and day while it lasted, base duty after it.

A row is a filing with its law beside it. Every number stands in ``sheet.toml``; docs/explanation/low-value-rules.md
tells the rules in words. Additional duties of chapter 99 are not loaded and said so, by name.
"""

import polars as pl

from tidewaiter.kit import regime as law

POSTAL_GROUPS = ("10", "15", "18", "19", "20", "25", "30", "35", "39", "40", "41", "50")
"""Groups of origins with one rate by post: ``postal_origins_<group>`` and ``postal_rate_<group>`` of the sheet."""

BY_VALUE = "AD-VALOREM"
"""What a filing's authorisations say where the carrier chose the duty by value for its postal items."""

PER_CENT = pl.Decimal(9, 4)

DUTY_RULE_OF = {
    "documents_relieved": "relief",
    "low_value_limit_minor": "relief",
    "gift_limit_minor": "relief",
    "tariff_duty": "tariff",
    **dict.fromkeys(("postal_low_minor", "postal_middle_minor", "postal_high_minor"), "per_filing"),
    **dict.fromkeys(("postal_surcharge", *(f"postal_rate_{group}" for group in POSTAL_GROUPS)), "flat_rate"),
}
"""The rule that follows from the parameter it rests on."""

SCRATCH = (
    "is_inside", "is_gift", "is_relieved_gift", "is_open_gift", "is_document", "is_back", "is_low", "is_by_post",
    "is_of_one_rate", "is_presumed",
)  # fmt: skip


def regime(filings: pl.LazyFrame) -> pl.LazyFrame:
    """Add the columns of ``kit.jurisdiction.REGIME`` and a flag per finding of the sheet; rows are kept."""
    known = filings.with_columns(
        is_inside=law.names_a_place_of("territories"),
        is_gift=law.is_private_gift(),
        is_document=law.is_worthless_document(),
        is_back=law.is_back_again(),
        is_low=_is_low(),
        is_by_post=_is_by_post(),
        is_of_one_rate=_is_of_one_rate(),
        is_presumed=law.is_in_force("postal_specific_presumed") & ~_is_by_value(),
    ).with_columns(is_relieved_gift=_is_relieved_gift(), is_open_gift=_is_open_gift())
    charged = known.with_columns(duty_rule_id=_duty(), tax_rule_id=_tax()).with_columns(
        duty_rule=pl.col("duty_rule_id").replace_strict(DUTY_RULE_OF, return_dtype=pl.String),
        tax_rule=pl.when(pl.col("tax_rule_id").is_not_null()).then(pl.lit("none")),
    )
    routed = charged.with_columns(*law.data_sets(**_sets()), **_postal())
    return (
        routed.with_columns(
            category=law.release_category(simplified=("I86", "POSTAL", "INFORMAL")),
            flat_duty_by_hs6=pl.lit(value=False),
            law_not_loaded=_not_loaded(),
        )
        .with_columns(_findings())
        .drop(SCRATCH)
    )


def _is_low() -> pl.Expr:
    """Within the limit alone and together with the person's other parcels of the day; no excluded goods or origin."""
    is_within = law.is_within("low_value_limit_minor")
    is_within_day = law.is_within("low_value_limit_minor", "person_day_value_minor")
    return is_within & is_within_day & ~pl.col("has_relief_excluded_goods") & ~pl.col("has_relief_excluded_origins")


def _is_by_post() -> pl.Expr:
    """A postal item under a duty of its own: of any origin, or while that is the law of the excluded ones alone."""
    is_excluded = pl.col("has_relief_excluded_origins") & law.is_within("postal_excluded_origins_limit_minor")
    return (pl.col("mode") == "post") & (law.is_within("postal_formula_limit_minor") | is_excluded)


def _is_relieved_gift() -> pl.Expr:
    return pl.col("is_gift") & law.is_within("gift_limit_minor") & ~pl.col("has_gift_quantity_goods")


def _is_open_gift() -> pl.Expr:
    """A gift with goods that are relieved in small quantities only."""
    return pl.col("is_gift") & law.is_within("gift_limit_minor") & pl.col("has_gift_quantity_goods")


def _duty() -> pl.Expr:
    """The parameter the duty rests on; null where the filing does not say or the law is not loaded."""
    reliefs = {
        "documents_relieved": pl.col("is_document"),
        "low_value_limit_minor": pl.col("is_low"),
        "gift_limit_minor": pl.col("is_relieved_gift"),
    }
    return law.first_that_holds(
        (~law.is_in_force("tariff_duty"), None),
        (~pl.col("is_inside"), None),
        (pl.any_horizontal(reliefs.values()), law.which_holds(*((holds, name) for name, holds in reliefs.items()))),
        (pl.col("is_open_gift"), None),
        (pl.col("is_back"), None),
        (_is_printed(), None),
        (pl.col("is_by_post"), _formula()),
        otherwise="tariff_duty",
    )


def _has(group: str) -> pl.Expr:
    return pl.col(f"has_postal_origins_{group}")


def _is_of_one_rate() -> pl.Expr:
    """All lines name an origin, and all origins pay one rate by post."""
    return (pl.sum_horizontal(_has(group) for group in POSTAL_GROUPS) == 1) & ~pl.col("lacks_origin")


def _is_by_value() -> pl.Expr:
    return pl.col("authorisations").str.contains(BY_VALUE, literal=True).fill_null(value=False)


def _formula() -> pl.Expr:
    """The parameter a postal item's duty rests on: surcharge, rate of the origin, or the amount of the rate's band."""
    by_value = law.which_holds(*((_has(group), f"postal_rate_{group}") for group in POSTAL_GROUPS))
    rates = (pl.when(_has(group)).then(pl.col(f"law_postal_rate_{group}")) for group in POSTAL_GROUPS)
    rate = pl.coalesce(*rates).cast(PER_CENT, strict=False)
    by_band = law.first_that_holds(
        (rate < pl.col("law_postal_low_below").cast(PER_CENT, strict=False), "postal_low_minor"),
        (rate > pl.col("law_postal_high_above").cast(PER_CENT, strict=False), "postal_high_minor"),
        otherwise="postal_middle_minor",
    )
    return law.which_holds(
        (pl.col("law_postal_surcharge").is_not_null(), "postal_surcharge"),
        (pl.col("is_of_one_rate") & _is_by_value(), by_value),
        (pl.col("is_of_one_rate") & pl.col("is_presumed"), by_band),
    )


def _tax() -> pl.Expr:
    """The parameter by which no tax is levied on importation."""
    return pl.when(pl.col("is_inside") & law.is_in_force("no_import_tax")).then(pl.lit("no_import_tax"))


def _postal() -> dict[str, pl.Expr]:
    """Who owes and collects: the carrier, on postal items under the formula; where its method is presumed, for now."""
    is_formula = pl.col("duty_rule").is_in(["per_filing", "flat_rate"])
    return {
        "duty_collected_from": pl.when(is_formula).then(pl.lit("operator")).otherwise(law.collected_from()),
        "duty_liable": pl.when(is_formula).then(pl.lit("operator")),
        "duty_held_as": pl.when(pl.col("duty_rule") == "per_filing").then(pl.lit("provisional")),
    }


def _sets() -> dict[str, law.Grounds]:
    """What each kind of entry asks for."""
    is_free_to_move = ~pl.col("has_licence_goods")
    is_small = {"informal_limit_minor": law.is_within("informal_limit_minor"), "licence_goods": is_free_to_move}
    return {
        "I86": {
            "entry_type_86": law.is_in_force("entry_type_86"),
            "territories": pl.col("is_inside"),
            "mode": pl.col("mode") != "post",
            "low_value_limit_minor": law.is_within("low_value_limit_minor"),
            "exempt": pl.col("is_low"),
            "goods": ~pl.col("is_document"),
            "licence_goods": is_free_to_move,
        },
        "POSTAL": {"mode": pl.col("mode") == "post", **is_small},
        "INFORMAL": is_small,
        "FORMAL": {},
    }


def _not_loaded() -> pl.Expr:
    """Law that applies to the filing and is known to be missing from the sheet."""
    is_open = pl.col("duty_rule").is_null()
    return law.texts_where(
        additional_duties_not_loaded=pl.col("duty_rule") == "tariff",
        postal_formula_not_loaded=pl.col("is_by_post") & is_open & pl.col("is_inside") & ~_is_printed(),
        informational_not_loaded=_is_printed() & is_open & pl.col("is_inside"),
        gift_detail_not_loaded=pl.col("is_open_gift") & is_open & pl.col("is_inside"),
        returned_goods_not_loaded=pl.col("is_back") & is_open & pl.col("is_inside"),
        excise_not_loaded=pl.col("has_excise_goods") & pl.col("is_inside"),
        processing_fee_not_loaded=_pays_processing_fee(),
    )


def _is_printed() -> pl.Expr:
    return pl.col("is_by_post") & pl.col("has_informational_goods")


def _pays_processing_fee() -> pl.Expr:
    """Formal entries, and informal ones that neither a post nor an express operator brings."""
    is_informal = (pl.col("reduced_set_used") == "INFORMAL") & (pl.col("mode") == "cargo")
    return (pl.col("duty_rule") == "tariff") & ((pl.col("reduced_set_used") == "FORMAL") | is_informal)


def _findings() -> list[pl.Expr]:
    is_open = pl.col("duty_rule").is_null() & pl.col("is_inside") & pl.col(law.VALUE).is_not_null()
    is_covered = law.is_in_force("tariff_duty")
    is_untold = pl.col("is_gift").is_null() | pl.col("is_back").is_null() | pl.col("is_by_post").is_null()
    others_count = pl.col("person_day_value_minor") > pl.col(law.VALUE)
    return law.flags(
        us_01=others_count & law.is_within("low_value_limit_minor"),
        us_02=is_open & law.is_within("low_value_limit_minor") & pl.col("person_day_value_minor").is_null(),
        us_03=pl.col("reduced_set") != pl.col("reduced_set_used"),
        us_04=is_open & is_covered & is_untold,
        us_05=law.is_gift_of_company(),
        us_07=pl.col("duty_rule") == "per_filing",
        us_08=is_open & pl.col("is_by_post") & ~pl.col("is_of_one_rate") & pl.col("law_postal_low_below").is_not_null(),
        us_09=_is_printed() & is_open & is_covered,
        us_06=~pl.col("is_inside") & pl.col("law_territories").is_not_null(),
    )
