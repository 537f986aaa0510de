"""Cases of a sender sheet: a file and the rows it must become, and a sentence for every difference."""

import pytest

from tests.acceptance.outside import FORMAT, LIST, LIST_ANSWER, packs_in
from tidewaiter.service.pack_check import faults_of

PACK = "formats/examplia_post"


@pytest.fixture
def pack(tmp_path):
    return packs_in(tmp_path) / "formats" / "examplia_post"


def rewrite(pack, name, text):
    (pack / name).write_text(text, encoding="utf-8")
    return faults_of(pack)


def test_a_sheet_whose_files_read_as_their_answers_say_is_proven(pack):
    assert faults_of(pack) == []


def test_a_sheet_without_cases_proves_nothing(pack):
    (pack / "cases" / "list.csv.toml").unlink()

    assert faults_of(pack) == [
        "It has no cases. Put a made-up file and its answer (list.csv, list.csv.toml) into cases/."
    ]


def test_an_answer_without_its_file_is_told(pack):
    assert "other.csv.toml is the answer to other.csv, which is not there." in rewrite(pack, "cases/other.csv.toml", "")


def test_a_file_that_cannot_be_read_is_told_with_the_reason(pack):
    assert rewrite(pack, "cases/list.csv", "a,b\n1,2\n")[0].startswith("list.csv: it is refused: list.csv starts with")


def test_a_file_that_is_taken_for_another_layout_is_told(pack):
    faults = rewrite(pack, "cases/list.csv", "consignment_id,item_value_amount\nEX-1,1.00\n")

    assert "list.csv: it is taken for the layout tidewaiter" in faults


def test_facts_of_the_answer_hold_for_every_row(pack):
    line = LIST.splitlines()[1]
    answer = (
        f"[facts]{LIST_ANSWER.replace('[[row]]', '')}\n[[row]]\n[[row]]\nconsignment_id = 'EX-2'\nparcel_id = 'EX-2'"
    )
    (pack / "cases" / "list.csv").write_text(f"{LIST}{line.replace('EX-1', 'EX-2')}\n", encoding="utf-8")

    assert rewrite(pack, "cases/list.csv.toml", answer) == []


@pytest.mark.parametrize(
    ("before", "after", "told"),
    [
        ('"0.250"', '"250"', "list.csv: row 1: gross_mass_kg is '0.250', not '250'"),
        ('mode = "post"', "", "list.csv: row 1: mode is 'post', not empty"),
        ("[[row]]", '[[row]]\nflight = "X1"', "list.csv: row 1: flight is empty, not 'X1'"),
        ("[[row]]", "[[row]]\n[[row]]", "list.csv: it has 1 rows, not 2"),
        ("[[row]]", "[[line]]", "list.csv.toml has the parts line; there are facts, row and reject."),
        (
            "[[row]]",
            '[[reject]]\nposition = 2\ncode = "ROW-01"\n[[row]]',
            "list.csv: rejects (position, code) are [], not [(2, 'ROW-01')]",
        ),
    ],
)
def test_an_answer_that_differs_is_told_field_by_field(pack, before, after, told):
    assert told in rewrite(pack, "cases/list.csv.toml", LIST_ANSWER.replace(before, after))


def test_rejected_records_are_part_of_the_answer(pack):
    answer = f'{LIST_ANSWER}\n[[reject]]\nposition = 2\ncode = "ROW-01"\n'
    (pack / "cases" / "list.csv").write_text(f"{LIST}EX-2,B. Person\n", encoding="utf-8")

    assert rewrite(pack, "cases/list.csv.toml", answer) == []
    assert rewrite(pack, "cases/list.csv.toml", answer.replace("ROW-01", "ROW-03")) == [
        "list.csv: rejects (position, code) are [(2, 'ROW-01')], not [(2, 'ROW-03')]"
    ]


def test_a_field_the_sheet_fills_and_no_answer_names_is_unproven(pack):
    sheet = FORMAT.replace("[columns]", '[columns]\nwhere = "consignee_city"')
    sheet = sheet.replace("[units]", '[defaults]\nitem_origin = "CN"\n[units]')

    faults = rewrite(pack, "sheet.toml", sheet)

    assert "consignee_city: no case has it." in faults
    assert "list.csv: row 1: item_origin is 'CN', not empty" in faults
