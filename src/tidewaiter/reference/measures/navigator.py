"""One code of a tariff as people read it: where it stands, what applies to it, which papers, and what came before."""

from collections.abc import Sequence
from datetime import date
from typing import Any, Final

import polars as pl

from tidewaiter.reference.measures.lookup import MeasureTable
from tidewaiter.reference.measures.model import MeasureModel
from tidewaiter.reference.measures.tree import DECLARABLE, DayTree

Row = dict[str, Any]
TOLD: Final = (
    "measure_id", "type", "meaning", "area", "rate", "additional_code", "order_number", "excluded", "stands_at",
    "valid_from", "valid_to", "regulation",
)  # fmt: skip
WHOLE: Final = 10


def place_of(tree: DayTree, code: str) -> int | None:
    """Where a code stands on the day: as it is, or filled up with zeros where such a line exists above others."""
    rows = tree.nodes.filter((pl.col("code") == code.ljust(WHOLE, "0")) & (pl.col("suffix") == DECLARABLE))
    return int(rows["place"][0]) if rows.height else None


def line_above(model: MeasureModel, tree: DayTree, place: int) -> list[Row]:
    """The code with everything above it, the chapter first: code, suffix, depth, description, is_leaf."""
    return _described(model, tree, tree.path(place))


def below(model: MeasureModel, tree: DayTree, place: int) -> list[Row]:
    """What stands right under the code, in the tariff's order."""
    places = [at for at, above in enumerate(tree.parents.tolist()) if above == place]
    return _described(model, tree, places)


def applying(table: MeasureTable, tree: DayTree, place: int, origin: str | None) -> list[Row]:
    """Measures in force at the code or above it; with an origin, those that may reach it."""
    model = table.model
    path = tree.path(place)
    here = tree.nodes[path].select("sid", stands_at="code")
    active = model.measures.filter(_in_force(tree.day)).join(here, left_on="goods", right_on="sid", how="left")
    by_code = (
        active.filter(pl.col("goods").is_null())
        .drop("stands_at")
        .join(
            tree.nodes[path].filter(pl.col("suffix") == DECLARABLE).select("code", stands_at="code"),
            on="code",
            how="inner",
        )
    )
    found = pl.concat([active.filter(pl.col("stands_at").is_not_null()), by_code], how="diagonal")
    if origin is not None:
        found = found.filter(pl.col("area").is_in(_areas_of(table, tree.day, origin))).filter(
            ~pl.col("measure_id").is_in(_leaving_out(table, tree.day, origin))
        )
    return _told(model, found.sort("type", "area", "measure_id"))


def documents(model: MeasureModel, measures: Sequence[str]) -> list[Row]:
    """Conditions of measures: measure_id, condition, sequence, document, action, limit, rate_text."""
    return model.conditions.filter(pl.col("measure_id").is_in(measures)).to_dicts()


def quotas(model: MeasureModel, day: date, order_numbers: Sequence[str]) -> list[Row]:
    """Periods of quotas that hold on a day."""
    return model.quotas.filter(pl.col("order_number").is_in(order_numbers) & _in_force(day)).to_dicts()


def history(table: MeasureTable, tree: DayTree, place: int, origin: str | None) -> list[Row]:
    """Every measure that ever stood at the code or above it, the oldest first."""
    path = tree.nodes[tree.path(place)]
    model = table.model
    is_here = pl.col("goods").is_in(path["sid"].to_list()) | (
        pl.col("goods").is_null() & pl.col("code").is_in(path["code"].to_list())
    )
    found = model.measures.filter(is_here).with_columns(stands_at="code")
    if origin is not None:
        found = found.filter(pl.col("area").is_in(_areas_of(table, tree.day, origin)))
    return _told(model, found.sort("valid_from", "type", "area"))


def _described(model: MeasureModel, tree: DayTree, places: Sequence[int]) -> list[Row]:
    words = model.wordings.filter(pl.col("valid_from") <= tree.day).unique("sid", keep="last", maintain_order=True)
    rows = tree.nodes[list(places)].join(
        words.select("sid", "description"), on="sid", how="left", maintain_order="left"
    )
    return rows.select("code", "suffix", "depth", "description", "is_leaf").to_dicts()


def _areas_of(table: MeasureTable, day: date, origin: str) -> list[str]:
    """The origin itself, everyone, and the groups it is in; a group whose members nobody told may hold it."""
    cut = table.slices.on(day)
    groups = cut.belongs.filter(pl.col("origin") == origin)["area"].to_list()
    told = table.model.measures["area"].drop_nulls().unique()
    open_groups = told.filter((told.str.len_chars() > 2) & ~told.is_in(list(cut.groups))).to_list()  # noqa: PLR2004 - a country has two letters
    return [origin, *table.model.sheet.erga_omnes, *groups, *open_groups]


def _leaving_out(table: MeasureTable, day: date, origin: str) -> list[str]:
    groups = table.slices.on(day).belongs.filter(pl.col("origin") == origin)["area"].to_list()
    left_out = table.model.exclusions.filter(pl.col("excluded").is_in([origin, *groups]))
    return left_out["measure_id"].to_list()


def _told(model: MeasureModel, measures: pl.DataFrame) -> list[Row]:
    excluded = model.exclusions.group_by("measure_id").agg(pl.col("excluded").sort().str.join(", "))
    names = model.told("measure.type.description", "measure.type.id", "language.id", "description").unique(
        "measure_type_id", keep="first", maintain_order=True
    )
    roles = {one: meaning.charge or meaning.role for one, meaning in model.sheet.types.items()}
    role = pl.col("type").replace_strict(roles, default=pl.lit("not reckoned"), return_dtype=pl.String)
    return (
        measures.join(excluded, on="measure_id", how="left", maintain_order="left")
        .join(names.select(type="measure_type_id", name="description"), on="type", how="left", maintain_order="left")
        .join(model.expressions.select("expression", "printed"), on="expression", how="left", maintain_order="left")
        .with_columns(
            meaning=pl.coalesce("name", role.str.replace_all("_", " ")), rate=pl.coalesce("printed", "rate_text")
        )
        .select(TOLD)
        .to_dicts()
    )


def _in_force(day: date) -> pl.Expr:
    return (pl.col("valid_from") <= day) & (pl.col("valid_to").is_null() | (pl.col("valid_to") >= day))
