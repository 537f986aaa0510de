"""A tariff cut to a day: what applies to each leaf, with everything inherited, and which areas an origin belongs to."""

from bisect import bisect_right
from collections import OrderedDict
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cached_property
from threading import Lock
from typing import Final

import polars as pl

from tidewaiter.reference.measures.model import MeasureModel
from tidewaiter.reference.measures.tree import DECLARABLE, DayTree, day_tree, in_force

KEPT: Final = 40
"""Slices that stay in memory: a month and some days of change."""

PREFIXES: Final = (8, 6)


@dataclass(frozen=True, eq=False)
class DaySlice:
    """One stretch of days on which nothing changes.

    ``leaves``: code, place. ``asked``: every code that may be asked, whole or cut to 8 or 6 digits, with its leaves:
    asked, leaf. ``applying``: leaf, measure, steps (0 where the measure stands at the leaf itself).
    ``belongs``: origin, area. ``groups``: groups whose members are known.
    """

    tree: DayTree
    leaves: pl.DataFrame
    asked: pl.DataFrame
    applying: pl.DataFrame
    belongs: pl.DataFrame
    countries: frozenset[str]
    groups: frozenset[str]


@dataclass(frozen=True, eq=False)
class Slices:
    """The slices of an edition, each compiled when the first of its days is asked for."""

    model: MeasureModel
    _kept: "OrderedDict[int, DaySlice]" = field(default_factory=OrderedDict)
    _lock: Lock = field(default_factory=Lock)

    def on(self, day: date) -> DaySlice:
        """The slice of a day."""
        number = bisect_right(self._changes, day)
        with self._lock:
            if number not in self._kept:
                self._kept[number] = compile_slice(self.model, day)
                if len(self._kept) > KEPT:
                    self._kept.popitem(last=False)
            self._kept.move_to_end(number)
            return self._kept[number]

    def number_of(self, day: date) -> int:
        """Days with the same number have the same slice."""
        return bisect_right(self._changes, day)

    @cached_property
    def _changes(self) -> list[date]:
        """Days on which anything starts, and days after anything ended."""
        model = self.model
        days: set[date] = set()
        for table in (model.goods, model.measures, model.members, model.areas, model.stops):
            days.update(table["valid_from"].drop_nulls().unique())
            days.update(day + timedelta(days=1) for day in table["valid_to"].drop_nulls().unique() if day < date.max)
        days.update(model.indents["valid_from"].drop_nulls().unique())
        return sorted(days)


def compile_slice(model: MeasureModel, day: date) -> DaySlice:
    """Expand inheritance and groups for one day."""
    tree = day_tree(model, day)
    nodes = tree.nodes
    leaves = nodes.filter("is_leaf").select("code", leaf="place")
    belongs, countries, groups = _belonging(model, day)
    return DaySlice(tree, leaves, _askable(leaves), _applying(model, tree), belongs, countries, groups)


def _askable(leaves: pl.DataFrame) -> pl.DataFrame:
    """Codes as they may be asked: a leaf in full, and what stands above it cut short."""
    cut = [leaves.select(asked="code", leaf="leaf")]
    cut += [leaves.select(asked=pl.col("code").str.slice(0, digits), leaf="leaf") for digits in PREFIXES]
    return pl.concat(cut)


def _applying(model: MeasureModel, tree: DayTree) -> pl.DataFrame:
    """Measures in force beside each leaf that they reach; one that names no record of goods goes by its code."""
    rests = model.stops.filter(in_force(tree.day)).select("measure_id").unique()
    active = model.measures.filter(in_force(tree.day)).join(rests, on="measure_id", how="anti")
    by_sid = tree.nodes.select(goods="sid", above="place")
    plain = tree.nodes.filter(pl.col("suffix") == DECLARABLE).select("code", above="place")
    placed = pl.concat([
        active.filter(pl.col("goods").is_not_null()).join(by_sid, on="goods", how="inner").select("measure", "above"),
        active.filter(pl.col("goods").is_null()).join(plain, on="code", how="inner").select("measure", "above"),
    ])  # fmt: skip
    return tree.lines_of_descent().join(placed, on="above", how="inner").select("leaf", "measure", "steps")


def _belonging(model: MeasureModel, day: date) -> tuple[pl.DataFrame, frozenset[str], frozenset[str]]:
    """Origins with the areas they are in, the origins that exist, the groups whose members are told.

    An edition that lists no country at all (tables do not) leaves open which origins exist.
    """
    members = model.members.filter(in_force(day)).select(origin="member", area="area")
    areas = model.areas.filter(in_force(day))
    single = areas.filter(~pl.col("is_group"))["area"].unique() if model.areas["is_country"].any() else pl.Series([])
    groups = members["area"].unique().to_list()
    return members.unique(), frozenset(single.to_list()), frozenset(groups)
