"""Rows between two stages, typed as the plan types them: a test names only the columns its stage reads."""

import polars as pl

from tests.builders import DAY, frame
from tidewaiter.kit.facts import Fee
from tidewaiter.kit.jurisdiction import REGIME
from tidewaiter.model.columns import FILING_SCHEMA, INSTANT, ITEM_SCHEMA
from tidewaiter.model.findings import FindingKind
from tidewaiter.stages import duty, tax, totals, value

COMMON = {"filing_row": pl.UInt32(), "duty_day": pl.Date(), "law_period": pl.Int32(), **REGIME}
BETWEEN_ITEMS = {
    **ITEM_SCHEMA, **COMMON, **value.LINE, **value.CUSTOMS_VALUE, **duty.TARIFF, **duty.ADDS, **tax.RATES, **tax.ADDS,
    "destination_country": pl.String(), "duty_paid_by": pl.String(), "intrinsic_value_minor": pl.Int64(),
    "dutiable_costs_minor": pl.Int64(), "has_assumed_costs": pl.Boolean(), "law_flat_duty_minor": pl.Int64(),
    "is_reduced_rate_goods": pl.Boolean(),
}  # fmt: skip
BETWEEN_FILINGS = {
    **FILING_SCHEMA, **COMMON, **value.TOTALS, **totals.SUMS, "run_accepted_at": INSTANT, "fee_minor": pl.Int64(),
    "law_customs_value_includes_freight": pl.Boolean(), "customs_value_minor": pl.Int64(), "defaulted": pl.String(),
}  # fmt: skip


def between_items(*rows: dict[str, object]) -> pl.LazyFrame:
    """Items in a row on their way through the stages; all of filing 0 on ``DAY`` unless they say otherwise."""
    numbered = [{"filing_row": 0, "item_no": at + 1, "duty_day": DAY, **row} for at, row in enumerate(rows)]
    return frame(numbered, BETWEEN_ITEMS).lazy()


def between_filings(*rows: dict[str, object]) -> pl.LazyFrame:
    """Filings in a row on their way through the stages, on ``DAY`` unless they say otherwise."""
    numbered = [{"filing_row": at, "duty_day": DAY, **row} for at, row in enumerate(rows)]
    return frame(numbered, BETWEEN_FILINGS).lazy()


def a_fee(**said: object) -> Fee:
    """A fee of EUR 2.00 a consignment up to EUR 150.00 in DE, with what the test says otherwise."""
    sound = {
        "code": "A1", "place": "DE", "per": "consignment", "amount_minor": 200, "currency": "EUR",
        "intrinsic_limit_minor": 15_000, "valid_from": DAY, "source": "an act", "evidence": "read",
    }  # fmt: skip
    return Fee(**{**sound, **said})


def a_kind(code: str = "TST-01", severity: str = "ask", level: str = "filing", **said: object) -> FindingKind:
    """A kind of finding, with what the test says otherwise."""
    return FindingKind(code, "A title", "A sentence that is long enough.", severity, level, **said)
