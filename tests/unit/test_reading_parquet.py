"""Parquet of any plain type becomes text that says the same; damage refuses the file."""

import io
from datetime import UTC, date, datetime
from decimal import Decimal

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from tests.builders_reading import gzipped, read_all, written
from tidewaiter.model.errors import UnusableInput
from tidewaiter.runners.reading.csv_records import FIELD_MAX


def parquet(**columns):
    sink = io.BytesIO()
    pq.write_table(pa.table({"consignment_id": pa.array(["A1", "A2"]), **columns}), sink)
    return sink.getvalue()


def told(tmp_path, **columns):
    return read_all(written(tmp_path, parquet(**columns), "list.parquet"))


@pytest.mark.parametrize(
    ("field", "values", "texts"),
    [
        ("item_no", pa.array([1, None], pa.int16()), ["1", None]),
        ("item_value_amount", pa.array([Decimal("12.50"), Decimal("0.10")], pa.decimal128(9, 2)), ["12.50", "0.10"]),
        ("gross_mass_kg", pa.array([0.25, 3.0]), ["0.25", "3"]),
        ("order_at", pa.array([date(2026, 10, 1), None]), ["2026-10-01", None]),
        ("order_at", pa.array([datetime(2026, 10, 1, 8, tzinfo=UTC), None], pa.timestamp("us", "Europe/Berlin")),
         ["2026-10-01T08:00:00Z", None]),
        ("item_description", pa.array(["shirt", "shirt"]).dictionary_encode(), ["shirt", "shirt"]),
        ("item_description", pa.array(["  shirt ", " "], pa.large_string()), ["shirt", None]),
        ("item_description", pa.array([b"shirt", b""], pa.binary()), ["shirt", None]),
        ("item_description", pa.array(["é\u00a0", "界"]), ["é", "界"]),
    ],
    ids=["whole", "decimal", "float", "day", "instant", "dictionary", "edges", "bytes", "letters"],
)  # fmt: skip
def test_a_value_becomes_the_text_that_says_the_same(field, values, texts, tmp_path):
    found = told(tmp_path, **{field: values}).column(field)

    assert [text and text.replace(".000000Z", "Z") for text in found] == texts


@pytest.mark.parametrize(
    ("values", "code"),
    [
        (pa.array([b"shirt", b"\xff\xfe"], pa.binary()), "ROW-02"),
        (pa.array(["shirt", "a\0b"]), "ROW-03"),
        (pa.array(["shirt", "x" * (FIELD_MAX + 1)]), "ROW-05"),
    ],
)
def test_a_value_that_is_no_text_takes_its_row_out(values, code, tmp_path):
    found = told(tmp_path, item_description=values)

    assert found.codes == [(2, code)]
    assert found.rejects["consignment_id"].to_list() == ["A2"]
    assert found.column("consignment_id") == ["A1"]


def test_nested_values_in_a_known_column_refuse_the_file(tmp_path):
    with pytest.raises(UnusableInput, match="nested values in item_no"):
        told(tmp_path, item_no=pa.array([[1], [2]]))


def test_nested_values_in_an_unknown_column_are_kept(tmp_path):
    assert told(tmp_path, colours=pa.array([["red"], None])).column("unmapped") == ['{"colours":"[\\"red\\"]"}', None]


def test_a_column_is_known_whatever_its_case_and_blanks(tmp_path):
    found = told(tmp_path, **{" Item_No ": pa.array([1, 2])})

    assert found.column("item_no") == ["1", "2"]


def test_columns_of_one_name_refuse_the_file(tmp_path):
    sink = io.BytesIO()
    table = pa.Table.from_arrays([pa.array(["A1"]), pa.array(["A2"])], names=["consignment_id", "consignment_id"])
    pq.write_table(table, sink)

    with pytest.raises(UnusableInput, match="more than once"):
        read_all(written(tmp_path, sink.getvalue(), "list.parquet"))


def test_a_packed_file_reads_as_the_plain_one(tmp_path):
    plain = told(tmp_path, item_no=pa.array([1, 2]))

    packed = read_all(written(tmp_path, gzipped(parquet(item_no=pa.array([1, 2]))), "list.parquet.gz"))

    assert packed.rows.equals(plain.rows)


@pytest.mark.parametrize("kept", [4, 5, 50, -1, -9])
def test_a_cut_file_is_refused(kept, tmp_path):
    with pytest.raises(UnusableInput, match="damaged Parquet"):
        read_all(written(tmp_path, parquet(item_no=pa.array([1, 2]))[:kept], "list.parquet"))


def test_a_spoilt_page_refuses_the_file_or_nothing_is_lost(tmp_path):
    whole = parquet(item_description=pa.array([f"shirt {number}" for number in range(2)]))
    for at in range(4, len(whole) - 8, 7):
        spoilt = whole[:at] + bytes([whole[at] ^ 0xFF]) + whole[at + 1 :]
        try:
            found = read_all(written(tmp_path, spoilt, "list.parquet"))
        except UnusableInput:
            continue
        assert found.reading.source_rows == 2


@pytest.mark.parametrize("kind", [pa.string_view(), pa.binary_view(), pa.large_binary()])
def test_every_way_to_keep_texts_is_read(kind, tmp_path):
    values = [b"shirt", b"\xc3\xa9"] if "binary" in str(kind) else ["shirt", "é"]

    assert told(tmp_path, item_description=pa.array(values, kind)).column("item_description") == ["shirt", "é"]


def test_a_dictionary_with_foul_bytes_takes_their_rows_out(tmp_path):
    found = told(tmp_path, item_description=pa.array([b"\xff", b"shoe"]).dictionary_encode())

    assert found.codes == [(1, "ROW-02")]
    assert found.column("item_description") == ["shoe"]
