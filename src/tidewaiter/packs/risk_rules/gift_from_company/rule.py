"""What GFT-01 looks for."""

from typing import Final

import polars as pl

from tidewaiter.kit.risk_rule import Thresholds, column_of

ANYWHERE, AT_THE_END, INSIDE = 1, 2, 3
MARKS: Final = "[.'\u2019/\\\\]"
"""Marks inside a legal form that some write and some do not."""


def hit(thresholds: Thresholds) -> pl.Expr:
    """True where a gift between persons comes from a consignor that is a legal person, or is called like a company."""
    is_gift = pl.col("nature").str.to_lowercase() == "gift"
    is_private = pl.col("party_relation").is_null() | pl.col("party_relation").str.to_uppercase().str.starts_with("C2")
    is_legal = pl.col("consignor_person_type").str.to_lowercase() == "legal"
    return is_gift & is_private & (is_legal.fill_null(value=False) | _has_form(column_of(thresholds, "form", "stands")))


def _has_form(stands: dict[str, int]) -> pl.Expr:
    """True for names that hold a company's legal form where it counts; null where nobody is named."""
    name = pl.col("consignor_name").str.to_lowercase().str.replace_all(MARKS, "")
    words = {place: "|".join(word for word, at in stands.items() if at == place) for place in (1, 2, 3)}
    return (
        name.str.contains(rf"\b(?:{words[ANYWHERE]})\b")
        | name.str.contains(rf"[\p{{L}}\p{{N}}]\P{{L}}+(?:{words[AT_THE_END]})\P{{L}}*$")
        | name.str.contains(words[INSIDE])
    )
