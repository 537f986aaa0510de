"""The spool gives back what went in, whole filings at a time, whatever the size of a chunk."""

import numpy as np
import polars as pl
import pytest

from tests.builders import text_rows, told
from tidewaiter.model.columns import FIELDS
from tidewaiter.model.errors import EnvironmentFault
from tidewaiter.runners.spool import PASSED, Spool, complete, lines_of, regrouped, spans
from tidewaiter.stages.typed import typed


def batch(*names):
    rows = typed(text_rows(*(told(consignment_id=name) for name in names))).rows
    return rows.with_columns(source_no=pl.lit(0, dtype=pl.Int32))


@pytest.fixture
def spool(tmp_path):
    made = Spool(tmp_path / "spool")
    made.add(batch("A", "A", "B"))
    made.add(batch("B", "C", "D"))
    return made


def in_chunks(spool, chunk_rows):
    return [lines_of(spool, span).read() for span in spans(spool, chunk_rows)]


def numbered(spool, *numbers):
    """Say which filing each row is of, batch by batch."""
    start = 0
    for batch, height in enumerate(spool.heights):
        spool.number(batch, np.array(numbers[start : start + height]))
        start += height
    return spool


def numbers_of(spool):
    return [int(number) for batch in range(len(spool)) for number in spool.numbers(batch)]


def told_in_order(chunks):
    return [name for chunk in chunks for name in chunk["consignment_id"]]


def names_of(chunks):
    return [chunk["consignment_id"].to_list() for chunk in chunks]


def test_a_batch_comes_back_as_it_went_in(spool):
    assert len(spool) == 2
    assert spool.read(1).equals(batch("B", "C", "D"))


def test_only_the_columns_asked_for_and_there_are_read(spool):
    assert spool.read(0, ["item_no", "flight", "consignment_id"]).columns == ["item_no", "consignment_id"]


def test_absent_columns_are_empty_and_have_their_type(spool):
    rows = complete(spool.read(0))

    wanted = {field.inner: field.dtype for field in FIELDS} | PASSED
    assert dict(rows.schema) == wanted
    assert rows["flight"].null_count() == rows.height


@pytest.mark.parametrize("chunk_rows", [1, 2, 3, 100])
def test_a_filing_over_two_batches_is_never_cut(spool, chunk_rows):
    chunks = in_chunks(numbered(spool, 0, 0, 1, 1, 2, 3), chunk_rows)

    assert told_in_order(chunks) == ["A", "A", "B", "B", "C", "D"]
    assert sum(len(set(names)) for names in names_of(chunks)) == 4
    assert len(chunks) == {1: 4, 2: 3, 3: 2, 100: 1}[chunk_rows]


def test_rows_of_no_filing_are_left_out(spool):
    assert names_of(in_chunks(numbered(spool, 0, -1, 1, 1, -1, 2), 100)) == [["A", "B", "B", "D"]]


def test_a_spool_of_nothing_is_one_chunk_of_no_rows_that_names_the_columns(tmp_path):
    chunks = in_chunks(Spool(tmp_path), 10)

    assert [chunk.height for chunk in chunks] == [0]
    assert {"filing_no", "consignment_id", "item_value_micro"} <= set(chunks[0].columns)


@pytest.mark.parametrize("chunk_rows", [1, 2, 100])
def test_scattered_filings_stand_together_after_regrouping(spool, tmp_path, chunk_rows):
    scattered = numbered(spool, 2, 0, 1, 2, -1, 0)

    again = regrouped(scattered, 3, chunk_rows, tmp_path)

    assert numbers_of(again) == [0, 0, 1, 2, 2]
    assert told_in_order(in_chunks(again, 100)) == ["A", "D", "B", "A", "B"]
    assert list((tmp_path / "dealt").iterdir()) == []


def test_regrouping_where_no_row_is_of_a_filing_gives_nothing(spool, tmp_path):
    again = regrouped(numbered(spool, *[-1] * 6), 0, 10, tmp_path)

    assert len(again) == 0


def test_a_folder_that_cannot_be_written_is_told_plainly(tmp_path):
    (tmp_path / "spool").write_text("in the way")

    with pytest.raises(EnvironmentFault, match="Cannot write"):
        Spool(tmp_path / "spool").add(batch("A"))


def test_a_filing_that_goes_on_after_a_batch_of_no_filing_is_never_cut(tmp_path):
    made = Spool(tmp_path / "spool")
    for names in (("A", "B"), ("X", "X"), ("B", "C")):
        made.add(batch(*names))

    found = [(span.start, span.end, span.first, span.filings) for span in spans(numbered(made, 0, 1, -1, -1, 1, 2), 1)]

    assert found == [(0, 1, 0, 1), (1, 5, 1, 1), (5, 6, 2, 1)]
