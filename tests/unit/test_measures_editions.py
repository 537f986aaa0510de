"""Editions of measures: imported whole or not at all, laid beside the one before, taken back."""

import re
from datetime import date

import polars as pl
import pytest

from tests.builders_taric import EVERYONE, SHOES, a_record, a_small_tariff, an_envelope, goods, measure
from tidewaiter.model.errors import PublicationRefused, UnusableInput, WrongUse
from tidewaiter.reference.measures.editions import import_messages, import_tables, known_at, shelf_name
from tidewaiter.reference.shelf import Shelf

DUTY = measure("100", "103", EVERYONE, SHOES, parts=[("01", "8")])
HIGHER = measure("100", "103", EVERYONE, SHOES, action="update", end="2025-12-31")


@pytest.fixture
def bring(tmp_path):
    """Import records as one envelope; the day is the one from which they are known."""

    def brought(*records, name="message.xml", known=None):
        path = tmp_path / name
        path.write_text(an_envelope(*records), encoding="utf-8")
        return import_messages([path], tmp_path / "home", "EU", known)

    return brought


@pytest.fixture
def shelf(tmp_path):
    return Shelf(tmp_path / "home", shelf_name("EU"))


def test_an_edition_is_in_use_when_its_import_ends(bring, shelf):
    made = bring(*a_small_tariff(), *DUTY)

    assert [one.edition for one in shelf.in_use()] == [made.manifest.edition]
    assert made.kinds["measure"] == 1
    assert made.changes["added"] == made.manifest.rows
    assert made.unresolved.is_empty()


def test_a_second_message_builds_on_the_first_and_takes_its_place(bring, shelf):
    first = bring(*a_small_tariff(), *DUTY)
    second = bring(*HIGHER)

    assert second.changes == {"added": 0, "changed": 1, "removed": 0}
    assert second.replaced == (first.manifest.edition,)
    assert second.manifest.based_on == first.manifest.edition
    assert shelf.read(second.manifest.edition).height == first.manifest.rows


def test_the_same_message_twice_is_refused_as_it_inserts_what_is_there(bring, shelf):
    made = bring(*a_small_tariff())

    with pytest.raises(PublicationRefused, match="exists already"):
        bring(*a_small_tariff())
    assert [one.edition for one in shelf.in_use()] == [made.manifest.edition]


def test_a_refused_message_changes_nothing(bring, shelf):
    made = bring(*a_small_tariff(), *DUTY)
    before = shelf.read(made.manifest.edition)

    with pytest.raises(PublicationRefused, match="does not exist") as refused:
        bring(*HIGHER, *measure("999", "103", EVERYONE, SHOES, action="delete"))

    assert refused.value.faults == ("does not exist: record 2 (430 00, transaction 1, line 2): delete of measure 999",)
    assert [one.edition for one in shelf.editions()] == [made.manifest.edition]
    assert shelf.read(made.manifest.edition).equals(before)


def test_several_files_are_taken_together_or_not_at_all(tmp_path, shelf):
    one, other = tmp_path / "1.xml", tmp_path / "2.xml"
    one.write_text(an_envelope(*a_small_tariff()), encoding="utf-8")
    other.write_text(an_envelope(*HIGHER), encoding="utf-8")

    with pytest.raises(PublicationRefused):
        import_messages([one, other], tmp_path / "home", "EU")
    assert shelf.editions() == []


def test_overlapping_measures_are_refused(bring):
    bring(*a_small_tariff(), *DUTY)

    with pytest.raises(PublicationRefused, match="spans overlap: measures 103 1011 on 6403000000"):
        bring(*measure("101", "103", EVERYONE, SHOES, start="2021-01-01"))


def test_measures_that_follow_each_other_are_taken(bring):
    bring(*a_small_tariff(), *measure("100", "103", EVERYONE, SHOES, end="2020-12-31", parts=[("01", "8")]))

    made = bring(*measure("101", "103", EVERYONE, SHOES, start="2021-01-01", parts=[("01", "7")]))

    assert made.changes["added"] == 2


def test_a_code_twice_at_a_time_is_refused(bring):
    bring(*a_small_tariff())

    with pytest.raises(PublicationRefused, match=r"spans overlap: goods 6403510010 80"):
        bring(*goods("77", "6403510010", 3, start="2021-01-01"))


def test_a_day_that_is_none_is_refused(bring):
    with pytest.raises(PublicationRefused, match=r"no day: measure 100, validity\.start\.date: 'soon'"):
        bring(*a_small_tariff(), *measure("100", "103", EVERYONE, SHOES, start="soon"))


@pytest.mark.parametrize("end", ["2020-02-30", "soon", "12/31/2020", "2020-12-31x"])
def test_an_end_that_is_no_day_is_refused_and_never_taken_as_open(bring, end):
    with pytest.raises(PublicationRefused, match=f"no day: measure 100, validity.end.date: '{end}'"):
        bring(*a_small_tariff(), *measure("100", "103", EVERYONE, SHOES, end=end))
    with pytest.raises(PublicationRefused, match=f"no day: goods.nomenclature 50, validity.end.date: '{end}'"):
        bring(*a_small_tariff(), *goods("50", "6404000000", 1, end=end))


def test_a_membership_without_a_true_day_is_refused(bring):
    same = {"geographical_area_sid": "CN", "geographical_area_group_sid": "2020"}
    for span in ({"validity_start_date": "2020-13-01"},
                 {"validity_start_date": "2020-01-01", "validity_end_date": "2020-02-30"}):  # fmt: skip
        with pytest.raises(PublicationRefused, match=r"no day: geographical\.area\.membership CN 2020"):
            bring(*a_small_tariff(), a_record("insert", "geographical.area.membership", **same, **span))


@pytest.mark.parametrize("code", ["6403510000", "9999999999", "6.40E+09", "640300000"])
def test_a_measure_whose_code_is_not_that_of_its_goods_is_refused(bring, code):
    with pytest.raises(PublicationRefused, match=f"goods of another code: measure 100 is on '{re.escape(code)}'"):
        bring(*a_small_tariff(), *measure("100", "103", EVERYONE, (SHOES[0], code)))


@pytest.mark.parametrize("code", ["6.4E+09", "640400000", "64040000001"])
def test_a_message_with_a_code_of_another_form_is_refused(bring, code):
    with pytest.raises(PublicationRefused, match=f"code of another form: goods 50: '{re.escape(code)}'"):
        bring(*a_small_tariff(), *goods("50", code, 1))


def test_a_rate_that_nobody_understands_is_listed(bring):
    made = bring(*a_small_tariff(), *measure("100", "103", EVERYONE, SHOES, parts=[("01", "8"), ("99", "2")]))

    assert made.unresolved["rate_text"].to_list() == ["8 % ?99 2 %"]
    assert made.manifest.unresolved == 1


def test_an_edition_can_be_taken_back(bring, shelf):
    first = bring(*a_small_tariff(), *DUTY)
    bring(*HIGHER)

    shelf.roll_back()

    assert [one.edition for one in shelf.in_use()] == [first.manifest.edition]


def test_what_was_known_on_a_day_is_the_edition_of_then(bring, shelf):
    first = bring(*a_small_tariff(), *DUTY, known=date(2024, 1, 1))
    second = bring(*HIGHER, known=date(2024, 3, 1))

    known = [known_at(shelf, day) for day in (date(2023, 12, 31), date(2024, 2, 29), date(2024, 3, 1), None)]

    assert [one.edition if one else None for one in known] == [
        None, first.manifest.edition, second.manifest.edition, second.manifest.edition
    ]  # fmt: skip


def test_an_import_on_a_shelf_that_somebody_changed_is_refused(bring, shelf):
    first = bring(*a_small_tariff())
    second = bring(*DUTY)

    with pytest.raises(WrongUse, match="changed in the meantime"):
        shelf.activate(first.manifest.edition, instead_of=first.manifest.edition)
    assert [one.edition for one in shelf.in_use()] == [second.manifest.edition]


def test_what_is_neither_envelope_nor_extract_is_refused(tmp_path):
    path = tmp_path / "page.xml"
    path.write_text("<html/>", encoding="utf-8")

    with pytest.raises(UnusableInput, match="is a 'html'"):
        import_messages([path], tmp_path, "EU")


NOMENCLATURE = {
    "goods_nomenclature_sid": ["1", "2", "3"], "goods_nomenclature_item_id": ["6400000000", "6403000000", "6403510000"],
    "producline_suffix": ["80"] * 3, "validity_start_date": ["2000-01-01 00:00:00"] * 3,
    "validity_end_date": [None] * 3, "description": ["Footwear", "Of leather", "Boots"],
    "number_indents": ["0", "0", "1"],
}  # fmt: skip
MEASURES = {
    "Measure SID": ["100"], "Measure type": ["103"], "Geo": [EVERYONE], "Commodity": ["6403000000"],
    "Start date": [date(2019, 4, 13)], "End date": [None], "goods_nomenclature_sid": ["2"],
}  # fmt: skip
COMPONENTS = {"measure_sid": ["100"], "duty_expression_id": ["01"], "duty_amount": ["8"], "monetary_unit_code": [None]}
RATES = {"geographical_area": ["2005"], "commodity": ["6403510000"], "duty": ["0"]}


@pytest.fixture
def tables(tmp_path):
    folder = tmp_path / "tables"
    folder.mkdir()

    def put(**found):
        for name, columns in found.items():
            pl.DataFrame(columns).write_parquet(folder / f"{name}.parquet")
        return folder

    return put


def test_tables_make_a_whole_edition(tables, tmp_path):
    folder = tables(goods=NOMENCLATURE, measures=MEASURES, components=COMPONENTS, rates=RATES)

    made = import_tables([folder], tmp_path / "home", "GB", date(2019, 4, 13))

    assert made.kinds["measure"] == 2
    assert made.kinds["goods.nomenclature"] == 3
    assert made.listed == ()


def test_rows_without_a_day_need_one(tables, tmp_path):
    folder = tables(goods=NOMENCLATURE, rates=RATES)

    with pytest.raises(PublicationRefused, match="--valid-from"):
        import_tables([folder], tmp_path / "home", "GB")


def test_a_measure_on_unknown_goods_is_refused_or_with_repair_kept_and_listed(tables, tmp_path):
    folder = tables(goods=NOMENCLATURE, measures={**MEASURES, "goods_nomenclature_sid": ["999"]})

    with pytest.raises(PublicationRefused, match="goods"):
        import_tables([folder], tmp_path / "home", "GB")
    made = import_tables([folder], tmp_path / "home", "GB", repair=True)

    assert made.kinds["measure"] == 1
    assert made.listed == ("goods missing: measure 100 on 6403000000, which is not in the nomenclature",)


def test_a_code_that_lost_its_zero_is_no_code(tables, tmp_path):
    spoilt = {**NOMENCLATURE, "goods_nomenclature_item_id": ["6400000000", "6.403E+09", "403510000"]}

    with pytest.raises(PublicationRefused) as refused:
        import_tables([tables(goods=spoilt)], tmp_path / "home", "GB")

    assert [fault for fault in refused.value.faults if fault.startswith("code of another form")] == [
        "code of another form: goods.parquet, row 2: '6.403E+09' has not ten digits",
        "code of another form: goods.parquet, row 3: '403510000' has not ten digits",
    ]


def test_columns_of_no_known_form_are_refused(tables, tmp_path):
    with pytest.raises(UnusableInput, match="no known form: colour"):
        import_tables([tables(strange={"colour": ["red"]})], tmp_path / "home", "GB")


def test_two_components_of_a_blank_row_are_named(tables, tmp_path):
    blank = {**COMPONENTS, "measure_sid": [None]}

    with pytest.raises(PublicationRefused, match="component of no measure"):
        import_tables([tables(goods=NOMENCLATURE, measures=MEASURES, components=blank)], tmp_path / "home", "GB")
