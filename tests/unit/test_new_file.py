"""A file of secrets is whole or not there."""

import stat

import pytest

from tidewaiter.store import new_file
from tidewaiter.store.new_file import put_new


def test_a_file_is_put_whole_and_closed_to_others(tmp_path):
    put_new(tmp_path / "keys" / "log.pem", b"key")

    assert (tmp_path / "keys" / "log.pem").read_bytes() == b"key"
    assert stat.S_IMODE((tmp_path / "keys" / "log.pem").stat().st_mode) == 0o600
    assert [path.name for path in (tmp_path / "keys").iterdir()] == ["log.pem"]


def test_one_that_is_there_stays_as_it_is(tmp_path):
    put_new(tmp_path / "key", b"first")

    with pytest.raises(FileExistsError):
        put_new(tmp_path / "key", b"second")
    assert (tmp_path / "key").read_bytes() == b"first"
    assert [path.name for path in tmp_path.iterdir()] == ["key"]


def test_a_maker_that_dies_before_the_end_leaves_no_file(tmp_path, monkeypatch):
    def die(_handle):
        raise OSError("no room")

    monkeypatch.setattr(new_file.os, "fsync", die)

    with pytest.raises(OSError, match="no room"):
        put_new(tmp_path / "key", b"key")
    assert [path.name for path in tmp_path.iterdir()] == []
