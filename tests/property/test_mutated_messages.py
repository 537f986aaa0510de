"""Messages changed at random, many a file: each is rows or one reject, whatever happened to it and its neighbours."""

import pytest

from tests.builders_mutated import FILES, PER_FILE, mutated_files
from tests.builders_reading import read_all, written
from tidewaiter.model.errors import UnusableInput
from tidewaiter.service import discovery

SHEETS = [*discovery.sender_sheets().values()]
IN_CI = 5_000
IN_CAMPAIGN = 12_500


def accounted(folder, name, seed, messages):
    """How many messages were taken and how many set aside; ``read_all`` holds them against all there are."""
    taken = aside = refused = 0
    for content in mutated_files(name, seed, messages):
        try:
            found = read_all(written(folder, content, name), *SHEETS, block_bytes=1 << 16)
        except UnusableInput:
            refused += 1
            continue
        taken += found.rows["source_position"].n_unique()
        aside += found.rejects.height
        if name == "list.ndjson":
            assert found.reading.source_rows == sum(1 for line in content.split(b"\n") if line.strip())
        if name in {"list.edi", "list.xml"}:
            assert found.reading.source_rows == PER_FILE
    return taken, aside, refused


@pytest.mark.parametrize("name", list(FILES))
def test_twenty_thousand_mutated_messages_are_all_accounted_for(tmp_path, name):
    taken, aside, refused = accounted(tmp_path, name, 1, IN_CI)

    assert taken > IN_CI // 10
    assert aside > 0 or name == "list.xml"
    assert refused <= 2, "a file refused whole proves nothing about its messages"


@pytest.mark.slow
@pytest.mark.parametrize("name", list(FILES))
@pytest.mark.parametrize("seed", range(2, 22))
def test_a_million_mutated_messages_are_all_accounted_for(tmp_path, name, seed):
    assert sum(accounted(tmp_path, name, seed, IN_CAMPAIGN)) > IN_CAMPAIGN // 2
