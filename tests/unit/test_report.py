"""The report of a run: it says what the lake says, fetches nothing, takes nothing for markup, names no person."""

import json
import re
from datetime import timedelta
from html.parser import HTMLParser

import polars as pl
import pytest

from tests.builders_report import ASKED, HELD, LAID, a_lake
from tidewaiter.measure.lake import SCHEMAS
from tidewaiter.measure.timing import timing
from tidewaiter.measure.totals import totals
from tidewaiter.model.findings import FindingKind
from tidewaiter.runners.report import REPORT, write_report

KINDS = [
    FindingKind("A-01", "Title <b>", "Worth {value_minor}.", "hold", "filing", pointer="order_id"),
    FindingKind("B-01", "No name", "The name {consignee_name} is none.", "ask", "filing", pointer="consignee_name"),
    FindingKind("N-01", "Only a note", "Nothing waits.", "note", "filing"),
]
ALONE = {"meta", "rect", "line"}


class Page(HTMLParser):
    """Text of a page, and whether every element is closed in order."""

    def __init__(self, page):
        super().__init__()
        self.texts, self.open = [], []
        self.feed(page)

    def handle_starttag(self, tag, attrs):  # noqa: ARG002 - the parser calls it so
        if tag not in ALONE:
            self.open.append(tag)

    def handle_endtag(self, tag):
        if tag not in ALONE:
            assert self.open.pop() == tag

    def handle_data(self, data):
        if data.strip():
            self.texts.append(data.strip())


def summary_of(lake, **other):
    found = totals(lake)
    counts = {"rows_in": found.filings + 5, "accepted": found.filings, "quarantined": 3, "duplicates": 2, "refused": 0}
    return {
        "jurisdiction": "EU", "currency": "EUR", "accepted_at": "2026-10-20T00:00:00+00:00", "law_version": "ab12",
        "editions": {"sheet <EU>": "f" * 64}, "titles": {kind.code: kind.title for kind in KINDS},
        "sentences": {kind.code: kind.sentence for kind in KINDS}, "consignments": counts, "items": found.items,
        "resolved": found.resolved, "categories": found.categories, "reduced_sets": found.sets,
        "intrinsic_value_minor": found.intrinsic_value_minor, "due_at_border_minor": found.due_at_border_minor,
        "charges": found.money, "findings": found.findings, **other,
    }  # fmt: skip


def page_of(folder, *filings, summary=None, **tables):
    lake = a_lake(folder, consignments=list(filings), **tables)
    write_report(folder, summary_of(lake, **(summary or {})), KINDS)
    return (folder / REPORT).read_text(encoding="utf-8")


def texts_of(*arguments, **named):
    return Page(page_of(*arguments, **named)).texts


def a_finding(code, evidence, consignment_id="A1"):
    return {"consignment_id": consignment_id, "version": 1, "code": code, "severity": "ask", "evidence": evidence}


def test_the_page_is_whole_and_every_element_is_closed(tmp_path):
    assert Page(page_of(tmp_path, {}, HELD, ASKED)).open == []


def test_the_heading_says_how_many_may_go_and_how_many_wait(tmp_path):
    told = texts_of(tmp_path, {}, {}, HELD)

    assert "2 of 3 filings may go; 1 waits" in told
    assert "1 is held for a check. 3 filings could not be accepted and stand aside, each with its reason." in told


@pytest.mark.parametrize(
    ("filings", "heading"),
    [
        ([], "No filing was accepted"),
        ([{}], "The only filing may go"),
        ([ASKED], "The only filing waits"),
        ([{}, {}], "All 2 filings may go"),
        ([HELD, ASKED], "All 2 filings wait"),
    ],
)
def test_the_heading_reads_right_for_none_one_and_all(tmp_path, filings, heading):
    page = page_of(tmp_path, *filings)

    assert f"<h1>{heading}</h1>" in page
    assert Page(page).open == []


def test_the_filings_that_came_in_add_up_on_the_page(tmp_path):
    told = texts_of(tmp_path, *[{}] * 1000)

    words = ("accepted and decided", "in quarantine, to mend and send again", "came in")
    assert [told[told.index(word) + 1] for word in words] == ["1,000", "3", "1,005"]


def test_a_reason_stands_with_its_filing_its_goods_and_its_sentence_filled(tmp_path):
    told = texts_of(
        tmp_path, {**HELD, "reasons": ["A-01"]}, findings=[a_finding("A-01", '{"value_minor":305}')],
        items=[{"consignment_id": "A1", "version": 1, "item_no": 1, "description": "silk <i>scarf"}],
    )  # fmt: skip

    assert "Worth EUR 3.05." in told
    assert "silk <i>scarf" in told
    assert "SHOP, list.csv, row 1" in told


def test_no_person_is_named_on_the_page(tmp_path):
    page = page_of(
        tmp_path, {**ASKED, "reasons": ["B-01"]}, findings=[a_finding("B-01", '{"consignee_name":"Anna Berg"}')],
        quarantine=[{"code": "X", "pointer": "consignee_street", "value": "Hafenweg 5", "message": "No street.",
                     "consignment_id": "Q1", "source_file": "list.csv", "source_position": 4}],
    )  # fmt: skip

    assert "The name A… is none." in page
    assert not re.search("Anna|Berg|Hafen", page)


def test_a_value_that_could_not_be_read_is_shown_where_it_is_nobodys(tmp_path):
    row = {"code": "NUM-01", "pointer": "item_value_amount", "value": "12,<5", "message": "No number <i>.",
           "consignment_id": "Q1", "source_file": "list.csv", "source_position": 4}  # fmt: skip

    told = texts_of(tmp_path, {}, quarantine=[row])

    assert told[told.index("item_value_amount") + 2] == "12,<5"
    assert "No number <i>." in told


def test_money_is_told_in_its_currency_and_what_is_not_determined_is_never_nothing(tmp_path):
    charges = [
        {"charge": "duty", "status": "definitive", "collected_from": "border", "amount_minor": 270000},
        {"charge": "vat", "status": "unresolved", "collected_from": "border", "amount_minor": None},
    ]

    told = texts_of(tmp_path, {**HELD, "resolved": False, "due_at_border_minor": None}, charges=charges)

    assert "EUR 2,700.00" in told
    assert "not determined" in told
    assert "Money: due at the border is not yet determined for 1 filing" in told
    assert "EUR 0.00" not in told


def test_goods_of_no_known_value_are_told_as_such(tmp_path):
    charges = [{"charge": "duty", "status": "unresolved", "collected_from": "border", "amount_minor": None}]

    told = texts_of(tmp_path, {"intrinsic_value_minor": None}, charges=charges)

    assert "The value of the goods is not known." in told


def test_what_a_filer_should_mend_first_is_what_it_does_most(tmp_path):
    filings = [{**ASKED, "reasons": ["B-01"]}, {**ASKED, "reasons": ["B-01", "N-01"]}, {"reasons": ["N-01"]}]

    told = texts_of(tmp_path, *filings)

    assert "2 filings lack or garble something that only the filer can mend" in told
    assert "No name (2)" in told
    assert not any(text.startswith("Only a note (") for text in told)


def test_a_finding_that_stops_a_parcel_stands_before_a_note(tmp_path):
    found = [
        {"code": "N-01", "severity": "note", "findings": 5, "consignments": 5},
        {"code": "A-01", "severity": "hold", "findings": 1, "consignments": 1},
    ]

    told = texts_of(tmp_path, {}, summary={"findings": found})

    assert told.index("A-01") < told.index("N-01")


def test_words_of_packs_and_shelves_are_no_markup(tmp_path):
    page = page_of(tmp_path, {**HELD, "reasons": ["A-01"]})

    assert "Title &lt;b&gt;" in page
    assert "sheet &lt;EU&gt;" in page


def test_arrivals_are_told_from_filings_and_from_events_where_there_are_any(tmp_path):
    before = texts_of(tmp_path / "before", {}, {"arrival_est": None})
    rows = [{"arrived_at": LAID, "verdict": "arrived"}]
    lake = a_lake(tmp_path / "after", consignments=[{}])
    pl.DataFrame(rows, schema=SCHEMAS["movements"]).write_parquet(tmp_path / "after" / "movements.parquet")
    write_report(tmp_path / "after", summary_of(lake) | {"timing": timing(60, 3, 4, 0)}, KINDS)

    after = Page((tmp_path / "after" / REPORT).read_text(encoding="utf-8")).texts

    assert "Parcels expected, as filings estimate, by hour (UTC)" in before
    assert "1 filing gives none" in before
    assert "Arrivals: 75.0 % of the filings were decided before" in after
    assert "3 filings had a decision before the parcel arrived or was expected; 1 had it later." in after


def test_of_several_highest_hours_the_first_is_named_and_marked(tmp_path):
    page = page_of(tmp_path, {}, {"arrival_est": LAID + timedelta(hours=5)})

    assert "Arrivals: most in the hour from 09:00 on 20 October 2026" in page
    assert "1 at 09:00" in page


def test_without_a_time_of_arrival_there_is_no_part_on_arrivals(tmp_path):
    assert 'id="arrivals"' not in page_of(tmp_path, {"arrival_est": None})


@pytest.mark.parametrize("fetching", [r"<script", r"<link", r"https?://", r"url\(", r"@import", r"\bon\w+="])
def test_the_page_fetches_and_runs_nothing(tmp_path, fetching):
    assert re.search(fetching, page_of(tmp_path, {}, HELD)) is None


def test_the_same_lake_and_summary_give_the_same_bytes(tmp_path):
    lake = a_lake(tmp_path, consignments=[{}, HELD, ASKED])
    write_report(tmp_path, summary_of(lake), KINDS)
    first = (tmp_path / REPORT).read_bytes()

    write_report(tmp_path, json.loads(json.dumps(summary_of(lake))), KINDS)

    assert (tmp_path / REPORT).read_bytes() == first


def test_a_run_of_many_places_filers_and_reasons_stays_a_light_page(tmp_path):
    filings = [
        {**ASKED, "reasons": [f"X-{at % 200:02}"], "declarant_id": f"D{at}", "marketplace_id": f"shop {at}" * 9,
         "country_of_dispatch": f"{at % 600}", "destination_country": f"{at % 700}", "reduced_set_used": f"S{at % 90}"}
        for at in range(3000)
    ]  # fmt: skip

    page = page_of(tmp_path, *filings)

    assert len(page.encode()) < 300_000
    assert "and 588 others" in page
    assert len(list((tmp_path / "letters").iterdir())) == 50
