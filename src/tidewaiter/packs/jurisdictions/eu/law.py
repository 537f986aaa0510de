"""Law of the European Union on parcels: who pays duty and import VAT, on which data set, and what is missing.

A row is a filing with its law beside it. The chain is: what the filing claims, what that makes it, by which value it is
judged (goods under IOSS by that of their sale), VAT, duty (a preference in a full declaration counts only where VAT was
not collected by IOSS), data set, category, findings.
Every number stands in ``sheet.toml``; docs/explanation/low-value-rules.md tells the rules in words.
"""

import polars as pl

from tidewaiter.kit import regime as law

IOSS_NUMBER = r"^IM(?:[ .-]?[0-9]){10}$"
"""Shape of an IOSS identification number (Implementing Regulation (EU) 2020/194), in one or in groups."""

FRANCE = "FR"
AREA_LENGTHS = (5, 3, 2)

DUTY_RULE_OF = {
    "documents_relieved": "relief",
    "gift_limit_minor": "relief",
    "duty_relief_limit_minor": "relief",
    "flat_duty_minor": "per_code",
    "private_rate": "flat_rate",
    "tariff_duty": "tariff",
}
TAX_RULE_OF = {
    "documents_relieved": "relief",
    "gift_limit_minor": "relief",
    "ioss_limit_minor": "vendor",
    "special_limit_minor": "operator",
    "import_tax": "border",
}
"""The rule that follows from the parameter it rests on."""

SCRATCH = (
    "scheme", "relation", "kind", "has_ioss_number", "is_ioss", "ioss_value_minor", "judged_value_minor", "is_member",
    "is_elsewhere", "is_sale", "is_gift", "is_relieved_gift", "is_untaxed_gift", "is_open_gift", "is_open_gift_tax",
    "territory", "law_territory_told", "is_outside_customs",
    "is_gift_of_national_tax", "is_document", "is_back", "is_sold_by_ioss", "is_short_of_facts",
)  # fmt: skip


def regime(filings: pl.LazyFrame) -> pl.LazyFrame:
    """Add the columns of ``kit.jurisdiction.REGIME`` and a flag per finding of the sheet; rows are kept."""
    claimed = filings.with_columns(has_ioss_number=_has_ioss_number()).with_columns(scheme=_scheme())
    assumed = claimed.with_columns(is_ioss=(pl.col("scheme") == "IOSS") & pl.col("has_ioss_number")).with_columns(
        relation=_or_by_ioss("party_relation", "B2C"), kind=_or_by_ioss("nature", "sale")
    )
    known = assumed.with_columns(
        is_member=law.names_a_place_of("member_states") | law.names_a_place_of("treated_as_france"),
        territory=law.lies_in("territories_of_other_tax", *_areas()),
        is_outside_customs=law.lies_in("territories_outside_customs", *_areas()).is_not_null(),
        is_elsewhere=law.is_in_force("office_is_destination") & ~_is_office_of_destination(),
        is_sale=(pl.col("relation") == "B2C") & (pl.col("kind") == "sale"),
        is_gift=law.is_private_gift("relation", "kind"),
        is_document=law.is_worthless_document("kind"),
        is_back=law.is_back_again("kind"),
        ioss_value_minor=_ioss_value(),
    )
    judged = known.with_columns(is_sold_by_ioss=_is_sold_by_ioss()).with_columns(judged_value_minor=_judged_value())
    given = judged.with_columns(
        is_relieved_gift=_is_relieved_gift(),
        is_untaxed_gift=_is_untaxed_gift(),
        is_open_gift=_is_open_gift("gift_quantity"),
        is_open_gift_tax=_is_open_gift("gift_tax_quantity"),
        is_gift_of_national_tax=_is_gift_of_national_tax(),
    )
    taxed = given.with_columns(tax_rule_id=_tax())
    charged = taxed.with_columns(duty_rule_id=_duty()).with_columns(
        duty_rule=pl.col("duty_rule_id").replace_strict(DUTY_RULE_OF, return_dtype=pl.String),
        tax_rule=pl.col("tax_rule_id").replace_strict(TAX_RULE_OF, return_dtype=pl.String),
    )
    routed = charged.with_columns(*law.data_sets(**_sets()), duty_collected_from=law.collected_from())
    return (
        routed.with_columns(
            category=law.release_category(simplified=("H7", "H6")),
            flat_duty_by_hs6=pl.col("reduced_set_used") != "H1",
            law_territory_told=pl.col("territory") + pl.lit(": ") + pl.col("law_territory_not_loaded"),
            is_short_of_facts=law.is_short_of_facts("tariff_duty"),
        )
        .with_columns(law_not_loaded=_not_loaded())
        .with_columns(_findings())
        .drop(SCRATCH)
    )


def _areas() -> list[pl.Expr]:
    """Beginnings of the postcode by which places are numbered, the longest first."""
    digits = law.arrival_postcode().str.replace_all(r"[^0-9]", "")
    return [digits.str.slice(0, length) for length in AREA_LENGTHS]


def _is_office_of_destination() -> pl.Expr:
    """True at the destination's own office; that of places treated as France is in France, too. Never null."""
    office = pl.col("office_country")
    is_french = (office == FRANCE).fill_null(value=False) & law.names_a_place_of("treated_as_france")
    return office.eq_missing(pl.col("destination_country")) | is_french


def _has_ioss_number() -> pl.Expr:
    return pl.col("vat_scheme_id").str.contains(IOSS_NUMBER).fill_null(value=False)


def _scheme() -> pl.Expr:
    """The scheme claimed; a well-formed IOSS number without a scheme claims IOSS; nothing claimed is ``NONE``."""
    by_number = pl.when("has_ioss_number").then(pl.lit("IOSS")).otherwise(pl.lit("NONE"))
    return pl.coalesce("vat_scheme", by_number)


def _or_by_ioss(declared: str, implied: str) -> pl.Expr:
    """What is declared; where nothing is, what an IOSS number implies: a distance sale to a consumer."""
    return pl.coalesce(declared, pl.when("is_ioss").then(pl.lit(implied)))


def _ioss_value() -> pl.Expr:
    """What IOSS looks at: the value at the sale where the law says so and it is known, else that of the duty point."""
    at_sale = pl.when(law.is_in_force("ioss_value_at_sale")).then(pl.col("sale_value_minor"))
    return pl.coalesce(at_sale, pl.col(law.VALUE))


def _judged_value() -> pl.Expr:
    """The value held against low-value limits: of goods sold by IOSS that at the sale; empty while it hangs on it."""
    sold, at_sale, here = pl.col("is_sold_by_ioss"), pl.col("ioss_value_minor"), pl.col(law.VALUE)
    return pl.when(sold).then(at_sale).when(sold.is_not_null() | (at_sale == here)).then(here)


def _is_relieved_gift() -> pl.Expr:
    return pl.col("is_gift") & law.is_within("gift_limit_minor") & law.keeps_allowance("gift_quantity")


def _is_untaxed_gift() -> pl.Expr:
    is_plain = ~pl.col("has_gift_quantity_goods") & law.keeps_allowance("gift_tax_quantity")
    return pl.col("is_gift") & law.is_within("gift_limit_minor") & is_plain


def _is_gift_of_national_tax() -> pl.Expr:
    """Tobacco, alcohol, perfume in a gift: how far VAT spares them is each member's choice."""
    return pl.col("is_gift") & law.is_within("gift_limit_minor") & pl.col("has_gift_quantity_goods")


def _is_open_gift(allowance: str) -> pl.Expr:
    """A gift of which some goods may be relieved and others not, or whose quantities nobody can tell."""
    is_several = pl.col("item_count") > 1
    keeps = law.keeps_allowance(allowance)
    by_quantity = law.is_within("gift_limit_minor") & (keeps.is_null() | (~keeps & is_several))
    may_fit = law.is_within("gift_limit_minor", "least_line_value_minor").fill_null(value=True)
    return pl.col("is_gift") & (by_quantity | (law.is_above("gift_limit_minor") & is_several & may_fit))


def _tax() -> pl.Expr:
    """The parameter the import VAT rests on; null where the filing does not say or the law is not loaded."""
    may_be_ioss = (pl.col("scheme") == "IOSS") & law.is_within("ioss_limit_minor", "ioss_value_minor")
    has_numberless_claim = may_be_ioss & ~pl.col("has_ioss_number")
    return law.first_that_holds(
        (~pl.col("is_member") | pl.col("territory").is_not_null(), None),
        (pl.col("is_document"), "documents_relieved"),
        (pl.col("is_untaxed_gift"), "gift_limit_minor"),
        (~law.is_in_force("import_tax"), None),
        (pl.col("is_open_gift_tax") | pl.col("is_gift_of_national_tax"), None),
        (pl.col("is_back"), None),
        (has_numberless_claim, None),
        (pl.col("is_sold_by_ioss"), "ioss_limit_minor"),
        (pl.col("is_elsewhere"), None),
        (_is_special(), "special_limit_minor"),
        otherwise="import_tax",
    )


def _is_sold_by_ioss() -> pl.Expr:
    """A distance sale whose VAT the seller collected, with its number; never excise goods."""
    is_claimed = (pl.col("scheme") == "IOSS") & pl.col("has_ioss_number")
    is_low = law.is_within("ioss_limit_minor", "ioss_value_minor")
    return is_claimed & is_low & pl.col("is_sale") & ~pl.col("has_excise_goods")


def _is_special() -> pl.Expr:
    """Special arrangements: the operator collects; never for excise goods."""
    return (pl.col("scheme") == "SPECIAL") & law.is_within("special_limit_minor") & ~pl.col("has_excise_goods")


def _duty() -> pl.Expr:
    """The parameter the duty rests on; null where the filing does not say or the law is not loaded."""
    is_low = law.is_within("duty_relief_limit_minor", "judged_value_minor") & ~pl.col("has_relief_excluded_goods")
    reliefs = {
        "documents_relieved": pl.col("is_document"),
        "gift_limit_minor": pl.col("is_relieved_gift"),
        "duty_relief_limit_minor": is_low,
    }
    is_low_sale = law.is_within("flat_duty_limit_minor", "judged_value_minor") & pl.col("is_sale")
    return law.first_that_holds(
        (~law.is_in_force("tariff_duty") | law.names_a_place_of("customs_unions"), None),
        (pl.col("is_outside_customs"), None),
        (pl.any_horizontal(reliefs.values()), law.which_holds(*((holds, name) for name, holds in reliefs.items()))),
        (pl.col("is_open_gift"), None),
        (pl.col("is_back"), None),
        (is_low_sale & ~_is_preferred_in_full(), "flat_duty_minor"),
        *law.private_rate_cases(),
        otherwise="tariff_duty",
    )


def _is_preferred_in_full() -> pl.Expr:
    """A preference claimed in a full declaration keeps the tariff, unless VAT was collected by IOSS."""
    is_claimed = pl.col("claims_preference").fill_null(value=False) & pl.col("reduced_set").eq_missing(pl.lit("H1"))
    return is_claimed & ~(pl.col("is_member") & pl.col("is_sold_by_ioss"))


def _sets() -> dict[str, law.Grounds]:
    """What each data set asks for."""
    is_plain = ~pl.col("has_licence_goods")
    is_at_home = (
        ~pl.col("is_elsewhere") | pl.col("is_sold_by_ioss") | (pl.col("tax_rule") == "relief").fill_null(value=False)
    )
    return {
        "H7": {
            "h7_data_set": law.is_in_force("h7_data_set"),
            "low_value_limit_minor": law.is_within("low_value_limit_minor", "judged_value_minor"),
            "relief_or_flat_duty": pl.col("duty_rule").is_in(["relief", "per_code"]),
            "licence_goods": is_plain,
            "excise_goods": ~pl.col("has_excise_goods"),
            "office_is_destination": is_at_home,
        },
        "H6": {
            "mode": pl.col("mode") == "post",
            "h6_limit_minor": law.is_within("h6_limit_minor"),
            "licence_goods": is_plain,
        },
        "H1": {},
    }


def _not_loaded() -> pl.Expr:
    """Law that applies to the filing and is known to be missing from the sheet."""
    return law.texts_where(
        small_value_tax_not_loaded=pl.col("is_member") & pl.col("tax_rule").is_null(),
        gift_detail_not_loaded=(pl.col("is_open_gift") | pl.col("is_open_gift_tax") | law.is_open_private_rate())
        & law.is_open(),
        gift_tax_not_loaded=pl.col("is_gift_of_national_tax") & pl.col("tax_rule").is_null(),
        returned_goods_not_loaded=pl.col("is_back") & law.is_open(),
        excise_not_loaded=pl.col("has_excise_goods"),
        customs_union_not_loaded=law.names_a_place_of("customs_unions"),
        territory_told=pl.col("territory").is_not_null(),
    )


def _findings() -> list[pl.Expr]:
    is_claimed = pl.col("scheme") == "IOSS"
    is_special = pl.col("scheme") == "SPECIAL"
    is_silent = pl.col("party_relation").is_null() | pl.col("nature").is_null()
    is_due_here = ~pl.col("tax_rule").is_in(["vendor", "relief"])
    return law.flags(
        eu_01=is_claimed & law.is_above("ioss_limit_minor", "ioss_value_minor"),
        eu_02=is_claimed & ~pl.col("has_ioss_number"),
        eu_03=pl.col("reduced_set") != pl.col("reduced_set_used"),
        eu_04=pl.col("is_short_of_facts"),
        eu_05=pl.col("is_ioss") & is_silent & law.is_within("ioss_limit_minor", "ioss_value_minor"),
        eu_06=pl.col("is_member") & pl.col("is_elsewhere") & is_due_here.fill_null(value=True),
        eu_11=pl.col("territory").is_not_null(),
        eu_07=~pl.col("is_member") & pl.col("law_member_states").is_not_null(),
        eu_08=pl.col("is_ioss")
        & law.is_within("ioss_limit_minor", "ioss_value_minor")
        & (~pl.col("is_sale") | pl.col("has_excise_goods")),
        eu_09=law.is_gift_of_company(),
        eu_10=is_special & (law.is_above("special_limit_minor") | pl.col("has_excise_goods")),
    )
