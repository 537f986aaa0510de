"""Units and bases of duty: the closed list of what a duty may be charged on, in words for people."""

from typing import Final

QUANTITIES: Final = {
    "kg": "kilogram of net mass",
    "kg_gross": "kilogram of gross mass",
    "kg_drained": "kilogram of drained net mass",
    "kg_clean": "kilogram of clean content (wool yield)",
    "kg_contents": "kilogram of the entire contents of the container",
    "kg_contents_and_container": "kilogram of contents and container",
    "kg_dry_matter": "kilogram of dry matter",
    "kg_dry_lactic_matter": "kilogram of dry lactic matter",
    "kg_lactic_matter": "kilogram of lactic matter",
    "kg_of_standard_quality": "kilogram of standard quality",
    "kg_raw_sugar": "kilogram of raw sugar",
    "kg_total_sugars": "kilogram of total sugars",
    "kg_percent_sucrose": "kilogram of net mass times per cent of sucrose",
    "kg_degree_under_100": "kilogram times degrees of polarisation under 100",
    "kg_lead": "kilogram of lead content",
    "kg_copper": "kilogram of copper content",
    "kg_zinc": "kilogram of zinc content",
    "kg_molybdenum": "kilogram of molybdenum content",
    "kg_magnesium": "kilogram of magnesium content",
    "kg_manganese": "kilogram of manganese content",
    "kg_tungsten": "kilogram of tungsten content",
    "kg_tobacco": "kilogram of tobacco content",
    "kg_tss": "kilogram of total soluble solids",
    "kg_potassium_oxide": "kilogram of potassium oxide",
    "kg_potassium_hydroxide": "kilogram of potassium hydroxide",
    "kg_sodium_hydroxide": "kilogram of sodium hydroxide",
    "kg_phosphorus_pentoxide": "kilogram of phosphorus pentoxide",
    "kg_nitrogen": "kilogram of nitrogen",
    "kg_methylamines": "kilogram of methylamines",
    "kg_hydrogen_peroxide": "kilogram of hydrogen peroxide",
    "kg_choline_chloride": "kilogram of choline chloride",
    "kg_uranium": "kilogram of uranium",
    "kg_dry_substance": "kilogram of substance 90 % dry",
    "kg_biodiesel": "kilogram of biodiesel content",
    "kg_bioethanol": "kilogram of bioethanol content",
    "tonne_of_capacity": "tonne of carrying capacity",
    "piece": "piece",
    "pair": "pair",
    "stick": "stick (cigarette or the like)",
    "cell": "cell or element",
    "jewel": "jewel",
    "jewel_over_7": "jewel over seven",
    "gross_line": "gross times line of diameter",
    "litre": "litre",
    "litre_alcohol": "litre of pure alcohol",
    "litre_alcohol_over_1_15": "litre of pure alcohol above 1.15 per cent by volume",
    "proof_litre": "proof litre",
    "litre_gasoline": "litre of gasoline",
    "litre_diesel": "litre of diesel",
    "litre_biodiesel": "litre of biodiesel",
    "litre_ethanol": "litre of ethanol",
    "litre_other_substances": "litre of other substances in the blend",
    "barrel": "barrel",
    "m": "metre",
    "m2": "square metre",
    "m3": "cubic metre",
    "carat": "metric carat",
    "curie": "gram of fissile isotopes",
    "terajoule": "terajoule of gross calorific value",
    "mwh": "megawatt hour",
    "watt": "watt",
}
"""Quantities; an amount of money stands per one of these."""

PARTS: Final = {
    "value_of_case": "value of the case",
    "value_of_case_and_strap": "value of the case and strap, band or bracelet",
    "value_of_strap": "value of the strap, band or bracelet",
    "value_of_battery": "value of the battery",
    "value_of_movement": "value of the movement",
    "value_of_movement_and_case": "value of the movement and case",
    "value_of_apparatus": "value of the apparatus",
    "value_of_rifle": "value of the rifle",
    "value_of_telescopic_sight": "value of the telescopic sight",
    "value_of_lead": "value of the lead content",
}
"""Parts of the goods whose value bears a share of its own."""

BASES: Final = {
    "value": "customs value",
    "cif_value": "value with freight and insurance",
    "retail_price": "retail price",
    **PARTS,
}
"""Sums of money; a share is of one of these."""

PLACEHOLDERS: Final = {
    "EA": "agricultural component",
    "EAR": "reduced agricultural component",
    "ADSZ": "additional duty on sugar",
    "ADSZR": "reduced additional duty on sugar",
    "ADFM": "additional duty on flour",
    "ADFMR": "reduced additional duty on flour",
    "entry_price": "duty by entry price",
    "applicable_duty": "duty of the applicable subheading",
}
"""Amounts of duty that another table gives; until it does, they are what is missing."""

MONEY: Final = {**BASES, **PLACEHOLDERS}
NAMES: Final = {**QUANTITIES, **MONEY}
"""Every unit and base by its word, as a person reads it."""

Unit = tuple[str, int]
"""A unit and how many of it the published amount stands for: ``("kg", 100)``."""
