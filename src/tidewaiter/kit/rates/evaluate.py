"""Amounts of duty on many rows at once: exact in whole numbers, one rounding at the end, what is missing named."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Final

import polars as pl

from tidewaiter.kit.expressions import WIDE
from tidewaiter.kit.rates.expression import VALUE
from tidewaiter.kit.rates.program import PROGRAM
from tidewaiter.model.money import Rounding

AMOUNT: Final = pl.Struct({"amount_minor": pl.Int64(), "missing": pl.String()})
SCALE: Final = 14
"""Decimals of an amount per unit times a quantity: eight of the one, six of the other."""

FITS: Final = 2**62


@dataclass(frozen=True, slots=True)
class Bases:
    """Where the rows keep what duties are charged on, and how the amount is rounded.

    ``columns``: each unit and base by its word, the name of a column or an expression that is computed only where a
    duty asks for it; quantities in millionths of the unit, money in minor units of ``currency``, which has ``digits``
    decimals. ``value`` is the customs value. A unit that is left out is missing on every row. The amount is
    rounded once, to a whole number of ``unit_minor``. ``parts``: how many of the amount make the minor unit that the
    money in ``columns`` is told in.
    """

    currency: str
    digits: int
    columns: Mapping[str, str | pl.Expr]
    rounding: Rounding = Rounding.HALF_UP
    unit_minor: int = 1
    parts: int = 1


def evaluate(bases: Bases, prefix: str = "") -> pl.Expr:
    """A struct of ``amount_minor`` and ``missing`` from the columns of ``PROGRAM`` (each name after ``prefix``).

    ``missing`` is the first unit or base that a computable duty needs and the row does not have, or ``amount in EUR``
    for a duty in another currency; the amount is then empty. A reference and an unresolved text have neither. A sum
    that comes below nothing is 0.
    """
    columns = dict.fromkeys(root for base in bases.columns.values() for root in _expression(base).meta.root_names())
    program = [pl.col(f"{prefix}{name}").alias(name) for name in PROGRAM]
    return pl.struct(*program, *columns).map_batches(
        partial(_evaluated, bases=bases), return_dtype=AMOUNT, is_elementwise=True
    )


def _evaluated(rows: pl.Series, bases: Bases) -> pl.Series:
    return evaluated(rows.struct.unnest(), bases).to_struct(rows.name)


def evaluated(rows: pl.DataFrame, bases: Bases) -> pl.DataFrame:
    """``amount_minor`` and ``missing`` of rows that have the columns of ``PROGRAM`` and of ``bases``, see ``evaluate``.

    Each kind of duty on its own rows, laid back in their places.
    """
    parts = []
    for kind, computed in _BY_KIND.items():
        places = (rows["duty_kind"] == kind).arg_true()
        if len(places) == rows.height > 0:
            return computed(rows, bases).select(AMOUNT_COLUMNS)
        if len(places):
            parts.append((places, computed(rows[places], bases)))
    amount = pl.Series("amount_minor", [None], dtype=pl.Int64).new_from_index(0, rows.height)
    missing = pl.Series("missing", [None], dtype=pl.String).new_from_index(0, rows.height)
    for places, part in parts:
        amount = amount.scatter(places, part["amount_minor"])
        if part["missing"].null_count() < part.height:
            missing = missing.scatter(places, part["missing"])
    return pl.DataFrame([amount, missing])


AMOUNT_COLUMNS: Final = ("amount_minor", "missing")


def _free(rows: pl.DataFrame, bases: Bases) -> pl.DataFrame:
    del bases
    return rows.select(pl.lit(0, dtype=pl.Int64).alias("amount_minor"), pl.lit(None, dtype=pl.String).alias("missing"))


def _ad_valorem(rows: pl.DataFrame, bases: Bases) -> pl.DataFrame:
    known = rows.select(_base(bases, VALUE).alias("value"), pl.col("duty_num") * bases.parts, "duty_den")
    product = _product(known, pl.col("value"), pl.col("duty_num"))
    below = _product(known, pl.col("duty_den"), pl.lit(bases.unit_minor))
    return known.select(
        _rounded(product, below, bases).alias("amount_minor"),
        pl.when(pl.col("value").is_null()).then(pl.lit(VALUE)).alias("missing"),
    )


def _specific(rows: pl.DataFrame, bases: Bases) -> pl.DataFrame:
    known = rows.select(
        _of_unit(rows, "duty_unit", bases).alias("quantity"), "duty_num", "duty_den", "duty_unit", "duty_currency"
    )
    product = _product(known, pl.col("quantity"), pl.col("duty_num"))
    below = _product(known, pl.col("duty_den"), pl.lit(_minor_in(bases) * bases.unit_minor))
    is_foreign = pl.col("duty_currency") != bases.currency
    return known.select(
        pl.when(~is_foreign).then(_rounded(product, below, bases)).alias("amount_minor"),
        pl.when(is_foreign).then(pl.format("amount in {}", "duty_currency"))
        .when(pl.col("quantity").is_null()).then("duty_unit").alias("missing"),
    )  # fmt: skip


def _compound(rows: pl.DataFrame, bases: Bases) -> pl.DataFrame:
    """Sums of terms over one denominator, compared by MIN and MAX as they follow each other."""
    zero, terms = pl.lit(0, dtype=WIDE), rows["duty_terms"]
    units = [
        unit for unit in terms.explode().struct.field("unit").unique().sort().drop_nulls() if unit in bases.columns
    ]
    known = rows.lazy().select(
        "duty_den", "duty_currency", "duty_terms", *(_base(bases, unit).alias(f"base_{unit}") for unit in units),
        kept=zero, summed=zero, compare=pl.lit(""), missing=pl.lit(None, dtype=pl.String),
    )  # fmt: skip
    for at in range(int(terms.list.len().max() or 0)):  # type: ignore[arg-type]
        known = _step(known, at, units, bases)
    total = pl.max_horizontal(_compared(), zero)
    below = pl.col("duty_den").cast(WIDE) * _minor_in(bases) * bases.unit_minor
    is_foreign = (pl.col("duty_currency") != bases.currency).fill_null(value=False)
    missing = pl.when(is_foreign).then(pl.format("amount in {}", "duty_currency")).otherwise("missing")
    summed = known.with_columns(missing=missing, total=total, below=below)
    amount = pl.when(pl.col("missing").is_null()).then(_rounded(pl.col("total"), pl.col("below"), bases))
    return summed.select(amount.alias("amount_minor"), "missing").collect(engine="in-memory")


def _step(known: pl.LazyFrame, at: int, units: Sequence[str], bases: Bases) -> pl.LazyFrame:
    """Take one more term into each row's sum; rows with fewer terms stay as they are."""
    step = pl.col("duty_terms").list.get(at, null_on_oob=True).struct
    known = known.with_columns(
        step.field(name).alias(f"step_{name}") for name in ("join", "factor", "unit", "is_amount")
    )
    scale = pl.when("step_is_amount").then(1).otherwise(_minor_in(bases) * bases.parts).cast(WIDE)
    base: pl.Expr = pl.lit(None, dtype=pl.Int64)
    for unit in units:
        base = pl.when(pl.col("step_unit") == unit).then(f"base_{unit}").otherwise(base)
    known = known.with_columns(step_base=base).with_columns(
        step_term=(pl.col("step_base").cast(WIDE) * pl.col("step_factor").cast(WIDE) * scale).fill_null(0)
    )
    join, term, summed = pl.col("step_join"), pl.col("step_term"), pl.col("summed")
    splits = join.is_in(["MIN", "MAX"])
    is_lacking = pl.col("step_unit").is_not_null() & pl.col("step_base").is_null()
    return known.with_columns(
        kept=pl.when(splits).then(_compared()).otherwise("kept"),
        compare=pl.when(splits).then(join).otherwise("compare"),
        summed=pl.when(splits).then(term).when(join == "-").then(summed - term).otherwise(summed + term),
        missing=pl.coalesce("missing", pl.when(is_lacking).then("step_unit")),
    )


def _compared() -> pl.Expr:
    """What stands left of the last MIN or MAX against the sum right of it; written MAX takes the smaller."""
    return (
        pl.when(pl.col("compare") == "MAX").then(pl.min_horizontal("kept", "summed"))
        .when(pl.col("compare") == "MIN").then(pl.max_horizontal("kept", "summed"))
        .otherwise("summed")
    )  # fmt: skip


def _of_unit(rows: pl.DataFrame, named: str, bases: Bases) -> pl.Expr:
    """The quantity or sum of the unit in column ``named``; empty where the row has none."""
    found: pl.Expr = pl.lit(None, dtype=pl.Int64)
    for unit in rows[named].unique().sort().drop_nulls():
        if unit in bases.columns:
            found = pl.when(pl.col(named) == unit).then(_base(bases, unit)).otherwise(found)
    return found


def _base(bases: Bases, unit: str) -> pl.Expr:
    is_kept = unit in bases.columns
    return _expression(bases.columns[unit]).cast(pl.Int64) if is_kept else pl.lit(None, dtype=pl.Int64)


def _expression(base: str | pl.Expr) -> pl.Expr:
    return pl.col(base) if isinstance(base, str) else base


def _minor_in(bases: Bases) -> int:
    """How many of the finest parts, an amount per unit times a quantity, make one minor unit."""
    return int(10 ** (SCALE - bases.digits))


def _product(rows: pl.DataFrame, one: pl.Expr, other: pl.Expr) -> pl.Expr:
    """One column times the other, in 64 bits where that is enough for every row."""
    most = (
        rows.select(one.max().cast(WIDE).fill_null(0) * other.max().cast(WIDE).fill_null(0)).item()
        if rows.height
        else 0
    )
    return one * other if most < FITS else one.cast(WIDE) * other.cast(WIDE)


def _rounded(above: pl.Expr, below: pl.Expr, bases: Bases) -> pl.Expr:
    """``above / below`` rounded as named, times ``unit_minor``; neither number is below nothing."""
    quotient = above // below
    if bases.rounding is Rounding.FLOOR:
        return (quotient * bases.unit_minor).cast(pl.Int64, strict=False)
    rest = above - quotient * below
    is_up = rest >= below - rest
    if bases.rounding is Rounding.HALF_EVEN:
        is_up = (rest > below - rest) | ((rest == below - rest) & (quotient % 2 == 1))
    if bases.rounding is Rounding.CEILING:
        is_up = rest > 0
    return ((quotient + is_up) * bases.unit_minor).cast(pl.Int64, strict=False)


_BY_KIND: Final = {"free": _free, "ad_valorem": _ad_valorem, "specific": _specific, "compound": _compound}
