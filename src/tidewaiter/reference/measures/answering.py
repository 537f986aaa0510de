"""Editions of measures as clearance asks them: keys as declared in, the tariff's answers out."""

from datetime import date
from pathlib import Path
from typing import Final

import polars as pl

from tidewaiter.reference.measures.editions import known_at, shelf_name
from tidewaiter.reference.measures.lookup import ASKED, MeasureTable, measure_table
from tidewaiter.reference.measures.model import MeasureModel
from tidewaiter.reference.measures.sheet import measure_sheet
from tidewaiter.reference.shelf import Manifest, Shelf
from tidewaiter.reference.tariff_answers import ADDITIONS, TARIFF, TariffAnswers, in_form

WHOLE: Final = 10
EVIDENCE: Final = "read"
"""A rate and the type of its measure are read in the publication; what a preference opens is as sure as the sheet."""


def open_measures(home: Path, jurisdiction: str, known_on: date | None = None) -> tuple[Manifest, MeasureTable] | None:
    """The edition of measures in use, or the one known on a day; none where the shelf is empty."""
    shelf = Shelf(home, shelf_name(jurisdiction))
    manifest = known_at(shelf, known_on)
    if manifest is None:
        return None
    model = MeasureModel(shelf.read(manifest.edition), measure_sheet())
    return manifest, measure_table(manifest.title, model)


def answers_of(table: MeasureTable, keys: pl.DataFrame) -> TariffAnswers:
    """Answers to keys (``tariff_answers.KEYS``) in their order.

    Dots and spaces of a code do not count. A code answers as it stands with ten digits, else with its first 8, else 6;
    it is never padded.
    """
    asked = keys.with_row_index("asked")
    questions = asked.filter(_fault().is_null()).select(
        "asked", digits=_cut(), origin=_word("origin"), duty_day="duty_day", preference=_word("preference"),
        declared=pl.col("additional_codes").str.to_uppercase().str.replace_all(" ", "").str.split(";"),
    )  # fmt: skip
    told, beside = table.look_up(questions.select(pl.col(name).cast(dtype) for name, dtype in ASKED.items()))
    every = asked.with_columns(fault=_fault()).join(told, on="asked", how="left", maintain_order="left")
    reason, mfn_reason = (pl.coalesce("fault", name) for name in ("unresolved_reason", "mfn_unresolved_reason"))
    is_claimed = pl.col("duty_option").is_not_null() & (pl.col("duty_option") != "mfn")
    tariff = every.with_columns(
        tariff_row=pl.col("asked"),
        duty_kind=pl.col("duty_kind").fill_null("unresolved"),
        mfn_duty_kind=pl.col("mfn_duty_kind").fill_null("unresolved"),
        duty_option=pl.col("duty_option").fill_null("mfn"),
        needs_proof=pl.col("needs_proof").fill_null(value=False),
        duty_evidence=pl.when(is_claimed).then(pl.lit(table.model.sheet.evidence)).otherwise(pl.lit(EVIDENCE)),
        mfn_duty_evidence=pl.lit(EVIDENCE),
        unresolved_reason=reason,
        mfn_unresolved_reason=mfn_reason,
    )
    additions = beside.with_columns(tariff_row=pl.col("asked"), evidence=pl.lit(EVIDENCE))
    return TariffAnswers(in_form(tariff, TARIFF), in_form(additions, ADDITIONS))


def _digits() -> pl.Expr:
    return pl.col("commodity_code").str.replace_all("[ .]", "")


def _cut() -> pl.Expr:
    length = _digits().str.len_chars()
    return _digits().str.slice(0, pl.when(length == WHOLE).then(WHOLE).when(length >= 8).then(8).otherwise(6))  # noqa: PLR2004 - lengths of codes


def _word(name: str) -> pl.Expr:
    """Upper case without spaces around; an empty word was not said."""
    text = pl.col(name).str.strip_chars().str.to_uppercase()
    return pl.when(text != "").then(text)


def _fault() -> pl.Expr:
    """Why a key cannot be asked; empty where it can."""
    code = pl.col("commodity_code")
    is_code = _digits().str.contains(r"^[0-9]{6}(?:[0-9]{2}){0,2}$")
    wrong = pl.format("'{}' is no commodity code of 6, 8 or 10 digits (has it lost a zero?)", code)
    return (
        pl.when(code.is_null()).then(pl.lit("no commodity code is declared"))
        .when(~is_code).then(wrong)
        .when(pl.col("duty_day").is_null()).then(pl.lit("the filing has no duty point"))
    )  # fmt: skip
