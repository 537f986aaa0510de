"""WCO messages on real samples: every declaration read, written again from tables alone, and answered in RES."""

from datetime import UTC, datetime
from xml.etree import ElementTree as ET

import polars as pl
import pytest
from lxml import etree

from tests.builders_reading import read_all
from tests.builders_xml import NS, dec_model, declarations_of, held_sheet, plain_nodes, sample_files, schema, xml_sheet
from tidewaiter.model.columns import FIELDS
from tidewaiter.model.errors import UnusableInput
from tidewaiter.model.faults import Fault, Pointer
from tidewaiter.runners.answers.res import FUNCTIONS, RESPONSE, Notice, message
from tidewaiter.runners.declaring import message_of, tables_of, unmapped, written
from tidewaiter.runners.reading import Source
from tidewaiter.service.declaring import keep_tables, written_from

INSTANCES = "{http://www.w3.org/2001/XMLSchema-instance}"
RES = f"{{{RESPONSE}}}"


def test_every_declaration_is_read(real_data):
    for path in sample_files(real_data):
        told = read_all(Source(path, path.name), held_sheet())

        assert told.reading.source_rows == len(declarations_of(path)), path
        assert told.rejects.is_empty(), path
        assert told.rows["consignment_id"].null_count() == 0, path


def test_files_that_are_no_xml_are_refused_with_their_line(real_data):
    refused = 0
    for path in sorted((real_data / "messages/uk_cds_dec").rglob("*.xml")):
        try:
            etree.parse(path)
        except etree.XMLSyntaxError:
            refused += 1
            with pytest.raises(UnusableInput, match=r"line \d+: not well-formed"):
                read_all(Source(path, path.name), xml_sheet())
    assert refused == 3


def bare(text):
    """A declaration without what no table holds: comments, white space between elements, hints at schemas."""
    root = etree.fromstring(text, etree.XMLParser(remove_comments=True, remove_pis=True))
    for element in root.iter():
        element.tail = None
        if len(element):
            element.text = None
        for name in [name for name in element.attrib if name.startswith(INSTANCES)]:
            del element.attrib[name]
    return ET.canonicalize(etree.tostring(root), rewrite_prefixes=True)


def test_what_is_written_from_tables_alone_is_the_declaration_again(real_data):
    model, valid = dec_model(), schema(real_data, "customs/wrapper_submit.xsd")
    leaves = lost = 0
    for path in [*sample_files(real_data), real_data / "messages/synthetic/h7.xml"]:
        nodes = plain_nodes(path.read_bytes())
        leaves, lost = leaves + int(nodes.is_leaf.sum()), lost + unmapped(nodes, model).total()
        tables = {name: pl.DataFrame(table.to_dict(as_series=False)) for name, table in tables_of(nodes, model).items()}
        for original, again in zip(declarations_of(path), written(tables, model), strict=True):
            made = etree.fromstring(message_of(again))
            assert valid.validate(made), (path, valid.error_log)
            assert ET.canonicalize(
                etree.tostring(made.find(f"{NS}Declaration"), with_tail=False), rewrite_prefixes=True
            ) == bare(original), path
    assert leaves > 50_000
    assert lost == 0


def test_a_writer_that_is_given_a_folder_of_tables_gives_the_declarations_again(real_data, tmp_path):
    files = [*list(sample_files(real_data))[::12], real_data / "messages/synthetic/h7.xml"]
    for number, path in enumerate(files):
        kept = keep_tables(path, tmp_path / str(number))
        again = tmp_path / f"{number}.xml"
        again.write_bytes(b"".join(written_from(tmp_path / str(number))))

        originals, made = declarations_of(path), declarations_of(again)
        assert not kept.unheld
        assert kept.filings == len(originals)
        assert list(map(bare, made)) == list(map(bare, originals)), path
    assert len(files) > 10


def test_the_same_parcels_are_the_same_rows_in_xml_as_in_a_list(real_data):
    folder = real_data / "messages/synthetic"
    flat = xml_sheet("courier_flat")
    xml = read_all(Source(folder / "h7.xml", "h7.xml"), xml_sheet("courier_h7"), format_name="courier_h7").rows
    shared = []
    for name in ("p.csv", "p.ndjson"):
        rows = read_all(Source(folder / name, name), flat, format_name="courier_flat").rows
        shared = [column for column in xml.columns if column in rows.columns]
        own = [column for column in shared if column not in {"source_position", "defaulted"}]
        assert xml.select(own).equals(rows.select(own))
    assert len(shared) >= 34


def dictionary(real_data):
    return set(pl.read_csv(real_data / "messages/uk_cds_dec/wco_dec_dictionary.csv")["pointer"])


def test_every_place_of_a_field_and_of_the_model_is_in_the_dictionary(real_data):
    known = dictionary(real_data)
    model = dec_model()

    assert {field.wco for field in FIELDS if field.wco} <= known
    assert {model.pointer(element.path) for element in model.elements} == {told for told in known if told[-1] != "/"}


@pytest.mark.parametrize("function", FUNCTIONS)
def test_each_response_is_valid_and_its_pointers_lead_somewhere(real_data, function):
    valid, known = schema(real_data, "wco/notification/WCO_RES_2_DMS.xsd"), dictionary(real_data)
    places = [field.wco for field in FIELDS if field.wco]
    faults = [
        Fault(
            "PRE-13", "ask", "Net mass <missing> & more. " * 40, Pointer(place), item_no=2 if "68A" in place else None
        )
        for place in places
    ]
    charge = {"base_minor": 1000, "currency": "GBP", "rate_text": "2.7 %", "tax_type": "A00", "amount_minor": 27,
              "collected_from": "border", "item_no": 1}  # fmt: skip
    charges = [charge, {**charge, "rate_text": "12 GBP / 100 kg", "amount_minor": None}, {**charge, "item_no": None}]
    at = datetime(2026, 3, 1, 10, 0, tzinfo=UTC)
    notice = Notice(
        function, "R-1", "26GB00000000000001", 2, "m" * 40, at, at, faults, ["Said \x01."], places, charges, at
    )

    root = etree.fromstring(message(notice))
    response = root.find(f"{RES}Response")

    assert valid.validate(etree.fromstring(etree.tostring(response))), valid.error_log
    for told in response.iter(f"{RES}Error", f"{RES}Amendment", f"{RES}AdditionalInformation"):
        parts = [part.text for pointer in told.iter(f"{RES}Pointer") for part in pointer if "Numeric" not in part.tag]
        assert not parts or "/".join(parts) in known
    assert response.findtext(f"{RES}FunctionCode") == function
