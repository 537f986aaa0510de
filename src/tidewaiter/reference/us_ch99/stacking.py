"""Authorities laid over each other: who keeps whom away, on which part of the value, and what floors leave to add."""

from datetime import date
from fractions import Fraction
from typing import Any, Final

import polars as pl

from tidewaiter.kit.metals import CONTENT, REST, base_on
from tidewaiter.kit.rates.expression import Duty, Term
from tidewaiter.kit.rates.parse import parse
from tidewaiter.kit.rates.printed import printed
from tidewaiter.reference.us_ch99.sheet import named

METALS: Final = ("steel", "aluminum", "copper")
FACTS: Final = ("origin", "duty_day", "mfn_duty_kind", "mfn_duty_num", "mfn_duty_den")
SHARE: Final = ("kind", "rate", "content", "is_away", "away_for", *FACTS[2:])
"""All that the rate of one provision depends on; distinct ones are few and are computed once."""


def stacked(found: pl.DataFrame, rows: pl.DataFrame, displaces: pl.DataFrame) -> pl.DataFrame:
    """What is left to charge: ``rate`` on its ``base`` or the reason why it cannot be told.

    Rows kept away altogether, and floors that the ordinary duty reaches by itself, are gone.
    """
    told = found.join(rows.select("row", *FACTS), on="row").with_columns(
        is_away=pl.lit(value=False), away_for=pl.lit("", dtype=pl.String), is_in_doubt=pl.lit(value=False)
    )
    for fact in displaces.rows(named=True):
        told = _kept_away(told, fact)
    told = told.filter(~pl.col("is_away"))
    computed = told.select(SHARE).unique(maintain_order=True)
    answers = [_rate(fact) for fact in computed.rows(named=True)]
    computed = computed.with_columns(
        pl.Series("new_rate", [rate for rate, _ in answers], dtype=pl.String),
        pl.Series("new_reason", [reason for _, reason in answers], dtype=pl.String),
        pl.Series("base", [_base(fact) for fact in computed.rows(named=True)], dtype=pl.String),
    )
    told = told.join(computed, on=SHARE, how="left", nulls_equal=True)
    doubt = pl.when("is_in_doubt").then(pl.lit("another authority keeps it away, if it holds: that cannot be told"))
    reason = pl.coalesce("unresolved_reason", doubt, "new_reason")
    return (
        told.with_columns(rate=pl.when(reason.is_null()).then("new_rate"), unresolved_reason=reason)
        .filter(pl.col("rate").is_not_null() | pl.col("unresolved_reason").is_not_null())
        .drop(*FACTS, "is_away", "away_for", "is_in_doubt", "new_rate", "new_reason")
    )


def _kept_away(told: pl.DataFrame, fact: dict[str, Any]) -> pl.DataFrame:
    """Mark what one authority keeps away: all of it, or the part of the value that a metal makes up."""
    is_by = pl.col("authority") == fact["authority"]
    is_of = pl.col("authority") == fact["program"]
    if fact["code"]:
        is_of &= pl.col("program").is_in(fact["code"].split(","))
    if fact["origins"]:
        is_of &= pl.col("origin").is_in(fact["origins"])
    if fact["except_origins"]:
        is_of &= ~pl.col("origin").is_in(fact["except_origins"])
    is_of &= pl.col("duty_day").is_between(fact["valid_from"], fact["valid_to"] or date.max)
    on_all = (is_by & (pl.col("content") == "") & (pl.col("kind") != "perhaps")).any().over("row")
    perhaps = (is_by & (pl.col("kind") == "perhaps")).any().over("row")
    contents = [
        pl.when((is_by & (pl.col("content") == metal)).any().over("row"))
        .then(pl.lit(f"{metal},"))
        .otherwise(pl.lit(""))
        for metal in METALS
    ]
    return told.with_columns(
        is_away=pl.col("is_away") | (is_of & on_all),
        is_in_doubt=pl.col("is_in_doubt") | (is_of & perhaps & ~on_all),
        away_for=pl.when(is_of).then(pl.concat_str(contents)).otherwise("away_for"),
    )


def _rate(fact: dict[str, Any]) -> tuple[str | None, str | None]:
    """The rate on the whole value, or why there is none; neither where nothing is left to add."""
    if fact["rate"] is None:
        return None, None
    read = parse(fact["rate"])
    if not isinstance(read, Duty):
        return None, f"the rate '{fact['rate']}' is not understood"
    rate = read.terms[0].factor
    if fact["kind"] == "floor":
        return _above_ordinary(rate, fact)
    return (printed(Duty((Term("", rate, "value"),))), None) if rate else (None, None)


def _base(fact: dict[str, Any]) -> str:
    """What the rate stands on: the whole value, the metal it is for, or all but the metals another authority takes."""
    away = [metal for metal in fact["away_for"].split(",") if metal]
    if fact["content"]:
        return base_on(CONTENT, _metal(fact["content"]))
    return base_on(REST, *map(_metal, away)) if away else "value"


def _metal(name: str) -> tuple[str, str | None]:
    told = named("metal", "name")[name]
    return told["field"], told.get("spared_of")


def _above_ordinary(floor: Fraction, fact: dict[str, Any]) -> tuple[str | None, str | None]:
    """What the ordinary duty lacks to the floor."""
    kind = fact["mfn_duty_kind"]
    if kind == "free":
        ordinary = Fraction(0)
    elif kind == "ad_valorem":
        ordinary = Fraction(fact["mfn_duty_num"], fact["mfn_duty_den"])
    else:
        told = "is not known" if kind is None else "is no share of the value"
        return None, f"with the ordinary duty it comes to {fact['rate']}, and the ordinary duty {told}"
    left = max(Fraction(0), floor - ordinary)
    return (printed(Duty((Term("", left, "value"),))), None) if left else (None, None)
