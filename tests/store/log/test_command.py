"""``tidewaiter audit`` at the terminal, over a log of this installation."""

import json
from contextlib import nullcontext

import pytest

from tests.builders_log import a_whole_log
from tidewaiter.cli import main
from tidewaiter.service import audit


@pytest.fixture
def installed(place, monkeypatch):
    """The log as the one of this installation."""
    a_whole_log(place)
    monkeypatch.setattr(audit, "for_one_act", lambda: nullcontext(place.database))
    monkeypatch.setattr(audit, "home_folder", lambda: place.home)
    return place


def said(capsys, *words):
    code = main(["audit", *map(str, words)])
    told = capsys.readouterr()
    return code, " ".join((told.out + told.err).split())


def test_the_log_of_this_installation_is_verified(installed, capsys):
    code, words = said(capsys, "verify")

    assert code == 0
    assert "The log is whole: 295 entries, 3 checkpoints, 3 batches of 12,015 rows, 3 events." in words


def test_a_log_that_is_not_whole_says_where_and_exits_with_one(installed, capsys):
    with installed.master() as master:
        master.execute("set session_replication_role = replica")
        master.execute("update log_entry set prev = leaf where seq = 77")

    code, words = said(capsys, "verify")
    assert (code, "entry 77: was changed" in words) == (1, True)
    code, words = said(capsys, "verify", "--json")
    assert (code, json.loads(words)["faults"][0]["place"]) == (1, "entry 77")


def test_an_export_and_a_proof_are_written_and_verified_by_the_same_command(installed, capsys, tmp_path):
    assert said(capsys, "export", "--to", tmp_path / "out")[0] == 0
    assert said(capsys, "proof", "--batch", "large", "--row", 5, "--to", tmp_path / "row.json")[0] == 0
    assert said(capsys, "proof", "--entry", 3, "--to", tmp_path / "act.json")[0] == 0

    for path in ("out", "row.json", "act.json"):
        code, words = said(capsys, "verify", tmp_path / path, "--key", str(installed.signer().key))
        assert (code, "is whole" in words) == (0, True)


def test_signing_changing_the_key_and_witnessing(installed, capsys, tmp_path):
    installed.act(1)
    assert said(capsys, "sign")[0] == 0
    code, words = said(capsys, "change-key")
    assert (code, str(installed.signer().key) in words) == (0, True)
    assert said(capsys, "sign")[0] == 0

    witness = ["witness", installed.folder, "--key", str(installed.signer().key), "--seen", tmp_path / "seen",
               "--own-key", tmp_path / "own.pem", "--name", "auditor.example"]  # fmt: skip
    assert said(capsys, *witness)[0] == 0
    code, words = said(capsys, *witness)
    assert (code, ": 297 entries of example.org/log." in words) == (0, True)
    assert said(capsys, "verify", "--seen", tmp_path / "seen")[0] == 0


@pytest.mark.parametrize("words", [["--entry", 1, "--batch", "b"], ["--batch", "b"], ["--row", 1], []])
def test_a_proof_of_nothing_or_of_two_things_is_wrong_use(words, capsys, tmp_path):
    code, told = said(capsys, "proof", *words, "--to", tmp_path / "proof")

    assert (code, "Name what is to be proven" in told) == (2, True)


def test_what_is_not_there_cannot_be_verified(capsys, tmp_path):
    code, told = said(capsys, "verify", tmp_path / "nowhere")

    assert (code, "is not there" in told) == (2, True)
