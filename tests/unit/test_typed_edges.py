"""Text becomes type at the edges: tails that would be cut, whole counts, years too early, signs at the limit."""

import pytest

from tests.builders import text_rows, told
from tidewaiter.model.money import MINOR_MAX
from tidewaiter.stages.typed import typed

TAILS = ["1.0000000000001", "1e-13", "1E-13", "1e-7", "0." + "0" * 400 + "1"]


def named(field, *texts):
    """Row and code of every fault of a field told in this many rows."""
    read = typed(text_rows(*(told(**{field: text}) for text in texts)))
    assert set(read.faults["pointer"]) <= {field}
    return read.faults.select("at", "code").rows()


def read_as(column, field, *texts):
    read = typed(text_rows(*(told(**{field: text}) for text in texts)))
    return read.rows[column].to_list()


@pytest.mark.parametrize("text", TAILS)
@pytest.mark.parametrize(("field", "code"), [("item_value_amount", "NUM-01"), ("gross_mass_kg", "NUM-04"),
                                             ("packages", "NUM-05")])  # fmt: skip
def test_a_tail_beyond_what_is_read_is_named_and_not_cut_off(text, field, code):
    assert named(field, text) == [(0, code)]


@pytest.mark.parametrize("text", ["1.000000000000", "1.0000000000000000", "1000000e-6", "1E0"])
def test_a_tail_of_noughts_is_no_tail(text):
    assert read_as("item_value_micro", "item_value_amount", text) == [1_000_000]
    assert named("item_value_amount", text) == []


@pytest.mark.parametrize(("text", "count"), [("0", 0), ("1", 1), ("12", 12), ("3.0", 3), ("1e3", 1000), ("+2", 2)])
def test_a_count_that_is_whole_is_read(text, count):
    assert read_as("packages", "packages", text) == [count]
    assert named("packages", text) == []


def test_an_exponent_in_one_row_changes_nothing_in_the_others():
    assert read_as("item_value_micro", "item_value_amount", "1e3", "0.0000001", "2") == [1_000_000_000, None, 2_000_000]
    assert named("item_value_amount", "1e3", "0.0000001", "2") == [(1, "NUM-01")]
    assert read_as("packages", "packages", "1e3", "1.5", "2") == [1000, None, 2]
    assert named("packages", "1e3", "1.5", "2") == [(1, "NUM-05")]


@pytest.mark.parametrize(
    ("field", "bad", "good"),
    [("item_value_amount", "x", "1"), ("lodged_at", "yesterday", "2026-10-20"), ("packages", "-1", "1")],
)
def test_a_fault_names_neither_empty_nor_sound_rows_beside_it(field, bad, good):
    assert [at for at, _ in named(field, bad, None, good, bad)] == [0, 3]


def test_instants_written_in_several_ways_stand_in_one_column():
    days = read_as("lodged_at", "lodged_at", "2026-10-20T00:00:00Z", "2026-10-20", None, "2026-10-20T02:00:00+02:00")

    assert len({*days}) == 2
    assert days[2] is None


@pytest.mark.parametrize(
    ("text", "code"),
    [("1899-02-30", "DAT-91"), ("1900-02-30", "DAT-90"), ("1901-02-30", "DAT-90"), ("2199-02-30", "DAT-90"),
     ("2200-02-30", "DAT-90"), ("2201-02-30", "DAT-91"), ("1989-12-31T23:59:59Z", "DAT-91"),
     ("2101-01-01", "DAT-91")],
)  # fmt: skip
def test_a_day_that_is_none_is_called_early_or_late_only_in_a_year_beyond_two_centuries(text, code):
    assert named("lodged_at", text) == [(0, code)]


@pytest.mark.parametrize(
    ("text", "code"),
    [("-9000000000", "NUM-02"), ("-9000000001", "NUM-03"), ("9000000001", "NUM-03"), ("-0.0000001", "NUM-02"),
     ("1e308", "NUM-03"), ("1e99", "NUM-03"), ("1e999", "NUM-03")],
)  # fmt: skip
def test_a_figure_beyond_the_limit_is_too_large_and_one_at_it_has_its_sign(text, code):
    assert named("item_value_amount", text) == [(0, code)]


def test_the_largest_count_is_taken_and_the_next_is_not():
    assert read_as("packages", "packages", str(MINOR_MAX)) == [MINOR_MAX]
    assert named("packages", str(MINOR_MAX)) == []
    assert named("packages", str(MINOR_MAX + 1)) == [(0, "NUM-05")]


def test_a_nought_with_a_sign_is_nought():
    assert read_as("item_value_micro", "item_value_amount", "-0", "-0.00") == [0, 0]


def test_a_list_without_any_figure_is_read():
    read = typed(text_rows({"consignment_id": "X1", "mode": "Post"}))

    assert read.rows.select("consignment_id", "mode").rows() == [("X1", "post")]
    assert read.is_good.to_list() == [True]
