"""What a goods line declares, in the units duties are charged on."""

import polars as pl
import pytest

from tidewaiter.kit.rates.declared import declared
from tidewaiter.kit.rates.units import QUANTITIES

COLUMNS = {
    "net_mass_mg": pl.Int64, "gross_mass_mg": pl.Int64, "quantity_micro": pl.Int64, "unit": pl.String,
    "quantity2_micro": pl.Int64, "unit2": pl.String, "volume_l_micro": pl.Int64, "alcohol_strength_micro": pl.Int64,
}  # fmt: skip
M = 1_000_000


def told(asked, **said):
    line = pl.DataFrame([{name: said.get(name) for name in COLUMNS}], schema=COLUMNS)
    return line.select(declared()[asked]).item()


@pytest.mark.parametrize(
    ("unit", "said", "micro"),
    [
        ("kg", {"net_mass_mg": 5, "quantity_micro": 7, "unit": "KGM"}, 5),
        ("kg", {"quantity_micro": 7, "unit": "KGM"}, 7),
        ("kg", {"quantity_micro": 7, "unit": "KGM", "net_mass_mg": 0}, 7),
        ("kg", {"net_mass_mg": 0}, None),
        ("kg_gross", {"gross_mass_mg": 0}, None),
        ("piece", {"quantity_micro": 0, "unit": "PCE"}, None),
        ("litre", {"volume_l_micro": 0, "quantity_micro": 0, "unit": "LTR"}, None),
        ("litre_alcohol", {"volume_l_micro": 0, "alcohol_strength_micro": 40 * M}, None),
        ("litre_alcohol", {"volume_l_micro": 700_000, "alcohol_strength_micro": 0}, 0),
        ("kg", {"gross_mass_mg": 7}, None),
        ("kg_gross", {"gross_mass_mg": 7}, 7),
        ("piece", {"quantity_micro": 3 * M, "unit": "DZN"}, 36 * M),
        ("piece", {"quantity_micro": 3 * M, "unit": "pce"}, 3 * M),
        ("piece", {"quantity_micro": 2 * M, "unit": "GROSS"}, 288 * M),
        ("piece", {"quantity_micro": 2 * M, "unit": "PAIR"}, None),
        ("piece", {"quantity_micro": 2 * M}, None),
        ("pair", {"quantity_micro": M, "unit": "KGM", "quantity2_micro": 2 * M, "unit2": "NPR"}, 2 * M),
        ("litre", {"volume_l_micro": 750_000, "quantity_micro": M, "unit": "LTR"}, 750_000),
        ("litre", {"quantity_micro": M, "unit": "HLT"}, 100 * M),
        ("litre_alcohol", {"volume_l_micro": 700_000, "alcohol_strength_micro": 40 * M}, 280_000),
        ("litre_alcohol", {"volume_l_micro": 700_000, "alcohol_strength_micro": 40 * M, "quantity_micro": M,
                           "unit": "LPA"}, M),
        ("litre_alcohol", {"alcohol_strength_micro": 40 * M}, None),
        ("proof_litre", {"volume_l_micro": 700_000, "alcohol_strength_micro": 40 * M}, 560_000),
    ],
)  # fmt: skip
def test_a_unit_is_found_where_the_line_says_it_and_nowhere_else(unit, said, micro):
    assert told(unit, **said) == micro


def test_every_unit_that_lines_declare_is_one_of_the_language():
    assert set(declared()) <= set(QUANTITIES)
