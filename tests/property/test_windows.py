"""Windows whatever the rows: like the slow twin, and the same however a file is shuffled or cut."""

import tempfile
from datetime import timedelta
from pathlib import Path

import numpy as np
import polars as pl
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.builders import DAY
from tests.builders_risk import DAY_S, NOW_S, SEEN, quadratic_facts, seen
from tidewaiter.kit.risk_rule import COUNT_MARKED, MEASURES, WINDOW_KEYS, Window, marks_of
from tidewaiter.runners.dealing import Deal
from tidewaiter.runners.spool import Span
from tidewaiter.stages.windows import facts, window_facts

WINDOWS = [
    Window(key, days, measure, marked_by)
    for key in WINDOW_KEYS
    for days in (1, 7, 30)
    for measure in MEASURES
    for marked_by in (("tst_01", "tst_02") if measure == COUNT_MARKED else ("",))
]
MARKS = marks_of(WINDOWS)
FEW_KEYS = st.one_of(st.none(), st.integers(-3, 3), st.sampled_from([-(2**63), 2**63 - 1]))
AGES = st.one_of(st.sampled_from([0, 1, DAY_S - 1, DAY_S, 7 * DAY_S, 30 * DAY_S]), st.integers(0, 40 * DAY_S))
VALUES = st.one_of(st.none(), st.integers(0, 20_000), st.sampled_from([13_500, 15_000, 16_500]))


@st.composite
def filings(draw, most=30):
    """Filings of few parties over some weeks, by twos and threes at the same moment."""
    return [
        {
            **{key: draw(FEW_KEYS) for key in WINDOW_KEYS},
            "accepted_s": NOW_S - draw(AGES),
            "day": DAY - timedelta(days=draw(st.integers(0, 1))),
            "intrinsic_value_minor": draw(VALUES),
            "low_value_limit_minor": draw(st.sampled_from([None, 15_000, 13_500])),
            **{mark: draw(st.sampled_from([None, False, True])) for mark in MARKS},
        }
        for _ in range(draw(st.integers(1, most)))
    ]


@settings(max_examples=60, deadline=None)
@given(
    rows=st.lists(st.tuples(st.integers(-2, 2), st.integers(0, 40), st.integers(-9, 9)), min_size=1, max_size=60),
    widths=st.lists(st.integers(1, 50), min_size=1, max_size=3, unique=True),
)
def test_a_window_says_what_its_slow_twin_says(rows, widths):
    key, at_s, measure = (np.array(column, dtype=np.int64) for column in zip(*rows, strict=True))

    found = window_facts(key, at_s, {"sum": measure}, widths)

    for width in widths:
        assert found["sum", width].tolist() == quadratic_facts(key, at_s, measure, width)


@settings(max_examples=40, deadline=None)
@given(rows=filings(), order=st.randoms(use_true_random=False))
def test_shuffling_a_file_changes_no_fact(rows, order):
    shuffled = list(range(len(rows)))
    order.shuffle(shuffled)

    straight = facts(seen(*rows), WINDOWS, None)
    mixed = facts(seen(*(rows[at] for at in shuffled)), WINDOWS, None)

    assert mixed.equals(straight[shuffled])


@settings(max_examples=40, deadline=None)
@given(rows=filings(), cut=st.integers(0, 30))
def test_what_came_before_may_stand_in_the_file_or_in_the_history(rows, cut):
    rows.sort(key=lambda row: row["accepted_s"])
    cut = min(cut, len(rows))

    whole = facts(seen(*rows), WINDOWS, None)
    later = facts(seen(*rows[cut:]), WINDOWS, seen(*rows[:cut]) if cut else None)

    assert later.equals(whole[cut:])


@settings(max_examples=30, deadline=None)
@given(rows=filings(most=15), strangers=filings(most=10))
def test_strangers_in_the_history_change_nothing(rows, strangers):
    names = {key: pl.col(key) + 100 for key in WINDOW_KEYS}
    others = (
        pl.DataFrame(strangers, schema=SEEN).filter(pl.col(key).abs() < 4 for key in WINDOW_KEYS).with_columns(**names)
    )

    alone = facts(seen(*rows), WINDOWS, None)

    assert facts(seen(*rows), WINDOWS, others).equals(alone)


@settings(max_examples=40, deadline=None)
@given(rows=filings(), earlier=filings(most=10), chunk=st.integers(1, 12), shards=st.sampled_from([1, 2, 64]))
def test_facts_worked_out_in_shards_are_those_of_all_rows_at_once(rows, earlier, chunk, shards):
    narrow, history = seen(*rows), seen(*earlier)
    numbered = narrow.with_columns(filing_no=pl.int_range(pl.len(), dtype=pl.Int64))
    spans = [
        Span(number, start, start, start, min(chunk, len(rows) - start))
        for number, start in enumerate(range(0, len(rows), chunk))
    ]
    of_span = {span: numbered.slice(span.first, span.filings) for span in spans}

    with tempfile.TemporaryDirectory() as folder:
        deal = Deal(Path(folder) / "deal", WINDOWS, shards)
        assert deal.begin()
        for span in spans:
            deal.add(of_span[span])
        deal.play(spans, history)
        found = pl.concat([deal.facts(span, of_span[span]) for span in spans])
        assert not deal.begin(), "a deal that was played is not dealt again"

    assert found.equals(facts(narrow, WINDOWS, history))


@settings(max_examples=40, deadline=None)
@given(rows=filings(), mark=st.sampled_from(["tst_01", "tst_02"]), days=st.sampled_from([1, 7, 30]))
def test_marked_filings_are_counted_as_the_slow_twin_counts_them(rows, mark, days):
    known = [{**row, "seller_key": row["seller_key"] or 0} for row in rows]
    window = Window("seller_key", days, COUNT_MARKED, mark)

    found = facts(seen(*known), [window], None)[window.fact].to_list()

    key, at_s = (np.array([row[name] for row in known], dtype=np.int64) for name in ("seller_key", "accepted_s"))
    marked = np.array([bool(row[window.mark_column]) for row in known], dtype=np.int64)
    assert found == quadratic_facts(key, at_s, marked, days * DAY_S)


@settings(max_examples=30, deadline=None)
@given(rows=filings(most=15), earlier=filings(most=10))
def test_a_history_that_knows_no_marks_is_one_that_marked_nothing(rows, earlier):
    unmarked = seen(*({**row, **dict.fromkeys(MARKS, False)} for row in earlier))

    without = facts(seen(*rows), WINDOWS, unmarked.drop(MARKS))

    assert without.equals(facts(seen(*rows), WINDOWS, unmarked))


@settings(max_examples=40, deadline=None)
@given(rows=filings(most=6))
def test_a_history_of_nothing_changes_no_fact(rows):
    assert facts(seen(*rows), WINDOWS, None).equals(facts(seen(*rows), WINDOWS, seen(*rows).clear()))
