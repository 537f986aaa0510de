"""Learning a layout through the door: proposed, confirmed by a person, written."""

import io
import json

import pytest

from tests.builders_runs import written
from tests.builders_xlsx import a_workbook

LIST = "Tracking No;Empfänger;PLZ;Warenwert;Whatnot\nA1;Anna Berg;89073;12,50;x\nA2;Jean Petit;50667;7,00;y\n"


class Terminal(io.StringIO):
    def isatty(self):
        return True


@pytest.fixture
def typing(monkeypatch):
    def typed(*lines):
        monkeypatch.setattr("sys.stdin", Terminal("".join(f"{line}\n" for line in lines)))

    return typed


def test_a_proposal_is_told_with_confidence_and_examples(say, tmp_path):
    code, told, _ = say("formats", "learn", written(tmp_path, LIST))

    assert code == 0
    assert "consignment_id, parcel_id" in told
    assert "89073; 50667" in told
    assert "Nobody knows" in told
    assert "Whatnot" in told


def test_the_proposal_is_json_for_a_program(say, tmp_path):
    _, told, _ = say("formats", "learn", written(tmp_path, LIST), "--json")

    answer = json.loads(told)
    assert answer["unmapped"] == ["Whatnot"]
    assert (answer["decimal"], answer["missing"]) == (",", "")
    assert {"column", "fields", "confidence", "examples", "others"} == set(answer["columns"][0])


def test_a_written_sheet_passes_the_check_and_reads_its_file(say, tmp_path):
    file, sheet = written(tmp_path, LIST), tmp_path / "sheet.toml"

    assert say("formats", "learn", file, "--to", sheet, "--yes", "--name", "harbour")[0] == 0
    assert say("formats", "check", sheet)[0] == 0
    _, told, _ = say("formats", "check", file, "--sheet", sheet)

    assert "2 filings would be accepted, 0 not" in told
    assert 'name = "harbour"' in sheet.read_text(encoding="utf-8")


def test_nothing_is_written_where_nobody_can_confirm(say, tmp_path):
    code, _, error = say("formats", "learn", written(tmp_path, LIST), "--to", tmp_path / "sheet.toml")

    assert (code, "--yes" in error) == (2, True)
    assert not (tmp_path / "sheet.toml").exists()


def test_a_person_is_asked_about_what_is_not_sure_and_decides(say, typing, tmp_path):
    typing("item_brand")

    code, _, error = say("formats", "learn", written(tmp_path, LIST), "--to", tmp_path / "sheet.toml")

    assert (code, error) == (0, "")
    assert 'Whatnot = "item_brand"' in (tmp_path / "sheet.toml").read_text(encoding="utf-8")


def test_an_empty_answer_keeps_the_proposal(say, typing, tmp_path):
    typing("")

    assert say("formats", "learn", written(tmp_path, LIST), "--to", tmp_path / "sheet.toml")[0] == 0
    assert "Whatnot" not in (tmp_path / "sheet.toml").read_text(encoding="utf-8")


def test_a_field_that_is_none_is_refused_and_nothing_written(say, typing, tmp_path):
    typing("colour")

    code, _, error = say("formats", "learn", written(tmp_path, LIST), "--to", tmp_path / "sheet.toml")

    assert (code, "no canonical field" in error) == (2, True)


def test_a_sheet_that_is_there_is_left_alone(say, tmp_path):
    sheet = written(tmp_path, "mine", "sheet.toml")

    assert say("formats", "learn", written(tmp_path, LIST), "--to", sheet, "--yes")[0] == 2
    assert sheet.read_text(encoding="utf-8") == "mine"


def test_a_layout_that_names_no_filing_is_no_sheet_yet(say, tmp_path):
    file = written(tmp_path, "Net Weight,Valeur\n1.5,3.20\n1.5,7\n")

    code, told, error = say("formats", "learn", file, "--to", tmp_path / "sheet.toml", "--yes")

    assert (code, "no column fills consignment_id" in error) == (2, True)
    assert "Net Weight" in told


def test_workbooks_and_nested_messages_are_learned_too(say, tmp_path):
    book = written(tmp_path, a_workbook([["List"], ["Waybill", "Goods"], ["A1", "toy"], ["A2", "mug"]]), "list.xlsx")
    lines = '{"parcelNo": "A1", "positions": [{"desc": "toy", "qty": 1}, {"desc": "cup", "qty": 2}]}\n'
    nested = written(tmp_path, lines + lines.replace("A1", "A2"), "list.ndjson")

    _, told, _ = say("formats", "learn", book, "--json")
    _, inner, _ = say("formats", "learn", nested, "--to", tmp_path / "nested.toml", "--yes", "--json")

    assert [column["fields"][0] for column in json.loads(told)["columns"]] == ["consignment_id", "item_description"]
    assert 'items = "positions"' in json.loads(inner)["sheet"]
    assert "2 filings would be accepted" in say("formats", "check", nested, "--sheet", tmp_path / "nested.toml")[1]


def test_a_file_without_rows_teaches_nothing(say, tmp_path):
    code, _, error = say("formats", "learn", written(tmp_path, "Tracking No;PLZ\n"))

    assert (code, "no row to learn from" in error) == (3, True)
