"""Repair of a damaged export: what is certain is loaded, every other line is unresolved and says why."""

from datetime import date

import polars as pl
import pytest

from tests.builders_us_hts import SCHEDULE, written
from tidewaiter.reference.shelf import Shelf
from tidewaiter.reference.us_hts import import_us_hts

START = date(2026, 2, 24)
OURS = ("01011000", "0101100010", "01019010", "01019090", "0101909050")


def repaired(tmp_path, change):
    """The edition of the schedule with some rows changed, as it lies on the shelf."""
    rows = [row for old in SCHEDULE for row in change(list(old))]
    report = import_us_hts(written(tmp_path, rows), tmp_path / "home", START, repair=True)
    return report, Shelf(tmp_path / "home", "us-hts").read(report.manifest.edition)


def rates(lines):
    """Expression of each line of the first chapter; where it is unresolved, why."""
    told = lines.filter(pl.col("commodity_code").is_in(OURS)).select(
        "commodity_code",
        pl.when(pl.col("duty_kind") == "unresolved").then("unresolved_reason").otherwise("expression"),
    )
    return dict(told.iter_rows())


SOUND = {
    "01011000": "5 %", "0101100010": "5 %", "01019010": "0.025 USD/kg", "01019090": "0.01 USD/kg + 2 %",
    "0101909050": "0.01 USD/kg + 2 %",
}  # fmt: skip


def at(number, column, new):
    return lambda row: [[*row[:column], new, *row[column + 1 :]] if row[0] == number else row]


@pytest.mark.parametrize(
    "change",
    [
        lambda row: [row],
        at("0101.90", 0, "0101.9"),
        at("0101.10.00.10", 4, "5%"),
        lambda row: [] if row[0].startswith("64") else [row],
        at("9702.00", 0, "9702"),
    ],
)
def test_damage_that_leaves_no_doubt_about_a_rate_is_mended(change, tmp_path):
    report, lines = repaired(tmp_path, change)

    assert rates(lines) == SOUND
    assert report.manifest.title.endswith("repaired") is bool(report.faults)


def test_a_padded_percentage_is_the_one_without_its_zero(tmp_path):
    _, lines = repaired(tmp_path, at("0101.10.00", 4, "6.80%"))

    assert rates(lines) == SOUND | {"01011000": "6.8 %", "0101100010": "6.8 %"}


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (at("0101.10.00", 4, "33.33%"), "fraction rounded"),
        (at("0101.10.00", 4, "0.05"), "rate without a sign"),
        (at("0101.10.00", 4, ""), "rate missing"),
        (at("0101.10.00", 4, "5\ufffd%"), "letters broken by another encoding"),
        (at("0101.10.00", 1, "5"), "indent skips a step"),
        (at("0101.10.00", 1, "1.0"), "indent is no number"),
    ],
)
def test_a_line_in_doubt_and_the_lines_that_take_its_rate_are_unresolved(change, reason, tmp_path):
    report, lines = repaired(tmp_path, change)

    told = f"the file is damaged where 0101.10.00 stands: {reason}"
    assert rates(lines) == SOUND | {"01011000": told, "0101100010": told}
    assert set(report.unresolved["commodity_code"]) >= {"01011000", "0101100010"}
    assert report.faults


def test_a_statistical_line_that_says_another_rate_than_its_line_is_unresolved(tmp_path):
    report, lines = repaired(tmp_path, at("0101.10.00.10", 4, "7%"))

    told = "the file is damaged where 0101.10.00 stands: rate beside that of its line"
    assert rates(lines) == SOUND | {"0101100010": told}
    assert report.faults == (
        "rate beside that of its line: line 4 (0101.10.00.10): '7%' on a line that has none of its own",
    )


def test_a_number_of_another_form_is_no_line_and_those_below_have_no_rate_to_take(tmp_path):
    _, lines = repaired(tmp_path, at("0101.10.00", 0, "1.011E+07"))

    told = rates(lines)
    assert "01011000" not in told
    assert {code: told[code] for code in OURS[2:]} == {code: SOUND[code] for code in OURS[2:]}
    assert told["0101100010"].startswith("the file is damaged where 0101.10.00.10 stands: rate missing")


def test_a_number_that_stands_twice_is_one_line_without_a_rate(tmp_path):
    _, lines = repaired(tmp_path, lambda row: [row, [*row[:4], "9%", *row[5:]]] if row[0] == "0101.90.10" else [row])

    assert lines.filter(pl.col("commodity_code") == "01019010").height == 1
    assert "number not unique" in rates(lines)["01019010"]


def test_where_percentages_were_formatted_one_that_needs_both_decimals_is_in_doubt(tmp_path):
    def change(row):
        return [[*row[:4], {"0101.10.00": "3.25%", "0201.10.00": "6.80%"}.get(row[0], row[4]), *row[5:]]]

    _, lines = repaired(tmp_path, change)

    assert "may have been rounded" in rates(lines)["01011000"]
    _, lines = repaired(tmp_path, at("0101.10.00", 4, "3.25%"))
    assert rates(lines)["01011000"] == "3.25 %"


def test_a_doubtful_text_of_another_column_is_left_out_and_the_rate_stays(tmp_path):
    _, lines = repaired(tmp_path, at("0101.10.00", 6, "33.33%"))

    assert lines.filter(pl.col("commodity_code") == "01011000").select("expression", "column_2_text").row(0) == (
        "5 %", "",
    )  # fmt: skip


def test_a_line_that_was_moved_leaves_no_doubt_about_those_around_it(tmp_path):
    moved = next(row for row in SCHEDULE if row[0] == "6401.10.00")

    _, lines = repaired(tmp_path, lambda row: [row, moved] if row[0] == "0101" else [] if row == moved else [row])

    doubtful = lines.filter(pl.col("unresolved_reason").str.contains("damaged"))["commodity_code"].to_list()
    assert doubtful == ["64011000", "6401100010"]
    assert rates(lines) == SOUND
