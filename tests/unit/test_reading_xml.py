"""XML carrier: one row a goods line, positions by filing, and what it refuses with its line."""

import pytest

from tests.builders_reading import read_all, written
from tests.builders_xml import DEC, batch, one, xml_sheet
from tidewaiter.model.errors import UnusableInput


def read(tmp_path, content, **more):
    return read_all(written(tmp_path, content, "file.xml"), xml_sheet(), **more)


def test_a_filing_is_told_on_each_of_its_lines(tmp_path):
    told = read(tmp_path, batch(one("R-1", lines=2), one("R-2", "B. Probe")))

    assert told.column("consignment_id") == ["R-1", "R-1", "R-2"]
    assert told.column("source_position") == [1, 1, 2]
    assert told.column("item_value_amount") == ["1.50", "2.50", "1.50"]
    assert told.column("consignee_name") == ["A. Tester", "A. Tester", "B. Probe"]
    assert (told.reading.carrier, told.reading.sheet_name) == ("xml", "wco_dec")


@pytest.mark.parametrize("size", [64, 300, 1000, 1 << 20])
def test_where_blocks_are_cut_means_nothing(tmp_path, size):
    filings = [one(f"R-{number}", f"N. {number} & sons".replace("&", "&amp;"), number % 4 + 1) for number in range(60)]
    whole = read(tmp_path, batch(*filings))

    assert read(tmp_path, batch(*filings), block_bytes=size).rows.equals(whole.rows)
    assert whole.rows["source_position"].n_unique() == 60


@pytest.mark.parametrize(
    "change",
    [
        lambda text: text.replace(b"<Declaration>", b"<Declaration><!-- a - b </Declaration> -->"),
        lambda text: text.replace(b"A. Tester", b"<![CDATA[A. Tester]]>"),
        lambda text: text.replace(b"A. Tester", b"A. <?note ?>Tester"),
        lambda text: text.replace(b"A. Tester", b"&#65;. Tester"),
        lambda text: text.replace(b"</Name>", b"</Name\n>").replace(b"<Name>", b"<Name\n>"),
        lambda text: text.replace(b"</Declaration>", b"</Declaration >"),
        lambda text: text.replace(b"A. Tester", b"  A. Tester\n"),
        lambda text: text.replace(b"\n", b"\r\n"),
        lambda text: b"\xef\xbb\xbf" + text,
        lambda text: text.decode().encode("utf-16"),
        lambda text: b'<?xml version="1.0" encoding="iso-8859-1"?>' + text,
        lambda text: text.replace(b"<", b"<d:").replace(b"<d:/", b"</d:").replace(b"xmlns", b"xmlns:d"),
    ],
)
def test_however_it_is_written_the_rows_are_the_same(tmp_path, change):
    text = batch(one("R-1", lines=2), one("R-2"))

    told = read(tmp_path, change(text))

    assert told.rows.equals(read(tmp_path, text).rows)


def test_an_encoding_is_read_as_declared(tmp_path):
    text = batch(one(name="Jos\u00e9")).decode()

    told = read(tmp_path, f'<?xml version="1.0" encoding="iso-8859-1"?>{text}'.encode("latin-1"))

    assert told.column("consignee_name") == ["Jos\u00e9"]
    assert told.reading.encoding == "iso8859-1"


def test_a_missing_namespace_is_mended_and_said(tmp_path):
    told = read(tmp_path, batch(one()).replace(f' xmlns="{DEC}"'.encode(), b""))

    assert told.column("consignment_id") == ["R-1"]
    assert len(told.reading.notes) == 1


def test_entities_are_read_once(tmp_path):
    assert read(tmp_path, batch(one(name="&amp;lt; &lt;b&gt;"))).column("consignee_name") == ["&lt; <b>"]


def test_a_filing_without_goods_is_rejected_and_a_cancellation_needs_none(tmp_path):
    bare = "<Declaration><FunctionCode>9</FunctionCode><FunctionalReferenceID>R-2</FunctionalReferenceID></Declaration>"
    cancel = (
        "<Declaration><FunctionCode>13</FunctionCode><FunctionalReferenceID>R-3</FunctionalReferenceID>"
        "<TypeCode>INV</TypeCode></Declaration>"
    )

    told = read(tmp_path, batch(one(), bare, cancel, one("R-4")))

    assert told.codes == [(2, "ROW-06")]
    assert told.column("function") == ["original", "cancellation", "original"]
    assert told.column("source_position") == [1, 3, 4]


def test_a_text_that_is_too_long_costs_its_filing_alone(tmp_path):
    told = read(tmp_path, batch(one("R-1", "x" * 65_536), one("R-2", "x" * 65_537), one("R-3")))

    assert told.codes == [(2, "ROW-05")]
    assert told.column("consignment_id") == ["R-1", "R-3"]


def test_elements_the_sheet_does_not_know_are_listed(tmp_path):
    told = read(tmp_path, batch(one().replace("</TypeCode>", "</TypeCode><Surprise>1</Surprise>")))

    assert told.reading.unknown_columns == ("Surprise",)


def test_a_mass_in_another_unit_is_not_taken(tmp_path):
    mass = '</TypeCode><TotalGrossMassMeasure unitCode="{}">2.5</TotalGrossMassMeasure>'

    for unit, taken in (("KGM", "2.5"), ("GRM", None)):
        told = read(tmp_path, batch(one().replace("</TypeCode>", mass.format(unit))))
        assert told.column("gross_mass_kg") == [taken]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (batch(one()) + b"<Batch/>", "line 4: not well-formed"),
        (batch(one())[:-12], "not well-formed"),
        (batch(one(), one(name="A & B")), "line 3: not well-formed"),
        (batch(one()).replace(b"</Name>", b"</Nome>"), "line 2: not well-formed"),
        (batch(one(name="\x01")), "line 2: not well-formed"),
        (b"<!DOCTYPE Batch>" + batch(one()), "line 1: a document type"),
        (batch(one("\u00e9")).decode().encode("latin-1"), "line 2: bytes that are not valid utf-8"),
        (b'<?xml version="1.0" encoding="rot13"?>' + batch(one()), "declares the encoding 'rot13'"),
        (b"<Batch><Other/></Batch>", "without any filing we know"),
        (b"<MetaData><Response><Declaration/></Response></MetaData>", "answers to filings"),
        (batch(one(name="<a>" * 200 + "</a>" * 200)), "more than 100 deep"),
    ],
)
def test_what_is_no_xml_of_filings_is_refused_with_its_line(tmp_path, content, said):
    with pytest.raises(UnusableInput, match=said):
        read(tmp_path, content)


def test_a_list_read_by_a_sheet_of_xml_is_refused(tmp_path):
    with pytest.raises(UnusableInput, match="is not XML"):
        read_all(written(tmp_path, "a,b\n1,2\n"), xml_sheet(), format_name="wco_dec")
