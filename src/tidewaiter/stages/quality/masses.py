"""Masses and quantities: nothing weighs nothing, the goods do not weigh more than their parcel."""

from typing import Final

import polars as pl

from tidewaiter.model.findings import FindingKind
from tidewaiter.stages.quality.check import Check

MG_PER_KG: Final = 1_000_000
NET_SLACK_MG: Final = 10_000
NET_SLACK_DIVISOR: Final = 50
"""Scales and rounding: the lines may outweigh the parcel by ten grams and a fiftieth."""

HEAVIEST_KG: Final[dict[str, int]] = {"post": 30, "express": 70, "cargo": 1_000}
"""Of one package: post by the Universal Postal Convention's usual limit, the others by what carriers take by hand."""

_GROSS, _NET = pl.col("gross_mass_mg"), pl.col("net_mass_mg")
_PER_PACKAGE: Final = _GROSS // pl.max_horizontal(pl.col("packages").fill_null(1), 1)

FILING_CHECKS: Final = (
    Check(
        FindingKind(
            "MAS-01",
            "Parcel weighs nothing",
            "The gross mass is nil. Weigh the parcel and state its mass in kilograms.",
            "ask",
            "filing",
            pointer="gross_mass_kg",
            evidence=("gross_mass_mg",),
        ),
        _GROSS == 0,
    ),
    Check(
        FindingKind(
            "MAS-02",
            "Goods weigh more than their parcel",
            "The net masses of the lines come to {lines_net_mass_mg}, the parcel to {gross_mass_mg}. "
            "Check the masses and their units.",
            "ask",
            "filing",
            pointer="gross_mass_kg",
            evidence=("lines_net_mass_mg", "gross_mass_mg"),
        ),
        (_GROSS > 0) & (pl.col("lines_net_mass_mg") > _GROSS + _GROSS // NET_SLACK_DIVISOR + NET_SLACK_MG),
    ),
    Check(
        FindingKind(
            "MAS-03",
            "Parcel is too heavy for its mode",
            "The parcel's {gross_mass_mg} are more than a package by {mode} can weigh. Check the mass and its unit.",
            "note",
            "filing",
            pointer="gross_mass_kg",
            evidence=("gross_mass_mg", "mode", "packages"),
        ),
        pl.any_horizontal(
            (pl.col("mode") == mode) & (_PER_PACKAGE.gt(kg * MG_PER_KG)) for mode, kg in HEAVIEST_KG.items()
        ),
    ),
)
ITEM_CHECKS: Final = (
    Check(
        FindingKind(
            "MAS-04",
            "Goods weigh nothing",
            "The net mass of the line is nil. State what the goods weigh without packing.",
            "note",
            "item",
            pointer="item_net_mass_kg",
            evidence=("net_mass_mg",),
        ),
        _NET == 0,
    ),
    Check(
        FindingKind(
            "MAS-05",
            "Goods weigh more without packing than with it",
            "The line's gross mass is below its net mass. They may be exchanged.",
            "note",
            "item",
            pointer="item_gross_mass_kg",
            evidence=("gross_mass_mg", "net_mass_mg"),
        ),
        _GROSS < _NET,
    ),
    Check(
        FindingKind(
            "MAS-06",
            "Quantity is nil",
            "The line holds none of its goods. State how many there are, or leave the line out.",
            "ask",
            "item",
            pointer="item_quantity",
            evidence=("quantity_micro", "unit"),
        ),
        pl.col("quantity_micro") == 0,
    ),
)
