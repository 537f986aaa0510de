"""Answers of a chunk are there whole or not at all, and laid end to end they are one file with the same rows."""

from datetime import UTC, datetime

import polars as pl
import pyarrow.parquet as pq
import pytest

from tidewaiter.model.errors import EnvironmentFault
from tidewaiter.runners.parquet_footer import read_struct, write_struct
from tidewaiter.runners.parts import MAGIC, Joining, Parts


def chunk(first, height):
    """Rows with every kind of value a lake has: texts, numbers, days, instants, lists, and empty ones."""
    numbers = list(range(first, first + height))
    return pl.DataFrame(
        {
            "name": [None if number % 7 == 0 else f"parcel {number}" for number in numbers],
            "kind": ["sale" if number % 3 else "gift" for number in numbers],
            "amount_minor": [None if number % 5 == 0 else number * 1_000_000_007 for number in numbers],
            "at": [datetime(2026, 10, 20, number % 24, tzinfo=UTC) for number in numbers],
            "is_resolved": [number % 2 == 0 for number in numbers],
            "reasons": [[f"R-{number}"] * (number % 3) for number in numbers],
        },
        schema={
            "name": pl.String, "kind": pl.String, "amount_minor": pl.Int64, "at": pl.Datetime("us", "UTC"),
            "is_resolved": pl.Boolean, "reasons": pl.List(pl.String),
        },
    )  # fmt: skip


def joined(folder, *chunks):
    parts = Parts(folder / "parts")
    for number, frame in enumerate(chunks):
        parts.write(number, {"items": frame, "charges": frame.head(1)})
    with Joining(parts, ("items", "charges"), folder) as joining:
        for number in range(len(chunks)):
            joining.add(number)
        joining.finish()
    return folder / "items.parquet"


@pytest.mark.parametrize("heights", [(5,), (5, 3), (0, 4, 0, 2), (0,), (0, 0), tuple([3] * 40)])
def test_parts_laid_end_to_end_are_one_file_with_their_rows_in_order(heights, tmp_path):
    starts = [sum(heights[:number]) for number in range(len(heights))]
    chunks = [chunk(start, height) for start, height in zip(starts, heights, strict=True)]

    path = joined(tmp_path, *chunks)

    assert pl.read_parquet(path).equals(pl.concat(chunks))
    assert pl.from_arrow(pq.read_table(path)).equals(pl.concat(chunks))
    assert pq.ParquetFile(path).metadata.num_rows == sum(heights)


def test_each_table_is_joined_by_itself(tmp_path):
    joined(tmp_path, chunk(0, 5), chunk(5, 5))

    assert pl.read_parquet(tmp_path / "charges.parquet").equals(pl.concat([chunk(0, 1), chunk(5, 1)]))


def test_every_row_group_can_be_read_by_itself_and_keeps_its_statistics(tmp_path):
    file = pq.ParquetFile(joined(tmp_path, *(chunk(start, 100) for start in range(0, 2_000, 100))))

    for number in range(file.num_row_groups):
        rows = pl.from_arrow(file.read_row_group(number))
        assert rows.equals(chunk(100 * number, 100))
        assert file.metadata.row_group(number).column(2).statistics.max == rows["amount_minor"].max()


def test_a_filter_meets_the_rows_of_all_parts(tmp_path):
    path = joined(tmp_path, chunk(0, 50), chunk(50, 50))

    found = pl.scan_parquet(path).filter(pl.col("amount_minor") == 77 * 1_000_000_007).collect()

    assert found["name"].to_list() == [None]


def test_a_footer_that_is_read_and_written_is_the_same_bytes(tmp_path):
    data = joined(tmp_path, *(chunk(start, 10) for start in range(0, 200, 10))).read_bytes()
    length = int.from_bytes(data[-8:-4], "little")
    footer = data[-8 - length : -8]

    assert data[-4:] == MAGIC
    assert write_struct(read_struct(footer)) == footer


def test_a_part_that_was_not_finished_is_not_there_and_is_written_anew(tmp_path):
    half = tmp_path / "parts" / "000000.half"
    half.mkdir(parents=True)
    (half / "items.parquet").write_text("half")
    parts = Parts(tmp_path / "parts")

    assert not parts.has(0)
    parts.write(0, {"items": chunk(0, 2)})

    assert parts.has(0)
    assert pl.read_parquet(parts.table(0, "items")).equals(chunk(0, 2))
    assert [path.name for path in (tmp_path / "parts").iterdir()] == ["000000"]


def test_a_part_that_cannot_be_written_is_told_plainly(tmp_path):
    (tmp_path / "parts").write_text("in the way")

    with pytest.raises(EnvironmentFault, match="Cannot write"):
        Parts(tmp_path / "parts").write(0, {"items": chunk(0, 1)})
