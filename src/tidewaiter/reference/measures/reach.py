"""Which measures reach a key: by its leaves, its origin and its additional codes."""

from typing import Final

import polars as pl

from tidewaiter.reference.measures.model import MeasureModel
from tidewaiter.reference.measures.slices import DaySlice

REACH: Final = {"own": 0, "group": 1, "everyone": 2}
"""How close an area is to the origin: its own, a group it is in, everyone."""

GROUP_LENGTH: Final = 4
"""A country's code has two letters, a group's four digits."""

SAME: Final = ["asked", "leaf", "type", "area"]


def candidates(cut: DaySlice, model: MeasureModel, keys: pl.DataFrame) -> pl.DataFrame:
    """Measures of known meaning that may apply to each key and leaf.

    ``keys``: asked, digits, origin, declared (list of additional codes). Adds the measure's columns with ``role``,
    ``closeness`` (see ``REACH``), ``is_sure`` (false where origin or members of the group are not known), ``steps``,
    ``lacks_code`` (every measure of this type and area wants an additional code that is not declared).
    """
    pairs = keys.join(cut.asked, left_on="digits", right_on="asked", how="inner").select(
        "asked", "leaf", "origin", "declared"
    )
    meanings = model.sheet.types
    role = pl.col("type").replace_strict({one: meaning.role for one, meaning in meanings.items()}, default=None,
                                         return_dtype=pl.String)  # fmt: skip
    known = model.measures.with_columns(role=role).filter(pl.col("role").is_not_null())
    applying = cut.applying.join(known, on="measure", how="inner")
    found = pairs.join(applying, on="leaf", how="inner")
    return found.pipe(_reached, cut, model).pipe(_not_excluded, cut, model).pipe(_nearest).pipe(_coded)


def _reached(found: pl.DataFrame, cut: DaySlice, model: MeasureModel) -> pl.DataFrame:
    """Keep what reaches the origin, or might: nobody told the origin, or the members of the group."""
    everyone = pl.col("area").is_in(model.sheet.erga_omnes)
    is_open_group = (pl.col("area").str.len_chars() == GROUP_LENGTH) & ~pl.col("area").is_in(list(cut.groups))
    belongs = cut.belongs.with_columns(is_member=pl.lit(value=True))
    is_unsure = ~everyone & (pl.col("origin").is_null() | is_open_group)
    return (
        found.join(belongs, on=["origin", "area"], how="left", maintain_order="left")
        .with_columns(
            closeness=pl.when(pl.col("area") == pl.col("origin")).then(REACH["own"])
            .when(everyone).then(REACH["everyone"])
            .when(pl.col("is_member") | is_unsure).then(REACH["group"]),
            is_sure=~is_unsure | (pl.col("area") == pl.col("origin")).fill_null(value=False),
        )
        .filter(pl.col("closeness").is_not_null())
        .drop("is_member")
    )  # fmt: skip


def _not_excluded(found: pl.DataFrame, cut: DaySlice, model: MeasureModel) -> pl.DataFrame:
    """Drop measures that leave the origin out, by itself or as a member of a group."""
    if model.exclusions.is_empty():
        return found
    by_group = model.exclusions.join(cut.belongs, left_on="excluded", right_on="area", how="inner").select(
        "measure_id", "origin"
    )
    itself = model.exclusions.select("measure_id", origin="excluded")
    left_out = pl.concat([itself, by_group]).unique()
    return found.join(left_out, on=["measure_id", "origin"], how="anti", maintain_order="left")


def _nearest(found: pl.DataFrame) -> pl.DataFrame:
    """A measure nearer to the leaf stands before one of the same type and area further up."""
    return found.filter(pl.col("steps") == pl.col("steps").min().over(SAME))


def _coded(found: pl.DataFrame) -> pl.DataFrame:
    """Measures with a declared additional code stand before those without a code; undeclared codes fall away."""
    code = pl.col("additional_code")
    is_declared = code.is_not_null() & pl.col("declared").list.contains(code).fill_null(value=False)
    marked = found.with_columns(is_declared=is_declared, is_plain=code.is_null())
    has_declared, has_plain = pl.col("is_declared").any().over(SAME), pl.col("is_plain").any().over(SAME)
    kept = pl.when(has_declared).then("is_declared").when(has_plain).then("is_plain").otherwise(pl.lit(value=True))
    return marked.with_columns(lacks_code=~has_declared & ~has_plain).filter(kept).drop("is_declared", "is_plain")
