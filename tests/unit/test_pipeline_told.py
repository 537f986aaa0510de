"""What was found, told: one row per flag with code, severity, place in the data model, and evidence as JSON."""

import json

import polars as pl
import pytest

from tests.builders_stages import a_kind
from tidewaiter.model.columns import BY_DOOR
from tidewaiter.pipeline import told as telling
from tidewaiter.pipeline.plan import Chunk
from tidewaiter.pipeline.told import FINDINGS, found_in

FILING = a_kind("FIL-01", "hold", pointer="freight_amount", evidence=("freight_micro", "nowhere"))
ITEM = a_kind("ITM-01", "ask", "item", pointer="item_value_amount", evidence=("value_micro",), version="4")


def findings(chunk, kinds):
    return telling.findings(chunk, found_in(chunk, kinds))


def hits(chunk, kinds):
    return telling.hits(chunk, found_in(chunk, kinds))


def chunk(filing_flags=(True, False), item_flags=(False, True, True)):
    filings = pl.DataFrame(
        {"filing_row": [0, 1], "consignment_id": ["X1", "X2"], "version": [1, 3], "freight_micro": [5, None],
         "fil_01": filing_flags, "fil_02": filing_flags},
        schema_overrides={"filing_row": pl.UInt32},
    )  # fmt: skip
    items = pl.DataFrame(
        {"filing_row": [0, 1, 1], "consignment_id": ["X1", "X2", "X2"], "version": [1, 3, 3], "item_no": [1, 7, 2],
         "value_micro": [1, None, 3], "itm_01": item_flags, "itm_02": item_flags},
        schema_overrides={"filing_row": pl.UInt32},
    )  # fmt: skip
    return Chunk(filings, items)


def test_a_flag_of_a_filing_becomes_a_row():
    assert findings(chunk(), [FILING]).rows(named=True) == [
        {
            "consignment_id": "X1", "version": 1, "item_no": None, "code": "FIL-01", "severity": "hold", "weight": 400,
            "pointer": "42A/67A/41A/117", "field": "freight_amount", "evidence": '{"freight_micro":5}',
            "rule_version": "1",
        }
    ]  # fmt: skip


def test_a_flag_of_an_item_names_the_item_in_words_and_in_its_pointer():
    told = findings(chunk(), [ITEM]).select("consignment_id", "item_no", "pointer", "rule_version").rows()
    before, after = BY_DOOR["item_value_amount"].wco.split("/68A")

    assert told == [("X2", 2, f"{before}/68A[2]{after}", "4"), ("X2", 7, f"{before}/68A[7]{after}", "4")]


def test_evidence_is_json_and_tells_what_is_not_known_as_null():
    told = [json.loads(text) for text in findings(chunk(), [ITEM])["evidence"]]

    assert told == [{"value_micro": 3}, {"value_micro": None}]


def test_a_kind_without_evidence_tells_an_empty_object():
    assert findings(chunk(), [a_kind("FIL-01")])["evidence"].to_list() == ["{}"]
    assert findings(chunk(), [a_kind("FIL-01", evidence=("nowhere",))])["evidence"].to_list() == ["{}"]


@pytest.mark.parametrize(
    ("level", "pointer", "told"),
    [
        ("filing", "", ""),
        ("filing", "person_day_value", "person_day_value"),
        ("item", "", ""),
        ("item", "consignment_id", "42A/D026"),
        ("filing", "item_value_amount", BY_DOOR["item_value_amount"].wco),
    ],
)
def test_a_finding_points_at_the_wco_place_of_its_field_else_at_the_field_itself(level, pointer, told):
    code = "FIL-01" if level == "filing" else "ITM-01"
    rows = findings(chunk(), [a_kind(code, level=level, pointer=pointer)])

    assert set(rows["pointer"]) == {told}
    assert set(rows["field"]) == {pointer}


def test_a_field_without_a_place_in_the_data_model_points_by_its_name():
    name = next(name for name, field in BY_DOOR.items() if not field.wco)

    assert findings(chunk(), [a_kind("FIL-01", pointer=name)])["pointer"].to_list() == [name]


def test_rows_stand_by_filing_then_in_the_order_of_the_kinds_then_by_item():
    kinds = [a_kind("ITM-02", "refuse", "item"), FILING, ITEM]
    told = findings(chunk(filing_flags=(True, True), item_flags=(True, True, True)), kinds)

    assert told.select("consignment_id", "code", "item_no").rows() == [
        ("X1", "ITM-02", 1), ("X1", "FIL-01", None), ("X1", "ITM-01", 1),
        ("X2", "ITM-02", 2), ("X2", "ITM-02", 7), ("X2", "FIL-01", None), ("X2", "ITM-01", 2), ("X2", "ITM-01", 7),
    ]  # fmt: skip


def test_where_nothing_was_hit_there_is_a_table_without_rows():
    silent = chunk((False, None), (False, None, False))

    assert findings(silent, [FILING, ITEM]).rows() == []
    assert dict(findings(silent, [FILING]).schema) == {name: dtype() for name, dtype in FINDINGS.items()}
    assert findings(chunk(), [FILING, ITEM]).schema == findings(silent, []).schema


def test_hits_name_filing_and_kind_once_for_each_flag():
    told = hits(chunk(), [FILING, ITEM])

    assert told.rows() == [(0, 0), (1, 1), (1, 1)]
    assert told.schema == hits(chunk(), []).schema == {"filing_row": pl.UInt32, "kind": pl.UInt16}
    assert hits(chunk((False, False), (False, False, False)), [FILING, ITEM]).rows() == []
