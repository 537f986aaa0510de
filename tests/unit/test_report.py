"""The report of a run: every figure of the summary, nothing fetched, nothing taken for markup."""

import json
import re
from html.parser import HTMLParser

import polars as pl
import pytest

from tidewaiter.runners.report import report_page
from tidewaiter.runners.setting_aside import QUARANTINE

NOTHING = pl.DataFrame(schema=QUARANTINE)
SUMMARY = {
    "jurisdiction": "EU", "currency": "EUR", "accepted_at": "2026-10-20T00:00:00+00:00", "law_version": "ab12",
    "editions": {"sheet EU": "f" * 64}, "titles": {"A-01": "Title <b>", "B-01": "Other"},
    "consignments": {"rows_in": 1005, "accepted": 1000, "quarantined": 3, "duplicates": 2, "refused": 0},
    "decisions": {"release": 900, "hold": 100}, "routes": {"release": 900, "scan": 100}, "pending_on": {},
    "charges": [
        {"charge": "duty", "status": "definitive", "collected_from": "border", "rows": 900, "amount_minor": 270000},
        {"charge": "vat", "status": "unresolved", "collected_from": "border", "rows": 4, "amount_minor": 0},
    ],
    "resolved": 996, "due_at_border_minor": 270000,
    "findings": [
        {"code": "B-01", "severity": "note", "findings": 500, "consignments": 500},
        {"code": "A-01", "severity": "hold", "findings": 120, "consignments": 100},
    ],
    "quarantine": {},
}  # fmt: skip


class Page(HTMLParser):
    """Text of a page, and whether every element is closed in order."""

    def __init__(self, page):
        super().__init__()
        self.texts, self.open = [], []
        self.feed(page)

    def handle_starttag(self, tag, attrs):  # noqa: ARG002 - the parser calls it so
        if tag != "meta":
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        self.texts.append(data.strip())


def page_of(rejected=NOTHING, **other):
    return report_page({**SUMMARY, **other}, rejected)


def test_the_page_is_whole_and_every_element_is_closed():
    assert Page(page_of()).open == []


def test_the_filings_that_came_in_add_up_on_the_page():
    told = Page(page_of()).texts

    assert [told[told.index(word) - 1] for word in ("filings came in", "accepted", "in quarantine", "told again")] == [
        "1,005", "1,000", "3", "2",
    ]  # fmt: skip


def test_money_is_told_in_its_currency_and_what_is_not_determined_is_never_nothing():
    told = Page(page_of()).texts

    assert "EUR 2,700.00" in told
    assert "not determined" in told
    assert "EUR 0.00" not in told
    assert ", without 4 not resolved" in told


def test_a_finding_that_stops_a_parcel_stands_before_a_note():
    told = Page(page_of()).texts

    assert told.index("A-01") < told.index("B-01")


def test_words_of_packs_are_no_markup():
    assert "Title &lt;b&gt;" in page_of()


def test_quarantine_is_told_with_the_first_message_of_each_code():
    rows = [{"code": "NUM-01", "message": "first <i>"}, {"code": "NUM-01", "message": "second"}]
    rejected = pl.DataFrame([{**dict.fromkeys(QUARANTINE), **row} for row in rows], schema=QUARANTINE)

    page = page_of(rejected, quarantine={"NUM-01": 2})

    assert "first &lt;i&gt;" in page
    assert "second" not in page


def test_a_run_without_filings_still_has_a_page():
    empty = {"rows_in": 0, "accepted": 0, "quarantined": 0, "duplicates": 0, "refused": 0}

    page = page_of(consignments=empty, decisions={}, routes={}, charges=[], findings=[], resolved=0)

    assert Page(page).open == []
    assert "Charges" not in Page(page).texts


def test_a_long_list_of_findings_is_cut_and_says_so():
    many = [{"code": f"X-{number:02}", "severity": "ask", "findings": 1, "consignments": 1} for number in range(25)]

    assert "And 5 other kinds, all in findings.parquet." in Page(page_of(findings=many)).texts


@pytest.mark.parametrize("fetching", [r"<script", r"<link", r"https?://", r"url\(", r"@import"])
def test_the_page_fetches_nothing(fetching):
    assert re.search(fetching, page_of()) is None


def test_the_same_summary_gives_the_same_bytes():
    assert page_of() == report_page(json.loads(json.dumps(SUMMARY)), NOTHING)
