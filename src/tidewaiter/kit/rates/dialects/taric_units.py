"""Units of TARIC: measurement unit and qualifier codes, and the words they are printed with."""

from typing import Final

from tidewaiter.kit.rates.units import Unit

PLAIN: Final[dict[str, Unit]] = {
    "ASV": ("percent_volume", 1),
    "CCT": ("tonne_of_capacity", 1),
    "CEN": ("piece", 100),
    "CTM": ("carat", 1),
    "DTN": ("kg", 100),
    "GFI": ("curie", 1),
    "HLT": ("litre", 100),
    "HMT": ("m", 100),
    "KCC": ("kg_choline_chloride", 1),
    "KGM": ("kg", 1),
    "KLT": ("litre", 1000),
    "KMA": ("kg_methylamines", 1),
    "KNI": ("kg_nitrogen", 1),
    "KNS": ("kg_hydrogen_peroxide", 1),
    "KPH": ("kg_potassium_hydroxide", 1),
    "KPO": ("kg_potassium_oxide", 1),
    "KPP": ("kg_phosphorus_pentoxide", 1),
    "KSD": ("kg_dry_substance", 1),
    "KSH": ("kg_sodium_hydroxide", 1),
    "KUR": ("kg_uranium", 1),
    "LPA": ("litre_alcohol", 1),
    "LTR": ("litre", 1),
    "MIL": ("piece", 1000),
    "MTK": ("m2", 1),
    "MTQ": ("m3", 1),
    "MTR": ("m", 1),
    "MWH": ("mwh", 1),
    "NAR": ("piece", 1),
    "NCL": ("cell", 1),
    "NPR": ("pair", 1),
    "TJO": ("terajoule", 1),
    "TNE": ("kg", 1000),
    "WAT": ("watt", 1),
}
QUALIFIED: Final = {
    "A": "kg_total_sugars",
    "E": "kg_drained",
    "G": "kg_gross",
    "L": "kg_lactic_matter",
    "M": "kg_dry_matter",
    "N": "kg",
    "P": "kg_lactic_matter",
    "R": "kg_of_standard_quality",
    "S": "kg_raw_sugar",
    "T": "kg_dry_lactic_matter",
    "Z": "kg_percent_sucrose",
    "B": "kg_biodiesel",
    "I": "kg_biodiesel",
}
"""What a qualifier makes of a mass."""

MASSES: Final = {"DTN": 100, "KGM": 1, "TNE": 1000}

BY_CODE: Final[dict[str, Unit]] = {
    **{code: unit for code, unit in PLAIN.items() if code != "ASV"},
    **{f"{mass}{letter}": (unit, times) for mass, times in MASSES.items() for letter, unit in QUALIFIED.items()},
    "ASVX": ("litre_alcohol", 1),
}
"""Unit code and qualifier in one; ``ASVX`` is per cent of alcohol by volume times hectolitres: a litre of alcohol."""

BY_WORDS: Final[dict[str, Unit]] = {
    "kg": ("kg", 1), "100kg": ("kg", 100), "1000kg": ("kg", 1000), "tonne": ("kg", 1000), "t": ("kg", 1000),
    "item": ("piece", 1), "p/st": ("piece", 1), "100p/st": ("piece", 100), "piece": ("piece", 1),
    "1000p/st": ("piece", 1000), "1000items": ("piece", 1000), "100items": ("piece", 100), "pa": ("pair", 1),
    "pair": ("pair", 1), "pairs": ("pair", 1), "ce/el": ("cell", 1), "ct/l": ("tonne_of_capacity", 1),
    "l": ("litre", 1), "litre": ("litre", 1), "litres": ("litre", 1), "hl": ("litre", 100), "1000l": ("litre", 1000),
    "hectolitre": ("litre", 100), "lalc.100%": ("litre_alcohol", 1), "lpa": ("litre_alcohol", 1),
    "litreofpurealcohol": ("litre_alcohol", 1), "%vol/hl": ("litre_alcohol", 1), "m": ("m", 1), "m2": ("m2", 1),
    "m3": ("m3", 1), "c/k": ("carat", 1), "gi/fs": ("curie", 1), "tj": ("terajoule", 1), "mwh": ("mwh", 1),
    "100kg/net": ("kg", 100), "kg/net": ("kg", 1), "kggross": ("kg_gross", 1), "100kg/grosswt": ("kg_gross", 100),
    "100kg/netdrainedwt": ("kg_drained", 100), "kg/netdrainedwt": ("kg_drained", 1),
    "100kg/neteda": ("kg_drained", 100), "kg/neteda": ("kg_drained", 1),
    "100kg/net/%sacchar.": ("kg_percent_sucrose", 100), "100kg/net%sacchar.": ("kg_percent_sucrose", 100),
    "%sacchar./100kg": ("kg_percent_sucrose", 100), "%sacchar./100kgnet": ("kg_percent_sucrose", 100),
    "100kg/netmas": ("kg_dry_matter", 100), "100kg/drylacticmatter": ("kg_dry_lactic_matter", 100),
    "100kg/rawsugar": ("kg_raw_sugar", 100), "100kg/standardquality": ("kg_of_standard_quality", 100),
    "kgk2o": ("kg_potassium_oxide", 1), "kgkoh": ("kg_potassium_hydroxide", 1), "kgnaoh": ("kg_sodium_hydroxide", 1),
    "kgp2o5": ("kg_phosphorus_pentoxide", 1), "kgn": ("kg_nitrogen", 1), "kgmet.am.": ("kg_methylamines", 1),
    "kgh2o2": ("kg_hydrogen_peroxide", 1), "kgc5h14clno": ("kg_choline_chloride", 1), "kgu": ("kg_uranium", 1),
    "kg90%sdt": ("kg_dry_substance", 1), "watt": ("watt", 1),
}  # fmt: skip
"""Words without their spaces, in small letters."""
