"""Amounts: values that are nothing, too much for a parcel, or out of proportion to each other."""

from typing import Final

import polars as pl

from tidewaiter.kit.metals import DECLARED
from tidewaiter.model.findings import FindingKind
from tidewaiter.stages.quality.check import Check

LINE_VALUE_MINOR_MAX: Final = 20_000_000
"""Two hundred thousand of the jurisdiction's currency in one line of a parcel: more is mistyped or needs papers."""

FREIGHT_TIMES_MAX: Final = 10
FREIGHT_MINOR_FROM: Final = 2_000
"""Carriage of up to twenty is never out of proportion: even a letter costs that."""

WORTHLESS_NATURES: Final = ("document",)
WORTHLESS_BASES: Final = ("none",)
"""Papers are worth nothing in trade, and a line may say so itself; everything else has a value, gifts included."""

ITEM_CHECKS: Final = (
    Check(
        FindingKind(
            "VAL-01",
            "Goods worth nothing",
            "The line's value is nil. Goods have a value even where nobody paid: state what they would cost.",
            "ask",
            "item",
            pointer="item_value_amount",
            evidence=("nature", "value_basis"),
        ),
        (pl.col("value_micro") == 0)
        & ~pl.col("nature").is_in(WORTHLESS_NATURES).fill_null(value=False)
        & ~pl.col("value_basis").is_in(WORTHLESS_BASES).fill_null(value=False),
    ),
    Check(
        FindingKind(
            "VAL-02",
            "Value is too high for a parcel",
            "The line is worth {line_value_minor}, more than parcels carry. Check amount and currency.",
            "ask",
            "item",
            pointer="item_value_amount",
            evidence=("line_value_minor", "value_currency"),
        ),
        pl.col("line_value_minor") > LINE_VALUE_MINOR_MAX,
    ),
    Check(
        FindingKind(
            "VAL-05",
            "Metals are worth more than the goods",
            "The metals in the goods are declared to be worth more than the line ({value_micro} {value_currency}).",
            "ask",
            "item",
            pointer="item_steel_value_amount",
            evidence=(*DECLARED, "value_micro", "value_currency"),
        ),
        pl.sum_horizontal(*DECLARED) > pl.col("value_micro"),
    ),
)
FILING_CHECKS: Final = (
    Check(
        FindingKind(
            "VAL-03",
            "Freight is far above the goods' value",
            f"Freight is more than {FREIGHT_TIMES_MAX} times the value of the goods. It may hold part of the price.",
            "note",
            "filing",
            pointer="freight_amount",
            evidence=("freight_minor", "intrinsic_value_minor"),
        ),
        (pl.col("freight_minor") > FREIGHT_TIMES_MAX * pl.col("intrinsic_value_minor"))
        & (pl.col("freight_minor") > FREIGHT_MINOR_FROM),
    ),
    Check(
        FindingKind(
            "VAL-04",
            "Discount is above the goods' value",
            "The discount is higher than the goods it is taken from. Check discount and values.",
            "note",
            "filing",
            pointer="discount_amount",
            evidence=("discount_micro", "lines_value_micro"),
        ),
        (pl.col("discount_micro") > pl.col("lines_value_micro"))
        & (pl.col("invoice_total_currency") == pl.col("lines_currency")).fill_null(value=True),
    ),
)
