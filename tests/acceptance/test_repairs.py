"""Faulty traffic mended by answers: one round for nearly every parcel, each question put to a party that can answer."""

from datetime import date

import polars as pl
import pytest

from tests.builders_rounds import asked_again, asked_for_their_faults, of_nobody_who_can, truth_of
from tests.faults.injector import inject, kinds_of
from tidewaiter.service.clear import clear_files
from tidewaiter.service.world import make_world
from tidewaiter.world.day import sample_day
from tidewaiter.world.messages import world_slices
from tidewaiter.world.setting import World
from tidewaiter.world.sheet import world_sheet

DAY, SEED, PARCELS, EACH = date(2026, 10, 20), 20261021, 600, 2
ROUNDS_MAX = 1.1


def test_faults_are_mended_in_one_round_by_who_can_answer(tmp_path):
    clean = sample_day(PARCELS, SEED, "EU", DAY)
    inject(clean, kinds_of("EU"), EACH, SEED).rows.write_csv(tmp_path / "faulty.csv")
    clean.write_csv(tmp_path / "clean.csv")
    words = {"on": DAY.isoformat(), "submitter": "faults", "home": tmp_path / "home"}
    first = clear_files([str(tmp_path / "faulty.csv")], "EU", tmp_path / "runs" / "first", **words).folder
    plain = clear_files([str(tmp_path / "clean.csv")], "EU", tmp_path / "runs_apart", **words).folder

    _check(tmp_path, first, plain, truth_of(clean), words, 30)


@pytest.mark.parametrize("parcels", [2_000, pytest.param(20_000, marks=pytest.mark.slow)])
def test_a_week_of_faults_is_mended_in_one_round_by_who_can_answer(tmp_path, parcels):
    words = {"on": "accepted", "submitter": "faults", "home": tmp_path / "home"}
    runs = []
    for name, share in {"faulty": 0.05, "clean": 0.0}.items():
        made = make_world(tmp_path / name, parcels=parcels, weeks=1, seed=SEED, destination="EU", faults=share).folder
        runs.append(clear_files([str(made / "messages")], "EU", tmp_path / f"of_{name}" / "first", **words).folder)
    sheet = world_sheet(faults=0.0)
    world = World("EU", SEED, sheet, sheet.begins("EU"), 1, parcels)
    clean = pl.concat([said.rows for _, _, said, *_ in world_slices(world)])

    _check(tmp_path, *runs, truth_of(clean), words, parcels // 50)


def _check(folder, faulty, plain, truth, words, least):
    asked = [one for one in asked_for_their_faults(faulty, plain) if one.consignment_id in truth]

    again = asked_again(folder, faulty, asked, truth, **words)

    rounds = 1 + len(again) / len(asked)
    print(f"\n{len(asked)} asked, {len(again)} again: {rounds:.3f} rounds")  # noqa: T201 - the figure is the point
    assert len(asked) > least
    assert of_nobody_who_can(asked) == []
    assert rounds <= ROUNDS_MAX, [one.consignment_id for one in again]
