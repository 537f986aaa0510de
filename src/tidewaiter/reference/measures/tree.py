"""The nomenclature as it stands on a day: codes in order, who stands under whom, which may be declared."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

import numpy as np
import numpy.typing as npt
import polars as pl

from tidewaiter.reference.measures.model import MeasureModel

DECLARABLE: Final = "80"
CHAPTER: Final = "00000000"
NOBODY: Final = -1

Places = npt.NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class DayTree:
    """``nodes`` has a row a code in force, in the order of the tariff: place, sid, code, suffix, depth, is_leaf.

    ``parents`` holds the place of the code above each (``NOBODY`` above chapters). A leaf has suffix 80 and nothing
    below it: only that may be declared in full.
    """

    day: date
    nodes: pl.DataFrame
    parents: Places

    def lines_of_descent(self) -> pl.DataFrame:
        """Every leaf with itself and everything above it: leaf, above (places), steps up."""
        leaves = self.nodes.filter("is_leaf")["place"].to_numpy().astype(np.int64)
        at, steps, made = leaves, 0, []
        while at.size:
            made.append(pl.DataFrame({"leaf": leaves, "above": at, "steps": np.full(at.size, steps, dtype=np.int32)}))
            up = self.parents[at]
            is_more = up != NOBODY
            leaves, at, steps = leaves[is_more], up[is_more], steps + 1
        empty = {"leaf": pl.Int64, "above": pl.Int64, "steps": pl.Int32}
        return pl.concat(made) if made else pl.DataFrame(schema=empty)

    def path(self, place: int) -> list[int]:
        """Places from the chapter down to a code."""
        found = [place]
        while (above := int(self.parents[found[-1]])) != NOBODY:
            found.append(above)
        return found[::-1]


def day_tree(model: MeasureModel, day: date) -> DayTree:
    """The tree of a day; chapters stand at depth 0, headings at 1, and an indent counts from the heading.

    A code of which no indent is told stands nowhere, and nothing is inherited through it.
    """
    goods = _in_force(model.goods, day)
    indents = (
        model.indents.filter(pl.col("valid_from") <= day)
        .unique("sid", keep="last", maintain_order=True)
        .select("sid", "indents")
    )
    is_chapter = pl.col("code").str.ends_with(CHAPTER)
    nodes = (
        goods.join(indents.drop_nulls(), on="sid", how="inner")
        .with_columns(depth=pl.when(is_chapter).then(0).otherwise(pl.col("indents") + 1))
        .sort("code", "suffix")
        .with_row_index("place")
        .with_columns(pl.col("place").cast(pl.Int64))
    )
    parents = _parents(nodes["depth"].to_list())
    has_children = np.zeros(nodes.height, dtype=bool)
    has_children[parents[parents != NOBODY]] = True
    is_leaf = (pl.col("suffix") == DECLARABLE) & ~pl.Series(has_children)
    told = nodes.select("place", "sid", "code", "suffix", "depth", is_leaf=is_leaf)
    return DayTree(day, told, parents)


def in_force(day: date) -> pl.Expr:
    """True where ``valid_from`` to ``valid_to`` holds the day; both ends count, an empty one is open."""
    started = pl.col("valid_from").is_null() | (pl.col("valid_from") <= day)
    return started & (pl.col("valid_to").is_null() | (pl.col("valid_to") >= day))


def _in_force(table: pl.DataFrame, day: date) -> pl.DataFrame:
    return table.filter(in_force(day))


def _parents(depths: Sequence[int]) -> Places:
    """Place of the nearest code before each that stands less deep."""
    above: list[tuple[int, int]] = []
    parents = []
    for place, depth in enumerate(depths):
        while above and above[-1][0] >= depth:
            above.pop()
        parents.append(above[-1][1] if above else NOBODY)
        above.append((depth, place))
    return np.asarray(parents, dtype=np.int64)
