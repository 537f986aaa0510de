"""Editions change while one clearance runs: each chunk is of one edition, every answer names its own, none is mixed."""

import os
import shutil
import signal
import time
from pathlib import Path

import polars as pl
import pytest

from tests.builders_runs import hashes_of, started, words_of
from tests.builders_swaps import (
    CHUNK_ROWS,
    FILINGS_A_CHUNK,
    LAW,
    RATES,
    a_home,
    home_and_whole_runs,
    lake,
    named,
    of_the_same,
    parcels,
    run,
)

SWAPS = 100
FILINGS = 1_600
FEW = 320


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    """What runs under the low and the high edition alone say, by their law version."""
    return home_and_whole_runs(tmp_path_factory.mktemp("whole"), FILINGS)


@pytest.fixture
def turns(tmp_path):
    return a_home(tmp_path / "home")


def assert_each_as_under_its_edition_alone(tables, whole):
    """Every row of a filing is the one that a whole run under the edition it names gives."""
    for version, alone in whole.items():
        own = named(tables, version)
        for name, table in own.items():
            assert table.equals(of_the_same(alone[name], own["consignments"])), (version, name)


def borders(consignments: pl.DataFrame) -> list[int]:
    """How many filings stand before each change of the law version."""
    laws = consignments[LAW]
    return (laws != laws.shift(1)).fill_null(value=False).arg_true().to_list()


def test_a_hundred_swaps_while_clearing_mix_no_answer(turns, whole, tmp_path):
    source = parcels(tmp_path, FILINGS)

    with turns.taken() as swaps:
        done = run(turns, source, tmp_path / "out", follow_shelf=True)

    told = lake(tmp_path / "out")
    changes = borders(told["consignments"])
    assert len(swaps) >= SWAPS
    assert set(told["consignments"][LAW]) == set(whole), "chunks of both editions were cleared"
    assert len(changes) >= 10, "editions changed often between the chunks of one run"
    assert [at for at in changes if at % FILINGS_A_CHUNK] == [], "an edition changed inside a chunk"
    assert_each_as_under_its_edition_alone(told, whole)
    assert done.summary[LAW] is None
    counts = dict(told["consignments"][LAW].value_counts().iter_rows())
    assert {law[LAW]: law["filings"] for law in done.summary["laws"]} == counts
    assert sum(counts.values()) == FILINGS


def test_each_charge_names_the_law_version_of_its_filing_and_the_receipt_spells_it_out(turns, tmp_path):
    source = parcels(tmp_path, FEW)

    with turns.taken():
        done = run(turns, source, tmp_path / "out", follow_shelf=True)

    told = lake(tmp_path / "out")
    by_filing = dict(told["consignments"].select("consignment_id", LAW).iter_rows())
    assert all(by_filing[name] == law for name, law in told["charges"].select("consignment_id", LAW).iter_rows())
    spelled = {law[LAW]: [name for name in law["editions"] if ".csv" in name] for law in done.summary["laws"]}
    duties = told["charges"].filter(pl.col("charge") == "duty").select(LAW, "source").unique()
    assert all(spelled[law] == [f"tariff: {source.partition(', rate')[0]}"] for law, source in duties.iter_rows())


def test_a_run_that_does_not_follow_stays_on_the_editions_it_began_with(turns, tmp_path):
    source = parcels(tmp_path, FEW)
    run(turns, source, tmp_path / "whole" / "out")

    with turns.taken() as swaps:
        begun = len(swaps)
        done = run(turns, source, tmp_path / "out")
    of_one = {law[LAW] for law in done.summary["laws"]}

    assert len(swaps) > begun
    assert of_one == set(lake(tmp_path / "out")["consignments"][LAW])
    assert len(of_one) == 1
    turns.use("low" if done.summary[LAW] == lake(tmp_path / "whole" / "out")["consignments"][LAW][0] else "high")
    run(turns, source, tmp_path / "again" / "out")
    assert hashes_of(tmp_path / "out") == hashes_of(tmp_path / "again" / "out")


def killed_after_chunks(chunks: int, turns, source: Path, target: Path, *more: str) -> list[str]:
    """Start the run in a process of its own and kill it once so many chunks are finished; their names."""
    parts = target.parent / f".{target.name}.partial" / ".scratch" / "parts"

    def finished():
        return sorted(path.name for path in parts.glob("*") if not path.name.endswith(".half"))

    environment = {**os.environ, "TIDEWAITER_HOME": str(turns.home)}
    words = words_of([source], target, "--chunk-rows", str(CHUNK_ROWS), *more)
    process = started(words, env=environment)
    while process.poll() is None and len(finished()) < chunks:
        time.sleep(0.002)
    process.send_signal(signal.SIGKILL)
    process.communicate()
    assert process.returncode == -signal.SIGKILL, "the run ended before it was killed"
    return finished()


def test_a_killed_run_goes_on_with_the_editions_it_began_with(turns, tmp_path):
    source = parcels(tmp_path, FILINGS)
    run(turns, source, tmp_path / "whole" / "out")

    killed_after_chunks(3, turns, source, tmp_path / "out")
    turns.use("high")
    run(turns, source, tmp_path / "out")

    assert hashes_of(tmp_path / "out") == hashes_of(tmp_path / "whole" / "out")


def test_a_killed_run_whose_editions_are_gone_begins_anew_with_those_in_use(turns, whole, tmp_path):
    source = parcels(tmp_path, FILINGS)

    killed_after_chunks(3, turns, source, tmp_path / "out")
    turns.use("high")
    shutil.rmtree(turns.shelf.folder / turns.names["low"])
    done = run(turns, source, tmp_path / "out")

    told = lake(tmp_path / "out")
    assert set(told["consignments"][LAW]) == {done.summary[LAW]}
    assert_each_as_under_its_edition_alone(told, whole)


def test_another_order_does_not_take_over_the_editions_of_a_killed_one(turns, tmp_path):
    source, other = parcels(tmp_path, FILINGS), parcels(tmp_path / "other", FEW)

    killed_after_chunks(3, turns, source, tmp_path / "out")
    turns.use("high")
    done = run(turns, other, tmp_path / "out")

    high = run(turns, other, tmp_path / "high").summary[LAW]
    assert done.summary[LAW] == high


def test_a_killed_run_that_follows_keeps_what_is_done_and_goes_on_with_what_is_in_use(turns, whole, tmp_path):
    source = parcels(tmp_path, FILINGS)
    low, high = whole

    done = killed_after_chunks(3, turns, source, tmp_path / "out", "--follow-shelf")
    turns.use("high")
    run(turns, source, tmp_path / "out", follow_shelf=True)

    told = lake(tmp_path / "out")
    laws = told["consignments"][LAW].to_list()
    first = sum(law == low for law in laws)
    assert laws == [low] * first + [high] * (FILINGS - first)
    assert first >= len(done) * FILINGS_A_CHUNK > 0
    assert_each_as_under_its_edition_alone(told, whole)


def test_the_same_following_order_again_changes_nothing(turns, tmp_path):
    source = parcels(tmp_path, FEW)
    run(turns, source, tmp_path / "out", follow_shelf=True)
    before = hashes_of(tmp_path / "out")

    turns.use("high")
    again = run(turns, source, tmp_path / "out", follow_shelf=True)

    assert again.was_there
    assert hashes_of(tmp_path / "out") == before


def test_the_editions_of_the_test_give_every_line_another_duty(whole):
    low, high = (tables["items"]["duty_minor"] for tables in whole.values())

    assert len(RATES) == len(whole)
    assert (low.drop_nulls() != high.drop_nulls()).all()
    assert len(low.drop_nulls()) == len(low)
