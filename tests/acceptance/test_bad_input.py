"""Bad input ends in a clear sentence with its exit code, or in quarantine with its place; never half-written."""

import gzip
import io
import zipfile
from pathlib import Path

import polars as pl
import pyarrow as pa
import pytest

from tests.builders_runs import COLUMNS, HEADER, a_list, a_row, beside, cleared, hashes_of, written

UNUSABLE, WRONG_USE = 3, 2
TWO = a_list(a_row(), a_row(consignment_id="A2"))


def zipped(*members: tuple[str, str]) -> bytes:
    sink = io.BytesIO()
    with zipfile.ZipFile(sink, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members:
            archive.writestr(name, content)
    return sink.getvalue()


def as_parquet(text: str) -> bytes:
    sink = io.BytesIO()
    pl.read_csv(text.encode(), infer_schema=False).write_parquet(sink)
    return sink.getvalue()


def bomb() -> bytes:
    """A hundred MiB of one row, over and over, packed into a few KiB."""
    row = a_row(consignee_name="a" * 60_000).encode() + b"\n"
    return pa.compress(TWO.encode() + row * ((101 << 20) // len(row)), "zstd", asbytes=True)


REFUSED = {
    "an empty file": ("list.csv", b"", "empty"),
    "a file of blanks": ("list.csv", b" \r\n\n \n", "empty"),
    "an empty gzip": ("list.csv.gz", gzip.compress(b""), "empty"),
    "no header": ("list.csv", (a_row() + "\n").encode(), "no header we know"),
    "a header without a reference": ("list.csv", b"mode,item_no\npost,1\n", "None of them names the filing"),
    "columns of nobody": ("list.csv", b"red,green,blue\n1,2,3\n", "no header we know"),
    "duplicate columns": ("list.csv", f"{HEADER},mode\n{a_row()},post\n".encode(), "mode more than once"),
    "a picture": ("list.csv", b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 9, "header that is no text"),
    "a page": ("list.csv", b"%PDF-1.7\n1 0 obj\n", "no header we know"),
    "a cut gzip": ("list.csv.gz", gzip.compress(TWO.encode())[:-9], "cut or damaged"),
    "a gzip with spoilt bytes": ("list.csv.gz", gzip.compress(TWO.encode())[:60] + b"\0" * 90, "damaged"),
    "a cut zip": ("list.zip", zipped(("list.csv", TWO))[:-30], "damaged zip"),
    "a gzip in a gzip": ("list.csv.gz", gzip.compress(gzip.compress(TWO.encode())), "packed more than once"),
    "a bomb": ("list.csv.zst", bomb(), "more than 1000-fold"),
    "a name that leads outside": ("list.zip", zipped(("../outside.csv", TWO)), "leads outside"),
    "a name from the root": ("list.zip", zipped(("/outside.csv", TWO)), "leads outside"),
    "an archive of pictures": ("list.zip", zipped(("a.png", "x"), ("b.png", "x")), "without a readable file"),
    "a spreadsheet": ("list.zip", zipped(("[Content_Types].xml", "<x/>"), ("xl/a.xml", "")), "as XLSX or CSV"),
    "a cut Parquet file": ("list.parquet", as_parquet(TWO)[:-20], "Parquet"),
    "CSV called Parquet": ("list.parquet", TWO.encode(), "called Parquet and is none"),
    "JSON without an object": ("list.ndjson", b"[1, 2, 3]\n", "no object we can read"),
    "a cut JSON array": ("list.json", b'[{"consignment_id": "A1", "items": [{"no": 1}]}, {"cons', "no valid JSON"),
    "XML of something else": ("list.txt", b'<?xml version="1.0"?>\n<a/>\n', "XML without any filing we know"),
}  # fmt: skip


@pytest.mark.parametrize("what", REFUSED)
def test_a_file_that_cannot_be_used_is_refused_in_one_sentence(what, tmp_path, capsys):
    name, content, sentence = REFUSED[what]
    before = written(tmp_path, content, name)

    done = cleared(capsys, tmp_path / "out", before)

    assert done.code == UNUSABLE
    assert sentence in done.told
    assert done.told.splitlines()[-1].startswith("tidewaiter: ")
    assert "Traceback" not in done.told
    assert beside(done.target) == []
    assert sorted(path.name for path in tmp_path.parent.glob("outside*")) == []


def test_a_good_file_beside_a_bad_one_is_not_taken_either(tmp_path, capsys):
    good, bad = written(tmp_path, TWO, "good.csv"), written(tmp_path, gzip.compress(TWO.encode())[:-4], "z.csv.gz")

    done = cleared(capsys, tmp_path / "out", good, bad)

    assert done.code == UNUSABLE
    assert beside(done.target) == []


def test_damage_at_the_end_of_a_long_file_takes_back_all_that_came_before(tmp_path, capsys):
    many = a_list(*(a_row(consignment_id=f"B{number}") for number in range(150_000)))
    cut = written(tmp_path, gzip.compress(many.encode(), 1)[:-5], "list.csv.gz")

    done = cleared(capsys, tmp_path / "out", cut)

    assert done.code == UNUSABLE
    assert "after 10485760 unpacked bytes" in done.told
    assert beside(done.target) == []


def test_a_missing_file_is_wrong_use(tmp_path, capsys):
    done = cleared(capsys, tmp_path / "out", tmp_path / "nowhere.csv")

    assert done.code == WRONG_USE
    assert "There is no file" in done.told
    assert beside(done.target) == []


def test_a_folder_without_a_readable_file_is_wrong_use(tmp_path, capsys):
    written(tmp_path, "x", "in/picture.png")

    done = cleared(capsys, tmp_path / "out", tmp_path / "in")

    assert done.code == WRONG_USE
    assert "no readable file" in done.told


def test_a_header_alone_is_a_list_of_no_parcels(tmp_path, capsys):
    done = cleared(capsys, tmp_path / "out", written(tmp_path, HEADER))

    assert done.code == 0
    assert done.receipt["consignments"]["rows_in"] == 0
    assert done.accepted == []


@pytest.mark.parametrize("encoding", ["cp1252", "utf-8-sig", "utf-16", "utf-16-be", "utf-32"])
def test_another_encoding_is_recognised_and_named(encoding, tmp_path, capsys):
    text = a_list(a_row(consignee_name="Zoë Müller"))
    mark = b"\xfe\xff" if encoding == "utf-16-be" else b""

    done = cleared(capsys, tmp_path / "out", written(tmp_path, mark + text.encode(encoding)))

    assert done.accepted == ["A1"]
    assert done.receipt["sources"][0]["encoding"] in encoding + "-le"


def test_a_row_in_another_encoding_than_its_file_is_set_aside(tmp_path, capsys):
    rows = [a_row(consignment_id=f"B{number}", consignee_name="Zoë") for number in range(4)]
    content = a_list(*rows).encode() + a_row(consignment_id="C1", consignee_name="Zoë").encode("cp1252") + b"\n"

    done = cleared(capsys, tmp_path / "out", written(tmp_path, content))

    assert done.quarantine == [(5, "ROW-02", "")]
    assert done.accepted == ["B0", "B1", "B2", "B3"]


def test_a_row_with_a_nul_byte_is_set_aside(tmp_path, capsys):
    done = cleared(
        capsys, tmp_path / "out", written(tmp_path, a_list(a_row(), a_row(consignment_id="N", consignee_name="A\0B")))
    )

    assert done.quarantine == [(2, "ROW-03", "")]
    assert done.accepted == ["A1"]


def test_a_file_of_nothing_but_nul_bytes_is_refused(tmp_path, capsys):
    done = cleared(capsys, tmp_path / "out", written(tmp_path, b"\0" * 70_000))

    assert done.code == UNUSABLE
    assert beside(done.target) == []


UNREADABLE = [
    ("item_value_amount", "NaN", "NUM-03"),
    ("item_value_amount", "inf", "NUM-03"),
    ("item_value_amount", "1e400", "NUM-03"),
    ("item_value_amount", "-12.50", "NUM-02"),
    ("item_value_amount", "1e-9", "NUM-01"),
    ("item_value_amount", '"12,50"', "NUM-01"),
    ("item_value_amount", "0x10", "NUM-01"),
    ("gross_mass_kg", "-0.5", "NUM-04"),
    ("gross_mass_kg", "NaN", "NUM-04"),
    ("gross_mass_kg", "1e400", "NUM-04"),
    ("item_net_mass_kg", "-0.000001", "NUM-04"),
    ("item_quantity", "-1", "NUM-05"),
    ("item_no", "1.5", "NUM-05"),
    ("order_at", "0001-01-01", "DAT-91"),
    ("order_at", "0001-01-01T00:00:00Z", "DAT-91"),
    ("order_at", "9999-12-31", "DAT-91"),
    ("order_at", "2026-02-30", "DAT-90"),
    ("order_at", "tomorrow", "DAT-90"),
    ("consignment_id", "", "KEY-01"),
]


@pytest.mark.parametrize(("field", "value", "code"), UNREADABLE)
def test_a_value_that_cannot_be_is_set_aside_with_its_place_and_words(field, value, code, tmp_path, capsys):
    header = HEADER + ("" if field in COLUMNS else f",{field}")
    sound = a_row() + ("" if field in COLUMNS else ",2026-10-01")
    spoilt = a_row(**{"consignment_id": "BAD", field: value})

    done = cleared(capsys, tmp_path / "out", written(tmp_path, a_list(sound, spoilt, header=header)))

    assert done.code == 0
    assert done.quarantine == [(2, code, field)]
    row = done.table("quarantine").row(0, named=True)
    assert (row["value"] or "") == value.strip('"')
    assert row["message"].endswith(".")
    assert done.accepted == ["A1"]


def test_strict_says_by_its_exit_code_that_a_row_was_set_aside(tmp_path, capsys):
    bad = written(tmp_path, a_list(a_row(), a_row(consignment_id="B", gross_mass_kg="-1")))

    assert cleared(capsys, tmp_path / "strict", bad, more=("--strict",)).code == 1
    assert cleared(capsys, tmp_path / "out", bad).code == 0


def test_unknown_columns_are_kept_with_the_original_and_reported(tmp_path, capsys):
    text = a_list(a_row() + ",blue", header=HEADER + ",colour")

    done = cleared(capsys, tmp_path / "out", written(tmp_path, text))

    [source] = done.receipt["sources"]
    assert source["unknown_columns"] == ["colour"]
    assert (done.target / "originals" / source["sha256"]).read_text() == text
    assert done.accepted == ["A1"]


@pytest.mark.parametrize("is_a_file", [True, False])
def test_a_used_output_folder_is_refused_and_left_as_it_is(is_a_file, tmp_path, capsys):
    target = tmp_path / "out"
    if is_a_file:
        target.write_text("mine")
    else:
        written(target, "mine", "mine.txt")
    before = hashes_of(tmp_path)

    done = cleared(capsys, target, written(tmp_path, TWO, "in/list.csv"))

    assert done.code == WRONG_USE
    assert "is in use" in done.told
    assert {name: digest for name, digest in hashes_of(tmp_path).items() if not name.startswith("in/")} == before


def test_another_run_into_the_same_folder_is_refused(tmp_path, capsys):
    first = written(tmp_path, TWO, "first.csv")
    cleared(capsys, tmp_path / "out", first)
    before = hashes_of(tmp_path / "out")

    again = cleared(capsys, tmp_path / "out", first)
    other = cleared(capsys, tmp_path / "out", written(tmp_path, a_list(a_row()), "second.csv"))

    assert again.code == 0
    assert other.code == WRONG_USE
    assert hashes_of(tmp_path / "out") == before


def test_an_empty_output_folder_is_used(tmp_path, capsys):
    (tmp_path / "out").mkdir()

    assert cleared(capsys, tmp_path / "out", written(tmp_path, TWO)).accepted == ["A1", "A2"]


def test_a_zip_of_lists_is_read_and_the_rest_of_it_named(tmp_path, capsys):
    packed = zipped(("day/list.csv", TWO), ("day/readme.png", "x"))

    done = cleared(capsys, tmp_path / "out", written(tmp_path, packed, "day.zip"))

    assert done.accepted == ["A1", "A2"]
    assert [source["name"] for source in done.receipt["sources"]] == ["day.zip/day/list.csv"]
    assert not (Path(tmp_path) / "day").exists()
