"""Windows of few rows are those of many, whatever keys, times, days and values there are."""

from datetime import date

import polars as pl
from hypothesis import given, settings
from hypothesis import strategies as st

from tidewaiter.kit.risk_rule import WINDOW_KEYS, Window
from tidewaiter.pipeline.few.windows import few_facts
from tidewaiter.stages.windows import DAY_S, facts

WINDOWS = [
    *(
        Window(key, days, measure)
        for key, days in (("seller_key", 1), ("seller_key", 30), ("order_key", 7))
        for measure in ("count", "sum_minor", "count_in_band", "count_above_band")
    ),
    Window("seller_key", 30, "count_marked", "val_92"),
]
SCHEMA = {
    **dict.fromkeys(WINDOW_KEYS, pl.Int64()), "accepted_s": pl.Int64(), "day": pl.Date(),
    "intrinsic_value_minor": pl.Int64(), "low_value_limit_minor": pl.Int64(), "mark_val_92": pl.Boolean(),
}  # fmt: skip
ROW = st.tuples(
    *(st.sampled_from([None, 1, 2, -3]) for _ in WINDOW_KEYS),
    st.sampled_from([0, 1, DAY_S, DAY_S + 1, 7 * DAY_S, 30 * DAY_S, 31 * DAY_S]).map(lambda at: 1_800_000_000 + at),
    st.sampled_from([None, date(2026, 10, 20), date(2026, 10, 21)]),
    st.one_of(st.none(), st.sampled_from([0, 13_499, 13_500, 15_000, 15_001, 16_500, 16_501, 10**14])),
    st.sampled_from([None, 15_000]),
    st.booleans(),
)


@given(st.lists(ROW, min_size=1, max_size=8), st.lists(ROW, max_size=8), st.booleans(), st.booleans())
@settings(max_examples=60, deadline=None)
def test_facts_of_few_are_the_facts(rows, past, is_marked, has_history):
    narrow = pl.DataFrame(rows, schema=SCHEMA, orient="row")
    history = pl.DataFrame(past, schema=SCHEMA, orient="row") if has_history else None
    if history is not None and not is_marked:
        history = history.drop("mark_val_92")

    own = few_facts(narrow, WINDOWS, history)

    assert own.equals(facts(narrow, WINDOWS, history), null_equal=True)
    assert own.schema == facts(narrow, WINDOWS, history).schema
