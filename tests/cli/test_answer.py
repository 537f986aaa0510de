"""Answering the sender of a run through the door."""

import json

from tests.builders_runs import a_list, a_row, cleared, written


def test_an_answer_goes_to_the_pipe_or_to_a_file_that_is_whole(capsys, say, tmp_path):
    folder = cleared(capsys, tmp_path / "run", written(tmp_path, a_list(a_row()))).target

    code, told, _ = say("answer", folder, "--dialect", "json", "--to", tmp_path / "answer.json")

    assert (code, told) == (0, "")
    answer = json.loads((tmp_path / "answer.json").read_text(encoding="utf-8"))
    assert [filing["consignment_id"] for filing in answer["answers"]] == ["A1"]
    assert [path.name for path in tmp_path.iterdir() if path.name.startswith(".answer")] == []


def test_a_file_that_is_there_is_left_alone(capsys, say, tmp_path):
    folder = cleared(capsys, tmp_path / "run", written(tmp_path, a_list(a_row()))).target
    (tmp_path / "answer.csv").write_text("mine", encoding="utf-8")

    code, _, error = say("answer", folder, "--dialect", "csv", "--to", tmp_path / "answer.csv")

    assert (code, "is there already" in error) == (2, True)
    assert (tmp_path / "answer.csv").read_text(encoding="utf-8") == "mine"


def test_a_folder_without_a_run_is_refused(say, tmp_path):
    assert say("answer", tmp_path)[0] == 2
