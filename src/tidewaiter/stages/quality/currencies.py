"""Currencies: a code that is none cannot be converted."""

from typing import Final, Literal

import polars as pl

from tidewaiter.model.codes import CURRENCY_DIGITS
from tidewaiter.model.findings import FindingKind, Severity
from tidewaiter.stages.quality.check import Check

KNOWN: Final = tuple(sorted(CURRENCY_DIGITS))


def _check(code: str, severity: Severity, level: Literal["filing", "item"], what: str, field: str) -> Check:
    """A check that a currency, if declared, is one of ISO 4217."""
    column = field.removeprefix("item_")
    sentence = f"{{{column}}} is no currency of ISO 4217. Give the three letters of the currency of the {what}."
    kind = FindingKind(code, f"Currency of the {what} is unknown", sentence, severity, level, field, evidence=(column,))
    return Check(kind, ~pl.col(column).is_in(KNOWN))


ITEM_CHECKS: Final = (_check("FMT-06", "ask", "item", "value", "item_value_currency"),)
FILING_CHECKS: Final = (
    _check("FMT-07", "ask", "filing", "freight", "freight_currency"),
    _check("FMT-08", "ask", "filing", "insurance", "insurance_currency"),
    _check("FMT-09", "note", "filing", "invoice total", "invoice_total_currency"),
)
