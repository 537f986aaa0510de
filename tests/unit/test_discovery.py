"""Packs are found beside those of the house; a broken one is refused with its folder and its fault."""

import pytest

from tests.acceptance.outside import packs_in
from tidewaiter.model.errors import SheetRefused
from tidewaiter.service.discovery import jurisdictions, risk_rules, sender_sheets

FINDERS = {"jurisdictions": jurisdictions, "risk_rules": risk_rules, "formats": sender_sheets}
PACK = {"jurisdictions": "zz", "risk_rules": "many_goods", "formats": "examplia_post"}
SHEET = {"jurisdictions": "sheet.toml", "risk_rules": "rule.toml", "formats": "sheet.toml"}


@pytest.fixture
def packs(tmp_path):
    return packs_in(tmp_path / "packs")


def change(path, before, after):
    text = path.read_text(encoding="utf-8")
    assert before in text
    path.write_text(text.replace(before, after), encoding="utf-8")


def test_without_a_folder_outside_the_house_offers_its_own():
    assert list(jurisdictions()) == ["AU", "CA", "CH", "EU", "GB", "NZ", "US"]
    assert len(risk_rules()) == 11
    assert "courier_flat" in sender_sheets()


def test_a_folder_may_hold_packs_of_one_kind_only(tmp_path):
    assert list(jurisdictions(tmp_path)) == ["AU", "CA", "CH", "EU", "GB", "NZ", "US"]


def test_a_folder_that_is_not_there_is_refused(tmp_path):
    with pytest.raises(SheetRefused, match="There is no folder"):
        jurisdictions(tmp_path / "nowhere")


def test_a_pack_outside_replaces_one_of_the_house_of_the_same_name(packs):
    change(packs / "formats" / "examplia_post" / "sheet.toml", '"examplia_post"', '"courier_flat"')

    assert sender_sheets(packs)["courier_flat"].title == "Examplia Post, daily list"


def test_a_folder_without_a_sheet_is_no_pack(packs):
    (packs / "formats" / "notes").mkdir()
    (packs / "formats" / "notes" / "README.md").write_text("notes", encoding="utf-8")

    assert set(sender_sheets(packs)) == {*sender_sheets(), "examplia_post"}


def test_members_of_a_jurisdiction_outside_are_read_and_other_files_are_not(packs):
    members = packs / "jurisdictions" / "zz" / "members"
    members.mkdir()
    (members / "bv.toml").write_text('place = "BV"', encoding="utf-8")
    (members / "notes.txt").write_text("no TOML", encoding="utf-8")

    assert jurisdictions(packs)["ZZ"].places == ("AQ", "BV")


@pytest.mark.parametrize("kind", FINDERS)
def test_two_packs_of_one_name_side_by_side_are_refused(packs, kind):
    own = packs / kind / PACK[kind]
    twin = own.with_name(f"{own.name}_again")
    twin.mkdir()
    for path in own.iterdir():
        if path.is_file():
            (twin / path.name).write_bytes(path.read_bytes())

    with pytest.raises(SheetRefused, match=rf"{twin.name} carries the name .*, which another folder beside it has"):
        FINDERS[kind](packs)


@pytest.mark.parametrize("kind", FINDERS)
def test_a_sheet_that_is_no_toml_is_refused_with_its_folder(packs, kind):
    (packs / kind / PACK[kind] / SHEET[kind]).write_text("name = ", encoding="utf-8")

    with pytest.raises(SheetRefused, match=rf"{PACK[kind]} cannot be read \(TOMLDecodeError: {SHEET[kind]}: "):
        FINDERS[kind](packs)


@pytest.mark.parametrize(("kind", "code"), [("jurisdictions", "law.py"), ("risk_rules", "rule.py")])
def test_a_sheet_that_is_no_toml_is_told_before_the_code_beside_it(packs, kind, code):
    (packs / kind / PACK[kind] / SHEET[kind]).write_text("name = ", encoding="utf-8")
    (packs / kind / PACK[kind] / code).write_text("", encoding="utf-8")

    with pytest.raises(SheetRefused, match=r"TOMLDecodeError: \w+\.toml: Invalid value \(at "):
        FINDERS[kind](packs)


@pytest.mark.parametrize(
    ("kind", "code", "text", "told"),
    [
        ("jurisdictions", "law.py", "def regime(", "SyntaxError"),
        ("jurisdictions", "law.py", "", "AttributeError"),
        ("jurisdictions", "law.py", "import nowhere_at_all", "ModuleNotFoundError"),
        ("jurisdictions", "law.py", "1 / 0", "ZeroDivisionError"),
        ("risk_rules", "rule.py", "hits = 1", "AttributeError"),
        ("risk_rules", "rule.py", "def hit(thresholds):\n    return thresholds['no such']", "KeyError"),
    ],
)
def test_code_that_does_not_run_is_refused_with_its_folder_and_its_fault(packs, kind, code, text, told):
    (packs / kind / PACK[kind] / code).write_text(text, encoding="utf-8")

    with pytest.raises(SheetRefused, match=rf"{PACK[kind]} cannot be read \({told}"):
        FINDERS[kind](packs)


def test_a_pack_without_its_code_is_refused(packs):
    (packs / "jurisdictions" / "zz" / "law.py").unlink()

    with pytest.raises(SheetRefused, match=r"zz cannot be read \(FileNotFoundError"):
        jurisdictions(packs)


def test_a_refusal_of_the_sheet_names_the_folder(packs):
    change(packs / "jurisdictions" / "zz" / "sheet.toml", 'evidence = "assumed"', 'evidence = "heard"')

    with pytest.raises(SheetRefused, match=r"Pack .*zz: The fact .* lacks evidence"):
        jurisdictions(packs)


def test_reading_a_pack_writes_nothing_beside_it(packs):
    before = sorted(packs.rglob("*"))

    jurisdictions(packs)
    risk_rules(packs)

    assert sorted(packs.rglob("*")) == before
