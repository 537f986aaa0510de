"""Allowances: whether the lines of a filing stay within the quantities that a relief lets through."""

from collections.abc import Sequence

import polars as pl

from tidewaiter.kit.allowance import UNITS
from tidewaiter.kit.expressions import WIDE
from tidewaiter.kit.noting import is_noting
from tidewaiter.kit.rates.declared import declared
from tidewaiter.model.columns import Schema

ALLOWANCE: Schema = {
    "law_period": pl.Int32(),
    "commodity_code": pl.String(),
    "allowance": pl.String(),
    "allowance_group": pl.String(),
    "allowance_unit": pl.String(),
    "within_micro": pl.Int64(),
    "never_above_micro": pl.Int64(),
}
"""One row a period and code that has an allowance."""

DECLARED = tuple(dict.fromkeys(name for unit in UNITS for name in declared()[unit].meta.root_names()))
"""Columns of a line that tell its quantity."""

PARTS = 10**12
"""An allowance counts so many parts; of a line's share no more than a part is lost."""


def exceed_allowances(items: pl.LazyFrame, allowances: pl.LazyFrame, names: Sequence[str]) -> pl.LazyFrame:
    """One row a filing that holds goods of an allowance: ``exceeds_<name>`` for each of ``names``.

    True where the lines of one group surely exceed it together, false where all groups surely stay within, empty where
    nobody can tell: the quantity is not declared, or the code covers goods of several limits.
    """
    if is_noting():
        return _exceeding(
            items.filter(pl.any_horizontal(pl.col(f"is_{name}_goods") for name in names)), allowances, names
        )
    places = (
        items.select(pl.any_horizontal(pl.col(f"is_{name}_goods") for name in names))
        .collect(engine="in-memory")
        .to_series()
        .arg_true()
    )
    kept = ["filing_row", *(f"is_{name}_goods" for name in names), "law_period", "commodity_code", *DECLARED]
    lines = items.select(kept).collect(engine="in-memory")
    if places.is_empty():
        return pl.LazyFrame(
            schema={"filing_row": lines.schema["filing_row"], **{f"exceeds_{name}": pl.Boolean for name in names}}
        )
    return _exceeding(lines[places].lazy(), allowances, names)


def _exceeding(concerned: pl.LazyFrame, allowances: pl.LazyFrame, names: Sequence[str]) -> pl.LazyFrame:
    """The same for lines all of which are goods of an allowance."""
    rows = concerned.join(allowances, on=["law_period", "commodity_code"], how="left", maintain_order="left")
    quantity = _quantity().cast(WIDE) * PARTS
    within = pl.col("within_micro")
    parts = rows.with_columns(least=quantity // pl.col("never_above_micro"), most=(quantity + within - 1) // within)
    groups = parts.group_by("filing_row", "allowance", "allowance_group", maintain_order=True).agg(
        *(pl.col(f"is_{name}_goods").any() for name in names),
        surely=pl.col("least").sum() > PARTS,
        surely_not=(pl.col("most").null_count() == 0) & (pl.col("most").sum() <= PARTS),
    )
    return groups.group_by("filing_row", maintain_order=True).agg(_exceeds(name) for name in names)


def _exceeds(name: str) -> pl.Expr:
    is_of_it = pl.col(f"is_{name}_goods")
    surely, surely_not = (pl.col(told).filter(is_of_it) for told in ("surely", "surely_not"))
    is_told = pl.when(surely.any()).then(True).when(surely_not.all()).then(False)  # noqa: FBT003 - a value, no switch
    return pl.when(is_of_it.any()).then(is_told).alias(f"exceeds_{name}")


def _quantity() -> pl.Expr:
    """How much of the allowance's unit the line declares, in millionths; empty where it does not say."""
    told = declared()
    return pl.coalesce(pl.when(pl.col("allowance_unit") == unit).then(told[unit]) for unit in UNITS)
