"""Windows over tallies and recent messages see what windows over one history of all of them see."""

from datetime import date, timedelta

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.builders_batcher import Book, sharing
from tidewaiter.kit.risk_rule import WINDOW_KEYS, Window
from tidewaiter.model.errors import WrongUse
from tidewaiter.runners.batcher.looking_back import Past
from tidewaiter.runners.batcher.tally import FILING, open_tally, write_tally
from tidewaiter.stages.windows import facts

DAY = date(2026, 10, 20)
WINDOWS = [
    *(
        Window(key, days, measure)
        for key in ("seller_key", "order_key")
        for days in (1, 7)
        for measure in ("count", "sum_minor")
    ),
    Window("seller_key", 30, "count_in_band"),
    Window("seller_key", 30, "count_above_band"),
    Window("seller_key", 30, "count_marked", "val_92"),
    Window("person_key", 7, "count"),
]


def narrow(rng, height):
    """Rows of few keys at few times, some of each unknown."""

    def some(values, share=0.15):
        return pl.when(pl.Series(rng.random(height) >= share)).then(pl.Series(values))

    days = [DAY + timedelta(days=int(at)) for at in rng.integers(-3, 3, height)]
    return pl.DataFrame({"filing_key": pl.Series(np.arange(height), dtype=pl.Int64)}).with_columns(
        *(some(rng.integers(-3, 3, height)).alias(key) for key in WINDOW_KEYS),
        some(rng.choice([0, 100, 13_500, 15_000, 16_000, 10**13], height)).alias("intrinsic_value_minor"),
        mark_val_92=pl.Series(rng.random(height) < 0.5),
        accepted_s=pl.Series(1_000_000 + 43_200 * rng.integers(-70, 3, height)),
        low_value_limit_minor=some(np.full(height, 15_000)),
        day=some(days),
    )  # fmt: skip


def tallied(folder, rows, windows=WINDOWS):
    filings = np.zeros(rows.height, dtype=FILING)
    filings["key"] = rows["filing_key"].sort()
    return write_tally(folder, folder.name, rows, filings, windows)


class Some(Book):
    def __init__(self, rows):
        super().__init__()
        self.own = rows

    def rows(self, keys):
        return sharing(self.own, keys)


@settings(max_examples=25, deadline=None)
@given(seed=st.integers(0, 2**31), batch=st.integers(1, 12), past=st.integers(0, 60))
def test_any_split_of_the_past_gives_the_facts_of_the_whole(tmp_path_factory, seed, batch, past):
    rng = np.random.default_rng(seed)
    own, history = narrow(rng, batch), narrow(rng, past)
    folder = tmp_path_factory.mktemp("tallies")
    first, second = sorted(rng.integers(0, past + 1, 2).tolist())
    tallies = [tallied(folder / "a", history[:first]), tallied(folder / "b", history[first:second])]

    seen = Past(Some(history[second:]), tallies).facts(own, WINDOWS)

    assert seen.equals(facts(own, WINDOWS, history))


def test_a_tally_is_opened_as_it_was_written(tmp_path):
    rows = narrow(np.random.default_rng(1), 50)
    made = tallied(tmp_path / "run", rows)

    known = open_tally(tmp_path / "run")

    assert (known.name, known.measured) == (made.name, made.measured)
    assert known.contents([3, 99]) == {3: 0}


def test_a_tally_of_other_rules_is_refused_rather_than_taken_for_nothing(tmp_path):
    own = narrow(np.random.default_rng(1), 5)
    made = tallied(tmp_path / "run", own, WINDOWS[:2])

    assert not made.serves(WINDOWS)
    with pytest.raises(WrongUse, match="Make it again"):
        Past(Some(own[:0]), [made]).facts(own, WINDOWS)
