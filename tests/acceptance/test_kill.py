"""A run that is killed leaves no result, or the whole one; the next run of the same order gives the same files."""

import json
import os
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


def parts_of(target: Path) -> dict[str, int]:
    """The chunks a killed run has finished, each by the number of its folder on the disk."""
    parts = target.parent / f".{target.name}.partial" / ".scratch" / "parts"
    whole = [path for path in parts.glob("*") if not path.name.endswith(".half")] if parts.is_dir() else []
    return {path.name: path.stat().st_ino for path in whole}


def killed_once_there_are(chunks: int, words: list[str], target: Path, extra_s: float = 0.0) -> None:
    """Start the command and kill it as soon as so many chunks are finished, or a little later: inside a chunk."""
    process = started(words)
    while process.poll() is None and len(parts_of(target)) < chunks:
        time.sleep(0.002)
    time.sleep(extra_s)
    process.send_signal(signal.SIGKILL)
    process.communicate()


def test_a_killed_run_goes_on_where_it_stopped(sample, tmp_path, capsys):
    target, words = tmp_path / "out", words_of([sample], tmp_path / "out", *CHUNK)

    killed_once_there_are(2, words, target)
    first = parts_of(target)
    killed_once_there_are(len(first) + 1, words, target, extra_s=0.01)
    second = parts_of(target)

    assert len(first) >= 2
    assert len(second) > len(first)
    assert first.items() <= second.items(), "a finished chunk was cleared again"
    cleared(capsys, target, sample, more=CHUNK)
    cleared(capsys, tmp_path / "whole", sample, more=CHUNK)
    assert hashes_of(target) == hashes_of(tmp_path / "whole")
    assert beside(target) == ["out"]


def test_another_cut_of_the_work_begins_anew(sample, tmp_path, capsys):
    target = tmp_path / "out"
    killed_once_there_are(1, words_of([sample], target, *CHUNK), target)

    done = cleared(capsys, target, sample, more=("--chunk-rows", "700"))
    cleared(capsys, tmp_path / "whole", sample, more=("--chunk-rows", "700"))

    assert done.code == 0
    assert hashes_of(target) == hashes_of(tmp_path / "whole")


@pytest.mark.slow
def test_fifty_kills_at_borders_and_inside_chunks_of_a_large_run_change_nothing(tmp_path, capsys):
    parcels = int(os.environ.get("TIDEWAITER_KILLED_PARCELS", "5000000"))
    day = write_sample(tmp_path, parcels, 12, "EU", date(2026, 10, 20), form="parquet")
    whole, target, chance = tmp_path / "whole", tmp_path / "out", random.Random(50)
    assert cleared(capsys, whole, day).code == 0
    chunks = sorted(chance.sample(range(1, parcels // 50_000), min(50, parcels // 50_000 - 1)))

    for number, border in enumerate(chunks):
        inside_s = chance.uniform(0.1, 1.0) if number % 2 else 0.0
        killed_once_there_are(border, words_of([day], target), target, extra_s=inside_s)

    assert not target.exists()
    done = cleared(capsys, target, day)
    assert done.code == 0, done.told
    assert lasting(target) == lasting(whole)


def lasting(folder: Path) -> dict[str, object]:
    """Every file of a run, but for what follows from how long it took: the clock of the summary, drawn in the report.

    Minutes lie between a run of millions and the last piece of one that was killed; smaller runs are compared whole.
    """
    told = json.loads((folder / "summary.json").read_text(encoding="utf-8"))
    told.pop("timing")
    files = {name: sha for name, sha in hashes_of(folder).items() if name not in {"summary.json", "report.html"}}
    return {**files, "summary": told}


def test_two_runs_into_one_folder_at_once_never_mix(sample, tmp_path):
    target = tmp_path / "out"

    both = [started(words_of([sample], target, *CHUNK)) for _ in range(2)]
    told = [process.communicate()[1] for process in both]

    codes = sorted(process.returncode for process in both)
    assert codes in ([0, 0], [0, 2])
    assert codes == [0, 0] or any("Another run is writing" in words for words in told)
    assert (target / RECEIPT).is_file()
    assert beside(target) == ["out"]
