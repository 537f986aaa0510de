"""Intake settles every row of every file: on the spool, in quarantine with its reason, or beside what it repeats."""

import pytest

from tests.builders_reading import written, zipped
from tests.builders_runs import HEADER, a_list, a_row
from tidewaiter.model.errors import UnusableInput
from tidewaiter.runners.intake import take_in
from tidewaiter.runners.landing import hashed, land
from tidewaiter.runners.reading import find_sources
from tidewaiter.runners.setting_aside import CONTRADICTION, SPOILT_FILING


def taken(folder, **files):
    """What comes of files by name, as CSV unless the name says otherwise."""
    sources = [written(folder, content, name.replace("_", ".")) for name, content in files.items()]
    return take_in(land(hashed(sources), folder / "originals"), [], None, folder, "S")


def aside(intake):
    return intake.quarantine.select("source_file", "source_position", "code", "pointer", "value").rows()


def test_every_fault_of_a_row_is_told_with_the_row_beside_it(tmp_path):
    intake = taken(tmp_path, a_csv=a_list(a_row(gross_mass_kg="-1", item_value_amount="NaN")))

    assert aside(intake) == [
        ("a.csv", 1, "NUM-03", "item_value_amount", "NaN"),
        ("a.csv", 1, "NUM-04", "gross_mass_kg", "-1"),
    ]
    assert "consignee_name=Anna Berg" in intake.quarantine["original"][0]
    assert intake.source_rows == {"in": 1, "accepted": 0, "duplicates": 0, "quarantined": 1}
    assert intake.counts == {"rows_in": 1, "accepted": 0, "quarantined": 1, "duplicates": 0, "refused": 0}


def test_the_rest_of_a_filing_goes_with_its_spoilt_row(tmp_path):
    intake = taken(tmp_path, a_csv=a_list(a_row(), a_row(item_no="2", gross_mass_kg="-1")))

    assert [row[1:3] for row in aside(intake)] == [(1, "ROW-90"), (2, "NUM-04")]
    assert intake.quarantine["message"][0] == SPOILT_FILING


def test_a_row_that_cannot_be_split_spoils_the_filing_it_still_names(tmp_path):
    intake = taken(tmp_path, a_csv=a_list(a_row(), "a1,post", a_row(consignment_id="A2")))

    assert [row[1:3] for row in aside(intake)] == [(1, "ROW-90"), (2, "ROW-01")]
    assert intake.counts["quarantined"] == 1


def test_rows_that_cannot_be_split_count_as_the_filings_they_name(tmp_path):
    intake = taken(tmp_path, a_csv=a_list("B1,post", "B1,post,2", "B2,post", ",post"))

    assert intake.counts == {"rows_in": 3, "accepted": 0, "quarantined": 3, "duplicates": 0, "refused": 0}
    assert intake.source_rows["quarantined"] == 4


def test_a_spoilt_telling_in_one_file_leaves_the_sound_one_of_another_alone(tmp_path):
    intake = taken(tmp_path, a_csv=a_list("A1,post"), b_csv=a_list(a_row()))

    assert intake.counts == {"rows_in": 2, "accepted": 1, "quarantined": 1, "duplicates": 0, "refused": 0}


def test_files_that_contradict_each_other_are_both_set_aside(tmp_path):
    intake = taken(tmp_path, a_csv=a_list(a_row()), b_csv=a_list(a_row(item_quantity="2")))

    assert [row[:3] for row in aside(intake)] == [("a.csv", 1, "DUP-01"), ("b.csv", 1, "DUP-01")]
    assert set(intake.quarantine["message"]) == {CONTRADICTION}
    assert intake.counts["quarantined"] == 2


@pytest.mark.parametrize(
    "other",
    [{"item_quantity": "2"}, {"item_no": "2", "consignee_name": "Bo Lind"}],
    ids=["one number twice", "two names"],
)
def test_rows_of_one_list_that_contradict_each_other_are_told_as_that_too(tmp_path, other):
    intake = taken(tmp_path, a_csv=a_list(a_row(), a_row(**other)))

    assert [row[1:3] for row in aside(intake)] == [(1, "DUP-01"), (2, "DUP-01")]
    assert all("rows of this filing contradict each other" in message for message in intake.quarantine["message"])


def test_references_that_differ_in_case_alone_are_one(tmp_path):
    intake = taken(tmp_path, a_csv=a_list(a_row(consignment_id="p-1"), a_row(consignment_id="P-1")))

    assert (intake.counts["accepted"], intake.counts["duplicates"]) == (1, 1)


def test_a_filing_over_two_files_is_two_tellings_and_so_a_contradiction(tmp_path):
    intake = taken(tmp_path, a_csv=a_list(a_row()), b_csv=a_list(a_row(item_no="2")))

    assert intake.counts["quarantined"] == 2
    assert intake.counts["accepted"] == 0


def test_a_duplicate_names_the_row_it_repeats(tmp_path):
    intake = taken(
        tmp_path, a_csv=a_list(a_row(), a_row(consignment_id="A2")), b_csv=a_list(a_row(consignment_id="A2"))
    )

    assert intake.duplicates.rows() == [("b.csv", 1, "A2", "a.csv", 2)]


def test_a_source_is_reported_with_all_that_was_found_out(tmp_path):
    intake = taken(tmp_path, a_csv=a_list(a_row() + ",blue", header=HEADER + ",colour"))

    [report] = intake.sources
    assert (report.name, report.sheet, report.carrier, report.encoding) == ("a.csv", "tidewaiter", "csv", "utf-8")
    assert (report.unknown_columns, report.rows, report.member) == (("colour",), 1, "")
    assert intake.spool.read(0)["unmapped"].to_list() == ['{"colour":"blue"}']


def test_the_member_of_an_archive_is_reported(tmp_path):
    packed = written(tmp_path, zipped(**{"in.csv": a_list(a_row()).encode()}), "day.zip")

    intake = take_in(land(hashed(find_sources([packed.path])), tmp_path / "originals"), [], None, tmp_path, "S")

    assert [(report.name, report.member) for report in intake.sources] == [("day.zip/in.csv", "in.csv")]


def test_one_unusable_file_refuses_them_all(tmp_path):
    with pytest.raises(UnusableInput, match=r"b\.csv is empty"):
        taken(tmp_path, a_csv=a_list(a_row()), b_csv="")


def test_nothing_at_all_is_settled_too(tmp_path):
    intake = taken(tmp_path, a_csv=HEADER)

    assert intake.counts["rows_in"] == 0
    assert (intake.quarantine.height, intake.duplicates.height) == (0, 0)
