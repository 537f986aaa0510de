"""Closed lists: words that are none of those a field may say."""

from collections.abc import Sequence
from functools import cache
from typing import Final

import polars as pl

from tidewaiter.model.columns import BY_DOOR, VOCABULARY, Schema, told_column
from tidewaiter.model.findings import FindingKind, Severity
from tidewaiter.stages.quality.check import Check

DECIDING: Final = ("mode", "nature", "party_relation", "vat_scheme")
"""Fields whose word decides which law holds: a word that is on no list declares nothing, and is not guessed at."""

ADDS: Final[Schema] = {told_column(field): pl.String() for field in DECIDING}


def tell_unknown(filings: pl.LazyFrame) -> pl.LazyFrame:
    """Add the columns of ``ADDS``: the word of a deciding field that is on no list; else empty."""
    return filings.with_columns(pl.when(_is_unknown(field)).then(field).alias(told_column(field)) for field in DECIDING)


def _kind(code: str, severity: Severity, field: str, title: str) -> FindingKind:
    words = ", ".join(VOCABULARY[field])
    told = told_column(field) if field in DECIDING else field
    sentence = f"{{{told}}} is not on the list. Say one of: {words}."
    return FindingKind(code, f"{title} is unknown", sentence, severity, "filing", pointer=field, evidence=(told,))


OWN: Final = (
    _kind("FMT-16", "ask", "mode", "Mode of transport"),
    _kind("FMT-17", "ask", "nature", "Nature of the transaction"),
    _kind("FMT-18", "ask", "party_relation", "Relation of the parties"),
    _kind("FMT-19", "ask", "vat_scheme", "VAT scheme"),
    _kind("FMT-20", "note", "duty_paid_by", "Payer of the duty"),
)
OTHERS: Final = FindingKind(
    "FMT-21",
    "Words of the filing are unknown",
    "Not a word of its closed list stands in: {unknown_words}. Say one of the list, or leave the field empty.",
    "note",
    "filing",
    pointer="representation",
    evidence=("unknown_words",),
)
OF_LINES: Final = FindingKind(
    "FMT-22",
    "Words of a line are unknown",
    "Condition, basis of the value or kind of product number is not a word of its closed list. Say one of the list.",
    "note",
    "item",
    pointer="item_condition",
    evidence=("condition", "value_basis", "product_id_kind"),
)
NO_SET: Final = FindingKind(
    "FMT-27",
    "Data set is unknown",
    "{reduced_set} is no data set of this jurisdiction. Name one of its own, or leave the field empty.",
    "ask",
    "filing",
    pointer="reduced_set",
    evidence=("reduced_set",),
)
FILING_KINDS: Final = (*OWN, OTHERS, NO_SET)

OTHER_FIELDS: Final = tuple(
    name for name in VOCABULARY if BY_DOOR[name].level == "filing" and name not in {kind.pointer for kind in OWN}
)


def _is_unknown(field: str) -> pl.Expr:
    return ~pl.col(BY_DOOR[field].column).is_in(VOCABULARY[field])


def _is_said_in_vain(field: str) -> pl.Expr:
    return pl.col(told_column(field)).is_not_null() if field in DECIDING else _is_unknown(field)


def filing_checks(sets: Sequence[str]) -> tuple[Check, ...]:
    """Checks of a filing; ``sets`` are the data sets the jurisdiction knows."""
    return (
        *(Check(kind, _is_said_in_vain(kind.pointer)) for kind in OWN),
        Check(OTHERS, pl.col("unknown_words").is_not_null()),
        Check(NO_SET, ~pl.col("reduced_set").is_in(list(sets))),
    )


@cache
def unknown_words() -> pl.Expr:
    """Door names of the other fields whose word is on no list, the first four; null where all are known."""
    told = [pl.when(_is_unknown(field)).then(pl.lit(field)) for field in OTHER_FIELDS]
    text = pl.concat_str(told, separator=", ", ignore_nulls=True)
    return pl.when(text != "").then(text).alias("unknown_words")


ITEM_CHECKS: Final = (
    Check(
        OF_LINES,
        pl.any_horizontal(_is_unknown(name) for name in VOCABULARY if BY_DOOR[name].level == "item"),
    ),
)
