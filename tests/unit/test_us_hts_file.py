"""The tariff export as a file: every byte of the official form is taken, anything else refused with its place."""

import gzip

import pytest

from tests.builders_us_hts import HEAD, SCHEDULE, a_row, as_csv, written
from tidewaiter.model.errors import PublicationRefused
from tidewaiter.reference import us_hts_file
from tidewaiter.reference.us_hts_file import read_export


def refusal(path):
    with pytest.raises(PublicationRefused) as refused:
        read_export(path)
    return refused.value


def test_a_line_comes_with_its_place_and_texts(tmp_path):
    export = read_export(
        written(tmp_path, [a_row("0101.21.00", "1", "Males", "Free", unit='["No."]', special="", column_2="20%")])
    )

    line = export.lines[0]
    assert (line.row, line.number, line.code, line.indent) == (2, "0101.21.00", "01012100", "1")
    assert (line.description, line.units, line.general, line.column_2) == ("Males", '["No."]', "Free", "20%")
    assert line.place == "line 2 (0101.21.00)"


def test_a_line_that_only_groups_others_is_named_by_its_words(tmp_path):
    line = read_export(
        written(tmp_path, [a_row("", "1", "Horses of a kind that nobody has ever seen in any town:")])
    ).lines[0]

    assert line.code == ""
    assert line.place == "line 2 (Horses of a kind that nobody has ever se)"


def test_packed_or_plain_with_or_without_mark_the_content_is_the_same(tmp_path):
    raw = as_csv(SCHEDULE).encode("utf-8")
    plain, packed = tmp_path / "plain.csv", tmp_path / "packed.csv.gz"
    plain.write_bytes(raw)
    packed.write_bytes(gzip.compress(raw))

    assert read_export(plain) == read_export(packed)
    assert read_export(written(tmp_path, SCHEDULE, mark="\ufeff")).lines == read_export(plain).lines


def test_a_field_may_hold_line_breaks_and_the_next_place_still_counts_lines(tmp_path):
    lines = read_export(written(tmp_path, [a_row("0101", "0", "Live\nhorses"), a_row("0102", "0", "Cattle")])).lines

    assert [line.row for line in lines] == [2, 4]


def test_columns_may_stand_in_another_order_beside_others(tmp_path):
    rows = [[*reversed(a_row("0101", "0", "Horses")), "more"]]
    head = [*reversed(HEAD), "Quota Quantity"]

    assert read_export(written(tmp_path, rows, head=head)).lines[0].number == "0101"


def test_another_encoding_is_refused_with_the_byte(tmp_path):
    path = tmp_path / "latin.csv"
    path.write_bytes(as_csv([a_row("0101", "0", "5¢/kg")]).encode("cp1252"))

    assert "is not UTF-8" in refusal(path).faults[0]


def test_a_file_with_nul_is_no_text(tmp_path):
    assert "NUL" in refusal(written(tmp_path, [a_row("0101", "0", "Hor\x00ses")])).faults[0]


def test_a_cut_or_damaged_packed_file_is_refused(tmp_path):
    packed = gzip.compress(as_csv(SCHEDULE).encode("utf-8"))
    for name, raw in (("cut.gz", packed[:-20]), ("damaged.gz", packed[:30] + b"\xff\xff\xff" + packed[33:])):
        (tmp_path / name).write_bytes(raw)

        assert "the gzip file is cut or damaged" in refusal(tmp_path / name).faults[0]


@pytest.mark.parametrize("name", ["big.csv", "big.csv.gz"])
def test_a_file_far_larger_than_any_schedule_is_refused(name, tmp_path, monkeypatch):
    monkeypatch.setattr(us_hts_file, "LARGEST_FILE", 100)
    raw = as_csv(SCHEDULE).encode("utf-8")
    (tmp_path / name).write_bytes(gzip.compress(raw) if name.endswith("gz") else raw)

    assert refusal(tmp_path / name).faults == ("more than 100 bytes",)


def test_missing_and_doubled_columns_are_named_with_those_found(tmp_path):
    head = ["HTS Number", "HTS Number", *HEAD[1:-1]]

    assert refusal(written(tmp_path, [["x"] * len(head)], head=head)).faults[:2] == (
        "column 'Column 2 Rate of Duty' is missing",
        "column 'HTS Number' stands 2 times",
    )


@pytest.mark.parametrize("text", ["", "\n"])
def test_an_empty_file_has_no_column(text, tmp_path):
    (tmp_path / "empty.csv").write_text(text, encoding="utf-8")

    assert refusal(tmp_path / "empty.csv").faults[-1] == "columns found: none"


def test_a_head_without_lines_is_refused(tmp_path):
    assert refusal(written(tmp_path, [])).faults == ("no line below the column names",)


def test_every_record_of_another_width_is_named(tmp_path):
    rows = [
        a_row("0101", "0", "Horses"),
        ["0102", "0"],
        a_row("0103", "0", "Swine"),
        [*a_row("0104", "0", "Sheep"), "more"],
    ]

    assert refusal(written(tmp_path, rows)).faults == (
        "line 3: 2 fields under 7 columns", "line 5: 8 fields under 7 columns",
    )  # fmt: skip


def test_an_open_quotation_is_refused_with_its_line(tmp_path):
    path = tmp_path / "open.csv"
    path.write_text(as_csv(SCHEDULE) + '"0199', encoding="utf-8")

    assert refusal(path).faults[0].startswith("line ")


def test_a_small_file_that_unpacks_to_more_than_any_schedule_is_refused(tmp_path, monkeypatch):
    packed = gzip.compress(as_csv(SCHEDULE * 20).encode("utf-8"))
    monkeypatch.setattr(us_hts_file, "LARGEST_FILE", len(packed))
    (tmp_path / "bomb.gz").write_bytes(packed)

    assert refusal(tmp_path / "bomb.gz").faults == (f"more than {len(packed)} bytes",)
