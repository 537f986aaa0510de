"""Sums of a filing as a quote tells them: what is not known is empty, and never nil."""

from typing import Final

import polars as pl

AMOUNTS: Final = ("duty_minor", "tax_minor", "fee_minor")
LEVIED_ELSEWHERE: Final = ("vendor", "none", "relief", "below_minimum")
"""Tax rules under which nothing is due here, whatever else is open."""


def known_sums(filings: pl.DataFrame) -> pl.DataFrame:
    """The filings with their sums, a nil of which is empty where anything could still be added to it.

    A fee turns on the day and on the value of the goods; law that is not loaded may add to any of the three. A duty
    that the law forgives, and a tax that it forgives or somebody else collects, stay nil.
    """
    is_open = pl.col("law_not_loaded").is_not_null() | pl.col("law_period").is_null()
    is_valueless = pl.any_horizontal(pl.col("intrinsic_value_minor", "customs_value_minor").is_null())
    is_tax_settled = pl.col("tax_rule").is_in(LEVIED_ELSEWHERE).fill_null(value=False)
    is_relieved = (pl.col("duty_rule") == "relief").fill_null(value=False)
    return filings.with_columns(
        _unless(is_open & ~is_relieved, "duty_minor"),
        _unless(is_open & ~is_tax_settled, "tax_minor"),
        _unless(is_open | is_valueless, "fee_minor"),
    )


def _unless(is_open: pl.Expr, name: str) -> pl.Expr:
    return pl.when(~(is_open & (pl.col(name) == 0))).then(name).alias(name)


def total(duty: int | None, tax: int | None, fee: int | None, *, resolved: bool | None) -> int | None:
    """Duty, tax and fees together; empty as soon as one of them, or anything due at the border, is not known."""
    if not resolved or duty is None or tax is None or fee is None:
        return None
    return duty + tax + fee
