"""Lines of a tariff compiled for look-up: each code's own rate, and the one rate a shorter code may stand for."""

from typing import Final

import polars as pl

from tidewaiter.kit.rates.expression import COMPUTABLE, Expression, Reference, Unresolved
from tidewaiter.kit.rates.printed import printed
from tidewaiter.kit.rates.program import PROGRAM, cells

RATE: Final = {
    **PROGRAM,
    "expression": pl.String(),
    "rate_text": pl.String(),
    "rate_code": pl.String(),
    "unresolved_reason": pl.String(),
}
"""What a line says: its program, the same as canonical text (``expression``), the text as published, the code that the
text stands at, and why there is no rate."""

LINES: Final = {
    "commodity_code": pl.String(),
    "description": pl.String(),
    "units": pl.String(),
    **RATE,
    "special_text": pl.String(),
    "column_2_text": pl.String(),
}
"""A row is a line of 6, 8 or 10 digits of an imported tariff; ``description`` leads down from the heading."""

PREFIXES: Final = (8, 6)
DIGITS: Final = (10, *PREFIXES)
Rate = tuple[object, ...]
"""The columns of ``RATE`` of one line."""


def rate(expression: Expression, text: str, code: str, place: str, reason: str | None = None) -> Rate:
    """The columns of ``RATE``; ``place`` is how people call the line, ``reason`` why it has none, if that is known."""
    program = cells(expression)
    if reason is None and program[0] not in COMPUTABLE:
        reason = _reason(expression, text, place)
    return (*program, printed(expression), text or None, code, reason)


def _reason(expression: Expression, text: str, place: str) -> str:
    match expression:
        case Reference():
            return f"the rate of {place} stands elsewhere: '{text}'"
        case Unresolved(reason=what):
            return f"the rate text '{text}' of {place} is not understood: {what}"
    return f"the rate text '{text}' of {place} has numbers that no rate has"


def compiled(lines: pl.DataFrame) -> pl.DataFrame:
    """One row a ``code`` that can be asked: all lines, and the 8- and 6-digit codes above them.

    A shorter code takes the rate below it only where all its lines have the same, and keeps its own only where none
    below says otherwise; else it is unresolved and says how many digits would tell.
    """
    own = lines.select(pl.col("commodity_code").alias("code"), *RATE)
    length = pl.col("code").str.len_chars()
    kept, made = [own.filter(length == max(DIGITS))], []
    for digits in PREFIXES:
        below = own.filter(length > digits).with_columns(code=pl.col("code").str.slice(0, digits))
        here = own.filter(length == digits)
        said = below.join(here.select("code", said="expression"), on="code", how="left", maintain_order="left")
        other = said.filter(pl.col("expression").ne_missing(pl.col("said"))).select("code").unique()
        kept.append(here.join(other, on="code", how="anti", maintain_order="left"))
        made.append(_joined(pl.concat([here, below]).join(other, on="code", how="semi", maintain_order="left"), digits))
    return pl.concat([*kept, *made])


def _joined(below: pl.DataFrame, digits: int) -> pl.DataFrame:
    """One row a prefix from the lines below it."""
    grouped = below.group_by("code", maintain_order=True).agg(
        pl.col("expression").n_unique().alias("meanings"),
        pl.col("rate_code").n_unique().alias("places"),
        pl.exclude("rate_code").first(),
        rate_code=pl.col("rate_code").first(),
    )
    is_one = pl.col("meanings") == 1
    several = pl.format(f"{{}} has several rates below it: give {digits + 2} digits", "code")
    code = pl.when(pl.col("places") == 1).then(pl.col("rate_code")).otherwise(pl.col("code"))
    kept = [name for name in RATE if name not in {"duty_kind", "rate_code", "unresolved_reason"}]
    return grouped.select(
        "code",
        pl.when(is_one).then(pl.col("duty_kind")).otherwise(pl.lit("unresolved")).alias("duty_kind"),
        *(pl.when(is_one).then(pl.col(name)).alias(name) for name in kept),
        pl.when(is_one).then(code).alias("rate_code"),
        pl.when(is_one).then(pl.col("unresolved_reason")).otherwise(several).alias("unresolved_reason"),
    ).select("code", *RATE)
