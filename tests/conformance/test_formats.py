"""Every sender sheet reads its own made-up files as its answers say; garbage gives a sentence, never a crash."""

import random

import pytest

from tidewaiter.model.errors import UnusableInput
from tidewaiter.runners.reading import Source, open_source
from tidewaiter.service.discovery import sender_sheet_in, sender_sheets
from tidewaiter.service.pack_check import faults_of
from tools.source import PACKS

HOUSE = PACKS / "formats"
FOLDERS = sorted(path.parent for path in HOUSE.glob("*/sheet.toml"))
SAMPLES = sorted(path for folder in FOLDERS for path in (folder / "cases").iterdir() if path.suffix != ".toml")
each_format = pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
each_sample = pytest.mark.parametrize("sample", SAMPLES, ids=lambda sample: f"{sample.parts[-3]}/{sample.name}")


def rows_of(path, sheet):
    """How many rows and rejects a file gives; none where it is refused as a whole."""
    try:
        batches = list(open_source(Source(path, path.name), [sheet]).batches())
    except UnusableInput:
        return None
    return sum(batch.rows.height for batch in batches), sum(batch.rejects.height for batch in batches)


@each_format
def test_a_format_reads_its_own_cases_as_their_answers_say(folder):
    assert faults_of(folder, "formats") == []


@each_format
def test_a_format_is_called_like_its_folder(folder):
    assert sender_sheet_in(folder).name == folder.name
    assert folder.name in sender_sheets()


@each_sample
def test_a_sample_cut_anywhere_is_read_or_refused_with_a_sentence(sample, tmp_path):
    sheet, whole = sender_sheet_in(sample.parents[1]), sample.read_bytes()
    full = sum(rows_of(sample, sheet))

    for end in range(0, len(whole), 97):
        cut = tmp_path / sample.name
        cut.write_bytes(whole[:end])

        told = rows_of(cut, sheet)

        assert told is None or sum(told) <= full


@each_sample
@pytest.mark.parametrize("seed", range(3))
def test_a_sample_with_bytes_turned_is_read_or_refused_with_a_sentence(sample, seed, tmp_path):
    sheet, chance = sender_sheet_in(sample.parents[1]), random.Random(seed)
    for _ in range(10):
        bent = bytearray(sample.read_bytes())
        for _ in range(8):
            bent[chance.randrange(len(bent))] = chance.choice(b'\x00"{},;\n\xff')
        path = tmp_path / sample.name
        path.write_bytes(bytes(bent))

        told = rows_of(path, sheet)

        assert told is None or min(told) >= 0
