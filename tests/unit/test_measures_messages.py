"""TARIC envelopes and daily extracts: read whatever they are packed in, refused when they make no sense."""

import gzip
import zipfile

import polars as pl
import pytest

from tests.builders_taric import a_record, an_entity, an_envelope, an_extract, told
from tidewaiter.model.errors import PublicationRefused, UnusableInput
from tidewaiter.reference.measures.changes import RECORDS, as_records
from tidewaiter.reference.measures.envelope import read_envelope
from tidewaiter.reference.measures.extract import read_extract

NOTHING = pl.DataFrame(schema=RECORDS)
FOOTNOTE = a_record("insert", "footnote.type", footnote_type_id="TM", validity_start_date="2020-01-01")


@pytest.fixture
def written(tmp_path):
    def write(text, name="message.xml"):
        path = tmp_path / name
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return path

    return write


def test_a_record_becomes_a_change_with_its_place(written):
    message = read_envelope(written(an_envelope(FOOTNOTE)))

    [change] = message.changes
    assert (change.kind, change.action, change.key) == ("footnote.type", "insert", "TM")
    assert change.fields == {"footnote.type.id": "TM", "validity.start.date": "2020-01-01"}
    assert "record 1 (100 00" in change.place


def test_a_message_reads_the_same_packed_or_plain_whatever_its_name_says(written, tmp_path):
    text = an_envelope(FOOTNOTE).encode()
    with zipfile.ZipFile(tmp_path / "zip.gzip", "w") as archive:
        archive.writestr("inner.xml", text)

    files = [written(text, "plain.gzip"), written(gzip.compress(text), "packed.xml"), tmp_path / "zip.gzip"]

    assert [read_envelope(file).changes for file in files] == [read_envelope(files[0]).changes] * 3


def test_an_archive_of_two_files_is_refused(tmp_path):
    with zipfile.ZipFile(tmp_path / "two.zip", "w") as archive:
        archive.writestr("a.xml", "<a/>")
        archive.writestr("b.xml", "<b/>")

    with pytest.raises(UnusableInput, match="holds 2 files"):
        read_envelope(tmp_path / "two.zip")


def test_a_document_type_is_refused_before_anything_of_it_is_read(written):
    bomb = '<!DOCTYPE a [<!ENTITY b "cccc"><!ENTITY d "&b;&b;">]>'

    with pytest.raises(PublicationRefused, match="document type"):
        read_envelope(written(an_envelope(FOOTNOTE, before=bomb)))


@pytest.mark.parametrize("spoilt", [b"<env", gzip.compress(b"<a>" * 900, mtime=0)[:20], b"PK\x03\x04nothing"])
def test_what_is_no_xml_is_refused(written, spoilt):
    with pytest.raises(UnusableInput, match=r"damaged|well-formed"):
        read_envelope(written(spoilt))


def test_an_update_type_that_is_none_is_a_fault(written):
    message = read_envelope(written(an_envelope(FOOTNOTE.replace(">3<", ">99<"))))

    assert message.changes == ()
    assert "unknown update type" in message.faults[0]
    assert "'99'" in message.faults[0]


def test_a_record_without_update_type_or_content_is_a_fault(written):
    broken = FOOTNOTE[: FOOTNOTE.index("<oub:update.type>")] + "</oub:record>"

    assert len(read_envelope(written(an_envelope(broken))).faults) == 1


def test_a_record_of_no_known_kind_or_of_another_number_is_a_fault(written):
    strange = a_record("insert", "moon.phase", code="990 00", moon_sid="1")
    mixed = a_record("insert", "footnote.type", code="110 00", footnote_type_id="TM", validity_start_date="2020-01-01")

    faults = read_envelope(written(an_envelope(strange, mixed))).faults

    assert [fault.partition(":")[0] for fault in faults] == ["unknown record", "unknown record"]


def test_a_record_without_what_it_needs_is_a_fault(written):
    faults = read_envelope(written(an_envelope(a_record("insert", "footnote.type", footnote_type_id="TM")))).faults

    assert "footnote.type has no validity.start.date" in faults[0]


def test_fields_written_with_underscores_are_read_as_others(written):
    record = a_record("insert", "quota.suspension.period", quota_definition_sid="9", suspension_start_date="2020-01-01")
    record = record.replace("<oub:quota.def", "<oub:quota_suspension_period_sid>1</oub:quota_suspension_period_sid>"
                            "<oub:quota.def")  # fmt: skip

    [change] = read_envelope(written(an_envelope(record))).changes

    assert change.key == "1"


MEASURE = told(sid="7", validityStartDate="2021-08-11T00:00:00", measureGeneratingRegulationId="C2100001")
OF = "<measureGeneratingRegulationRole><hjid>1</hjid>" + told(regulationRoleTypeId="1") + (
    "</measureGeneratingRegulationRole><geographicalArea>" + told(hjid="5", sid="400", geographicalAreaId="1011")
    + "</geographicalArea><goodsNomenclature>" + told(sid="30", goodsNomenclatureItemId="0711201000")
    + "</goodsNomenclature><measureType>" + told(measureTypeId="103") + "</measureType>"
)  # fmt: skip
PART = an_entity("measureComponent", "C", told(dutyAmount="2.5"),
                 "<dutyExpression>" + told(dutyExpressionId="01") + "</dutyExpression>")  # fmt: skip


def test_an_entity_of_an_extract_becomes_the_same_records_as_a_message_has(written):
    message = read_extract(written(an_extract(an_entity("Measure", "C", MEASURE, OF, PART))), NOTHING)

    measure, component = message.changes
    assert (measure.kind, measure.action) == ("measure", "insert")
    assert measure.fields["measure.type"] == "103"
    assert measure.fields["geographical.area"] == "1011"
    assert measure.fields["goods.nomenclature.sid"] == "30"
    assert measure.fields["measure.generating.regulation.role"] == "1"
    assert measure.fields["validity.start.date"] == "2021-08-11"
    assert (component.kind, component.key) == ("measure.component", "7\x1f01")
    assert message.told_at == "2023-02-24"


def test_an_updated_measure_loses_the_parts_that_it_no_longer_names(written):
    lost = {"measure.condition.sid": "55", "measure.sid": "7", "condition.code": "B"}
    below = {"measure.condition.sid": "55", "duty.expression.id": "01"}
    kept = {"measure.sid": "7", "duty.expression.id": "01"}
    base = as_records([
        ("measure.condition", "55", lost), ("measure.condition.component", "55\x1f01", below),
        ("measure.component", "7\x1f01", kept),
    ])  # fmt: skip

    message = read_extract(written(an_extract(an_entity("Measure", "U", MEASURE, OF, PART))), base)

    assert [(one.kind, one.action) for one in message.changes] == [
        ("measure", "update"), ("measure.component", "restate"),
        ("measure.condition.component", "delete"), ("measure.condition", "delete"),
    ]  # fmt: skip


def test_a_membership_names_its_member_by_the_number_of_the_extract(written):
    base = as_records([("geographical.area", "103", {"geographical.area.sid": "103", "hjid": "23590"})])
    part = an_entity("geographicalAreaMembership", "D",
                     told(geographicalAreaGroupSid="23590", validityStartDate="2004-05-01T00:00:00"))  # fmt: skip
    group = an_entity(
        "GeographicalArea",
        "U",
        told(sid="114", geographicalAreaId="1010", validityStartDate="1958-01-01T00:00:00"),
        part,
    )

    message = read_extract(written(an_extract(group)), base)

    assert message.faults == ()
    assert message.changes[1].key == "103\x1f114\x1f2004-05-01"


def test_a_membership_of_nobody_known_is_a_fault(written):
    part = an_entity("geographicalAreaMembership", "C",
                     told(geographicalAreaGroupSid="99", validityStartDate="2004-05-01T00:00:00"))  # fmt: skip
    group = an_entity("GeographicalArea", "U", told(sid="114"), part)

    assert "geographical.area.sid" in read_extract(written(an_extract(group)), NOTHING).faults[-1]
