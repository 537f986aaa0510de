"""How many of each unit of duty a goods line declares: its masses, its volume, its quantities in the units it names."""

from collections.abc import Mapping
from functools import cache
from typing import Final

import polars as pl

SPOKEN: Final = {
    "kg": {"KGM": 1, "KG": 1, "KGS": 1, "TNE": 1000, "DTN": 100},
    "piece": {
        **dict.fromkeys(("PIECE", "PIECES", "PCE", "PCS", "PC", "EA", "EACH", "C62", "H87", "NAR", "NMB", "NO", "NO.",
                         "UNIT", "UNITS"), 1),
        **dict.fromkeys(("DOZEN", "DOZENS", "DZN", "DOZ", "DOZ.", "DZ"), 12),
        **dict.fromkeys(("GROSS", "GRO"), 144), "CEN": 100, "HND": 100, "MIL": 1000,
    },
    "pair": {**dict.fromkeys(("PAIR", "PAIRS", "PRS", "PR", "NPR"), 1), "DPR": 12},
    "litre": {**dict.fromkeys(("LTR", "L", "LT", "LTS", "LITRE", "LITRES", "LITER", "LITERS"), 1), "HLT": 100,
              "HL": 100, "KLT": 1000},
    "litre_alcohol": {"LPA": 1, "LITRE_ALCOHOL": 1},
    "proof_litre": {"PF.LITERS": 1, "PROOF_LITRE": 1},
    "barrel": {"BARREL": 1, "BLL": 1, "BBL": 1},
    "m": {"MTR": 1, "M": 1, "HMT": 100},
    "m2": {"MTK": 1, "M2": 1, "SQM": 1},
    "m3": {"MTQ": 1, "M3": 1, "CBM": 1},
    "carat": {"CTM": 1, "CARAT": 1},
    "terajoule": {"TJO": 1},
    "mwh": {"MWH": 1},
    "cell": {"NCL": 1},
    "kg_nitrogen": {"KNI": 1},
    "kg_hydrogen_peroxide": {"KNS": 1},
    "kg_potassium_hydroxide": {"KPH": 1},
    "kg_potassium_oxide": {"KPO": 1},
    "kg_phosphorus_pentoxide": {"KPP": 1},
    "kg_sodium_hydroxide": {"KSH": 1},
    "kg_dry_substance": {"KSD": 1},
    "kg_uranium": {"KUR": 1},
    "kg_methylamines": {"KMA": 1},
}  # fmt: skip
"""Units of quantity as senders write them (UN/ECE recommendation 20, customs codes, words), and how many each is."""

PERCENT_MICRO: Final = 100_000_000


@cache
def declared() -> Mapping[str, pl.Expr]:
    """Millionths of each unit, an expression each over the columns of a goods line; empty where it does not say.

    A mass comes from its own field before a quantity, a volume likewise. A litre of pure alcohol is volume times
    strength, and a proof litre half of one (alcohol of 50 per cent by volume), where the line declares both; less than
    a millionth of a litre is cut. A nil says nothing: goods that are there weigh and count something, and a duty by the
    kilogram is not nil because somebody wrote a nil.
    """
    told = {unit: pl.coalesce(_told("", words), _told("2", words)) for unit, words in SPOKEN.items()}
    volume = pl.coalesce(_above_nil("volume_l_micro"), told["litre"])
    alcohol = (volume.cast(pl.Int128) * pl.col("alcohol_strength_micro") // PERCENT_MICRO).cast(pl.Int64)
    return {
        **told,
        "kg": pl.coalesce(_above_nil("net_mass_mg"), told["kg"]),
        "kg_gross": _above_nil("gross_mass_mg"),
        "litre": volume,
        "litre_alcohol": pl.coalesce(told["litre_alcohol"], alcohol),
        "proof_litre": pl.coalesce(told["proof_litre"], alcohol * 2),
    }


def _told(which: str, words: dict[str, int]) -> pl.Expr:
    """A quantity whose unit is one of ``words``, in the unit they are multiples of."""
    unit = pl.col(f"unit{which}").str.to_uppercase()
    return _above_nil(f"quantity{which}_micro") * unit.replace_strict(words, default=None, return_dtype=pl.Int64)


def _above_nil(name: str) -> pl.Expr:
    """A column where it is more than nil, else empty."""
    return pl.when(pl.col(name) > 0).then(pl.col(name))
