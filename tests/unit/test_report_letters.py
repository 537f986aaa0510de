"""Letters to marketplaces: what is theirs beside the whole run, under a file name any system takes."""

import re

import pytest

from tests.builders_report import ASKED, HELD, a_lake
from tests.unit.test_report import KINDS, Page, page_of, summary_of
from tidewaiter.model.findings import FindingKind
from tidewaiter.runners.report import write_report
from tidewaiter.runners.report.names import LONGEST, file_names

VALUE = FindingKind("VAL-99", "Far too cheap", "Too cheap.", "note", "item", pointer="item_value_amount")
SCHEME = FindingKind("S-01", "Scheme does not fit", "No.", "ask", "filing", pointer="vat_scheme")
WAIT = FindingKind("W-01", "Waits for its parcel", "Wait.", "hold", "filing", pending_on="arrival")
TEXT = FindingKind("T-01", "Vague text", "Vague.", "ask", "item", pointer="item_description")


def letter_of(folder, *filings, name="shop"):
    lake = a_lake(folder, consignments=list(filings))
    kinds = [*KINDS, VALUE, SCHEME, TEXT, WAIT]
    codes = {code for row in filings for code in row.get("reasons", ())}
    severity = {kind.code: kind.severity for kind in kinds}
    findings = [
        {"code": code, "severity": severity[code], "findings": 1,
         "consignments": sum(code in row.get("reasons", ()) for row in filings)}
        for code in sorted(codes)
    ]  # fmt: skip
    titles = {kind.code: kind.title for kind in kinds}
    write_report(folder, summary_of(lake, findings=findings, titles=titles), kinds)
    return Page((folder / "letters" / f"{name}.html").read_text(encoding="utf-8")).texts


def cells_of(told, first):
    at = told.index(first)
    return told[at : at + 3]


def test_a_letter_tells_its_marketplace_what_waits_beside_the_whole_run(tmp_path):
    other = {"marketplace_id": "OTHER"}

    told = letter_of(tmp_path, {}, {**ASKED, "reasons": ["B-01"]}, *[other] * 8)

    assert "To SHOP: 1 of 2 filings waits" in told
    assert cells_of(told, "with faults that you or your filer can mend")[1:] == ["1 (50.0 %)", "1 (10.0 %)"]


def test_undervaluation_vague_texts_and_schemes_that_do_not_fit_have_a_line_each(tmp_path):
    filings = [{**ASKED, "reasons": ["S-01", "T-01", "VAL-99"]}, {**ASKED, "reasons": ["T-01"]}, {}, {}]

    told = letter_of(tmp_path, *filings)

    assert cells_of(told, "signs of undervaluation")[1] == "1 (25.0 %)"
    assert cells_of(told, "vague or unreadable descriptions")[1] == "2 (50.0 %)"
    assert cells_of(told, "scheme or data set that does not fit")[1] == "1 (25.0 %)"


def test_a_letter_says_which_field_to_mend_and_names_a_filing(tmp_path):
    told = letter_of(tmp_path, {**ASKED, "reasons": ["T-01"]}, {**HELD, "reasons": ["T-01"]})

    at = told.index("Vague text")
    assert told[at + 1 : at + 6] == ["2", "100.0 %", "100.0 %", "item_description", "A1"]


def test_a_note_is_no_fault_but_a_sign_of_undervaluation_is_told(tmp_path):
    told = letter_of(tmp_path, {"reasons": ["N-01", "VAL-99"]})

    assert "Only a note" not in told
    assert "Far too cheap" in told


def test_a_marketplace_without_a_fault_is_told_so(tmp_path):
    told = letter_of(tmp_path, {}, {})

    assert "To SHOP: all 2 filings may go" in told
    assert "Nothing: no filing has a fault." in told


def test_money_that_is_not_determined_is_not_told_as_nothing(tmp_path):
    told = letter_of(tmp_path, {**HELD, "resolved": False, "due_at_border_minor": None, "duty_minor": None,
                                "tax_minor": None})  # fmt: skip

    [money] = [text for text in told if text.startswith("Goods declared")]
    assert "Due at the border: not determined for 1 filing." in money
    assert "EUR 0.00" not in money


def test_the_report_links_every_letter_and_names_those_without_one(tmp_path):
    filings = [{"marketplace_id": f"shop {at:03}"} for at in range(53)]

    page = page_of(tmp_path, *filings, {"marketplace_id": None})

    linked = re.findall(r'href="(letters/[^"]+)"', page)
    assert len(linked) == 50
    assert all((tmp_path / name).is_file() for name in linked)
    assert "Letters go to the 50 with most filings. 3 others without a letter:" in page
    assert "<li>shop 052 (1)</li>" in page


def test_a_run_that_names_no_marketplace_writes_no_letter(tmp_path):
    page = page_of(tmp_path, {"marketplace_id": None})

    assert "No filing names a marketplace." in page
    assert not (tmp_path / "letters").exists()


@pytest.mark.parametrize(
    ("marketplace", "file"),
    [
        ("Bazario", "bazario.html"),
        ("../../etc/passwd", "etc-passwd.html"),
        ("C:\\a\0b", "c-a-b.html"),
        ("...", "marketplace.html"),
        ("市场", "marketplace.html"),
        ("Märkte & Co.", "markte-co.html"),
        ("NUL", "marketplace-nul.html"),
        ("x" * 400, "x" * LONGEST + ".html"),
    ],
)
def test_a_file_name_is_one_that_any_system_takes(marketplace, file):
    assert file_names([marketplace]) == {marketplace: file}


def test_marketplaces_that_look_alike_once_cleaned_have_a_file_each():
    names = ["a-2", "a/", "a.", "A", "市", "场"]

    found = file_names(names)

    assert len(set(found.values())) == len(names)
    assert found["a/"] == "a.html"


def test_a_parcel_that_is_on_its_way_is_nothing_to_mend(tmp_path):
    told = letter_of(tmp_path, {**HELD, "reasons": ["W-01"]}, {})

    assert "To SHOP: 1 of 2 filings waits" in told
    assert "Waits for its parcel" not in told
    assert "Nothing: no filing has a fault." in told
    assert any(said.startswith("Kept for what you need not mend: ") for said in told)
