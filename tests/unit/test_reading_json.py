"""NDJSON and JSON arrays: one object a filing, one row a goods line, numbers as they are written."""

import json

import pytest

from tests.builders_reading import a_sheet, read_all, written
from tidewaiter.model.errors import UnusableInput
from tidewaiter.runners.reading import open_source
from tidewaiter.runners.reading.csv_records import FIELD_MAX


def filing(name="A1", items=1, **more):
    lines = [{"item_no": number, "description": "shirt"} for number in range(1, items + 1)]
    return json.dumps({"consignment_id": name, "items": lines, **more})


def told(tmp_path, *lines, **options):
    return read_all(written(tmp_path, "\n".join(lines) + "\n", "list.ndjson"), **options)


def test_what_is_said_of_the_filing_stands_on_each_of_its_lines(tmp_path):
    found = told(tmp_path, filing(items=2, mode="post"), filing("A2"))

    assert found.reading.carrier == "ndjson"
    assert found.rows.select("consignment_id", "item_no", "mode", "source_position").rows() == [
        ("A1", "1", "post", 1),
        ("A1", "2", "post", 1),
        ("A2", "1", None, 2),
    ]


def test_numbers_keep_the_digits_they_were_written_with(tmp_path):
    line = '{"consignment_id":"A1","gross_mass_kg":0.10,"items":[{"value_amount":1e400,"quantity":3}]}'

    found = told(tmp_path, line)

    assert found.column("gross_mass_kg") == ["0.10"]
    assert found.column("item_value_amount") == ["1e400"]
    assert found.column("item_quantity") == ["3"]


def test_numbers_follow_the_decimal_comma_that_the_sheet_gives_to_texts(tmp_path):
    sheet = a_sheet('kilo = "gross_mass_kg"\nno = "item_no"', top='decimal = ","')

    lines = '{"ref":"A1","kilo":0.5,"items":[{"no":1}]}\n{"ref":"A2","kilo":"0,5","items":[{"no":1}]}\n'

    found = read_all(written(tmp_path, lines, "list.ndjson"), sheet)

    assert found.column("gross_mass_kg") == ["0.5", "0.5"]


def test_a_json_array_is_read_like_its_lines(tmp_path):
    lines = [filing("A1", 2), filing("A2")]
    array = written(tmp_path, f"[{', '.join(lines)}]", "list.json")

    assert read_all(array).rows.equals(told(tmp_path, *lines).rows)


def test_one_object_over_several_lines_is_one_filing(tmp_path):
    text = json.dumps(json.loads(filing(items=2)), indent=2)

    assert read_all(written(tmp_path, text, "list.json")).rows.height == 2


@pytest.mark.parametrize(
    ("line", "code"),
    [
        ("{cut", "ROW-04"),
        ("[1, 2]", "ROW-04"),
        ('"text"', "ROW-04"),
        ('{"consignment_id": "B1"}', "ROW-06"),
        ('{"consignment_id": "B1", "items": []}', "ROW-06"),
        ('{"consignment_id": "B1", "items": {"item_no": 1}}', "ROW-06"),
        ('{"consignment_id": "B1", "items": [1]}', "ROW-06"),
        ('{"consignment_id": "B1", "mode": {"is": "post"}, "items": [{}]}', "ROW-07"),
        ('{"consignment_id": "B1", "items": [{"description": ["a"]}]}', "ROW-07"),
        ('{"consignment_id": "B1", "mode": "a\\u0000b", "items": [{}]}', "ROW-03"),
        ('{"consignment_id": "B1", "mode": "' + "x" * (FIELD_MAX + 1) + '", "items": [{}]}', "ROW-05"),
        ('{"consignment_id": ' + "[" * 5_000 + "]" * 5_000 + "}", "ROW-04"),
    ],
)
def test_a_line_that_is_no_filing_is_named_and_the_next_is_read(line, code, tmp_path):
    found = told(tmp_path, filing("A1"), line, filing("A2"))

    assert found.codes == [(2, code)]
    assert found.column("consignment_id") == ["A1", "A2"]
    if '"B1"' in line:
        assert found.rejects["consignment_id"].to_list() == ["B1"]


@pytest.mark.parametrize(
    ("line", "said"),
    [("null", "it is null"), ("true", "it is true"), ("12", "it is a number"), ("1.5", "it is a number"),
     ('"text"', "it is a text"), (" [] ", "it is a list")],
)  # fmt: skip
def test_a_line_that_is_no_object_is_called_what_json_calls_it(line, said, tmp_path):
    [message] = told(tmp_path, filing("A1"), line).rejects["message"]

    assert f"({said})" in message


@pytest.mark.parametrize(
    "line",
    [
        '{"consignment_id":"B1","mode":"post","mode":"air","items":[{}]}',
        '{"consignment_id" : "B1", "mode" : "post", "mode" : "air", "items" : [{}]}',
        '{"consignment_id":"B1","items":[{"item_no":1},{"mode":"post","item_no":2,"mode":"air"}]}',
        '{"consignment_id":"B1","extra":{"mode":1,"mode":2},"items":[{}]}',
    ],
    ids=["of the filing", "blank before the colon", "of a goods line", "of what nobody knows"],
)
def test_a_key_that_stands_twice_takes_its_object_out(line, tmp_path):
    found = told(tmp_path, filing("A1"), line, filing("A2"))

    assert found.codes == [(2, "ROW-04")]
    assert "gives the key 'mode' twice" in found.rejects["message"][0]
    assert found.column("consignment_id") == ["A1", "A2"]


def test_what_only_looks_like_a_key_told_twice_is_read(tmp_path):
    found = told(tmp_path, filing(note='say "mode": and "mode": again', extra={"mode": {"mode": 1}}))

    assert found.codes == []
    assert found.column("consignment_id") == ["A1"]


def test_blank_lines_keep_their_number_and_are_no_record(tmp_path):
    found = told(tmp_path, filing("A1"), "", "  ", filing("A2"))

    assert found.column("source_position") == [1, 4]
    assert found.reading.source_rows == 2


def test_nested_values_that_nobody_knows_are_kept_beside_the_row(tmp_path):
    found = told(tmp_path, filing(extra={"a": [1, "b"]}))

    assert found.reading.unknown_columns == ("extra",)
    assert json.loads(found.column("unmapped")[0])["extra"] == '{"a":[1,"b"]}'


@pytest.mark.parametrize("text", ["[1, 2, 3]", "{}", '{"a": 1}\n{"b": 2}\n', '[{"consignment_id": "A1"', "{{{{"])
def test_json_that_names_no_filing_is_refused(text, tmp_path):
    with pytest.raises(UnusableInput, match=r"list\.json"):
        open_source(written(tmp_path, text, "list.json"), [])


def test_names_without_end_are_refused_before_they_take_memory(tmp_path):
    strange = [json.dumps({"consignment_id": "A1", **{f"n{line}_{at}": "x" for at in range(300)}, "items": [{"a": 1}]})
               for line in range(40)]  # fmt: skip

    with pytest.raises(UnusableInput, match="more than 1,000 names"):
        told(tmp_path, *[filing("A1")] * 200, *strange)
    with pytest.raises(UnusableInput, match="more than 1,000 names"):
        told(tmp_path, *[filing("A1")] * 200, *(line.replace('"x"', '["x"]') for line in strange))
