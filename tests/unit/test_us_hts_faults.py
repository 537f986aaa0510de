"""What a spoilt tariff edition gives away: each kind of damage is found, a whole edition has none."""

import pytest

from tests.builders_us_hts import SCHEDULE, a_row
from tidewaiter.reference.us_hts_faults import Fault, faults, summary
from tidewaiter.reference.us_hts_file import Line


def lines_of(rows):
    return [Line(place, *row) for place, row in enumerate(rows, start=2)]


def kinds_of(rows):
    return {fault.kind for fault in faults(lines_of(rows))}


def changed(column, old, new):
    """The schedule with one field of the first row that carries ``old`` in that column replaced."""
    rows = [list(row) for row in SCHEDULE]
    place = next(place for place, row in enumerate(rows) if row[column] == old)
    rows[place][column] = new
    return rows


def test_a_whole_edition_has_no_fault():
    assert faults(lines_of(SCHEDULE)) == []


@pytest.mark.parametrize(
    ("kind", "rows"),
    [
        ("number lost a trailing zero", changed(0, "0101.90", "0101.9")),
        ("number of another form", changed(0, "0101.90.10", "101.90.10")),
        ("number of another form", changed(0, "0101.90.10", "0101.90.10.1")),
        ("number not unique", changed(0, "0101.90.90", "0101.90.10")),
        ("out of order", changed(0, "0101.10.00", "0101.95.00")),
        ("below a line it does not continue", changed(0, "0101.90.10", "0101.91.10")),
        ("chapter missing", [row for row in SCHEDULE if not row[0].startswith("64")]),
        ("chapter missing", SCHEDULE[:-2]),
        ("indent is no number", changed(1, "0", "")),
        ("indent is no number", changed(1, "0", "1.0")),
        ("indent is no number", changed(1, "0", "²")),
        ("indent skips a step", changed(1, "1", "2")),
        ("indent skips a step", changed(1, "5", "6")),
        ("rate missing", changed(4, "5%", "")),
        ("percentage with a trailing zero", changed(4, "5%", "5.00%")),
        ("percentage with a trailing zero", changed(4, "5%", "6.80%")),
        ("fraction rounded", changed(4, "5%", "33.33%")),
        ("fraction rounded", changed(5, "", "6.66667 %")),
        ("rate without a sign", changed(4, "5%", "0.05")),
        ("rate without a sign", changed(6, "", "5")),
        ("letters broken by another encoding", changed(4, "2.5¢/kg", "2.5Â¢/kg")),
        ("letters broken by another encoding", changed(4, "2.5¢/kg", "2.5\ufffd/kg")),
        ("letters broken by another encoding", changed(4, "2.5¢/kg", "2.5?/kg")),
    ],
)
def test_damage_is_found_and_named(kind, rows):
    assert kind in kinds_of(rows)


def test_a_rate_that_repeats_the_one_above_on_a_line_that_has_none_was_filled_down():
    rows, above = [], ""
    for row in SCHEDULE:
        above = row[4] or above
        rows.append([*row[:4], above, *row[5:]])

    found = faults(lines_of(rows))

    assert {fault.kind for fault in found} == {"rate filled down"}
    assert len(found) == sum(not row[4] for row in SCHEDULE[1:])


@pytest.mark.parametrize("number", ["0101", "0101.90", "0101.10.00.10", ""])
def test_another_rate_on_a_line_that_has_none_of_its_own_is_named(number):
    rows = [[*row[:4], "5%", *row[5:]] if row[0] == number else row for row in SCHEDULE]
    rows = [[*row[:4], "7%", *row[5:]] if row[0].endswith(".10.00") else row for row in rows]

    found = [fault.where for fault in faults(lines_of(rows)) if fault.kind == "rate beside that of its line"]

    assert len(found) == sum(row[0] == number for row in SCHEDULE)
    assert found[0].endswith("'5%' on a line that has none of its own")


def test_numbers_that_all_lost_their_double_zero_are_suspected_by_name():
    rows = [["9702", *row[1:]] if row[0] == "9702.00" else row for row in SCHEDULE]

    told = [fault.where for fault in faults(lines_of(rows)) if fault.kind == "numbers lost their last two zeros"]

    assert told == ["no number NNNN.00 is left; suspected: 9702, 9702, 9801, 9901"]


def test_a_number_that_starts_with_zero_stays_text_and_proves_nothing():
    double_zero = ("9702.00", "9702.00.00")
    rows = [row for row in SCHEDULE if row[0] not in double_zero]
    rows = [*rows[:8], a_row("0102", "0"), a_row("0102.00", "1"), a_row("0102.00.00", "2", general="Free"), *rows[8:]]

    assert kinds_of(rows) == {"numbers lost their last two zeros"}


def test_special_provisions_need_no_rate_and_continue_no_number():
    rows = [*SCHEDULE, a_row("9902.01.01", "2", "suspended"), a_row("9903.05.01", "3", "additional")]

    assert kinds_of(rows) == set()


def test_only_a_statistical_line_may_stand_two_steps_below_the_line_above_it():
    eight_digits, statistical = changed(1, "3", "4"), [row for row in SCHEDULE if row[1] == "5"]

    assert all(len(row[0]) == len("0101.90.90.50") for row in statistical)
    assert kinds_of(eight_digits) == {"indent skips a step"}


def test_the_summary_counts_kinds_the_commonest_first():
    assert summary([Fault("a", "1"), Fault("b", "2"), Fault("b", "3")]) == "2 x b; 1 x a"
