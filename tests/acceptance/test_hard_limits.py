"""What exceeds the machine, a line without end or a disk without room, ends in a sentence and leaves nothing behind."""

import gzip
import os
import random
import subprocess
import sys
from pathlib import Path

import pytest

from tests.builders_runs import HEADER, a_list, a_row, beside, hashes_of, started, words_of, written
from tidewaiter.runners.workspace import RECEIPT

GIB_2 = 2 << 30
PEAK_MIB = 700
"""Loaded libraries alone take about 250 MiB; a line of 2 GiB held once would show at once."""

ENVIRONMENT, UNUSABLE = 4, 3
NO_ROOM = """
import atexit, resource
most = resource.getrlimit(resource.RLIMIT_FSIZE)[1]
atexit.register(resource.setrlimit, resource.RLIMIT_FSIZE, (most, most))
resource.setrlimit(resource.RLIMIT_FSIZE, ({0}, most))
"""
"""No file may grow beyond so many bytes: what a full disk does to a process, wherever it happens to write.

There is room again once the command has ended, for whatever measures coverage around it.
"""


def finished(words: list[str], prelude: str = "") -> tuple[int, str, float]:
    """Exit code, words and peak memory in MiB of a call in a process of its own."""
    process = started(words, prelude)
    told = process.communicate(timeout=240)[1]
    peak = [int(line.split()[1]) / 1024 for line in told.splitlines() if line.startswith("VmHWM")]
    return process.returncode, told, peak[0] if peak else 0.0


def endless_gzip(path: Path) -> Path:
    """A header and one line of 2 GiB, packed less than a thousandfold: one packed stretch, repeated."""
    chance = random.Random(7)
    stretch = b"".join(chance.randbytes(1 << 9).hex().encode() + b"a" * ((1 << 20) - (1 << 10)) for _ in range(16))
    packed = gzip.compress(stretch, 1)
    with path.open("wb") as file:
        file.write(gzip.compress(f"{a_list(a_row())}A2,post,".encode()))
        for _ in range(GIB_2 // len(stretch)):
            file.write(packed)
    return path


def endless_sparse(path: Path) -> Path:
    """A header and one line of 2 GiB of NUL bytes that take no room on the disk."""
    with path.open("wb") as file:
        file.write(f"{HEADER}\nA1,post,".encode())
        file.truncate(GIB_2)
    return path


def endless_json(path: Path) -> Path:
    """One object that never ends."""
    packed = gzip.compress(os.urandom(1 << 20).hex().encode() * 8, 1)
    with path.open("wb") as file:
        file.write(gzip.compress(b'{"consignment_id": "'))
        for _ in range(8):
            file.write(packed)
    return path


@pytest.mark.parametrize("made", [endless_gzip, endless_json, pytest.param(endless_sparse, marks=pytest.mark.slow)])
def test_a_line_without_end_is_refused_in_bounded_memory(made, tmp_path):
    ending = ".ndjson.gz" if made is endless_json else ".csv.gz" if made is endless_gzip else ".csv"
    source = made(tmp_path / f"endless{ending}")

    code, told, peak_mib = finished(words_of([source], tmp_path / "out"))

    assert code == UNUSABLE, told
    assert "MiB" in told
    assert beside(tmp_path / "out") == []
    assert peak_mib < PEAK_MIB


LIST = a_list(*(a_row(consignment_id=f"B{number}") for number in range(3_000)))


def test_a_disk_without_room_is_told_plainly_wherever_it_runs_full(tmp_path):
    source = written(tmp_path, LIST)
    size = source.stat().st_size
    calm, _, _ = finished(words_of([source], tmp_path / "calm"))
    largest = max(path.stat().st_size for path in (tmp_path / "calm").rglob("*") if path.is_file())

    codes = []
    for room in (0, 100, 2_000, 20_000, 60_000, size, 2 * size, 4 * largest):
        target = tmp_path / f"out-{room}"
        code, told, _ = finished(words_of([source], target), NO_ROOM.format(room))
        codes.append(code)
        if code:
            assert code == ENVIRONMENT, told
            assert "Traceback" not in told
            assert "tidewaiter: " in told
            assert beside(target) == []
        else:
            assert (target / RECEIPT).is_file()

    assert calm == 0
    assert codes[0] == ENVIRONMENT
    assert codes == sorted(codes, reverse=True), "more room never makes it worse"


def test_a_run_that_found_no_room_leaves_the_way_free_for_the_next(tmp_path):
    source, target = written(tmp_path, LIST), tmp_path / "out"

    first, _, _ = finished(words_of([source], target), NO_ROOM.format(30_000))
    second, _, _ = finished(words_of([source], target))
    other, _, _ = finished(words_of([source], tmp_path / "other"))

    assert (first, second, other) == (ENVIRONMENT, 0, 0)
    assert hashes_of(target) == hashes_of(tmp_path / "other")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs /dev/full")
def test_a_terminal_that_takes_no_words_does_not_undo_a_finished_run(tmp_path):
    source, target = written(tmp_path, LIST), tmp_path / "out"

    with Path("/dev/full").open("w") as full:
        process = started(
            words_of([source], target), f"import os\nos.dup2({full.fileno()}, 1)", pass_fds=(full.fileno(),)
        )
        told = process.communicate(timeout=120)[1]

    assert (target / RECEIPT).is_file()
    assert process.returncode == ENVIRONMENT
    assert "No space left" in told


READ_WHOLE = """
import sys
from pathlib import Path
from tidewaiter.runners.reading import find_sources, open_source
reading = open_source(find_sources([Path(sys.argv[1])])[0], [])
rows = sum(batch.rows.height for batch in reading.batches())
with open("/proc/self/status") as status:
    print(rows, *(line for line in status if "VmHWM" in line))
"""


@pytest.mark.slow
def test_a_file_of_a_gigabyte_is_read_in_bounded_memory(tmp_path):
    rows = "".join(a_row(consignment_id=f"B{number}", consignee_name="x" * 500) + "\n" for number in range(1 << 14))
    path = tmp_path / "long.csv"
    with path.open("w") as file:
        file.write(f"{HEADER}\n")
        while file.tell() < 1 << 30:
            file.write(rows)

    process = subprocess.run([sys.executable, "-c", READ_WHOLE, path], capture_output=True, text=True, check=True)

    height, _, peak_kib, *_ = process.stdout.split()
    assert int(height) * 500 > 1 << 29
    assert int(peak_kib) < PEAK_MIB * 1024
