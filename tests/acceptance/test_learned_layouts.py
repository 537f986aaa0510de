"""Layouts that nobody has seen: what their columns mean is proposed rightly, and the sheet reads the file."""

import pytest

from tests.builders_couriers import a_courier
from tests.builders_layouts import LOTS, a_layout
from tidewaiter.kit.format import read_sender_sheet
from tidewaiter.model.columns import BY_DOOR
from tidewaiter.service.file_check import check_file
from tidewaiter.service.learning import learn_format, write_sheet

TEN = range(7_000, 7_010)


def learned(tmp_path, layout):
    file = tmp_path / "list.csv"
    file.write_text(layout.text, encoding="utf-8")
    return file, learn_format(file)


def right(told, layout):
    """For each column of the file whether the field proposed first is the true one; of a courier's own: none."""
    return [next(iter(one.fields), None) == layout.truth.get(one.column) for one in told.proposals]


@pytest.mark.parametrize("lot", list(LOTS))
def test_nine_of_ten_columns_of_ten_layouts_are_proposed_rightly(tmp_path, lot):
    marks = []
    for seed in TEN:
        layout = a_layout(seed, lot)
        marks += right(learned(tmp_path, layout)[1], layout)

    assert len(marks) > 200
    assert sum(marks) / len(marks) >= 0.90


def test_nine_of_ten_columns_of_ten_couriers_are_proposed_rightly(tmp_path):
    marks = []
    for seed in range(100, 110):
        layout = a_courier(seed)
        told = learned(tmp_path, layout)[1]
        marks += [next(iter(one.fields), None) in layout.truth[one.column] for one in told.proposals]

    assert len(marks) > 200
    assert sum(marks) / len(marks) >= 0.90


@pytest.mark.parametrize("seed", TEN)
def test_units_decimals_and_days_are_seen_in_the_values(tmp_path, seed):
    layout = a_layout(seed)

    _, told = learned(tmp_path, layout)

    found = {name for one in told.proposals for name in one.fields}
    assert told.draft.decimal == layout.decimal
    assert {name: unit for name, unit in layout.units.items() if name in found} == {
        name: unit for name, unit in told.draft.units.items() if name in layout.units
    }
    if "order_at" in found:
        assert told.draft.dates == layout.dates


@pytest.mark.parametrize("seed", TEN)
def test_the_sheet_is_right_and_its_file_reads_by_it_without_a_fault(tmp_path, seed):
    layout = a_layout(seed)
    file, told = learned(tmp_path, layout)

    write_sheet(told, tmp_path / "sheet.toml")

    sheet = read_sender_sheet((tmp_path / "sheet.toml").read_text(encoding="utf-8"))
    checked = check_file(file, sheet=str(tmp_path / "sheet.toml"))
    assert set(sheet.columns) == {one.column for one in told.proposals if one.fields}
    assert {name for fields in sheet.columns.values() for name in fields} <= set(BY_DOOR)
    assert [fault.sentence for fault in checked.faults] == []
    assert checked.consignments["accepted"] == 60
