"""No value is lost on reading: it is typed, or it is a fault."""

import polars as pl
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.builders import text_rows, told
from tidewaiter.model.columns import BY_DOOR
from tidewaiter.stages.typed import typed

FIELDS = ("item_value_amount", "gross_mass_kg", "packages", "item_quantity", "lodged_at")
NUMBERS = st.one_of(
    st.decimals(allow_nan=True, allow_infinity=True).map(str),
    st.integers().map(str),
    st.floats().map(repr),
    st.dates().map(str),
    st.datetimes().map(lambda at: at.isoformat()),
    st.text(min_size=1, max_size=12),
)


@settings(max_examples=300, deadline=None)
@given(values=st.lists(NUMBERS, min_size=1, max_size=8), name=st.sampled_from(FIELDS))
def test_every_value_is_read_or_named_exactly_once(values: list[str], name: str) -> None:
    rows = text_rows(*(told(**{name: value}) for value in values))

    read = typed(rows)

    lost = read.rows[BY_DOOR[name].inner].is_null()
    named = read.faults.filter(pl.col("pointer") == name)["at"].to_list()
    assert named == [at for at, is_lost in enumerate(lost) if is_lost]
    assert read.is_good.to_list() == [not is_lost for is_lost in lost]
