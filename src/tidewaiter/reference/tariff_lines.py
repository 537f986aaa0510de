"""Lines of a tariff compiled for look-up: each code's own rate, and the one rate a shorter code may stand for."""

from typing import Final

import polars as pl

PROGRAM: Final = {
    "duty_kind": pl.String(),
    "duty_num": pl.Int64(),
    "duty_den": pl.Int64(),
    "specific_e8": pl.Int64(),
    "specific_currency": pl.String(),
    "specific_unit": pl.String(),
    "rate_text": pl.String(),
    "rate_code": pl.String(),
    "unresolved_reason": pl.String(),
}
"""What a line says. ``duty_kind``: ``ad_valorem`` ``free`` ``specific`` ``unresolved``; the rate is ``duty_num /
duty_den`` of the value or ``specific_e8`` hundred-millionths of the major unit per ``specific_unit``; ``rate_code`` is
the code the text stands at."""

LINES: Final = {
    "commodity_code": pl.String(),
    "description": pl.String(),
    "units": pl.String(),
    **PROGRAM,
    "special_text": pl.String(),
    "column_2_text": pl.String(),
}
"""A row is a line of 6, 8 or 10 digits of an imported tariff; ``description`` leads down from the heading."""

PREFIXES: Final = (8, 6)
MEANING: Final = ("duty_kind", "duty_num", "duty_den", "specific_e8", "specific_currency", "specific_unit")
"""Columns that make two rates the same; an unresolved text is compared by its words as well."""


def compiled(lines: pl.DataFrame) -> pl.DataFrame:
    """One row a ``code`` that can be asked: all lines, and the 8- and 6-digit codes above them.

    A shorter code takes the rate below it only where all its lines have the same; otherwise it is unresolved and says
    how many digits would tell.
    """
    own = lines.select(pl.col("commodity_code").alias("code"), *PROGRAM)
    made = [own]
    for digits in PREFIXES:
        is_below = pl.col("code").str.len_chars() > digits
        above = own.filter(is_below).with_columns(code=pl.col("code").str.slice(0, digits))
        made.append(_joined(above, digits).join(own, on="code", how="anti"))
    return pl.concat(made)


def _joined(below: pl.DataFrame, digits: int) -> pl.DataFrame:
    """One row a prefix from the lines below it."""
    words = pl.when(pl.col("duty_kind") == "unresolved").then(pl.col("rate_text"))
    grouped = below.group_by("code", maintain_order=True).agg(
        pl.struct(*MEANING, words=words).n_unique().alias("meanings"),
        pl.col("rate_code").n_unique().alias("places"),
        pl.exclude("rate_code").first(),
        rate_code=pl.col("rate_code").first(),
    )
    is_one = pl.col("meanings") == 1
    several = pl.format(f"{{}} has several rates below it: give {digits + 2} digits", "code")
    code = pl.when(pl.col("places") == 1).then(pl.col("rate_code")).otherwise(pl.col("code"))
    kept = [name for name in PROGRAM if name not in {"duty_kind", "rate_code", "unresolved_reason"}]
    return grouped.select(
        "code",
        pl.when(is_one).then(pl.col("duty_kind")).otherwise(pl.lit("unresolved")).alias("duty_kind"),
        *(pl.when(is_one).then(pl.col(name)).alias(name) for name in kept),
        pl.when(is_one).then(code).alias("rate_code"),
        pl.when(is_one).then(pl.col("unresolved_reason")).otherwise(several).alias("unresolved_reason"),
    ).select("code", *PROGRAM)
