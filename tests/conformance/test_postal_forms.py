"""A postal item says the same in XML and in EDIFACT."""

from tests.builders_reading import read_all
from tests.builders_xml import PACKS
from tidewaiter.runners.reading import Source
from tidewaiter.service.discovery import sender_sheet_in


def rows_of(name, file):
    path = PACKS / name / "cases" / file
    return read_all(Source(path, file), sender_sheet_in(PACKS / name), format_name=name).rows


def test_the_same_postal_items_are_the_same_rows_in_xml_and_edifact():
    xml, edifact = rows_of("postal_item_xml", "items.xml"), rows_of("postal_item", "items.edi")

    assert set(xml.columns) == set(edifact.columns)
    assert xml.select(edifact.columns).equals(edifact)
    assert len(edifact.columns) > 40
