"""Hostile lists and workbooks: refused or quarantined with a reason, within 10 s and 1 GiB, and nothing is lost."""

import gzip
import io
import json
import subprocess
import sys
import time
import zipfile
from contextlib import suppress

import pytest

from tests.builders_hostile import (
    CSV,
    HEAD,
    LINES,
    many_cells,
    mutant_workbooks,
    mutants,
    overlapping_zip,
    swollen_workbook,
)
from tests.builders_reading import read_all, written
from tests.builders_xlsx import C, a_workbook, packed, parts_of, sheet
from tidewaiter.model.errors import UnusableInput
from tidewaiter.runners.reading import find_sources

GIB = 1 << 30
RESERVED = 3 * GIB
"""Address space of a process with the engine loaded, of which most is never touched."""


def checked(path):
    """Exit code and faults of a check in a process of its own; it may take 10 s and 1 GiB of memory."""
    limit = GIB + RESERVED
    start = time.monotonic()
    done = subprocess.run(
        [sys.executable, "-c", MEASURED, str(path), str(limit)], capture_output=True, text=True, check=False, timeout=60
    )
    told = json.loads(done.stderr.splitlines()[-1]) if done.stderr.strip() else {}
    assert "Traceback" not in done.stderr, done.stderr
    assert told["seconds"] < 10, (told, time.monotonic() - start)
    assert told["peak"] < GIB, told
    return told["code"], json.loads(done.stdout)


MEASURED = """
import json, resource, sys
resource.setrlimit(resource.RLIMIT_AS, (int(sys.argv[2]),) * 2)
from tidewaiter.cli import main
code = main(["formats", "check", sys.argv[1], "--json"])
used = resource.getrusage(resource.RUSAGE_SELF)
peak = next(line.split()[1] for line in open("/proc/self/status") if line.startswith("VmHWM"))
told = {"code": code, "seconds": used.ru_utime + used.ru_stime, "peak": int(peak) << 10}
print(json.dumps(told), file=sys.stderr)
"""
"""Time is that of the processor: what others do at the same time is no fault of the file. Memory is read of this
process alone: the usage that a child is told of begins with its parent's."""


def zipped(*members, compresslevel=9):
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED, compresslevel=compresslevel) as archive:
        for name, content in members:
            archive.writestr(name, content)
    return buffer.getvalue()


SHEET = "xl/worksheets/sheet1.xml"
INSIDE = '<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>'
OUTSIDE = '<!DOCTYPE a [<!ENTITY b SYSTEM "/etc/passwd">]><a>&b;</a>'
REFUSED = {
    "overlapping.zip": lambda: (overlapping_zip(), "in the same bytes"),
    "twice.zip": lambda: (zipped(("a.csv", CSV), ("a.csv", CSV)), "two files of the name"),
    "within.zip": lambda: (zipped(("a.zip", zipped(("a.csv", CSV)))), "holds the archive"),
    "outside.zip": lambda: (zipped(("../../a.csv", CSV)), "leads outside"),
    "many.zip": lambda: (zipped(*((f"{n}.csv", b"") for n in range(10_001))), "more than 10,000"),
    "cut.zip": lambda: (zipped(("a.csv", CSV * 50))[:-40], ""),
    "bomb.zip": lambda: (zipped(("a.csv", b"consignment_id\n" + b"a" * (200 << 20))), "1000-fold"),
    "newlines.csv.gz": lambda: (gzip.compress(b"consignment_id\n" + b"\n" * (300 << 20), 9), "1000-fold"),
    "nothing.csv.gz": lambda: (gzip.compress(b"\n" * (90 << 20) + CSV, 9), "of nothing"),
    "deep.json": lambda: (b"[" * 5_000_000, "no valid JSON"),
    "deep.ndjson": lambda: (b'{"consignment_id": "A1", "items": ' + b"[" * 200_000 + b"]" * 200_000 + b"}\n", ""),
    "endless.csv": lambda: (b"consignment_id\n" + b"a" * (20 << 20), "16 MiB"),
    "doctype.xlsx": lambda: (
        packed({**parts_of({"L": sheet([HEAD])}), SHEET: INSIDE}),
        "DOCTYPE",
    ),
    "external.xlsx": lambda: (
        packed({**parts_of({"L": sheet([HEAD])}), "xl/styles.xml": OUTSIDE}),
        "DOCTYPE",
    ),
    "deep.xlsx": lambda: (packed({**parts_of({"L": ""}), "xl/worksheets/sheet1.xml": "<a>" * 1_000_000}), "100 deep"),
}  # fmt: skip


@pytest.mark.parametrize("name", list(REFUSED))
def test_what_means_harm_is_refused_with_a_reason(tmp_path, name):
    content, says = REFUSED[name]()
    (tmp_path / name).write_bytes(content)

    code, (fault,) = checked(tmp_path / name)

    assert (code, fault["code"]) == (3, "TW-200")
    assert says in fault["sentence"]


LIST = b'{"consignment_id": "A1", "items": [{"item_no": 1}]}\n'


@pytest.mark.parametrize(("name", "content"), [("list.csv.gz", b"consignment_id\r\n"), ("list.ndjson.gz", LIST)])
def test_lines_of_nothing_without_end_take_no_time(tmp_path, name, content):
    (tmp_path / name).write_bytes(
        gzip.compress(content + b"\r\n" * (45 << 20) + (LIST if content == LIST else b"A1\n"))
    )

    assert checked(tmp_path / name) == (0, [])


@pytest.mark.slow
def test_a_sheet_that_unpacks_to_gigabytes_is_refused_before_it_is_unpacked(tmp_path):
    swollen_workbook(tmp_path / "list.xlsx", 3 << 30)

    code, (fault,) = checked(tmp_path / "list.xlsx")

    assert (code, "3,072 MiB" in fault["sentence"]) == (3, True)


@pytest.mark.parametrize("part", ["xl/worksheets/sheet1.xml", "xl/sharedStrings.xml", "xl/styles.xml"])
def test_parts_that_pack_too_well_are_refused(tmp_path, part):
    swollen_workbook(tmp_path / "list.xlsx", 20 << 20, part, b"<si><t>a</t></si>" if "Strings" in part else b" ")

    assert checked(tmp_path / "list.xlsx")[0] == 3


@pytest.mark.slow
def test_cells_without_end_that_say_nothing_take_no_time_or_are_refused(tmp_path):
    many_cells(tmp_path / "list.xlsx", 3_500_000)

    assert checked(tmp_path / "list.xlsx")[0] == 3


def test_formulas_are_taken_by_their_value_or_reject_their_row(tmp_path):
    rows = [["A1", 1, C(formula='WEBSERVICE("http://example.org")')], ["A2", 1, C("toy", "str", formula="CMD()")]]
    (tmp_path / "list.xlsx").write_bytes(a_workbook([HEAD, *rows]))

    code, faults = checked(tmp_path / "list.xlsx")

    assert (code, [fault["code"] for fault in faults]) == (0, ["CEL-01"])


def test_keys_told_twice_are_quarantined_wherever_they_stand(tmp_path):
    lines = [
        '{"consignment_id": "A1", "consignment_id": "A2", "items": [{"description": "toy"}]}',
        '{"consignment_id": "A3", "items": [{"description": "toy", "description": "gun"}]}',
        '{"consignment_id": "A4", "items": [{"description": "toy"}], "items": [{"description": "gun"}]}',
        '{"consignment_id": "A5", "mode"  : "post", "mode"\t: "express", "items": [{"description": "toy"}]}',
        '{"consignment_id": "A6", "mode": "post", "m\\u006fde": "express", "items": [{"description": "toy"}]}',
        '{"consignment_id": "A7", "mode": "post", "items": [{"description": "toy"}]}',
    ]
    (tmp_path / "list.ndjson").write_text("\n".join(lines) + "\n", encoding="utf-8")

    code, faults = checked(tmp_path / "list.ndjson")

    assert (code, [fault["code"] for fault in faults]) == (0, ["ROW-04"] * 5)


def survives(tmp_path, content, name):
    """A file is read to its end or refused in a sentence; every record is a row or a reject."""
    with suppress(UnusableInput):
        read_all(find_sources([written(tmp_path, content, name).path])[0], block_bytes=256)


COUNT = 1_000
KINDS = {
    "list.csv": lambda seed, count: mutants(CSV, seed, count),
    "list.ndjson": lambda seed, count: mutants(LINES, seed, count),
    "list.xlsx": mutant_workbooks,
    "list.zip": lambda seed, count: mutants(zipped(("list.csv", CSV)), seed, count),
    "list.csv.gz": lambda seed, count: mutants(gzip.compress(CSV), seed, count),
}


@pytest.mark.parametrize("name", list(KINDS))
def test_mutated_messages_never_crash_hang_or_lose_a_row(tmp_path, name):
    for content in KINDS[name](1, COUNT):
        survives(tmp_path, content, name)


@pytest.mark.slow
@pytest.mark.parametrize("name", list(KINDS))
@pytest.mark.parametrize("seed", range(2, 42))
def test_a_million_mutated_messages_never_crash_hang_or_lose_a_row(tmp_path, name, seed):
    for content in KINDS[name](seed, 5_000):
        survives(tmp_path, content, name)
