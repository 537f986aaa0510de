"""Duty: the tariff's rate, a relief, or a flat amount for each distinct code, per goods item."""

import polars as pl

from tidewaiter.kit.expressions import WIDE, times_rate
from tidewaiter.model.columns import Schema
from tidewaiter.model.findings import FindingKind

ADDS: Schema = {"duty_minor": pl.Int64(), "duty_status": pl.String(), "duty_quantity_micro": pl.Int64()}
TARIFF: Schema = {
    "duty_kind": pl.String(),
    "duty_num": pl.Int64(),
    "duty_den": pl.Int64(),
    "specific_e8": pl.Int64(),
    "specific_unit": pl.String(),
    "tariff_row": pl.UInt32(),
    "duty_evidence": pl.String(),
    "unresolved_reason": pl.String(),
}
"""What the tariff shelf says about an item's code; ``tariff_row`` finds its texts again."""

NO_RATE = FindingKind(
    "RES-01",
    "Duty rate cannot be determined",
    "No shelf gives one duty rate for {commodity_code}: {unresolved_reason}.",
    "hold",
    "item",
    pointer="item_commodity_code",
    pending_on="register",
    evidence=("commodity_code", "unresolved_reason"),
)
NO_QUANTITY = FindingKind(
    "RES-05",
    "Quantity for a specific duty is missing",
    "The duty on {commodity_code} is charged per {specific_unit}; the line does not say how many.",
    "ask",
    "item",
    pointer="item_quantity",
    evidence=("commodity_code", "specific_unit"),
)
NO_CODE = FindingKind(
    "RES-06",
    "Code needed for the charge is missing",
    "The charge is counted by commodity code and this line declares none.",
    "ask",
    "item",
    pointer="item_commodity_code",
    evidence=("description",),
)
ITEM_KINDS = (NO_RATE, NO_QUANTITY, NO_CODE)

PIECES = ("PIECE", "PIECES", "PCE", "PCS", "PC", "EA", "EACH", "C62", "H87", "NAR", "NO", "UNIT", "UNITS")
PAIRS = ("PAIR", "PAIRS", "PRS", "PR", "NPR")
DOZENS = ("DOZEN", "DOZENS", "DZN", "DOZ")
"""Units of quantity as senders write them (UN/ECE Recommendation 20 codes and plain words)."""


def look_up_tariff(items: pl.LazyFrame, tariff: pl.LazyFrame, currency: str) -> pl.LazyFrame:
    """Lay the tariff's answer for its code beside each item; a code the shelf does not know stays empty.

    An amount per quantity in another currency than ``currency``, the jurisdiction's, is unresolved: nothing says at
    which rate it would be converted.
    """
    is_foreign = (pl.col("duty_kind") == "specific") & pl.col("specific_currency").ne_missing(pl.lit(currency))
    other = pl.format(
        "its duty is an amount in {}, not in {}", pl.col("specific_currency").fill_null("?"), pl.lit(currency)
    )
    columns = tariff.with_columns(
        duty_kind=pl.when(is_foreign).then(pl.lit("unresolved")).otherwise("duty_kind"),
        unresolved_reason=pl.when(is_foreign).then(other).otherwise("unresolved_reason"),
    ).select("commodity_code", "duty_day", *TARIFF)
    return items.join(columns, on=["commodity_code", "duty_day"], how="left", maintain_order="left")


def assess_duty(items: pl.LazyFrame, digits: int) -> pl.LazyFrame:
    """Add ``duty_minor`` and ``duty_status``; an amount that cannot be determined is empty and flagged, never 0.

    ``duty_rule`` of the filing decides: ``relief`` is nil; ``per_code`` charges ``law_flat_duty_minor`` on the first
    item of each distinct code (6 digits, or all digits in the full set); ``tariff`` takes the shelf's rate: customs
    value times rate, or quantity times amount. Halves go up per item. An empty rule leaves the item unresolved.
    """
    rule = pl.col("duty_rule")
    is_tariff = rule == "tariff"
    charged_code = (
        pl.when(pl.col("flat_duty_by_hs6"))
        .then(pl.col("commodity_code").str.slice(0, 6))
        .otherwise(pl.col("commodity_code"))
    )
    return (
        items.with_columns(
            charged_code=pl.when(rule == "per_code").then(charged_code),
            duty_quantity_micro=_quantity(),
        )
        .with_columns(duty_minor=_amount(digits))
        .with_columns(duty_status=_status())
        .with_columns(
            _has_no_rate().fill_null(value=False).alias(NO_RATE.flag),
            (is_tariff & (pl.col("duty_kind") == "specific") & pl.col("duty_quantity_micro").is_null())
            .fill_null(value=False)
            .alias(NO_QUANTITY.flag),
            ((rule == "per_code") & pl.col("charged_code").is_null()).fill_null(value=False).alias(NO_CODE.flag),
        )
        .drop("charged_code")
    )


def _has_no_rate() -> pl.Expr:
    """The tariff gives no one rate, or the law no flat amount."""
    rule, is_rated = pl.col("duty_rule"), pl.col("duty_kind").is_in(["ad_valorem", "free", "specific"])
    is_flat_unknown = (rule == "per_code") & pl.col("law_flat_duty_minor").is_null()
    return ((rule == "tariff") & ~is_rated.fill_null(value=False)) | is_flat_unknown


def _amount(digits: int) -> pl.Expr:
    rule = pl.col("duty_rule")
    is_first = pl.struct("filing_row", "charged_code").is_first_distinct()
    is_open = pl.col("charged_code").is_null() | pl.col("law_flat_duty_minor").is_null()
    flat = pl.when(is_open).then(None).when(is_first).then(pl.col("law_flat_duty_minor"))
    by_value = times_rate(pl.col("customs_value_minor"), pl.col("duty_num"), pl.col("duty_den"))
    pieces_a_unit = pl.when(pl.col("specific_unit") == "dozen").then(12).otherwise(1).cast(WIDE)
    e8_in_minor = pieces_a_unit * 10 ** (8 + 6 - digits)
    by_quantity = times_rate(pl.col("duty_quantity_micro"), pl.col("specific_e8"), e8_in_minor)
    kind = pl.col("duty_kind")
    by_tariff = (
        pl.when(kind == "free")
        .then(0)
        .when(kind == "ad_valorem")
        .then(by_value)
        .when(kind == "specific")
        .then(by_quantity)
    )
    is_valued = pl.col("customs_value_minor").is_not_null()
    return (
        pl.when(rule == "relief").then(0)
        .when(rule == "per_code").then(flat.otherwise(0))
        .when((rule == "tariff") & is_valued).then(by_tariff)
        .cast(pl.Int64)
    )  # fmt: skip


def _status() -> pl.Expr:
    """``estimated`` where the rate was not read in force, or the exchange rate is assumed; the rest is definitive."""
    is_shaky = (pl.col("duty_evidence") != "read") | (pl.col("exchange_status") == "assumed")
    return (
        pl.when(pl.col("duty_minor").is_null()).then(pl.lit("unresolved"))
        .when(pl.col("duty_rule") == "relief").then(pl.lit("relieved"))
        .when(pl.col("duty_rule") == "per_code").then(pl.lit("definitive"))
        .when(is_shaky).then(pl.lit("estimated"))
        .otherwise(pl.lit("definitive"))
    )  # fmt: skip


def _quantity() -> pl.Expr:
    """How many of the tariff's unit (pieces, where it is a dozen), in millionths; empty where the line does not say."""
    unit, declared = pl.col("specific_unit"), pl.col("quantity_micro")
    is_pieces, is_pairs = pl.col("unit").is_in(PIECES), pl.col("unit").is_in(PAIRS)
    return (
        pl.when(unit == "kg").then(pl.col("net_mass_mg"))
        .when((unit == "piece") & is_pieces).then(declared)
        .when((unit == "dozen") & is_pieces).then(declared)
        .when((unit == "pair") & is_pairs).then(declared)
        .when((unit == "litre") & pl.col("volume_l_micro").is_not_null()).then(pl.col("volume_l_micro"))
        .when((unit == "dozen") & pl.col("unit").is_in(DOZENS)).then(12 * declared)
        .when((unit != "dozen") & (unit.str.to_uppercase() == pl.col("unit"))).then(declared)
    )  # fmt: skip
