"""Rows between two stages, typed as the plan types them: a test names only the columns its stage reads."""

import polars as pl

from tests.builders import DAY, frame
from tidewaiter.kit import certainty, metals
from tidewaiter.kit.facts import Fee
from tidewaiter.kit.jurisdiction import FLAT_RULE, REGIME
from tidewaiter.model.columns import FILING_SCHEMA, INSTANT, ITEM_SCHEMA
from tidewaiter.model.findings import FindingKind
from tidewaiter.stages import duty, tariff, tax, totals, value
from tidewaiter.stages.duty.reckoning import TAKES

COMMON = {"filing_row": pl.UInt32(), "duty_day": pl.Date(), "law_period": pl.Int32(), **REGIME}
BETWEEN_ITEMS = {
    **ITEM_SCHEMA, **COMMON, **value.LINE, **value.PARTS, **value.CUSTOMS_VALUE, **tariff.ADDS,
    **duty.ADDS, **tax.LOOKED_UP,
    **tax.ADDS,
    "destination_country": pl.String(), "duty_paid_by": pl.String(), "intrinsic_value_minor": pl.Int64(),
    "dutiable_costs_minor": pl.Int64(), "has_assumed_costs": pl.Boolean(), "law_flat_duty_minor": pl.Int64(),
    "is_reduced_rate_goods": pl.Boolean(), **FLAT_RULE, "duty_held_as": pl.String(), "tax_held_as": pl.String(),
    "law_duty_minimum_minor": pl.Int64(), "law_tax_minimum_minor": pl.Int64(),
    "tax_place": pl.String(), "dut_01": pl.Boolean(), "dut_02": pl.Boolean(),
    "law_minimum_collectable_minor": pl.Int64(), **certainty.ADDS,
}  # fmt: skip
BETWEEN_FILINGS = {
    **FILING_SCHEMA, **COMMON, **value.TOTALS, **totals.SUMS, "run_accepted_at": INSTANT, "fee_minor": pl.Int64(),
    "law_customs_value_includes_freight": pl.Boolean(), "customs_value_minor": pl.Int64(), "defaulted": pl.String(),
    "law_tax_base_includes_freight": pl.Boolean(), "duty_liable": pl.String(), "tax_liable": pl.String(),
    "duty_held_as": pl.String(), "tax_held_as": pl.String(), **certainty.ADDS,
}  # fmt: skip

DUTIABLE = dict.fromkeys(
    (*TAKES, *metals.TAKES, *FLAT_RULE, "tariff_row", "line_value_minor", "origin_proof", "preference", "origin"), None
)
"""What duty looks at beside its rule, all of it silent."""


READ = {**dict.fromkeys(certainty.ADDS, False), "basic_is_sure": True}
"""All that amounts rest on was read."""


def between_items(*rows: dict[str, object]) -> pl.LazyFrame:
    """Items in a row on their way through the stages; all of filing 0 on ``DAY`` unless they say otherwise."""
    numbered = [{"filing_row": 0, "item_no": at + 1, "duty_day": DAY, **READ, **row} for at, row in enumerate(rows)]
    return frame(numbered, BETWEEN_ITEMS).lazy()


def between_filings(*rows: dict[str, object]) -> pl.LazyFrame:
    """Filings in a row on their way through the stages, on ``DAY`` unless they say otherwise."""
    numbered = [{"filing_row": at, "duty_day": DAY, **READ, **row} for at, row in enumerate(rows)]
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
