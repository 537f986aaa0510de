"""The log's folder: tiles and checkpoints grow with the log and are proven where no database is."""

import json
import random
import shutil
import subprocess
import sys
import zipfile

import pytest

from tests.builders_log import a_whole_log
from tidewaiter.model.errors import LogBroken, OutputInUse, WrongUse
from tidewaiter.model.note import read_checkpoint, read_note
from tidewaiter.store.log.tiles import tile_path
from tidewaiter.store.verify.files import tile_name
from tidewaiter.store.verify.log import verify

GROWTH = [1, 2, 252, 1, 1, 254, 300]
FLIPS = 60


@pytest.fixture
def taken(place, tmp_path):
    """An exported log."""
    return a_whole_log(place).export(tmp_path / "out")


def test_a_log_of_any_length_is_proven_at_each_checkpoint(place):
    key, size = place.signer().key, 1

    for step, count in enumerate(GROWTH):
        place.act(count)
        size += count
        told = place.publish(step)
        report = verify(place.folder, str(key))
        assert (told.size, report.size, report.root) == (size, size, told.root.hex())
        assert report.faults == []

    assert report.checkpoints == len(GROWTH) + 1
    assert place.publish(99) is None


def test_a_tile_that_grew_leaves_no_earlier_one_behind(place):
    place.signer()
    for step in range(3):
        place.act(200)
        place.publish(step)

    assert [path.name for path in sorted(place.folder.rglob("*.p/*"))] == ["89", "2", "89"]


@pytest.mark.parametrize(
    ("nth", "width", "name"),
    [
        (0, 256, "tile/0/000"),
        (999, 256, "tile/0/999"),
        (1234067, 256, "tile/0/x001/x234/067"),
        (5, 3, "tile/0/005.p/3"),
    ],
)
def test_tiles_lie_where_static_logs_have_them(nth, width, name):
    assert tile_path(0, nth, width).as_posix() == name
    assert tile_name(0, nth, width) == name


def test_an_exported_log_is_whole(taken):
    report = verify(taken)

    assert next(report.lines()) == ("The log is whole: 295 entries, 3 checkpoints, 3 batches of 12,015 rows.")
    assert len(report.keys) == 2
    assert [verify(taken, key).faults for key in report.keys] == [[], []]


def test_the_program_in_the_export_needs_nothing_of_the_house(taken, tmp_path):
    alone = shutil.copytree(taken, tmp_path / "elsewhere")
    watched = (
        "import runpy, sys\n"
        "sys.argv = ['verify.pyz', '.', '--json']\n"
        "try:\n    runpy.run_path('verify.pyz', run_name='__main__')\n"
        "finally:\n    print(sorted({name.split('.')[0] for name in sys.modules}), file=sys.stderr)\n"
    )

    told = subprocess.run(
        [sys.executable, "-I", "-c", watched], cwd=alone, capture_output=True, text=True, check=False, timeout=60
    )

    assert told.returncode == 0, told.stderr
    assert json.loads(told.stdout)["faults"] == []
    used = set(json.loads(told.stderr.splitlines()[-1].replace("'", '"')))
    assert "cryptography" in used
    assert used & {"polars", "pyarrow", "psycopg", "django", "numpy", "msgspec"} == set()
    assert len(zipfile.ZipFile(alone / "verify.pyz").namelist()) > 8


def test_a_byte_changed_in_any_file_of_an_export_is_found_in_its_place(taken):
    chance = random.Random(11)
    files = [path for path in sorted(taken.rglob("*")) if path.is_file() and path.suffix not in {".pyz", ".txt"}]

    missed = []
    for _ in range(FLIPS):
        path = chance.choice(files)
        data = path.read_bytes()
        whole = (data.index(b"PAR1"), data.rindex(b"PAR1")) if path.suffix == ".zip" else (0, len(data))
        at = chance.randrange(*whole)
        path.write_bytes(data[:at] + bytes([data[at] ^ 1 << chance.randrange(8)]) + data[at + 1 :])
        if not verify(taken).faults:
            missed.append((path.name, at))
        path.write_bytes(data)

    assert missed == []
    assert verify(taken).faults == []


def test_a_file_that_was_taken_away_is_named(taken):
    for path in [path for path in sorted(taken.rglob("*")) if path.is_file() and "tile" in path.parts]:
        aside = path.rename(taken / "aside")
        assert verify(taken).faults[0].place == f"file {path.relative_to(taken).as_posix()}"
        aside.rename(path)


def test_a_row_changed_with_its_hash_is_found_by_the_root(taken):
    (archive,) = (taken / "batches").glob("*.zip")
    archive.unlink()

    assert [fault.place for fault in verify(taken).faults if fault.place == "batch small"] == ["batch small"]


def test_a_log_that_was_cut_back_to_an_earlier_checkpoint_is_found_by_whoever_kept_a_later_one(taken, tmp_path):
    kept = tmp_path / "kept"
    kept.write_text((taken / "checkpoint").read_text())
    days = next((taken / "checkpoints").iterdir())
    first, *_ = days.read_text().splitlines(keepends=True)
    days.write_text(first)
    (taken / "checkpoint").write_text(json.loads(first))
    size = read_checkpoint(read_note(json.loads(first))[0]).size
    width = size % 256
    for level in (0, "entries"):
        name = taken / tile_path(level, 0, width)
        name.parent.mkdir()
        data = (taken / tile_path(level, 0)).read_bytes()
        name.write_bytes(data[: 32 * width] if level == 0 else _first(data, width))

    assert verify(taken).faults == []
    assert [fault.sentence for fault in verify(taken, seen=[kept]).faults] == [
        f"tells of 295 entries, and the log has {size}: it was cut"
    ]


def _first(data, count):
    at = 0
    for _ in range(count):
        at += 2 + int.from_bytes(data[at : at + 2])
    return data[:at]


def test_a_log_signed_by_a_key_that_nobody_trusts_is_said_so(taken, place):
    other = "example.org/log+" + str(place.signer().key).split("+", 1)[1]

    assert verify(taken, other).faults == []
    assert verify(taken, other.replace("example", "another")).faults[0].place == "key"


def test_an_export_into_a_used_folder_or_of_nothing_is_refused(place, tmp_path):
    place.signer()
    with pytest.raises(WrongUse, match="no checkpoint yet"):
        place.export(tmp_path / "out")
    place.publish()
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "a").touch()

    with pytest.raises(OutputInUse):
        place.export(tmp_path / "out")


def test_nothing_is_signed_over_entries_that_changed_since(place):
    a_whole_log(place).act(1)
    with place.master() as master:
        master.execute("set session_replication_role = replica")
        master.execute(
            "update log_entry set payload = replace(encode(payload, 'escape'), 'C00259', 'C00258')::bytea "
            "where seq = 294"
        )

    with pytest.raises(LogBroken, match="Entry 294"):
        place.publish(20)


@pytest.mark.parametrize("statement", ["delete from log_entry where seq > 200", "update log_head set seq = 200"])
def test_nothing_is_signed_over_a_log_that_is_shorter_than_what_was_signed(place, statement):
    a_whole_log(place)
    with place.master() as master:
        master.execute("set session_replication_role = replica")
        master.execute(statement)
        master.execute("update log_head set seq = 200")

    with pytest.raises(LogBroken, match="entries are missing"):
        place.publish(20)


def test_a_line_of_checkpoints_that_was_torn_when_the_power_went_is_mended(place):
    place.signer()
    place.publish()
    (day,) = (place.folder / "checkpoints").iterdir()
    with day.open("ab") as file:
        file.write(b'"example.org/lo')
    place.act(1)

    assert verify(place.folder).faults[0].place == f"file checkpoints/{day.name} line 2"
    place.publish(10)
    assert verify(place.folder).faults == []
