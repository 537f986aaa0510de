"""Rows with sound defaults: a test names only what matters."""

from datetime import UTC, date, datetime

import polars as pl

from tidewaiter.model.columns import BY_DOOR, FILING_SCHEMA, INSTANT, ITEM_SCHEMA

DAY = date(2026, 10, 20)
NOON = datetime(2026, 10, 20, 12, tzinfo=UTC)

FILING_EXTRA = {
    "filing_row": pl.UInt32(),
    "filing_no": pl.Int64(),
    "source_file": pl.String(),
    "source_position": pl.Int64(),
    "submitter": pl.String(),
    "run_accepted_at": INSTANT,
    "defaulted": pl.String(),
    "office_country": pl.String(),
}


def frame(rows: list[dict[str, object]], known: dict[str, pl.DataType]) -> pl.DataFrame:
    """Rows as a frame: columns of the house with their types, others as they come, integers as Int64."""
    names = dict.fromkeys(name for row in rows for name in row)
    schema = {name: known.get(name) for name in names}
    return pl.DataFrame([{name: row.get(name) for name in names} for row in rows], schema=schema, orient="row")


def filings(*rows: dict[str, object]) -> pl.LazyFrame:
    """Filings in a row, numbered by their place."""
    numbered = [{"filing_row": at, "run_accepted_at": NOON, **row} for at, row in enumerate(rows)]
    return frame(numbered, {**FILING_SCHEMA, **FILING_EXTRA, "duty_day": pl.Date()}).lazy()


def items(*rows: dict[str, object]) -> pl.LazyFrame:
    """Items in a row; all of filing 0 unless they say otherwise."""
    numbered = [{"filing_row": 0, "item_no": at + 1, **row} for at, row in enumerate(rows)]
    return frame(numbered, {**ITEM_SCHEMA, "filing_row": pl.UInt32(), "duty_day": pl.Date()}).lazy()


def rates(*rows: tuple[str, int, int], day: date = DAY, status: str = "legal") -> pl.LazyFrame:
    """Exchange rates of one day: currency, numerator, denominator."""
    return pl.DataFrame(
        [(day, *row, status) for row in rows],
        schema={
            "duty_day": pl.Date, "currency": pl.String, "rate_num": pl.Int64, "rate_den": pl.Int64,
            "exchange_status": pl.String,
        },
        orient="row",
    ).lazy()  # fmt: skip


def told(**values: str | None) -> dict[str, str | None]:
    """One text row at the door: a sound parcel of one item, with what the test says otherwise."""
    sound = {
        "consignment_id": "X1", "mode": "express", "gross_mass_kg": "0.5", "item_no": "1",
        "item_description": "cotton shirt", "item_value_amount": "10.00", "item_value_currency": "EUR",
    }  # fmt: skip
    return {**sound, **values}


def text_rows(*rows: dict[str, str | None]) -> pl.DataFrame:
    """Text rows as a reader gives them, positions counted from 1."""
    names = dict.fromkeys(name for row in rows for name in row)
    assert set(names) <= set(BY_DOOR), "a test row names a field that is not canonical"
    told_rows = [{name: row.get(name) for name in names} for row in rows]
    body = pl.DataFrame(told_rows, schema=dict.fromkeys(names, pl.String))
    return body.with_columns(source_position=pl.int_range(1, len(rows) + 1, dtype=pl.Int64))
