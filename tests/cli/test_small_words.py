"""Small commands say in words what they need and what they did."""

from tidewaiter.cli import audit
from tidewaiter.cli.imported import change_lines


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


def test_a_change_far_behind_in_a_long_text_is_shown_and_not_cut_off():
    same = "16.5% | Free (AU, BH, CL, CO, IL, JO, KR, MA, OM, P, PA, PE"
    changed = {"key": "61091000", "change": "changed", "before": f"{same}, S, SG) | 90%", "after": f"{same}, S) | 90%"}

    _, line = change_lines([changed])

    assert "PA, PE, S, SG) | 90%" in line
    assert line.rstrip().endswith("PA, PE, S) | 90%")
    assert "16.5%" not in line


def test_short_texts_and_new_ones_are_shown_whole():
    _, first, second = change_lines([
        {"key": "1", "change": "changed", "before": "5 %", "after": "6 %"},
        {"key": "2", "change": "added", "before": None, "after": "x" * 50},
    ])  # fmt: skip

    assert first.split() == ["1", "changed", "5", "%", "6", "%"]
    assert second.split() == ["2", "added", f"{'x' * 37}..."]
