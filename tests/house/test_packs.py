"""A pack is one folder with everything in it: the facts, the code, the cases, a page for its reader."""

import tomllib
from pathlib import Path

import pytest

from tools.source import PACKS

MUST_HAVE = {
    "events": ("sheet.toml", "cases", "README.md"),
    "formats": ("sheet.toml", "cases", "README.md"),
    "jurisdictions": ("sheet.toml", "law.py", "cases.toml", "README.md"),
    "risk_rules": ("rule.toml", "rule.py", "cases.toml", "README.md"),
}
LEAST_README = 200
DATED = ("parameter", "tax_rate", "fee", "required")


def packs():
    kinds = [PACKS / kind for kind in MUST_HAVE]
    return [folder for kind in kinds for folder in sorted(kind.iterdir()) if folder.is_dir() and _is_pack(folder)]


def _is_pack(folder: Path):
    return not folder.name.startswith(("_", "."))


def _called(folder):
    return f"{folder.parent.name}/{folder.name}"


each_pack = pytest.mark.parametrize("pack", packs(), ids=_called)


def test_every_kind_of_pack_has_one_to_copy_from():
    kinds = {folder.parent.name for folder in packs()}

    assert kinds == set(MUST_HAVE)


def test_no_kind_of_pack_is_unknown_to_the_house():
    kinds = {folder.name for folder in PACKS.iterdir() if folder.is_dir() and _is_pack(folder)}

    assert kinds == set(MUST_HAVE)


@each_pack
def test_a_pack_has_all_its_parts(pack):
    missing = [part for part in MUST_HAVE[pack.parent.name] if not (pack / part).exists()]

    assert missing == []


@each_pack
def test_a_pack_brings_cases_that_prove_it(pack):
    cases = pack / "cases"
    written = sorted(cases.iterdir()) if cases.is_dir() else [pack / "cases.toml"]

    assert [path.name for path in written if path.stat().st_size] != []


@each_pack
def test_a_pack_tells_its_reader_what_it_is(pack):
    page = (pack / "README.md").read_text(encoding="utf-8")

    assert page.startswith("# ")
    assert len(page) >= LEAST_README


@each_pack
def test_every_sheet_of_a_pack_can_be_read(pack):
    sheets = sorted(pack.rglob("*.toml"))

    assert [tomllib.loads(path.read_text(encoding="utf-8")) for path in sheets if path.stat().st_size]


@pytest.mark.parametrize("sheet", sorted((PACKS / "jurisdictions").rglob("*.toml")), ids=lambda path: path.stem)
def test_every_fact_of_law_has_a_start_a_source_and_says_how_we_know_it(sheet):
    facts = tomllib.loads(sheet.read_text(encoding="utf-8"))

    bare = [
        row
        for kind in DATED
        for row in facts.get(kind, ())
        if not (row.get("valid_from") and row.get("source") and row.get("evidence") in {"read", "recalled", "assumed"})
    ]

    assert bare == []
