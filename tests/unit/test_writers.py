"""Tables of a run grow chunk by chunk; what goes wrong on the way is raised, never swallowed."""

import polars as pl
import pytest

from tidewaiter.model.errors import EnvironmentFault
from tidewaiter.runners.writers import LakeWriter, write_whole


def chunk(*numbers):
    return pl.DataFrame({"number": list(numbers), "text": [str(number) for number in numbers]})


def test_chunks_follow_each_other_in_one_file_a_table(tmp_path):
    with LakeWriter(tmp_path) as lake:
        for numbers in ((1, 2), (3,), (4, 5)):
            lake.append({"items": chunk(*numbers), "charges": chunk(*numbers[:1])})

    assert pl.read_parquet(tmp_path / "items.parquet").equals(chunk(1, 2, 3, 4, 5))
    assert pl.read_parquet(tmp_path / "charges.parquet").equals(chunk(1, 3, 4))


def test_no_rows_leave_no_file(tmp_path):
    with LakeWriter(tmp_path):
        pass

    assert list(tmp_path.iterdir()) == []


def test_a_chunk_that_cannot_be_written_stops_the_run_with_a_sentence(tmp_path):
    (tmp_path / "items.parquet").mkdir()

    with pytest.raises(EnvironmentFault, match="Cannot write"), LakeWriter(tmp_path) as lake:
        lake.append({"items": chunk(1)})


def test_an_error_of_the_run_is_the_one_that_is_told(tmp_path):
    with pytest.raises(ZeroDivisionError), LakeWriter(tmp_path) as lake:
        lake.append({"items": chunk(1 // 0)})


def test_small_tables_are_written_whole_and_without_rows_too(tmp_path):
    write_whole(tmp_path, [("duplicates", chunk()), ("quarantine", chunk(1))])

    assert pl.read_parquet(tmp_path / "duplicates.parquet").height == 0
    assert pl.read_parquet(tmp_path / "quarantine.parquet").equals(chunk(1))
