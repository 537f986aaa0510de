"""Every sample message, laid on a state that it fits: the right records afterwards; without that state, refused."""

import xml.etree.ElementTree as ET

import polars as pl
import pytest

from tidewaiter.model.errors import PublicationRefused
from tidewaiter.reference.measures.changes import RECORDS, as_records, fields_of
from tidewaiter.reference.measures.editions import import_messages, shelf_name
from tidewaiter.reference.measures.kinds import OTHER_NAMES, SEPARATOR, record_kinds
from tidewaiter.reference.shelf import Manifest, Shelf

SAMPLES = "tariff/taric_xml/samples"
REFUSED = ("backend_broken_insert_record.xml", "backend_unknown_record.xml")
DANGLING = (
    "tamato_additional_code_description_invalid_additional_code_CREATE.xml",
    "tamato_footnote_association_additional_code_invalid_footnote_CREATE.xml",
    "tamato_footnote_association_goods_nomenclature_no_footnote_CREATE.xml",
    "tamato_additional_code_type_description_without_type_CREATE.xml",
    "tamato_goods_nomenclature_description_no_period_CREATE.xml",
)
"""Samples that refer on purpose to what does not exist: with their parents they are taken, alone they are not."""

START = "1970-01-01"
MEMBER = {"geographical.area.sid": "5", "geographical.area.id": "CN", "validity.start.date": START}


def records_of(path):
    """(update type, kind, fields) of every record, read by nothing but the standard library."""
    for record in ET.parse(path).getroot().iter():  # noqa: S314 - see above
        if local(record) != "record":
            continue
        plain = {local(one): one.text for one in record if not len(one)}
        for body in record:
            if len(body):
                kind = OTHER_NAMES.get(local(body), local(body))
                yield plain.get("update.type"), kind, {local(f).replace("_", "."): f.text for f in body if f.text}


def local(element):
    return element.tag.rpartition("}")[2]


def a_state(told):
    """Records on which the sample can stand: what it updates or deletes, in another wording, and all their parents."""
    state, waiting, inserted = {}, [], set()
    for update, kind, fields in told:
        key = (kind, record_kinds()[kind].key_of(fields))
        if update == "3":
            inserted.add(key)
        elif key not in inserted:
            state.setdefault(key, {**fields, "description": "as it was"})
        waiting.append((kind, fields))
    while waiting:
        kind, fields = waiting.pop()
        for reference in record_kinds()[kind].refers:
            values = [fields.get(name, "") for name in reference.fields]
            places = [(parent, SEPARATOR.join(values)) for parent in reference.kinds]
            if all(values) and not any(place in state or place in inserted for place in places):
                parent = record_kinds()[reference.kinds[0]]
                needs = {name: START if name.endswith(".date") else fields.get(name, START) for name in parent.needs}
                made = dict(zip(parent.key, values, strict=False)) | needs
                state[parent.name, parent.key_of(made)] = made
                waiting.append((parent.name, made))
    return state


def after(state, told):
    """What the sample makes of the state, one record after the other."""
    now = dict(state)
    for update, kind, fields in told:
        key = (kind, record_kinds()[kind].key_of(fields))
        if update == "2":
            del now[key]
        else:
            now[key] = fields
    return now


@pytest.fixture
def laid(tmp_path):
    """A shelf with a state on it, ready for a sample."""

    def on(state, name="."):
        shelf = Shelf(tmp_path / name, shelf_name("GB"))
        records = as_records((kind, key, fields) for (kind, key), fields in state.items()).sort("kind", "key")
        if records.height:
            shelf.put(
                records, Manifest("taric-gb", "base", "base", "test", "none", {}, records.height, 0, None, "test")
            )
            shelf.activate("base")
        return shelf

    return on


def standing(shelf):
    used = shelf.in_use()
    rows = shelf.read(used[-1].edition) if used else pl.DataFrame(schema=RECORDS)
    return {(kind, key): fields_of(text) for kind, key, text in rows.iter_rows()}


def envelopes(real_data):
    found = sorted(path for path in (real_data / SAMPLES).glob("*.xml") if path.name not in REFUSED)
    assert len(found) > 150
    return found


def test_each_envelope_on_a_state_that_it_fits_gives_the_right_state(real_data, tmp_path, laid):
    wrong = []
    for number, path in enumerate(envelopes(real_data)):
        told = list(records_of(path))
        state = a_state(told)
        shelf = laid(state, str(number))
        try:
            import_messages([path], tmp_path / str(number), "GB")
        except PublicationRefused as refused:
            wrong.append((path.name, refused.faults))
            continue
        if standing(shelf) != after(state, told):
            wrong.append((path.name, "another state"))
    assert wrong == []


def test_without_that_state_updates_and_deletes_are_refused_and_nothing_is_left(real_data, tmp_path):
    refused, tried = 0, 0
    for number, path in enumerate(envelopes(real_data)):
        told = list(records_of(path))
        if told[0][0] == "3" and path.name not in DANGLING:
            continue
        tried += 1
        with pytest.raises(PublicationRefused):
            import_messages([path], tmp_path / str(number), "GB")
        assert Shelf(tmp_path / str(number), shelf_name("GB")).editions() == []
        refused += 1
    assert refused == tried > 100


@pytest.mark.parametrize("name", REFUSED)
def test_the_broken_and_the_unknown_record_are_refused(real_data, tmp_path, laid, name):
    state = a_state([("3", "footnote", {"footnote.type.id": "TM", "footnote.id": "127"})])
    shelf = laid(state)

    with pytest.raises(PublicationRefused, match="unknown update type"):
        import_messages([real_data / SAMPLES / name], tmp_path, "GB")
    assert standing(shelf) == state
    assert [one.edition for one in shelf.editions()] == ["base"]


def test_an_extract_that_names_no_condition_takes_it_away_again(real_data, tmp_path, laid):
    folder = real_data / SAMPLES
    fields = {"measure.sid": "20141047", "measure.type": "103", "geographical.area.sid": "400",
              "goods.nomenclature.sid": "30629", "goods.nomenclature.item.id": "0711201000",
              "measure.generating.regulation.role": "1",
              "measure.generating.regulation.id": "C2100001"}  # fmt: skip
    parts = [("3", "measure", fields),
             ("3", "measure.component", {"measure.sid": "20141047", "duty.expression.id": "01"}),
             ("3", "measure.condition", {"measure.condition.sid": "20115851", "measure.sid": "20141047",
                                         "condition.code": "B", "action.code": "08"})]  # fmt: skip
    state = a_state(parts)
    shelf = laid(state)

    import_messages([folder / "backend_extra_measure_condition.gzip"], tmp_path, "GB")
    with_condition = standing(shelf)
    import_messages([folder / "backend_missing_measure_condition.gzip"], tmp_path, "GB")

    assert set(with_condition) - set(state) == {
        ("measure", "20141047"), ("measure.component", "20141047\x1f01"), ("measure.condition", "20115851")
    }  # fmt: skip
    assert set(standing(shelf)) == set(with_condition) - {("measure.condition", "20115851")}
    assert shelf.in_use()[-1].known_from.isoformat() == "2021-09-04"


def test_the_other_extracts_on_a_state_that_they_fit_give_the_right_state(real_data, tmp_path, laid):
    group = {"geographical.area.sid": "68", "geographical.area.id": "1008", "validity.start.date": START}
    membership = {
        "geographical.area.sid": "5",
        "geographical.area.group.sid": "68",
        "validity.start.date": "2020-01-24",
    }
    measure = {"measure.sid": "-1012552090", "measure.type": "305", "geographical.area.sid": "504",
               "goods.nomenclature.sid": "91753", "goods.nomenclature.item.id": "8424100010",
               "additional.code.sid": "-1009206007",
               "measure.generating.regulation.role": "1", "measure.generating.regulation.id": "V1970ATZ"}  # fmt: skip
    quota = {"quota.definition.sid": "26953", "quota.order.number.sid": "20605"}
    regulation = {"base.regulation.role": "1", "base.regulation.id": "N", "regulation.group.id": "DUM"}
    state = a_state([
        ("1", "geographical.area", group), ("1", "geographical.area", {**MEMBER, "hjid": "10161099"}),
        ("1", "geographical.area.membership", membership), ("1", "measure", measure), ("1", "quota.definition", quota),
        ("3", "base.regulation", regulation),
        ("3", "footnote", {"footnote.type.id": "DS", "footnote.id": "329"}),
    ])  # fmt: skip
    shelf = laid(state)
    names = ("backend_tariff_dailyExtract_v1_20251006T125959.gzip", "backend_footnote.gzip",
             "backend_tariff_dailyExtract_v1_20201004T235959.gzip")  # fmt: skip

    for name in names:
        import_messages([real_data / SAMPLES / name], tmp_path, "GB")
    now = standing(shelf)

    assert ("geographical.area.membership", "5\x1f68\x1f2020-01-24") not in now
    assert now["measure", "-1012552090"]["validity.end.date"] == "2025-03-25"
    assert now["goods.nomenclature", "109932"]["goods.nomenclature.item.id"] == "8424100011"
    assert now["goods.nomenclature.indents", "110583"]["number.indents"] == "02"
    assert now["base.regulation", "1\x1fN2500070"]["regulation.group.id"] == "DUM"
    assert now["quota.definition", "26953"]["volume"] == "20000"
    assert now["footnote.description", "201071\x1fEN"]["description"].startswith("This Suspension only applies to")
