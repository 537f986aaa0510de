"""CSV as senders write it: delimiters, quotes, line ends, blank lines; what is no row is named with its place."""

import pytest

from tests.builders_reading import HEADER, a_sheet, read_all, written
from tidewaiter.model.errors import UnusableInput
from tidewaiter.runners.reading import open_source
from tidewaiter.runners.reading.csv_records import FIELD_MAX

NAMES = ["consignment_id", "item_no", "item_description"]


def told(tmp_path, body, header=HEADER, **options):
    return read_all(written(tmp_path, header + body), **options)


def descriptions(tmp_path, body, **options):
    return told(tmp_path, body, **options).column("item_description")


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_the_delimiter_is_the_one_that_makes_sense_of_the_header(delimiter, tmp_path):
    found = told(tmp_path, delimiter.join(["A1", "1", "a shirt"]) + "\n", header=delimiter.join(NAMES) + "\n")

    assert found.reading.delimiter == delimiter
    assert found.rows.select(NAMES).rows() == [("A1", "1", "a shirt")]


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_lines_end_as_on_any_machine(end, tmp_path):
    found = read_all(written(tmp_path, end.join([HEADER.strip(), "A1,1,shirt", "A2,1,shoe"]) + end))

    assert found.column("item_description") == ["shirt", "shoe"]


def test_a_quoted_field_may_hold_delimiters_quotes_and_lines(tmp_path):
    body = 'A1,1,"shirt, blue"\nA2,1,"a ""good"" shoe"\nA3,1,"two\nlines"\n'

    assert descriptions(tmp_path, body) == ["shirt, blue", 'a "good" shoe', "two\nlines"]


def test_a_quote_within_a_plain_field_is_a_character(tmp_path):
    assert descriptions(tmp_path, 'A1,1,19" screen\nA2,1,shoe\n') == ['19" screen', "shoe"]


def test_blank_lines_count_for_nothing(tmp_path):
    found = told(tmp_path, "\n\nA1,1,shirt\n\r\n\nA2,1,shoe\n\n")

    assert found.reading.source_rows == 2
    assert found.column("source_position") == [1, 2]


def test_edges_are_tidied_and_what_is_empty_then_is_nothing(tmp_path):
    assert descriptions(tmp_path, 'A1,1,  shirt \nA2,1,\u3000shoe\u00a0\nA3,1,"  "\nA4,1,""\n') == [
        "shirt",
        "shoe",
        None,
        None,
    ]


def test_the_last_line_needs_no_end(tmp_path):
    assert descriptions(tmp_path, "A1,1,shirt\nA2,1,shoe") == ["shirt", "shoe"]


def test_a_row_of_the_wrong_width_is_named_and_the_next_is_read(tmp_path):
    found = told(tmp_path, "A1,1,shirt\nA2,1\nA3,1,shoe,red\nA4,1,cap\n")

    assert found.codes == [(2, "ROW-01"), (3, "ROW-01")]
    assert found.rejects["consignment_id"].to_list() == ["A2", "A3"]
    assert "2 fields where the header has 3" in found.rejects["message"][0]
    assert found.column("consignment_id") == ["A1", "A4"]


def test_an_open_quote_loses_its_own_row_only(tmp_path):
    found = told(tmp_path, 'A1,1,shirt\nA2,1,"open\n' + "".join(f"B{n},1,shoe\n" for n in range(5)))

    assert found.codes == [(2, "ROW-01")]
    assert found.column("consignment_id") == ["A1", *(f"B{n}" for n in range(5))]


def test_a_field_beyond_all_measure_is_refused_with_its_row(tmp_path):
    found = told(tmp_path, f"A1,1,shirt\nA2,1,{'x' * (FIELD_MAX + 1)}\nA3,1,{'x' * FIELD_MAX}\n")

    assert found.codes == [(2, "ROW-05")]
    assert found.rejects["pointer"].to_list() == ["item_description"]
    assert len(found.rejects["value"][0]) == 200
    assert found.column("consignment_id") == ["A1", "A3"]


def test_nul_bytes_and_foul_bytes_are_named_as_such(tmp_path):
    content = HEADER.encode() + "A1,1,é\nA2,1,é\nA3,1,é\n".encode() + b"B1,1,a\0b\nB2,1,\xff\xfe\n"

    found = read_all(written(tmp_path, content))

    assert found.codes == [(4, "ROW-03"), (5, "ROW-02")]
    assert "\0" not in "".join(found.rejects["original"])


def test_columns_without_a_name_are_called_after_their_place(tmp_path):
    found = told(tmp_path, "A1,1,x,shirt\n", header="consignment_id,item_no,,item_description\n")

    assert found.reading.unknown_columns == ("column 3",)
    assert found.column("unmapped") == ['{"column 3":"x"}']


@pytest.mark.parametrize("block_bytes", [1, 7, 64, 1_000])
def test_the_size_of_a_block_shows_in_nothing(block_bytes, tmp_path):
    body = "".join(f'A{n},1,"a, b"\n\nB{n},1\n' for n in range(50))

    whole, cut = told(tmp_path, body), told(tmp_path, body, block_bytes=block_bytes)

    assert cut.rows.equals(whole.rows)
    assert cut.rejects.equals(whole.rejects)
    assert cut.batches > whole.batches


@pytest.mark.parametrize("header", ["a,b,c\n", "item_no,item_description\n", "consignment_id,consignment_id\n"])
def test_a_header_that_cannot_be_meant_is_refused_before_a_row_is_read(header, tmp_path):
    with pytest.raises(UnusableInput, match=r"list\.csv"):
        open_source(written(tmp_path, header + "A1,1,shirt\n"), [])


def test_a_header_is_known_whatever_its_case(tmp_path):
    found = told(tmp_path, "A1,1,shirt\n", header=" Consignment_ID ,ITEM_NO,Item_Description\n")

    assert found.rows.select("consignment_id", "item_no", "item_description").rows() == [("A1", "1", "shirt")]
    assert found.reading.unknown_columns == ()


def test_a_sender_sheet_knows_its_columns_in_any_case(tmp_path):
    source = written(tmp_path, "REF,what\nA1,shirt\n")

    found = read_all(source, a_sheet('What = "item_description"'))

    assert (found.reading.sheet_name, found.column("item_description")) == ("harbour", ["shirt"])


def test_of_two_columns_that_differ_in_case_the_exact_one_is_meant_and_without_it_none(tmp_path):
    found = told(tmp_path, "A1,1,2,post,air\n", header="consignment_id,item_no,Item_No,Mode,MODE\n")

    assert found.column("item_no") == ["1"]
    assert "mode" not in found.rows.columns
    assert found.reading.unknown_columns == ("Item_No", "Mode", "MODE")


def test_a_mark_at_the_beginning_is_no_part_of_a_name(tmp_path):
    found = read_all(written(tmp_path, b"\xef\xbb\xbf" + (HEADER + "A1,1,shirt\n").encode()))

    assert found.reading.unknown_columns == ()
    assert found.column("consignment_id") == ["A1"]
