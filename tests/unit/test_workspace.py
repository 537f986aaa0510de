"""A run's folder appears whole or not at all, and is never written twice."""

import errno
import fcntl
import json

import pytest

from tests.builders_runs import beside
from tidewaiter.model.errors import EnvironmentFault, OutputInUse
from tidewaiter.runners.workspace import RECEIPT, is_finished, told_plainly, workspace

RUN = {"content_hash": "abc", "on": "2026-10-20"}


def write_receipt(folder, run=RUN):
    (folder / RECEIPT).write_text(json.dumps({"run": run}))


def test_what_is_written_appears_when_the_work_is_done(tmp_path):
    target = tmp_path / "deep" / "out"

    with workspace(target, RUN) as folder:
        write_receipt(folder)
        assert not target.exists()

    assert is_finished(target, RUN)
    assert beside(target) == ["out"]


def test_work_that_fails_leaves_nothing(tmp_path):
    target = tmp_path / "out"

    with pytest.raises(ZeroDivisionError), workspace(target, RUN) as folder:
        write_receipt(folder / str(1 // 0))

    assert beside(target) == []


def test_a_finished_run_is_left_as_it_is(tmp_path):
    with workspace(tmp_path / "out", RUN) as folder:
        write_receipt(folder)

    with workspace(tmp_path / "out", RUN) as folder:
        assert folder is None


@pytest.mark.parametrize("other", [{**RUN, "on": "2026-10-21"}, {}])
def test_another_run_in_its_place_is_refused(other, tmp_path):
    target = tmp_path / "out"
    with workspace(target, RUN) as folder:
        write_receipt(folder)

    with pytest.raises(OutputInUse, match="something else than this very run"), workspace(target, other):
        pytest.fail("the folder was given away")

    assert is_finished(target, RUN)


@pytest.mark.parametrize("words", ['{"run": ', "", "[]", '"run"'])
def test_a_broken_receipt_is_refused_by_name(words, tmp_path):
    (tmp_path / RECEIPT).write_text(words)

    with pytest.raises(OutputInUse, match=r"receipt\.json is damaged"):
        is_finished(tmp_path, RUN)


def test_the_scratch_folder_of_a_dead_run_is_thrown_away(tmp_path):
    dead = tmp_path / ".out.partial"
    dead.mkdir()
    (dead / "half.parquet").write_text("half")

    with workspace(tmp_path / "out", RUN) as folder:
        write_receipt(folder)

    assert [path.name for path in (tmp_path / "out").iterdir()] == [RECEIPT]


def test_a_folder_that_another_process_writes_is_refused_and_left_alone(tmp_path):
    target, lock = tmp_path / "out", tmp_path / ".out.lock"
    theirs = tmp_path / ".out.partial"
    theirs.mkdir()
    with lock.open("w") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        with pytest.raises(OutputInUse, match="Another run is writing"), workspace(target, RUN):
            pytest.fail("the folder was given away")

    assert theirs.is_dir()
    assert lock.exists()


def test_an_empty_folder_is_taken(tmp_path):
    (tmp_path / "out").mkdir()

    with workspace(tmp_path / "out", RUN) as folder:
        write_receipt(folder)

    assert is_finished(tmp_path / "out", RUN)


def test_what_the_machine_refuses_becomes_a_sentence(tmp_path):
    with pytest.raises(EnvironmentFault, match=r"No space left on device.*Free some space"), told_plainly(tmp_path):
        raise OSError(28, "No space left on device")


@pytest.mark.parametrize(
    ("number", "told"),
    [
        (errno.ENOENT, "There is no such folder"),
        (errno.ENOTDIR, "A file stands where"),
        (errno.EEXIST, "A file stands where"),
        (errno.EACCES, "right to write"),
        (errno.EROFS, "Nothing can be written"),
        (errno.ENAMETOOLONG, "shorter name"),
        (errno.EIO, "Look after the disk"),
    ],
)
def test_what_to_do_depends_on_what_the_machine_says(number, told, tmp_path):
    with pytest.raises(EnvironmentFault, match=told) as fault, told_plainly(tmp_path):
        raise OSError(number, "no")

    assert "space" not in str(fault.value)
