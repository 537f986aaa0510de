"""The sieve of later arrivals: its facts are those of the plan, and it passes over nothing that would be decided anew."""

import random
from datetime import UTC, datetime, timedelta

import numpy as np
import polars as pl
import pytest

from tidewaiter.service import discovery
from tidewaiter.service.reassessing.seen import BATCH, facts_of, history_of
from tidewaiter.service.reassessing.sieve import Sieve, _asks
from tidewaiter.stages.windows import DAY_S, facts

MOMENT = datetime(2026, 10, 20, tzinfo=UTC)
RULES = list(discovery.risk_rules(None).values())


def rows(count, seed):
    """Messages of few keys over two months, some in one batch, some batches in one second; in no order."""
    draw = random.Random(seed)
    made, at = [], 0
    while len(made) < count:
        at += draw.choice([0, 0, 1, 3_600, DAY_S, 7 * DAY_S])
        moment = MOMENT + timedelta(seconds=at, microseconds=len(made))
        for _ in range(draw.choice([1, 1, 3])):
            keys = [draw.choice([None, 1, 2, 3]) for _ in range(5)]
            told = [len(made), *keys, int(moment.timestamp()), draw.choice([None, 5_000, 14_900, 15_100]), 15_000]
            made.append((f"m{len(made)}", moment, *told, MOMENT.date(), draw.choice([[], ["mark_val_92"]])))
    draw.shuffle(made)
    return made


@pytest.mark.parametrize("seed", range(20))
def test_facts_are_those_that_the_plan_would_see(seed):
    windows = Sieve(RULES).windows("seller_key" if seed % 2 else "order_key")
    history = history_of(rows(60, seed), windows)
    asked = np.arange(history.height)
    as_of_s = history["accepted_s"].to_numpy() + random.Random(seed).choice([0, 1, DAY_S, 30 * DAY_S])

    found = facts_of(history, asked, as_of_s, windows, ())

    names = [window.fact for window in windows]
    for at in asked.tolist():
        own = history[[at]]
        together = pl.col("accepted_s") == own["accepted_s"][0]
        before = history.filter(
            (pl.col("accepted_s") < own["accepted_s"][0]) | (together & (pl.col(BATCH) < own[BATCH][0]))
        )
        batch = history.filter(pl.col(BATCH) == own[BATCH][0])
        then = facts(batch, windows, before).select(names)
        place = batch["filing_key"].to_list().index(own["filing_key"][0])
        assert found.then[0].select(names).row(at) == then.row(place)
        moved = history.filter(together).with_columns(accepted_s=pl.lit(int(as_of_s[at])))
        place = moved["filing_key"].to_list().index(own["filing_key"][0])
        assert found.later.select(names).row(at) == facts(moved, windows, history.filter(~together)).select(names).row(
            place
        )


def test_what_a_rule_asks_of_windows_is_told_apart_from_what_it_asks_of_goods():
    asks = {rule.finding.code: _asks(rule) for rule in RULES if rule.windows}

    assert {code for code, one in asks.items() if one.is_all} == {"SPL-01", "SPL-02", "VAL-90"}
    (habit,) = asks["VAL-92"].exprs
    assert set(habit.meta.root_names()) == {"count_seller_key_30d", "count_marked_val_92_seller_key_30d"}
