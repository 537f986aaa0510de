"""Hostile XML: refused within seconds and little memory, whatever it tries."""

import resource
import time

import pytest

from tests.builders_reading import read_all, written
from tests.builders_xml import batch, one, xml_sheet
from tidewaiter.model.errors import UnusableInput

SECONDS = 10
MIB = 1 << 20
LAUGHS = b"<!DOCTYPE x [<!ENTITY a0 'ha'>" + b"".join(
    b"<!ENTITY a%d '%s'>" % (number, b"&a%d;" % (number - 1) * 10) for number in range(1, 12)
)


def refused(tmp_path, content):
    started, before = time.process_time(), resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    with pytest.raises(UnusableInput) as told:
        read_all(written(tmp_path, content, "hostile.xml"), xml_sheet())
    assert time.process_time() - started < SECONDS
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 512 * 1024
    return str(told.value)


@pytest.mark.parametrize(
    "doctype",
    [
        LAUGHS + b"]>",
        b'<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]>',
        b'<!DOCTYPE x SYSTEM "http://127.0.0.1:9/x.dtd">',
        b'<!DOCTYPE x [<!ENTITY % p SYSTEM "http://127.0.0.1:9/p"> %p;]>',
        b"<!DOCTYPE x>",
    ],
)
def test_a_document_type_is_refused_before_it_is_read(tmp_path, doctype):
    assert "document type" in refused(tmp_path, doctype + batch(one(name="&a11;")))


def test_a_document_type_after_the_first_filing_is_no_xml(tmp_path):
    assert "not well-formed" in refused(tmp_path, batch(one(), "<!DOCTYPE x>", one()))


def test_nesting_without_end_is_refused(tmp_path):
    assert "deep" in refused(tmp_path, batch("<Declaration>" + "<a>" * 2_000_000))


def test_a_filing_without_end_is_refused(tmp_path):
    assert "16 MiB" in refused(tmp_path, batch(one(name="x" * (40 * MIB))))


def test_an_attribute_or_a_comment_without_end_is_refused(tmp_path):
    refused(tmp_path, batch('<Declaration a="' + "x" * (40 * MIB)))
    refused(tmp_path, batch("<Declaration><!--" + "x" * (40 * MIB)))


def test_elements_that_all_differ_are_refused(tmp_path):
    many = "".join(f"<a{number}/>" for number in range(100_000))

    assert "unlike any filing" in refused(tmp_path, batch(f"<Declaration>{many}</Declaration>"))


def test_a_namespace_trick_does_not_smuggle_in_a_field(tmp_path):
    strange = one().replace(
        "<TypeCode>", '<FunctionalReferenceID xmlns="urn:other">X</FunctionalReferenceID><TypeCode>'
    )

    told = read_all(written(tmp_path, batch(strange), "odd.xml"), xml_sheet())

    assert told.column("consignment_id") == ["R-1"]


def test_a_tag_of_the_same_length_is_not_taken_for_another(tmp_path):
    twin = one().replace("FunctionalReferenceID", "FunctionalReferenceIE")

    told = read_all(written(tmp_path, batch(one(), twin), "odd.xml"), xml_sheet())

    assert told.column("consignment_id") == ["R-1", None]
