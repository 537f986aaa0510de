"""From measures that reach a key to the one option that applies, and the duties beside it."""

from typing import Final

import polars as pl

from tidewaiter.reference.measures.model import MeasureModel
from tidewaiter.reference.measures.sheet import MeasureSheet

PAIR: Final = ["asked", "leaf"]
NO_CLAIM: Final = "100"
"""The preference code of the third country duty."""

GENERALISED: Final = "2"
"""First digit of preference codes for the generalised preferences."""


def third_country(found: pl.DataFrame) -> pl.DataFrame:
    """The third country duty of each key and leaf: asked, leaf, measure, expression, reason (why there is none).

    The rate under end use stands in only where a code has no other. Of several areas the closest counts.
    """
    duties = found.filter(pl.col("role").is_in(["mfn", "mfn_end_use"]) & pl.col("is_sure"))
    rank = (pl.col("role") == "mfn_end_use").cast(pl.Int32) * 10 + pl.col("closeness")
    return _settled(duties.filter(rank == rank.min().over(PAIR)), lowest=False)


def claimed(found: pl.DataFrame, keys: pl.DataFrame, sheet: MeasureSheet) -> pl.DataFrame:
    """What the claimed preference gives each key and leaf: asked, leaf, option, needs_proof, measure, expression, reason.

    Of several that are open to the origin the lowest counts, as the declarant may choose; where they cannot be
    compared, the answer names them. A key whose claim opens nothing is not in the answer.
    """
    rows = [
        (code, type_, one.option, one.needs_proof) for code, one in sheet.preferences.items() for type_ in one.types
    ]
    schema = {"preference": pl.String, "type": pl.String, "option": pl.String, "needs_proof": pl.Boolean}
    opened = keys.select("asked", "preference").join(
        pl.DataFrame(rows, schema=schema, orient="row"), on="preference", how="inner"
    )
    is_generalised = pl.col("area").is_in(sheet.generalised)
    wants = pl.col("preference").str.starts_with(GENERALISED)
    is_preferential = pl.col("type").is_in(["142", "145", "141"])
    fits = ~is_preferential | (is_generalised == wants)
    offers = found.join(opened, on=["asked", "type"], how="inner").filter(fits)
    sure = pl.col("is_sure").any().over(PAIR)
    told = offers.unique(["asked"]).select("asked", "option", "needs_proof")
    settled = _settled(offers.filter(pl.col("is_sure") == sure), lowest=True)
    return settled.join(told, on="asked", how="left", maintain_order="left")


def _settled(offers: pl.DataFrame, *, lowest: bool) -> pl.DataFrame:
    """One row a key and leaf from equally good measures, or the reason why none can be picked."""
    ordered = offers.sort("asked", "leaf", "share", "measure_id", nulls_last=True) if lowest else offers
    grouped = ordered.group_by(PAIR, maintain_order=True).agg(
        pl.col("measure").first(),
        pl.col("expression").first(),
        pl.col("expression").n_unique().alias("rates"),
        pl.col("share").is_not_null().all().alias("is_comparable"),
        pl.col("lacks_code").all(),
        pl.col("is_sure").all(),
        pl.col("area").unique(maintain_order=True).str.join(", ").alias("areas"),
        pl.col("additional_code").unique(maintain_order=True).str.join(", ").alias("codes"),
        pl.col("measure_id").str.join(", ").alias("measures"),
        pl.col("is_conditional").first(),
        pl.col("measure_id").first(),
    )
    several = (pl.col("rates") > 1) & ~(pl.lit(lowest) & pl.col("is_comparable"))
    reason = (
        pl.when(~pl.col("is_sure")).then(_unsure())
        .when("lacks_code").then(pl.format("it needs one of the additional codes {}", "codes"))
        .when(pl.col("expression").is_null() & ~pl.col("is_conditional")).then(_no_rate())
        .when(several).then(pl.format("measures {} apply at once", "measures"))
        .when("is_conditional").then(pl.format("the amount of measure {} depends on its conditions", "measure_id"))
    )  # fmt: skip
    return grouped.select(*PAIR, "measure", "expression", reason=reason)


def _unsure() -> pl.Expr:
    return pl.format("nobody told whether the origin belongs to {}", "areas")


def _no_rate() -> pl.Expr:
    return pl.format("measure {} comes without a rate", "measure_id")


def beside(found: pl.DataFrame, options: pl.DataFrame, model: MeasureModel) -> pl.DataFrame:
    """Duties beside the option: asked, type, area, measure, expression, reason, leaves (how many of them they reach).

    ``options`` has the option of each key: asked, option.
    """
    duties = found.filter(pl.col("role") == "addition").join(options, on="asked", how="left", maintain_order="left")
    excluded = [(type_, one) for type_, meaning in model.sheet.types.items() for one in meaning.not_under]
    barred = pl.DataFrame(excluded, schema={"type": pl.String, "option": pl.String}, orient="row")
    duties = duties.join(barred, on=["type", "option"], how="anti", maintain_order="left")
    by_leaf = ["asked", "leaf", "type", "area"]
    settled = duties.group_by(by_leaf, maintain_order=True).agg(
        pl.col("measure").first(), pl.col("expression").first(), pl.col("expression").n_unique().alias("rates"),
        pl.col("lacks_code").all(), pl.col("is_sure").all(), pl.col("is_conditional").any(),
        pl.col("measure_id").str.join(", ").alias("measures"), pl.col("measure_id").first(),
        pl.col("additional_code").unique(maintain_order=True).str.join(", ").alias("codes"),
    ).with_columns(areas=pl.col("area"))  # fmt: skip
    reason = (
        pl.when(~pl.col("is_sure")).then(_unsure())
        .when("lacks_code").then(pl.format("it needs one of the additional codes {}", "codes"))
        .when(pl.col("expression").is_null() & ~pl.col("is_conditional")).then(_no_rate())
        .when(pl.col("rates") > 1).then(pl.format("measures {} apply at once", "measures"))
        .when("is_conditional").then(pl.format("the amount of measure {} depends on its conditions", "measure_id"))
    )  # fmt: skip
    return (
        settled.with_columns(reason=reason)
        .group_by("asked", "type", "area", maintain_order=True)
        .agg(
            pl.col("measure").first(), pl.col("expression").first(), pl.col("reason").first(),
            pl.struct("expression", "reason").n_unique().alias("answers"), pl.len().alias("leaves"),
        )
    )  # fmt: skip
