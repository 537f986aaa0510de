"""A sender sheet, a jurisdiction and a risk rule come from a folder: found, tested, used, no other file touched."""

import json
import subprocess
import sys
from hashlib import sha256

import polars as pl
import pytest

from tests.acceptance.outside import FILES, LIST, packs_in
from tidewaiter.model.errors import WrongUse
from tidewaiter.service import discovery
from tidewaiter.service.clear import clear_files
from tidewaiter.service.pack_check import check, packs_of
from tools.source import ROOT

PARCELS = f"{LIST}EX-2,B. Person,Example Toys,100,kite,950300,25.01\n" + "".join(
    f"EX-3,C. Person,Example Toys,900,{what},{code},1.00\n"
    for what, code in (("shirt", "610910"), ("toy", "950300"), ("cap", "650500"))
)


@pytest.fixture
def packs(tmp_path):
    return packs_in(tmp_path / "packs")


def state_of(folder):
    """Every file below a folder and the hash of its bytes."""
    files = [path for path in folder.rglob("*") if path.is_file() and "__pycache__" not in path.parts]
    return {path.relative_to(folder).as_posix(): sha256(path.read_bytes()).hexdigest() for path in files}


def cleared(tmp_path, packs, on):
    """The made-up day, cleared by the packs of the folder."""
    day = tmp_path / "day.csv"
    day.write_text(PARCELS, encoding="utf-8")
    return clear_files([str(day)], "ZZ", tmp_path / "out", on=on, packs=packs, home=tmp_path / "home").folder


def test_packs_of_a_folder_are_found_beside_those_of_the_house(packs):
    assert set(discovery.jurisdictions(packs)) == {"ZZ", *discovery.jurisdictions()}
    assert "examplia_post" in discovery.sender_sheets(packs)
    assert "OUT-01" in discovery.risk_rules(packs)
    assert "ZZ" not in discovery.jurisdictions()


def test_packs_of_a_folder_are_proven_by_their_own_cases(packs):
    assert [f"{pack.parent.name}/{pack.name}" for pack in packs_of(packs)] == [
        "jurisdictions/zz",
        "risk_rules/many_goods",
        "formats/examplia_post",
    ]
    assert check(packs) == []


@pytest.mark.parametrize(
    ("file", "before", "after", "told"),
    [
        ("jurisdictions/zz/sheet.toml", "value = 2_500", "value = 2_400", "duty_rule is None, not relief"),
        ("jurisdictions/zz/sheet.toml", "2026-09-30", "2026-09-29", "2026-09-30"),
        ("jurisdictions/zz/sheet.toml", '"7.5"', '"7.4"', "the rate is 7.4 %"),
        ("jurisdictions/zz/sheet.toml", 'source = "Tax Act of Examplia, section 1"\n', "", "lacks ['source']"),
        ("jurisdictions/zz/law.py", "category=", "kind=", "The law adds category as nothing"),
        ("jurisdictions/zz/law.py", "def regime", "def ruled", "It cannot be read (AttributeError"),
        ("formats/examplia_post/sheet.toml", '"g"\n', '"kg"\n', "gross_mass_kg is '250', not '0.250'"),
        ("formats/examplia_post/cases/list.csv", "EX-1", "EX-9", "consignment_id is 'EX-9', not 'EX-1'"),
        ("risk_rules/many_goods/rule.toml", "value = 3", "value = 4", "Three lines"),
        ("risk_rules/many_goods/cases.toml", "item_count = 2", "item_count = 1", "lines_least -1"),
    ],
)
def test_a_pack_with_a_mistake_is_told_which_and_the_others_are_not_blamed(packs, file, before, after, told):
    path = packs / file
    text = path.read_text(encoding="utf-8")
    assert before in text
    path.write_text(text.replace(before, after), encoding="utf-8")

    faults = check(packs)

    assert any(told in fault for fault in faults), faults
    assert all(fault.startswith("/".join(file.split("/")[:2])) for fault in faults)


def test_a_folder_without_packs_is_no_proof_of_anything(tmp_path):
    with pytest.raises(WrongUse, match="no pack"):
        check(tmp_path)


def test_packs_of_a_folder_clear_parcels_by_the_law_of_each_day(tmp_path, packs):
    run = cleared(tmp_path, packs, "2026-10-20")

    filings = pl.read_parquet(run / "consignments.parquet").sort("consignment_id")
    charges = pl.read_parquet(run / "charges.parquet")
    findings = pl.read_parquet(run / "findings.parquet")
    duty = charges.filter(pl.col("charge") == "duty").group_by("consignment_id").agg(pl.col("amount_minor").sum())
    assert filings["consignment_id"].to_list() == ["EX-1", "EX-2", "EX-3"]
    assert dict(duty.rows()) == {"EX-1": 120, "EX-2": 120, "EX-3": 360}
    assert findings.filter(pl.col("code") == "OUT-01")["consignment_id"].to_list() == ["EX-3"]


def test_packs_of_a_folder_are_used_without_touching_any_file_but_the_run(tmp_path, packs):
    before = state_of(ROOT / "src"), state_of(packs)

    cleared(tmp_path, packs, "2026-09-30")

    assert (state_of(ROOT / "src"), state_of(packs)) == before
    assert set(state_of(packs)) == set(FILES)


def commanded(tmp_path, *words):
    """What the command line says, and its exit code."""
    told = subprocess.run(
        [sys.executable, "-m", "tidewaiter", *words],
        cwd=tmp_path,
        env={"PYTHONPATH": str(ROOT / "src"), "HOME": str(tmp_path), "PATH": ""},
        capture_output=True,
        text=True,
        check=False,
    )
    return told.returncode, told.stdout + told.stderr


def test_packs_of_a_folder_are_taken_by_the_command_line(tmp_path, packs):
    (tmp_path / "day.csv").write_text(PARCELS, encoding="utf-8")

    code, said = commanded(
        tmp_path, "clear", "day.csv", "--as", "ZZ", "--on", "2026-10-20", "--packs", str(packs), "--to", "out"
    )

    assert code == 0, said
    assert (tmp_path / "out" / "consignments.parquet").is_file()


def test_the_command_line_says_pack_by_pack_what_is_proven(tmp_path, packs):
    assert commanded(tmp_path, "packs", "check", str(packs))[0] == 0
    (packs / "risk_rules" / "many_goods" / "rule.py").write_text("", encoding="utf-8")

    code, said = commanded(tmp_path, "packs", "check", str(packs))
    listed = json.loads(commanded(tmp_path, "packs", "check", str(packs), "--json")[1])

    assert code == 2
    assert "jurisdictions/zz is proven by its cases." in said
    assert "risk_rules/many_goods is not proven:" in said
    assert [pack for pack, faults in listed.items() if faults] == ["risk_rules/many_goods"]


def test_the_command_line_says_where_packs_would_lie(tmp_path):
    code, said = commanded(tmp_path, "packs", "check", str(tmp_path))

    assert code == 2
    assert "Packs lie in jurisdictions/NAME/" in said
