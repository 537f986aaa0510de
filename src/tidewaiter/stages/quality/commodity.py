"""Commodity codes: six, eight or ten digits, of which the nomenclature knows the first six."""

from typing import Final

import polars as pl

from tidewaiter.kit.key_numbers import key_numbers
from tidewaiter.kit.noting import filled, is_noting
from tidewaiter.model.columns import Schema, told_column
from tidewaiter.model.findings import FindingKind
from tidewaiter.stages.quality.check import Check, flag_schema, flags

CODE_SHAPE: Final = r"^[0-9]{6}(?:[0-9]{2}){0,2}$"
"""Of seven or nine digits one is missing, mostly the zero at the start that a spreadsheet drops."""

SPACING: Final = r"[.\s]"
"""People set codes as 8517.13 00; neither dots nor blanks count."""

NATIONAL: Final = ("98", "99")
"""Chapters the Harmonized System leaves to each country: a code of them is not looked up; mere nines are none."""

NOWHERE: Final = r"^9{4,}0*$"
HS6: Final = 6

MALFORMED: Final = FindingKind(
    "FMT-04",
    "Commodity code is malformed",
    "The commodity code {commodity_code_told} is not six, eight or ten digits. Give the tariff's code, with its zeros.",
    "ask",
    "item",
    pointer="item_commodity_code",
    evidence=("commodity_code_told",),
)
UNKNOWN: Final = FindingKind(
    "FMT-05",
    "Commodity code does not exist",
    "No goods stand under {commodity_code_told}: its first six digits are not in the nomenclature. Look the code up.",
    "ask",
    "item",
    pointer="item_commodity_code",
    evidence=("commodity_code_told",),
)
KINDS: Final = (MALFORMED, UNKNOWN)
CODE: Final = "commodity_code"
ADDS: Final[Schema] = {**flag_schema(KINDS), told_column(CODE): pl.String()}


def check_codes(items: pl.LazyFrame, nomenclature: pl.LazyFrame) -> pl.LazyFrame:
    """Add the flags of ``KINDS`` and ``commodity_code_told``: a code that names no goods, as it was told; else empty.

    ``nomenclature``: column ``hs`` with codes of two, four and six digits.
    Where no code of six digits is loaded nothing is known to be missing, and ``FMT-05`` stays silent.
    """
    if is_noting():
        return _plainly(items, nomenclature)
    rows = items.collect(engine="in-memory")
    known = nomenclature.select(_hs6=pl.col("hs")).filter(pl.col("_hs6").str.len_bytes() == HS6).unique()
    number, first = key_numbers(rows.select(CODE))
    codes = _told(rows[CODE].gather(first)).join(
        known.with_columns(_is_known=True), on="_hs6", how="left", maintain_order="left"
    )
    judged = codes.join(known.select(_is_loaded=pl.len() > 0), how="cross").select(CODE, *flags(_checks()))
    answers = judged.collect(engine="in-memory")
    is_none = answers.select(pl.any_horizontal(kind.flag for kind in KINDS)).to_series()
    told = answers[CODE].zip_with(is_none, answers[CODE].clear(answers.height)).alias(told_column(CODE))
    flagged = {kind.flag: answers[kind.flag] for kind in KINDS}
    laid = {name: one.gather(number) if one.any() else pl.lit(value=False) for name, one in flagged.items()}
    return rows.with_columns(**laid, **{told.name: told.gather(number)}).lazy()


def _plainly(items: pl.LazyFrame, nomenclature: pl.LazyFrame) -> pl.LazyFrame:
    """What ``check_codes`` says as one query."""
    known = filled(nomenclature).filter(pl.col("hs").str.len_bytes() == HS6).select(_hs6="hs", _is_known="__filled")
    told = pl.col("commodity_code")
    judged = (
        items.with_columns(_digits=told.str.replace_all(SPACING, ""))
        .with_columns(_hs6=pl.col("_digits").str.slice(0, HS6))
        .join(known, on="_hs6", how="left", maintain_order="left")
        .with_columns(_is_loaded=pl.lit(value=True))
        .with_columns(flags(_checks()))
    )
    is_none = pl.any_horizontal(kind.flag for kind in KINDS)
    return judged.with_columns(
        *(pl.col(kind.flag) & told.is_not_null() for kind in KINDS),
        pl.when(is_none & told.is_not_null()).then(CODE).alias(told_column(CODE)),
    ).drop("_digits", "_hs6", "_is_known", "_is_loaded")


def _told(codes: pl.Series) -> pl.LazyFrame:
    """Codes as they were told, without their spacing, and their first six digits: few, so that words are cheap."""
    return (
        codes.to_frame()
        .lazy()
        .with_columns(_digits=pl.col(CODE).str.replace_all(SPACING, ""))
        .with_columns(_hs6=pl.col("_digits").str.slice(0, HS6))
    )


def _checks() -> tuple[Check, Check]:
    digits = pl.col("_digits")
    is_shaped = digits.str.contains(CODE_SHAPE)
    is_national = digits.str.slice(0, 2).is_in(NATIONAL) & ~digits.str.contains(NOWHERE)
    is_strange = pl.col("_is_loaded") & pl.col("_is_known").is_null() & ~is_national
    return Check(MALFORMED, ~is_shaped), Check(UNKNOWN, is_shaped & is_strange)
