"""Groups: filings by one column, the largest ones by name and all others as one, so that figures add up."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any, Final

import polars as pl

from tidewaiter.measure.lake import Lake, filings, measured, summed
from tidewaiter.measure.outcomes import OUTCOMES, outcome

MONEY: Final = ("intrinsic_value_minor", "duty_minor", "tax_minor", "fee_minor", "due_at_border_minor")
FIGURES: Final = ("filings", "faulty", "unresolved", "unvalued", *OUTCOMES, *MONEY)
"""What is known of each group: filings by outcome, with a fault, not resolved, of no known value, and sums of money."""

Row = dict[str, Any]


@dataclass(frozen=True)
class Groups:
    """``rows`` with ``name`` (empty: not declared) and ``FIGURES``; ``rest`` sums what ``others`` more groups hold."""

    rows: list[Row]
    others: int
    rest: Row
    whole: Row

    @property
    def named(self) -> list[Row]:
        """Rows of those that are declared."""
        return [row for row in self.rows if row["name"] is not None]


def groups(lake: Lake, column: str, most: int, *, mendable: Sequence[str] = (), by: str = "filings") -> Groups:
    """Filings by ``column``: the ``most`` with the highest ``by``, and the rest.

    ``faulty`` counts filings with one of the ``mendable`` codes.
    """
    found = _by_name(_cells(lake, column, mendable)).sort(
        by, "filings", "name", descending=[True, True, False], nulls_last=True
    )
    rest = found.slice(most)
    return Groups(found.head(most).to_dicts(), rest.height, _sums(rest), _sums(found))


def _cells(lake: Lake, column: str, mendable: Sequence[str]) -> pl.DataFrame:
    """Filings and sums by name, outcome and what else is counted: one walk, a few rows a name."""
    codes = pl.lit(list(mendable), dtype=pl.List(pl.String))
    faults = pl.col("reasons").list.set_intersection(codes).list.len() > 0 if mendable else pl.lit(value=False)
    return measured(
        lake.scan("consignments")
        .group_by(
            pl.col(column).alias("name"),
            outcome(),
            is_faulty=faults,
            is_open=pl.col("resolved").not_(),
            is_unvalued=pl.col("intrinsic_value_minor").is_null(),
        )
        .agg(filings(), *(summed(name) for name in MONEY))
    )


def _by_name(cells: pl.DataFrame) -> pl.DataFrame:
    count, sums = pl.col("filings"), (pl.col(name).sum() for name in MONEY)
    parts = {"faulty": pl.col("is_faulty"), "unresolved": pl.col("is_open"), "unvalued": pl.col("is_unvalued")}
    parts |= {name: pl.col("outcome") == name for name in OUTCOMES}
    counts = (count.filter(is_part).sum().alias(name) for name, is_part in parts.items())
    return cells.group_by("name").agg(count.sum(), *counts, *sums)


def _sums(rows: pl.DataFrame) -> Row:
    return rows.select(pl.col(FIGURES).sum()).to_dicts()[0]


def codes_of(lake: Lake, column: str, names: Collection[str | None]) -> dict[str | None, list[Row]]:
    """Codes on the filings of each of ``names``, the commonest first: ``code``, ``filings``, ``example``.

    The example is the reference that comes first in the alphabet, so that no order of rows changes it.
    """
    rows = (
        lake.scan("consignments")
        .filter(_is_one_of(column, names))
        .select(pl.col(column).alias("name"), "consignment_id", code="reasons")
        .explode("code", empty_as_null=True)
        .drop_nulls("code")
        .group_by("name", "code")
        .agg(filings(), example=pl.col("consignment_id").min())
        .sort("name", "filings", "code", descending=[False, True, False])
    )
    found: dict[str | None, list[Row]] = {name: [] for name in names}
    for row in measured(rows).to_dicts():
        found[row.pop("name")].append(row)
    return found


def shares_of(lake: Lake, column: str, names: Collection[str | None], other: str) -> dict[str | None, list[Row]]:
    """Filings of each of ``names`` by a second column: ``word`` (empty: not declared), ``filings``, the most first."""
    rows = (
        lake.scan("consignments")
        .filter(_is_one_of(column, names))
        .group_by(pl.col(column).alias("name"), pl.col(other).alias("word"))
        .agg(filings(), summed("tax_minor"))
        .sort("name", "filings", "word", descending=[False, True, False], nulls_last=True)
    )
    found: dict[str | None, list[Row]] = {name: [] for name in names}
    for row in measured(rows).to_dicts():
        found[row.pop("name")].append(row)
    return found


def _is_one_of(column: str, names: Collection[str | None]) -> pl.Expr:
    """True for rows of these names; nothing declared is a name like any other."""
    return pl.col(column).is_in(pl.Series(list(names), dtype=pl.String).implode(), nulls_equal=True)
