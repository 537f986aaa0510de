"""Amounts of duty on columns: exact, rounded once, in any mixture of shapes, with what is missing named."""

import polars as pl
import pytest

from tidewaiter.kit.rates.evaluate import Bases, evaluate
from tidewaiter.kit.rates.parse import parse
from tidewaiter.kit.rates.program import programs
from tidewaiter.model.money import Rounding

COLUMNS = {"value": "value_minor", "kg": "mass_mg", "piece": "pieces_micro", "litre_alcohol": "alcohol_micro",
           "retail_price": "retail_minor", "EA": "component_minor"}  # fmt: skip
WORKED = "9 % MIN 20.00 EUR / 100 kg MAX 22.00 EUR / 100 kg - 4.00 EUR / 100 kg"


def amounts(rows, currency="EUR", digits=2, dialect="taric", **how):
    """Amount and what is missing for rows of (text, value, kg, pieces, more)."""
    known = {column: [has.get(column) for _, has in rows] for column in COLUMNS.values()}
    items = programs([parse(text, dialect) for text, _ in rows]).hstack(
        [pl.Series(name, values, dtype=pl.Int64) for name, values in known.items()]
    )
    bases = Bases(currency, digits, COLUMNS, **how)
    return items.lazy().select(evaluate(bases).alias("told")).unnest("told").collect().rows()


def one(text, currency="EUR", digits=2, dialect="taric", how=None, **known):
    return amounts([(text, known)], currency, digits, dialect, **(how or {}))[0]


@pytest.mark.parametrize(
    ("text", "value_minor", "kilograms", "minor"),
    [
        (WORKED, 100_000, 5_000, 90_000),
        (WORKED, 2_000_000, 5_000, 90_000),
        (WORKED, 100_000, 0, 0),
        ("9 % MIN 20.00 EUR / 100 kg", 100_000, 100, 9_000),
        ("9 % MIN 20.00 EUR / 100 kg", 100_000, 500, 10_000),
        ("9 % MAX 20.00 EUR / 100 kg", 100_000, 100, 2_000),
        ("9 % MAX 20.00 EUR / 100 kg", 100_000, 500, 9_000),
        ("9 % + 21.00 EUR / 100 kg", 1_000, 1, 111),
        ("9 % - 21.00 EUR / 100 kg", 1_000, 1, 69),
        ("1 % - 21.00 EUR / 100 kg", 1_000, 1, 0),
    ],
)
def test_sums_bind_tighter_and_the_last_minimum_or_maximum_splits(text, value_minor, kilograms, minor):
    assert one(text, value_minor=value_minor, mass_mg=kilograms * 1_000_000) == (minor, None)


@pytest.mark.parametrize(
    ("mode", "unit_minor", "value_minor", "minor"),
    [
        (Rounding.HALF_UP, 1, 50, 3),
        (Rounding.HALF_EVEN, 1, 50, 2),
        (Rounding.HALF_EVEN, 1, 70, 4),
        (Rounding.HALF_EVEN, 1, 51, 3),
        (Rounding.FLOOR, 1, 59, 2),
        (Rounding.HALF_UP, 5, 50, 5),
        (Rounding.HALF_UP, 5, 49, 0),
        (Rounding.FLOOR, 5, 199, 5),
    ],
)
@pytest.mark.parametrize("text", ["5 %", "2.5 % + 2.5 %", "5 % + 0 EUR / kg"])
def test_the_amount_is_rounded_once_as_named(mode, unit_minor, value_minor, minor, text):
    how = {"rounding": mode, "unit_minor": unit_minor}

    assert one(text, how=how, value_minor=value_minor, mass_mg=1) == (minor, None)


def test_a_mixture_of_shapes_stays_in_its_order():
    rows = [
        ("10 %", {"value_minor": 1_005}),
        ("NIHIL", {}),
        ("0.9 EUR / 100 kg", {"mass_mg": 3_000_000}),
        ("nobody knows", {"value_minor": 5}),
        ("8 % + EA", {"value_minor": 100, "component_minor": 7}),
        ("16.5 % of retail price", {"retail_minor": 1_000}),
        ("19 EUR / % vol / hl", {"alcohol_micro": 2_800_000}),
    ]

    assert amounts(rows) == [(101, None), (0, None), (3, None), (None, None), (15, None), (165, None), (5_320, None)]
    assert amounts(rows[::-1]) == amounts(rows)[::-1]


@pytest.mark.parametrize(
    ("text", "known", "missing"),
    [
        ("10 %", {}, "value"),
        ("1 EUR / kg", {"value_minor": 1}, "kg"),
        ("1 EUR / 100 kg / net drained wt", {"mass_mg": 1}, "kg_drained"),
        ("8 % + EA MAX 24.2 % + AD S/Z", {"value_minor": 1}, "EA"),
        ("8 % + EA MAX 24.2 % + AD S/Z", {"value_minor": 1, "component_minor": 1}, "ADSZ"),
        ("8 % + 1 EUR / p/st", {"pieces_micro": 1}, "value"),
        ("1 GBP / kg", {"mass_mg": 1}, "amount in GBP"),
        ("8 % + 1 GBP / kg", {"mass_mg": 1, "value_minor": 1}, "amount in GBP"),
    ],
)
def test_what_is_missing_is_named_and_the_amount_is_empty(text, known, missing):
    assert one(text, **known) == (None, missing)


@pytest.mark.parametrize(("digits", "minor"), [(0, 17), (2, 1_721), (3, 17_210)])
def test_amounts_per_unit_follow_the_decimals_of_the_currency(digits, minor):
    assert one("17.21 EUR / kg", digits=digits, mass_mg=1_000_000) == (minor, None)
    assert one("17.21 EUR / kg + 0 %", digits=digits, mass_mg=1_000_000, value_minor=1) == (minor, None)


def test_the_largest_values_are_exact():
    most = 9_000_000_000_000_000

    assert one("33 1/3%", "USD", dialect="us", value_minor=most - 1) == (most // 3, None)
    assert one("$2.50/kg", "USD", dialect="us", mass_mg=most) == (most * 250 // 1_000_000, None)
    assert one("0.01% + $2.50/kg", "USD", dialect="us", mass_mg=most, value_minor=most) == (
        most // 10_000 + most * 250 // 1_000_000, None,
    )  # fmt: skip


def test_columns_of_another_program_are_read_after_their_prefix():
    items = programs([parse("10 %", "taric")]).rename(lambda name: f"mfn_{name}").with_columns(v=pl.lit(100))

    told = items.select(evaluate(Bases("EUR", 2, {"value": "v"}), prefix="mfn_").struct.field("amount_minor"))

    assert told.to_series().to_list() == [10]


def test_no_rows_give_no_rows():
    assert amounts([]) == []
