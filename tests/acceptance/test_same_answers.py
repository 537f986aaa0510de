"""The same filings get the same answers, however they are cut, in whatever order rows come, on any threads."""

import os
import subprocess
import sys
from pathlib import Path
from random import Random

import polars as pl
import pytest
from polars.testing import assert_frame_equal

from tests.builders_runs import hashes_of
from tests.builders_twin import cleared, rows_of, write_csv
from tidewaiter.cli import main

JURISDICTIONS = ("EU", "GB", "US")
ROOT = Path(__file__).parents[2]
KEYS = {
    "consignments": ["consignment_id"],
    "items": ["consignment_id", "item_no"],
    "charges": ["consignment_id", "item_no", "charge", "rule_id"],
    "findings": ["consignment_id", "code", "item_no"],
}
PLACES = ("source_file", "source_position")
"""Where a row was read: the one thing that may differ."""

UNNUMBERED = 3
"""Every third filing carries no item numbers: its lines are numbered by what they say."""


def texts(jurisdiction, filings, seed=5):
    """Rows of random filings, those of every third without item numbers."""
    told = []
    for number, rows in enumerate(rows_of(jurisdiction, filings, seed).values()):
        told += [row | {"item_no": None} for row in rows] if number % UNNUMBERED == 0 else rows
    return told


def answers(jurisdiction, rows, folder, **arguments):
    """All tables in the order of their keys, without the places rows were read from."""
    folder.mkdir()
    return in_order(cleared(jurisdiction, write_csv(folder / "filings.csv", rows), folder / "out", **arguments))


def in_order(lake):
    """Tables by name, sorted by their keys."""
    return {
        name: lake[name].drop([place for place in PLACES if place in lake[name].columns]).sort(keys, nulls_last=True)
        for name, keys in KEYS.items()
    }


def assert_same(expected, found):
    """Every cell of every table is the same."""
    for name in KEYS:
        assert expected[name].height > 0, name
        assert_frame_equal(expected[name], found[name])


@pytest.mark.parametrize("jurisdiction", JURISDICTIONS)
def test_another_chunk_size_changes_no_decision_charge_or_finding(jurisdiction, tmp_path):
    rows = texts(jurisdiction, 18)
    whole = answers(jurisdiction, rows, tmp_path / "whole")

    for chunk_rows in (1, 7, 50):
        assert_same(whole, answers(jurisdiction, rows, tmp_path / f"by-{chunk_rows}", chunk_rows=chunk_rows))


@pytest.mark.parametrize("jurisdiction", JURISDICTIONS)
def test_a_thousand_rows_at_a_time_give_what_one_chunk_gives(jurisdiction, tmp_path):
    rows = texts(jurisdiction, 1_500)

    whole = answers(jurisdiction, rows, tmp_path / "whole")

    assert_same(whole, answers(jurisdiction, rows, tmp_path / "cut", chunk_rows=1_000))


@pytest.mark.parametrize("chunk_rows", [131_072, 500])
@pytest.mark.parametrize("jurisdiction", JURISDICTIONS)
def test_shuffled_rows_change_no_decision_charge_or_finding(jurisdiction, chunk_rows, tmp_path):
    rows = texts(jurisdiction, 1_500)
    as_told = answers(jurisdiction, rows, tmp_path / "told")

    Random(7).shuffle(rows)

    assert_same(as_told, answers(jurisdiction, rows, tmp_path / "shuffled", chunk_rows=chunk_rows))


def test_lines_without_numbers_that_differ_only_in_origin_are_numbered_alike_in_any_order(tmp_path):
    rows = [row | {"item_no": None} for row in next(iter(rows_of("EU", 1, 5).values()))][:1]
    rows = [rows[0] | {"item_origin": origin} for origin in ("CN", "VN", "IN", "TR")]
    as_told = answers("EU", rows, tmp_path / "told")

    turned = answers("EU", rows[::-1], tmp_path / "turned")

    assert as_told["items"].height == len(rows)
    assert_same(as_told, turned)


@pytest.mark.parametrize("jurisdiction", JURISDICTIONS)
def test_one_shard_and_sixty_four_give_the_same_bytes(jurisdiction, tmp_path, capsys):
    source = write_csv(tmp_path / "filings.csv", texts(jurisdiction, 1_500))
    words = ["clear", str(source), "--as", jurisdiction, "--on", "2026-10-20", "--chunk-rows", "500"]

    for shards in ("1", "64"):
        assert main([*words, "--to", str(tmp_path / shards), "--shards", shards]) == 0

    assert hashes_of(tmp_path / "1") == hashes_of(tmp_path / "64")


CLEAR = """
import sys
from pathlib import Path
from tests.builders_runs import hashes_of
from tests.builders_twin import cleared
import polars as pl
assert pl.thread_pool_size() == int(sys.argv[4])
cleared(sys.argv[1], Path(sys.argv[2]), Path(sys.argv[3]))
"""


@pytest.mark.parametrize("jurisdiction", JURISDICTIONS)
def test_one_thread_or_two_change_no_decision_charge_or_finding(jurisdiction, tmp_path):
    source = write_csv(tmp_path / "filings.csv", texts(jurisdiction, 1_500))
    found = []

    for threads in ("1", "2"):
        target = tmp_path / f"threads-{threads}"
        environment = {
            **os.environ,
            "POLARS_MAX_THREADS": threads,
            "PYTHONPATH": os.pathsep.join([str(ROOT), *sys.path]),
        }
        command = [sys.executable, "-c", CLEAR, jurisdiction, str(source), str(target), threads]
        subprocess.run(command, env=environment, check=True, cwd=ROOT)
        found.append(in_order({name: pl.read_parquet(target / f"{name}.parquet") for name in KEYS}))

    assert_same(*found)
