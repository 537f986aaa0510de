"""Messages of ten gigabytes take no more memory than those of one."""

import shutil

import pytest

from bench.messages import FORMS
from bench.volume import GB, measured

SIZE = 10 * GB
PEAK_MIB = 1024


def small_room(folder):
    return shutil.disk_usage(folder).free < 2 * SIZE


@pytest.mark.slow
@pytest.mark.parametrize("form", list(FORMS))
def test_ten_gigabytes_are_read_typed_and_written_within_a_gibibyte(tmp_path, form):
    if small_room(tmp_path):
        pytest.skip("needs 20 GB of room on the disk")

    told = measured(form, SIZE, tmp_path)

    assert told["bytes"] >= SIZE
    assert told["items"] > told["parcels"]
    assert told["off_the_lists"] == 0
    assert told["peak_mib"] <= PEAK_MIB


def test_a_file_that_repeats_its_parcels_counts_each_turn(tmp_path):
    told = measured("edifact", 250_000, tmp_path, parcels=400)

    assert told["parcels"] == 800
    assert told["items"] == 800 * 9 // 5
