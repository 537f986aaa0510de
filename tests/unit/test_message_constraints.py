"""Constraints of a message model: what breaks them is set aside or told, with place, pointer, sentence and mend."""

import json

import pytest

from tests.builders_reading import read_all, written
from tests.builders_xml import DEC, batch, held_sheet, one
from tidewaiter.cli import door
from tidewaiter.runners.reading.xml_faults import FAULTS_MAX
from tidewaiter.service.file_check import check_file

LINE = "GoodsShipment/GovernmentAgencyGoodsItem"
KIND = "<TypeCode>IMA</TypeCode>"
BROKEN = {
    "SCH-01": ("<TypeCode>", "<Colour>red</Colour><TypeCode>", "Colour", ""),
    "SCH-02": ("<FunctionCode>9</FunctionCode>", "", "FunctionCode", "42A/017"),
    "SCH-03": (KIND, KIND + KIND, "TypeCode[2]", "42A/D013[2]"),
    "SCH-04": (
        "<FunctionalReferenceID>R-1</FunctionalReferenceID><TypeCode>IMA</TypeCode>",
        "<TypeCode>IMA</TypeCode><FunctionalReferenceID>R-1</FunctionalReferenceID>",
        "FunctionalReferenceID",
        "42A/D026",
    ),
    "SCH-05": (">2.50<", ">two<", f"{LINE}[2]/CustomsValueAmount", "42A/67A/68A[2]/108"),
    "SCH-06": ('"EUR">2', '"eur">2', f"{LINE}[2]/CustomsValueAmount@currencyID", "42A/67A/68A[2]/108"),
    "SCH-07": ("<Consignee>", "<Consignee>who", "GoodsShipment/Consignee", "42A/67A/27A"),
}  # fmt: skip


@pytest.mark.parametrize("code", BROKEN)
def test_a_filing_that_breaks_its_model_is_set_aside_with_place_and_mend(tmp_path, code):
    before, after, path, wco = BROKEN[code]
    broken = one("R-1", lines=2).replace(before, after)
    assert broken != one("R-1", lines=2)
    file = written(tmp_path, batch(one("R-0"), broken, one("R-2")), "file.xml").path

    told = check_file(file)

    assert told.consignments["accepted"] == 2
    assert told.consignments["quarantined"] == 1
    assert sum(source["rows"] for source in told.sources) == 3
    (fault,) = told.faults
    assert (fault.code, fault.consignment_id, fault.severity) == (code, "R-1", "refuse")
    assert fault.pointer.native == f"(//Declaration)[2]/{path}"
    assert fault.pointer.wco == wco
    assert fault.sentence.count(".") >= 2


def test_all_faults_of_a_filing_are_told_at_once_and_the_filing_counts_once(tmp_path):
    broken = one("R-1", lines=2).replace(">IMA<", ">TOO LONG<").replace("EUR", "eur")
    source = written(tmp_path, batch(one("R-0"), broken), "file.xml")

    read = read_all(source, held_sheet())

    assert read.rejects["code"].to_list() == ["SCH-05", "SCH-06", "SCH-06"]
    assert read.rejects["source_position"].to_list() == [2, 2, 2]
    assert read.rejects["value"][0] == "TOO LONG"
    assert "at most 3 signs" in read.rejects["message"][0]
    assert read.rows["consignment_id"].to_list() == ["R-0"]


def test_a_filing_of_many_faults_is_told_the_first_and_how_many_there_are_more(tmp_path):
    broken = one("R-1", lines=80).replace("EUR", "eur")

    read = read_all(written(tmp_path, batch(broken), "file.xml"), held_sheet())

    assert read.rejects.height == FAULTS_MAX + 1
    assert read.rejects["message"][-1].startswith(f"There are {80 - FAULTS_MAX} more faults")


@pytest.mark.parametrize("space", ["", "urn:wco:datamodel:WCO:DEC:3"])
def test_filings_of_another_namespace_are_read_and_their_faults_told_only(tmp_path, space):
    text = batch(one("R-1").replace(">IMA<", ">TOO LONG<")).replace(
        f' xmlns="{DEC}"'.encode(), f' xmlns="{space}"'.encode() if space else b""
    )
    source = written(tmp_path, text, "file.xml")

    read, told = read_all(source, held_sheet()), check_file(source.path)

    assert read.rejects.is_empty()
    assert any("break the message model" in note for note in read.reading.notes)
    assert [(fault.code, fault.severity) for fault in told.faults] == [("SCH-05", "note")]
    assert told.consignments["accepted"] == 1


def test_the_kit_tells_faults_as_json(tmp_path, capsys):
    file = written(tmp_path, batch(one("R-1").replace(">IMA<", ">TOO LONG<")), "file.xml").path

    assert door.main(["formats", "check", str(file), "--json"]) == 0

    (told,) = json.loads(capsys.readouterr().out)
    assert told["code"] == "SCH-05"
    assert told["pointer"] == "42A/D013"
    assert told["location"] == "(//Declaration)[1]/TypeCode"
    assert told["value"] == "TOO LONG"
    assert told["sentence"].endswith("Correct it.")
