"""Lines 1 and 2 of the simulator: what the command writes is read whole, the same every time, the truth apart."""

import hashlib
import json
import os
import subprocess
import sys

import polars as pl
import pytest

from tidewaiter.runners.reading import find_sources
from tidewaiter.service.clear import clear_files
from tidewaiter.service.world import make_world

PARCELS = 6_000
COUNTED = ("accepted", "quarantined", "duplicates", "refused")


def hashes(folder):
    return {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


@pytest.fixture(scope="module", params=["EU", "GB", "US"])
def world(request, tmp_path_factory):
    folder = tmp_path_factory.mktemp(request.param) / "world"
    return make_world(folder, parcels=PARCELS, weeks=2, seed=77, destination=request.param)


def test_a_folder_of_all_senders_is_cleared_with_every_row_accounted_for(world, tmp_path):
    jurisdiction, begins = world.order["as"], world.order["begins"]

    done = clear_files(
        [str(world.folder / "messages")], jurisdiction, tmp_path / "run", on=begins, home=tmp_path / "home"
    )

    receipt = json.loads((done.folder / "receipt.json").read_text())
    truth = pl.read_parquet(world.folder / "truth.parquet").filter(pl.col("consignment_id").is_not_null())
    told_twice = (truth["fault"] == "told_twice").sum()
    unreadable = (truth["fault"] == "unreadable_amount").sum()
    counts = receipt["consignments"]
    assert not done.skipped
    assert truth.height == PARCELS
    assert counts["rows_in"] == sum(counts[name] for name in COUNTED) == PARCELS + told_twice
    assert counts["duplicates"] == told_twice
    assert counts["refused"] == 0
    assert counts["quarantined"] == unreadable
    accepted = pl.read_parquet(done.folder / "consignments.parquet")
    sound = truth.filter(pl.col("fault").ne_missing("unreadable_amount"))
    assert set(accepted["consignment_id"]) == set(sound["consignment_id"])


def test_the_same_command_writes_the_same_bytes_on_one_core_and_on_two(tmp_path):
    words = ["-m", "tidewaiter", "world", "--parcels", "4000", "--weeks", "2", "--seed", "5"]
    made = {}
    for threads in ("1", "2"):
        folder = tmp_path / threads
        environment = {**os.environ, "POLARS_MAX_THREADS": threads}
        subprocess.run([sys.executable, *words, "--to", str(folder)], check=True, env=environment, capture_output=True)
        made[threads] = hashes(folder)

    assert made["1"] == made["2"]
    assert {"events.csv", "truth.parquet", "truth_campaigns.csv", "made.json"} <= set(made["1"])


def test_a_folder_of_a_world_is_never_read_for_its_truth(world):
    sources = find_sources([world.folder])

    assert not [source.name for source in sources if "truth" in source.name]
    assert [source.name for source in sources if source.name.startswith("messages/")]


def test_messages_hold_no_column_of_the_truth(world):
    truth = {"is_illicit", "movement", "true_order", "true_value_minor", "household", "buyer_person"}

    for path in (world.folder / "messages").iterdir():
        head = path.read_bytes()[:8_000].replace(b"\0", b"").decode(errors="replace")
        assert not [name for name in truth if name in head]


def test_a_made_world_is_left_as_it_is(world):
    before = hashes(world.folder)
    order = world.order

    again = make_world(world.folder, parcels=PARCELS, weeks=2, seed=77, destination=order["as"])

    assert again.was_there
    assert hashes(world.folder) == before
