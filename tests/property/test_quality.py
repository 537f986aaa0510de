"""Whatever a filing says, checks of quality answer yes or no and keep its rows."""

import polars as pl
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.builders_quality import DAY, NOMENCLATURE, NOON, a_requirement, checked_filings, checked_items
from tidewaiter.model.columns import BY_DOOR
from tidewaiter.model.money import MINOR_MAX
from tidewaiter.stages import quality

TEXTS = st.none() | st.text(max_size=40) | st.from_regex(r"[A-Z]{2}\d{9}[A-Z]{2}", fullmatch=True) | st.sampled_from(
    ["gift", "EUR", "GB", "H7", "ioss", "IOSS", "0", "n/a", "sale", "post", "610910"]
)  # fmt: skip
NUMBERS = st.none() | st.integers(0, MINOR_MAX) | st.sampled_from([0, 1, MINOR_MAX])
VALUES = {
    pl.String(): TEXTS,
    pl.Int64(): NUMBERS,
    pl.Boolean(): st.none() | st.booleans(),
    pl.Date(): st.none() | st.just(DAY),
    pl.Datetime("us", "UTC"): st.none() | st.just(NOON),
}
REQUIRED = [a_requirement(*list(BY_DOOR)[:40]), a_requirement(*list(BY_DOOR)[40:], severity="note")]


def _rows(schema):
    row = st.fixed_dictionaries({}, optional={name: VALUES[of] for name, of in schema.items() if name != "filing_row"})
    return st.lists(row, min_size=1, max_size=4)


def _is_answered(table, kinds):
    return all(table[kind.flag].null_count() == 0 and table[kind.flag].dtype == pl.Boolean for kind in kinds)


@settings(deadline=None, max_examples=60)
@given(_rows({**quality.FILING_TAKES, **quality.SUMS}))
def test_filings_of_any_content_are_answered_row_by_row(rows):
    told = checked_filings(*({**row, "filing_row": at} for at, row in enumerate(rows)), requirements=REQUIRED)

    assert told["filing_row"].to_list() == list(range(len(rows)))
    assert _is_answered(told, quality.FILING_KINDS)


@settings(deadline=None, max_examples=60)
@given(_rows(quality.ITEM_TAKES))
def test_items_of_any_content_are_answered_row_by_row(rows):
    told = checked_items(*({**row, "filing_row": at} for at, row in enumerate(rows)), requirements=REQUIRED)

    assert told["filing_row"].to_list() == list(range(len(rows)))
    assert _is_answered(told, quality.ITEM_KINDS)


@settings(deadline=None, max_examples=40)
@given(_rows(quality.ITEM_TAKES), st.randoms(use_true_random=False))
def test_the_order_of_rows_changes_no_answer(rows, chance):
    numbered = [{**row, "item_no": at} for at, row in enumerate(rows)]
    shuffled = chance.sample(numbered, len(numbered))

    assert checked_items(*shuffled).sort("item_no").equals(checked_items(*numbered))


@settings(deadline=None, max_examples=40)
@given(st.text(max_size=30))
def test_blanks_and_capitals_of_a_description_change_no_answer_of_its_wording(text):
    flags = ["txt_04", "txt_05", "txt_06"]
    plain = text.encode("ascii", "ignore").decode()

    told = checked_items({"description": plain}, {"description": f"  {plain.upper()} "}, nomenclature=NOMENCLATURE)

    assert told.select(flags).row(0) == told.select(flags).row(1)
