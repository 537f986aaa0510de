"""A run that is killed leaves no result, or the whole one; the next run of the same order gives the same files."""

import random
import signal
import subprocess
import time
from datetime import date
from pathlib import Path

import pytest

from tests.builders_runs import beside, cleared, hashes_of, started, words_of, written
from tidewaiter.runners.workspace import RECEIPT
from tidewaiter.world.write import write_sample

PARCELS = 2_000
CHUNK = ("--chunk-rows", "400")
FEW, MANY = 10, 100


@pytest.fixture(scope="module")
def sample(tmp_path_factory):
    return write_sample(tmp_path_factory.mktemp("day"), PARCELS, 11, "EU", date(2026, 10, 20))


def killed_after(delay_s: float, words: list[str]) -> bool:
    """Start the command, kill it when ``delay_s`` have passed; true where it still ran then."""
    process = started(words)
    try:
        process.wait(timeout=delay_s)
    except subprocess.TimeoutExpired:
        process.send_signal(signal.SIGKILL)
    process.communicate()
    return process.returncode == -signal.SIGKILL


def state_of(target: Path, whole: dict[str, str]) -> str:
    """What a kill left: ``nothing``, ``scratch`` files, or the ``whole`` result; anything else is a fault."""
    if target.exists():
        assert hashes_of(target) == whole, "a result that is not the whole one is visible"
        return "whole"
    return "scratch" if f".{target.name}.partial" in beside(target) else "nothing"


def campaign(sample: Path, folder: Path, capsys, points: int, seed: int) -> list[str]:
    """Kill at random points, look, run again, compare; the states the kills left."""
    begun = time.monotonic()
    process = started(words_of([sample], folder / "whole", *CHUNK))
    process.communicate()
    lasts_s = time.monotonic() - begun
    whole = hashes_of(folder / "whole")
    assert process.returncode == 0
    assert RECEIPT in whole
    chance, states = random.Random(seed), []
    for point in range(points):
        target = folder / f"out-{point}"
        killed_after(chance.uniform(0, lasts_s), words_of([sample], target, *CHUNK))
        states.append(state_of(target, whole))
        again = cleared(capsys, target, sample, more=CHUNK)
        assert again.code == 0, again.told
        assert hashes_of(target) == whole
        assert beside(target) == [target.name]
    return states


def test_a_killed_run_leaves_nothing_half_and_the_next_one_is_the_same(sample, tmp_path, capsys):
    states = campaign(sample, tmp_path, capsys, FEW, seed=1)

    assert len(states) == FEW
    assert set(states) & {"scratch", "nothing"}


@pytest.mark.slow
def test_a_hundred_kills_leave_nothing_half_and_the_next_run_is_the_same(sample, tmp_path, capsys):
    states = campaign(sample, tmp_path, capsys, MANY, seed=2)

    assert states.count("scratch") >= MANY // 5, "too few kills came while files were being written"


def test_a_run_killed_again_and_again_into_one_folder_ends_as_if_never_killed(sample, tmp_path, capsys):
    target, chance = tmp_path / "out", random.Random(5)

    for _ in range(3):
        killed_after(chance.uniform(0.5, 1.2), words_of([sample], target, *CHUNK))
    cleared(capsys, target, sample, more=CHUNK)
    cleared(capsys, tmp_path / "whole", sample, more=CHUNK)

    assert hashes_of(target) == hashes_of(tmp_path / "whole")


def test_what_a_dead_run_left_is_thrown_away_and_never_read(sample, tmp_path, capsys):
    target = tmp_path / "out"
    for name in ("receipt.json", "consignments.parquet", "originals/x", ".scratch/spool/batch-000000.arrow"):
        written(tmp_path / ".out.partial", "left over", name)
    written(tmp_path, "", ".out.lock")

    done = cleared(capsys, target, sample, more=CHUNK)
    cleared(capsys, tmp_path / "whole", sample, more=CHUNK)

    assert done.code == 0
    assert hashes_of(target) == hashes_of(tmp_path / "whole")
    assert beside(target) == ["out"]


def test_two_runs_into_one_folder_at_once_never_mix(sample, tmp_path):
    target = tmp_path / "out"

    both = [started(words_of([sample], target, *CHUNK)) for _ in range(2)]
    told = [process.communicate()[1] for process in both]

    codes = sorted(process.returncode for process in both)
    assert codes in ([0, 0], [0, 2])
    assert codes == [0, 0] or any("Another run is writing" in words for words in told)
    assert (target / RECEIPT).is_file()
    assert beside(target) == ["out"]
