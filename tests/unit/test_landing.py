"""Originals are kept by the hash of their bytes, and what is parsed is what was hashed."""

from hashlib import sha256

import pytest

from tests.builders_reading import written
from tidewaiter.model.errors import EnvironmentFault, UnusableInput
from tidewaiter.runners.landing import hashed, land
from tidewaiter.runners.reading import Source


def test_an_original_is_kept_byte_for_byte_under_its_hash(tmp_path):
    content = bytes(range(256)) * 40_000
    digest = sha256(content).hexdigest()

    [landed] = land(hashed([written(tmp_path, content)]), tmp_path / "originals")

    assert landed.source.path == tmp_path / "originals" / digest
    assert landed.source.path.read_bytes() == content
    assert (landed.source.name, landed.sha256, landed.bytes) == ("list.csv", digest, len(content))


def test_equal_originals_share_one_copy_and_keep_their_names(tmp_path):
    sources = [written(tmp_path, "same", "a.csv"), written(tmp_path, "same", "b.csv")]

    landed = land(hashed(sources), tmp_path / "originals")

    assert [original.source.name for original in landed] == ["a.csv", "b.csv"]
    assert len(list((tmp_path / "originals").iterdir())) == 1


def test_the_member_of_an_archive_is_still_known_by_its_name(tmp_path):
    path = written(tmp_path, "x", "day.zip").path

    [landed] = land(hashed([Source(path, "day.zip/a.csv", "a.csv")]), tmp_path / "originals")

    assert landed.source.member == "a.csv"


def test_a_file_that_changes_while_it_is_read_is_refused(tmp_path):
    source = written(tmp_path, "before")
    told = hashed([source])
    source.path.write_text("after!")

    with pytest.raises(UnusableInput, match=r"list\.csv changed while it was read"):
        land(told, tmp_path / "originals")


def test_a_place_that_cannot_be_written_is_told_plainly(tmp_path):
    source = written(tmp_path, "x")
    written(tmp_path, "in the way", "originals")

    with pytest.raises(EnvironmentFault, match="Cannot write"):
        land(hashed([source]), tmp_path / "originals")
