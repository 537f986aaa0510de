"""Quality: whether a filing is complete, well-formed and free of contradictions, so that it can be assessed at all."""

from collections.abc import Sequence
from functools import cache
from typing import Final

import polars as pl

from tidewaiter.kit.facts import Requirement
from tidewaiter.model.columns import FILING_SCHEMA, ITEM_SCHEMA, Schema, told_column
from tidewaiter.stages.quality import (
    amounts,
    check_digits,
    closed_lists,
    commodity,
    contacts,
    countries,
    currencies,
    invoice,
    masses,
    moments,
    names,
    presence,
    repeats,
    units,
    wording,
)
from tidewaiter.stages.quality.check import flag_schema, flags, kinds_of

OF_ITEMS: Final = (
    *check_digits.ITEM_CHECKS, *currencies.ITEM_CHECKS, *countries.ITEM_CHECKS, *closed_lists.ITEM_CHECKS,
    *units.ITEM_CHECKS, *amounts.ITEM_CHECKS, *masses.ITEM_CHECKS, *repeats.ITEM_CHECKS, *wording.ITEM_CHECKS,
)  # fmt: skip
OF_FILINGS: Final = (
    *check_digits.FILING_CHECKS, *currencies.FILING_CHECKS, *contacts.FILING_CHECKS, *amounts.FILING_CHECKS,
    *masses.FILING_CHECKS, *moments.FILING_CHECKS, *names.FILING_CHECKS, *invoice.FILING_CHECKS,
)  # fmt: skip

ITEM_KINDS: Final = (*presence.ITEM_KINDS, *kinds_of(OF_ITEMS))
FILING_KINDS: Final = (
    *presence.FILING_KINDS, *countries.FILING_KINDS, *closed_lists.FILING_KINDS, *kinds_of(OF_FILINGS),
)  # fmt: skip
KINDS: Final = (*FILING_KINDS, *presence.ITEM_KINDS, *commodity.KINDS, *kinds_of(OF_ITEMS))

BESIDE: Final[Schema] = {"filing_row": pl.UInt32(), "duty_day": pl.Date(), "reduced_set_used": pl.String()}
ITEM_TAKES: Final[Schema] = {**ITEM_SCHEMA, **BESIDE, "nature": pl.String(), "line_value_minor": pl.Int64(),
                            told_column(commodity.CODE): pl.String()}  # fmt: skip
"""All that a line says (a sheet may require any of it), and what was carried down to it."""

FILING_TAKES: Final[Schema] = {
    **FILING_SCHEMA, **BESIDE, "intrinsic_value_minor": pl.Int64(), "freight_minor": pl.Int64(),
    **closed_lists.ADDS,
}  # fmt: skip
SUMS: Final = invoice.SUMS
ITEM_ADDS: Final[Schema] = {**flag_schema(ITEM_KINDS), "missing_item_fields": pl.String()}
FILING_ADDS: Final[Schema] = {
    **flag_schema(FILING_KINDS), "missing_fields": pl.String(), "unknown_words": pl.String(),
}  # fmt: skip


def check_items(items: pl.LazyFrame, requirements: Sequence[Requirement]) -> pl.LazyFrame:
    """Add one boolean per kind of ``ITEM_KINDS``, never null, and ``missing_item_fields`` for the two that need it.

    Commodity codes were checked before (``commodity``). Rows keep their number and order.
    """
    layers = presence.presence(tuple(requirements), "item")
    known = items.with_columns(layers.required)
    return known.with_columns(*layers.told, *_flags_of_items()).drop(layers.scratch)


def sum_items(items: pl.LazyFrame) -> pl.LazyFrame:
    """One row a filing with ``SUMS``, for the checks of its totals."""
    return invoice.sum_lines(items)


def check_filings(
    filings: pl.LazyFrame, requirements: Sequence[Requirement], places: Sequence[str], sets: Sequence[str]
) -> pl.LazyFrame:
    """Add one boolean per kind of ``FILING_KINDS``, never null, and the evidence columns of ``FILING_ADDS``.

    ``places`` and ``sets`` are those of the jurisdiction. Takes ``SUMS`` beside what the filing says.
    """
    layers = presence.presence(tuple(requirements), "filing")
    checked = filings.with_columns(*layers.required, closed_lists.unknown_words())
    return checked.with_columns(*layers.told, *_flags_of_filings(tuple(places), tuple(sets))).drop(layers.scratch)


@cache
def _flags_of_items() -> list[pl.Expr]:
    return flags(OF_ITEMS)


@cache
def _flags_of_filings(places: tuple[str, ...], sets: tuple[str, ...]) -> list[pl.Expr]:
    return flags((*countries.filing_checks(places), *closed_lists.filing_checks(sets), *OF_FILINGS))
