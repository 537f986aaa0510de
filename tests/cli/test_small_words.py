"""Small commands say in words what they need and what they did."""

from tidewaiter.cli import audit


def test_a_run_without_a_day_says_what_the_day_is_for(say, tmp_path):
    (tmp_path / "list.csv").write_text("consignment_id\nQ-1\n", "utf-8")

    code, _, errors = say("clear", tmp_path / "list.csv", "--to", tmp_path / "out", "--as", "EU")

    assert code == 2
    assert "Say with --on on which day filings are judged that carry none" in errors
    assert not (tmp_path / "out").exists()


def test_one_entry_is_one_entry(capsys, monkeypatch, tmp_path):
    for count, words in ((1, "1 entry written into"), (2, "2 entries written into")):
        monkeypatch.setattr("tidewaiter.service.audit.export", lambda _to, told=count: told)

        assert audit.export(to=tmp_path) == 0
        assert words in capsys.readouterr().out
