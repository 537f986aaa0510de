"""Import of the United States tariff: lines become rates or are named, an edition is stored whole and then used."""

from datetime import date

import polars as pl
import pytest

from tests.builders_us_hts import SCHEDULE, a_row, written
from tidewaiter.model.errors import PublicationRefused, UnusableInput
from tidewaiter.reference import us_hts
from tidewaiter.reference.shelf import Shelf
from tidewaiter.reference.us_hts import dotted, import_us_hts, tariff_lines
from tidewaiter.reference.us_hts_file import Line

START = date(2026, 2, 24)
LATER = date(2026, 7, 1)


@pytest.fixture
def export(tmp_path):
    return written(tmp_path, SCHEDULE)


@pytest.fixture
def home(tmp_path):
    return tmp_path / "home"


def lines_of(*rows):
    return tariff_lines([Line(place, *row) for place, row in enumerate(rows, start=2)])


def test_every_line_of_8_or_10_digits_is_counted_once_by_its_kind(export, home):
    report = import_us_hts(export, home, START)

    chapters = 96
    assert report.lines == 5 * chapters + 1 + 2
    assert report.kinds == {
        "ad_valorem": 2 * chapters, "compound": 2 * chapters, "free": 1, "specific": chapters, "unresolved": 2,
    }  # fmt: skip
    assert report.unresolved.height == report.kinds["unresolved"] == report.manifest.unresolved
    assert report.unresolved.filter(pl.col("commodity_code") == "98010005").rows() == [
        (
            "98010005",
            "See note 1",
            "9801.00.05 is a special provision of chapter 98 whose conditions are not checked yet",
        ),
    ]


def test_what_is_not_understood_and_what_stands_elsewhere_are_listed_apart(home, tmp_path):
    texts = {"0101.10.00": "as agreed", "0101.90.10": "The rate applicable to the article of which it is a part"}
    rows = [[*row[:4], texts.get(row[0], row[4]), *row[5:]] for row in SCHEDULE]

    report = import_us_hts(written(tmp_path, rows), home, START)

    ours = pl.col("commodity_code").str.starts_with("01")
    assert report.unresolved.filter(ours)["commodity_code"].to_list() == ["01011000", "0101100010"]
    assert report.unresolved["unresolved_reason"][0] == (
        "the rate text 'as agreed' of 0101.10.00 is not understood: "
        "'as agreed' is no share and no amount of a known unit"
    )
    assert report.references.rows() == [
        (
            "01019010",
            texts["0101.90.10"],
            "the rate of 0101.90.10 stands elsewhere: 'The rate applicable to the article of which it is a part'",
        )
    ]
    assert report.manifest.unresolved == report.unresolved.height + 1


def test_a_statistical_line_has_the_rate_of_its_eight_digits_and_cites_them():
    told = lines_of(a_row("6109.10.00", "0", "Cotton", "16.5%"), a_row("6109.10.00.04", "1", "Men's"))

    assert told.select("commodity_code", "duty_num", "rate_code", "rate_text", "description").rows() == [
        ("61091000", 165_000, "61091000", "16.5%", "Cotton"),
        ("6109100004", 165_000, "61091000", "16.5%", "Cotton > Men's"),
    ]


def test_a_ten_digit_line_without_eight_digits_above_has_its_own_rate():
    told = lines_of(a_row("8517.13", "0"), a_row("8517.13.00.00", "1", general="Free"))

    assert told.select("commodity_code", "duty_kind", "rate_code").rows() == [("8517130000", "free", "8517130000")]


def test_the_path_leads_down_to_a_line_and_leaves_what_lies_beside_it():
    told = lines_of(
        a_row("0101", "0", "Live <i>horses</i>:"), a_row("0101.21.00", "1", "Males", "Free"), a_row("", "1", "Other:"),
        a_row("0101.29.00", "2", "Imported", "Free"), a_row("0102.10.00", "0", "Cattle", "1¢/kg"),
    )  # fmt: skip

    assert told["description"].to_list() == ["Live horses: > Males", "Live horses: > Other: > Imported", "Cattle"]
    assert told["duty_currency"].to_list() == [None, None, "USD"]


def test_a_special_provision_is_never_a_rate_of_its_own_whatever_its_text():
    told = lines_of(a_row("9802.00.20", "0", general="Free"), a_row("9903.88.15", "0", general="7.5%"))

    assert told["duty_kind"].to_list() == ["unresolved", "unresolved"]
    assert told.select("duty_num", "duty_den", "duty_unit").null_count().row(0) == (2, 2, 2)
    assert told["rate_text"].to_list() == ["Free", "7.5%"]


def test_the_other_columns_are_kept_as_published():
    told = lines_of(a_row("0101.21.00", "0", "Males", "Free", '["No."]', "Free (A, CL)", "20%")).row(0, named=True)

    assert (told["units"], told["special_text"], told["column_2_text"]) == ('["No."]', "Free (A, CL)", "20%")


def test_an_import_is_in_use_from_its_first_day_and_tells_its_origin(export, home):
    made = import_us_hts(export, home, START).manifest

    assert [edition.edition for edition in Shelf(home, "us-hts").in_use()] == [made.edition]
    assert made.edition.startswith("2026-02-24-")
    assert made.title == "HTSUS export export.csv, in force from 2026-02-24"
    assert (made.valid_from, made.licence) == (START, "Public domain (work of the United States government)")
    assert list(made.sources) == ["export.csv"]


def test_an_import_without_a_first_day_says_that_it_is_not_given(export, home):
    made = import_us_hts(export, home).manifest

    assert made.edition.startswith("undated-")
    assert made.title.endswith("start not given")


def test_the_same_file_again_changes_nothing(export, home):
    first = import_us_hts(export, home, START)

    again = import_us_hts(export, home, START)

    assert (first.was_there, again.was_there) == (False, True)
    assert (again.manifest, again.replaced) == (first.manifest, ())
    assert len(Shelf(home, "us-hts").editions()) == 1


def test_another_file_for_the_same_day_replaces_the_one_in_use(export, home, tmp_path):
    first = import_us_hts(export, home, START).manifest.edition
    other = written(tmp_path, [*SCHEDULE[:1], *SCHEDULE[3:]])

    report = import_us_hts(other, home, START)

    assert report.replaced == (first,)
    assert len(Shelf(home, "us-hts").editions()) == 2


def test_an_import_tells_what_changed_against_the_edition_in_force(export, home, tmp_path):
    first = import_us_hts(export, home, START)
    told = {"0101.10.00": {4: "6%"}, "0101.90.10": {5: "Free (AU)"}, "9702.00.00": {6: "5%"}}
    rows = [[told.get(row[0], {}).get(at, text) for at, text in enumerate(row)] for row in SCHEDULE[:-1]]

    second = import_us_hts(written(tmp_path, [*rows, a_row("9901.00.15", "1", "on condition", "Note")]), home, LATER)

    assert (first.before, set(first.changes["change"])) == ("", {"added"})
    assert second.before == first.manifest.edition
    assert second.changes.rows() == [
        ("01011000", "changed", "5% |  | ", "6% |  | "),
        ("0101100010", "changed", "5% |  | ", "6% |  | "),
        ("01019010", "changed", "2.5¢/kg |  | ", "2.5¢/kg | Free (AU) | "),
        ("97020000", "changed", "Free |  | ", "Free |  | 5%"),
        ("99010005", "removed", "See note 1 |  | ", None),
        ("99010015", "added", None, "Note |  | "),
    ]


def test_a_damaged_edition_is_refused_with_every_fault_and_the_shelf_stays(export, home, tmp_path):
    before = import_us_hts(export, home, START).manifest
    spoilt = [[*row[:4], row[4].replace("5%", "5.00%"), *row[5:]] for row in SCHEDULE]

    with pytest.raises(PublicationRefused, match="96 x percentage with a trailing zero") as refused:
        import_us_hts(written(tmp_path, spoilt), home, date(2026, 7, 1))

    assert len(refused.value.faults) == 96
    assert refused.value.faults[0] == "percentage with a trailing zero: line 3 (0101.10.00), general: '5.00%'"
    assert Shelf(home, "us-hts").editions() == [before]


def test_a_file_that_is_not_there_is_named(home, tmp_path):
    with pytest.raises(UnusableInput, match=r"absent\.csv cannot be read: No such file"):
        import_us_hts(tmp_path / "absent.csv", home)


def test_an_edition_that_an_earlier_reading_stored_otherwise_is_not_taken_into_use(export, home, monkeypatch):
    import_us_hts(export, home, START)
    read = us_hts.tariff_lines
    monkeypatch.setattr(us_hts, "tariff_lines", lambda *found: read(*found).head(10))

    with pytest.raises(UnusableInput, match="Remove its folder and import the file again"):
        import_us_hts(export, home, START)


def test_a_code_is_written_as_the_schedule_writes_it():
    assert [dotted(code) for code in ("0402", "040210", "04021010", "0402101000")] == [
        "0402", "0402.10", "0402.10.10", "0402.10.10.00",
    ]  # fmt: skip
