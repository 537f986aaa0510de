"""Quality as one room: what it takes and adds, and that sound rows are left in peace."""

import polars as pl
import pytest

from tests.builders_quality import DAY, PLACES, SETS, checked_filings, checked_items, of_filing, of_item
from tests.builders_reading import read_all
from tidewaiter.model.columns import FILING_FIELDS, ITEM_FIELDS
from tidewaiter.pipeline.plan import withheld
from tidewaiter.reference.nomenclature import nomenclature
from tidewaiter.runners.reading import Source
from tidewaiter.service.discovery import jurisdictions, sender_sheets
from tidewaiter.stages import quality
from tidewaiter.stages.quality import closed_lists, commodity
from tidewaiter.stages.typed import typed
from tidewaiter.world.day import sample_day
from tools.source import DOCS, table_rows

HARMLESS = ("note",)


def test_a_sound_filing_and_a_sound_item_are_found_nothing_on():
    assert of_filing() == []
    assert of_item() == []


def test_a_filing_that_says_nothing_lacks_its_destination_and_nothing_else():
    silent = dict.fromkeys(checked_filings({}).columns[1:])

    assert of_filing(**{name: None for name in silent if name in {*quality.FILING_TAKES, *quality.SUMS}}) == ["PRE-16"]


def test_an_item_that_says_nothing_is_found_nothing_on():
    assert of_item(**dict.fromkeys(quality.ITEM_TAKES)) == []


def test_every_flag_is_there_and_boolean_on_no_rows_too():
    filings = pl.LazyFrame(schema={**quality.FILING_TAKES, **quality.SUMS})
    items = pl.LazyFrame(schema=quality.ITEM_TAKES)

    of_filings = quality.check_filings(filings, (), PLACES, SETS).collect()
    of_items = quality.check_items(items, ()).collect()

    assert {name: of_filings.schema[name] for name in quality.FILING_ADDS} == dict(quality.FILING_ADDS)
    assert {name: of_items.schema[name] for name in quality.ITEM_ADDS} == dict(quality.ITEM_ADDS)
    assert quality.sum_items(items).collect().schema == {"filing_row": pl.UInt32(), **quality.SUMS}


def test_checks_add_what_they_declare_and_nothing_else():
    filing, item = checked_filings({}), checked_items({})

    assert set(filing.columns) == {*quality.FILING_TAKES, *quality.SUMS, *quality.FILING_ADDS}
    assert set(item.columns) == {*quality.ITEM_TAKES, *quality.ITEM_ADDS, *commodity.ADDS}


def test_every_kind_has_a_code_of_its_own_and_stands_at_its_level():
    codes = [kind.code for kind in quality.KINDS]

    assert len(set(codes)) == len(codes)
    assert {kind.level for kind in quality.ITEM_KINDS} == {"item"}
    assert {kind.level for kind in quality.FILING_KINDS} == {"filing"}


def test_evidence_stands_in_columns_that_are_there():
    known = {
        "filing": {*quality.FILING_TAKES, *quality.SUMS, *quality.FILING_ADDS},
        "item": {*quality.ITEM_TAKES, *quality.ITEM_ADDS},
    }

    assert [kind.code for kind in quality.KINDS if not set(kind.evidence) <= known[kind.level]] == []


def test_the_page_of_checks_lists_every_kind_with_its_level_severity_and_field():
    page = (DOCS / "reference" / "checks.md").read_text(encoding="utf-8")

    told = {
        row[0]: (row[1], row[2], row[4].strip("`")) for row in table_rows(page) if len(row) == 6 and row[0] != "code"
    }

    assert told == {kind.code: (kind.level, kind.severity, kind.pointer) for kind in quality.KINDS}


def _frames(text, reduced_set):
    """Filings and items of text rows as intake and the stages before quality would hand them over."""
    rows = typed(text).rows.with_columns(
        filing_row=pl.col("consignment_id").rle_id().cast(pl.UInt32),
        duty_day=pl.lit(DAY),
        reduced_set_used=pl.lit(reduced_set),
    )
    shared = ["filing_row", "duty_day", "reduced_set_used", "nature"]
    lines = [pl.col(field.inner).alias(field.column) for field in ITEM_FIELDS if field.inner in rows.columns]
    heads = [field.inner for field in FILING_FIELDS if field.inner in rows.columns and field.inner != "nature"]
    items = _filled(rows.select(*shared, *lines), quality.ITEM_TAKES)
    items = items.with_columns(line_value_minor=pl.col("value_micro") // 10_000)
    filings = rows.select(*shared, *heads).unique("filing_row", keep="first", maintain_order=True)
    filings = _filled(filings, quality.FILING_TAKES).with_columns(freight_minor=pl.col("freight_micro") // 10_000)
    goods = items.group_by("filing_row").agg(intrinsic_value_minor=pl.col("line_value_minor").sum())
    return filings.drop("intrinsic_value_minor").join(goods, on="filing_row", maintain_order="left"), items


def _filled(table, schema):
    return table.with_columns(
        pl.lit(None, dtype=of).alias(name) for name, of in schema.items() if name not in table.columns
    )


def _asked(text, reduced_set, law, home):
    """How often each code above a note is found."""
    filings, items = _frames(text, reduced_set)
    sums = quality.sum_items(items.lazy())
    known = nomenclature(home).lazy()
    judged = withheld(
        commodity.check_codes(items.drop("commodity_code_told").lazy(), known).collect(), (commodity.CODE,)
    )
    of_items = quality.check_items(judged.lazy(), law.requirements).collect()
    told = closed_lists.tell_unknown(filings.drop(closed_lists.ADDS).lazy()).collect()
    filings = withheld(told, closed_lists.DECIDING)
    beside = filings.lazy().join(sums, on="filing_row", how="left", maintain_order="left")
    of_filings = quality.check_filings(beside, law.requirements, law.places, law.sets).collect()
    tables = {"item": of_items, "filing": of_filings}
    counts = {kind.code: tables[kind.level][kind.flag].sum() for kind in quality.KINDS if kind.severity not in HARMLESS}
    return {code: count for code, count in counts.items() if count}


@pytest.mark.parametrize("dirt", [0.0, 0.9])
@pytest.mark.parametrize(("code", "reduced_set"), [("EU", "H7"), ("GB", "H7"), ("US", "INFORMAL")])
def test_clean_and_carelessly_spelled_traffic_is_asked_nothing(code, reduced_set, dirt, tmp_path):
    text = sample_day(2_000, 5, code, DAY, dirt=dirt).with_columns(pl.all().str.strip_chars())

    assert _asked(text, reduced_set, jurisdictions()[code], tmp_path) == {}


def test_faults_put_into_traffic_are_found(tmp_path):
    text = sample_day(3_000, 5, "EU", DAY, faults=0.5).filter(~pl.col("item_value_amount").str.ends_with("O"))

    asked = _asked(text, "H7", jurisdictions()["EU"], tmp_path)

    assert {"FMT-01", "FMT-06", "PRE-08", "TXT-04"} <= set(asked)


def test_a_real_courier_list_is_asked_nothing(real_data, tmp_path):
    path = real_data / "messages" / "synthetic" / "p.csv"
    told = read_all(Source(path, path.name), sender_sheets()["courier_flat"])

    assert told.rows.height > 1_800
    assert _asked(told.rows, "H7", jurisdictions()["EU"], tmp_path) == {}


HONEST_BUT_VAGUE = {"gift box", "cartons", "cleaning product", "cleaning products"}
"""What shops say that lists of vague words refuse all the same."""


def test_real_descriptions_of_shops_are_heard(real_data):
    texts = (
        pl.read_csv(real_data / "hs_text" / "uk_ecommerce_refs.csv", infer_schema=False)["text"].drop_nulls().unique()
    )

    heard = checked_items(*({"description": text, "item_no": at} for at, text in enumerate(texts.sort())))

    assert heard.height > 1_500
    assert set(heard.filter(pl.any_horizontal("txt_04", "txt_05", "txt_06"))["description"]) <= HONEST_BUT_VAGUE
