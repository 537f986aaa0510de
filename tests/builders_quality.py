"""Sound filings and items for the checks of quality: a test names only what matters."""

from datetime import UTC, date, datetime

import polars as pl

from tests.builders import frame
from tidewaiter.kit.facts import Requirement
from tidewaiter.pipeline.plan import withheld
from tidewaiter.stages import quality
from tidewaiter.stages.quality import closed_lists, commodity

DAY = date(2026, 10, 20)
NOON = datetime(2026, 10, 20, 12, tzinfo=UTC)
NOMENCLATURE = pl.LazyFrame({"hs": ["61", "6109", "610910", "8517", "851713"]})
PLACES, SETS = ("GB", "XI"), ("H7", "H1")
KG = 1_000_000
UNIT = 1_000_000

SOUND_FILING = {
    "filing_row": 0, "parcel_id": "RR473124829GB", "consignor_name": "Harbour Textiles", "consignor_country": "CN",
    "consignee_name": "Ada Brown", "consignee_street": "Long Lane 4", "consignee_city": "Norwich",
    "consignee_country": "GB", "destination_country": "GB", "gross_mass_mg": 500_000, "mode": "post", "nature": "sale",
    "duty_day": DAY, "reduced_set": "H7", "reduced_set_used": "H7", "intrinsic_value_minor": 1_000,
    "lines_value_micro": 10 * UNIT, "lines_currency": "EUR", "has_mixed_currencies": False,
    "lines_net_mass_mg": 300_000,
}  # fmt: skip
SOUND_ITEM = {
    "filing_row": 0, "item_no": 1, "description": "cotton shirt", "commodity_code": "610910", "origin": "CN",
    "value_micro": 10 * UNIT, "value_currency": "EUR", "quantity_micro": UNIT, "unit": "H87", "net_mass_mg": 300_000,
    "duty_day": DAY, "reduced_set_used": "H7", "nature": "sale", "line_value_minor": 1_000,
}  # fmt: skip


def a_requirement(*fields, reduced_set="H7", **told):
    """A requirement of a sheet, in force since long ago unless a test says otherwise."""
    plain = {"valid_from": date(2020, 1, 1), "source": "a test", "evidence": "assumed"}
    return Requirement(reduced_set=reduced_set, fields=fields, **{**plain, **told})


def checked_filings(*rows, requirements=()):
    """Filings after all checks, sound but for what the rows say."""
    table = _table(rows, SOUND_FILING, {**quality.FILING_TAKES, **quality.SUMS}).drop(closed_lists.ADDS)
    table = withheld(closed_lists.tell_unknown(table).collect(), closed_lists.DECIDING).lazy()
    return quality.check_filings(table, requirements, PLACES, SETS).collect()


def checked_items(*rows, requirements=(), nomenclature=NOMENCLATURE):
    """Items after all checks, sound but for what the rows say."""
    table = _table(rows, SOUND_ITEM, quality.ITEM_TAKES).drop("commodity_code_told")
    known = withheld(commodity.check_codes(table, nomenclature).collect(), (commodity.CODE,)).lazy()
    return quality.check_items(known, requirements).collect()


def summed(*rows):
    """The sums of items, sound but for what the rows say."""
    return quality.sum_items(_table(rows, SOUND_ITEM, quality.ITEM_TAKES)).collect()


def found(table, kinds, row=0):
    """Codes of the findings of one row, in alphabetical order."""
    told = table.row(row, named=True)
    return sorted(kind.code for kind in kinds if told[kind.flag])


def of_filing(requirements=(), **values):
    """Codes found on a sound filing with these values."""
    return found(checked_filings(values, requirements=requirements), quality.FILING_KINDS)


def of_item(requirements=(), **values):
    """Codes found on a sound item with these values."""
    return found(checked_items(values, requirements=requirements), (*commodity.KINDS, *quality.ITEM_KINDS))


def _table(rows, sound, schema):
    full = [{**dict.fromkeys(schema), **sound, **row} for row in rows]
    return frame(full, dict(schema)).lazy()
