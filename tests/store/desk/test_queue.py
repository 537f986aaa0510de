"""The queue: every case once, in its order, for who may see it, whatever the page and the filter."""

import csv
import io
import json
from datetime import timedelta

import pytest

from tests.builders_cases import AT
from tests.builders_desk import (
    ANALYST,
    AUDITOR,
    COLLEAGUE,
    ELSEWHERE,
    FILER,
    OFFICER,
    SUPERVISOR,
    WILDLIFE,
    Desk,
    a_filing,
    opened,
)  # fmt: skip
from tidewaiter.model.errors import WrongUse
from tidewaiter.service.queue_filters import Filters
from tidewaiter.store.rights import Actor, NotAllowed

ROUTES = ("refer", "document_check", "ask")


@pytest.fixture
def filled(as_app):
    """Twenty-four cases of two offices, of three priorities, an eighth of them with an agency."""
    filings = [
        a_filing(
            office=("DE1", "FR1")[n % 2], route=ROUTES[n % 3], lane=("hold", "divert")[n % 4 == 0],
            agencies=["wildlife"] if n % 8 == 1 else [], reference=f"Q{n:03}", barcodes=[f"LX{n:03}"],
        )
        for n in range(24)
    ]  # fmt: skip
    opened(as_app, *filings)
    return filings


ALL = Filters()


def walked(actor, filters=ALL, size=5):
    from tidewaiter.service import queue

    rows, after = [], None
    while True:
        page = queue.page(actor, filters, now=AT, after=after, size=size)
        rows += page.rows
        if page.after is None:
            return rows
        after = page.after


@pytest.mark.parametrize(
    ("actor", "expected"),
    [(OFFICER, 12), (SUPERVISOR, 12), (ELSEWHERE, 12), (WILDLIFE, 3), (AUDITOR, 24), (ANALYST, 24)],
)
def test_everybody_sees_his_own_each_once_and_in_order(filled, actor, expected):
    from tidewaiter.service import queue

    rows = walked(actor)

    assert (
        len(rows)
        == expected
        == queue.count(actor, Filters(), now=AT)
        == len(list(queue.export(actor, Filters(), now=AT)))
    )
    assert [row.id for row in rows] == [row.id for row in queue.export(actor, Filters(), now=AT)]
    assert len({row.id for row in rows}) == expected
    order = [(row.priority, row.opened_at, row.id) for row in rows]
    assert order == sorted(order)


def test_pages_by_number_are_the_pages_one_walks_to(filled):
    from tidewaiter.service import queue

    rows = walked(AUDITOR)

    for number in range(1, 6):
        page = queue.page(AUDITOR, Filters(), now=AT, number=number, size=5)
        assert list(page.rows) == rows[(number - 1) * 5 : number * 5]
        assert (page.after is None) == (number == 5)
    assert queue.page(AUDITOR, Filters(), now=AT, number=9, size=5).rows == ()


@pytest.mark.parametrize("actor", [FILER, Actor("c", frozenset({"carrier"}), filer="f1"), Actor("x", frozenset())])
def test_who_reads_no_cases_has_no_queue(filled, actor):
    from tidewaiter.service import queue

    for ask in (queue.count, queue.page):
        with pytest.raises(NotAllowed):
            ask(actor, Filters(), now=AT)


def test_an_office_named_that_is_not_ones_own_shows_nothing(filled):
    assert walked(OFFICER, Filters(office="FR1")) == []
    assert walked(WILDLIFE, Filters(agency="food")) == []
    assert len(walked(AUDITOR, Filters(office="FR1"))) == 12


def test_filters_show_those_and_no_others(as_app, filled):
    one = Desk(as_app, a_filing(reference="ZZ9", barcodes=["CN77"]))
    two = Desk(as_app, a_filing())
    one.does("assign", OFFICER, to="o1")
    two.does("assign", COLLEAGUE, to="o2")
    one.does("ask", OFFICER, text="?", reply_by=AT + timedelta(hours=1))
    one.does("hold", OFFICER, reason="documents")

    def ids(actor=OFFICER, **told):
        return {row.id for row in walked(actor, Filters(**told))}

    assert ids(assigned="me") == {one.id}
    assert ids(assigned="o2") == {two.id}
    assert len(ids(assigned="nobody")) == 12
    assert ids(has_question=True) == {one.id} == ids(decision="held")
    assert one.id not in ids(has_question=False)
    assert ids(text="ZZ") == ids(text="CN77") == {one.id}
    assert ids(text="CN8") == set()
    assert len(ids(text="Q")) == 12
    assert ids(is_overdue=True) == set()
    one.now = AT + timedelta(hours=2)
    from tidewaiter.service import queue

    late = queue.page(OFFICER, Filters(is_overdue=True), now=one.now).rows
    assert [row.id for row in late] == [one.id]
    assert len(ids(lane="divert")) == 6


def test_what_is_decided_leaves_the_queue_of_open_cases(as_app):
    one = Desk(as_app, a_filing(pending_on=[], route="ask"))
    one.does("assign", OFFICER, to="o1")
    one.does("release", OFFICER, reason="checked")

    assert walked(OFFICER) == []
    assert [row.decision for row in walked(OFFICER, Filters(state="closed"))] == ["released"]
    assert len(walked(OFFICER, Filters(state="all"))) == 1


@pytest.mark.parametrize(
    ("filters", "told"),
    [
        (Filters(lane="left"), {}),
        (Filters(state="some"), {}),
        (Filters(text="x\0"), {}),
        (Filters(text="x" * 101), {}),
        (Filters(), {"after": "nonsense"}),
        (Filters(), {"after": "W10"}),
        (Filters(), {"after": "ä"}),
        (Filters(), {"number": 0}),
        (Filters(), {"number": 10**9}),
        (Filters(), {"size": 0}),
        (Filters(), {"size": 501}),
    ],
)
def test_what_is_no_filter_and_no_page_is_said_plainly(as_app, filters, told):
    from tidewaiter.service import queue

    with pytest.raises(WrongUse):
        queue.page(OFFICER, filters, now=AT, **told)


def test_an_exported_file_has_every_row_and_no_formula(as_app, filled):
    from tidewaiter.service import queue
    from tidewaiter.service.queue_export import lines

    opened(as_app, a_filing(reference="=1+1", barcodes=["@x"]))
    rows = list(queue.export(AUDITOR, Filters(), now=AT))

    written = b"".join(lines(iter(rows), "csv")).decode()
    told = list(csv.DictReader(io.StringIO(written, newline="")))
    spoken = [json.loads(line) for line in b"".join(lines(iter(rows), "ndjson")).splitlines()]

    assert [row["id"] for row in told] == [row["id"] for row in spoken] == [row.id for row in rows]
    assert {"'=1+1"} == {row["reference"] for row in told if "1+1" in row["reference"]}
    assert {"=1+1"} == {row["reference"] for row in spoken if "1+1" in row["reference"]}
    assert {row["is_closed"] for row in told} == {"false"}
    assert {row["amount_minor"] for row in told} == {"4000"}


def test_an_agency_s_own_list_says_what_is_open_and_what_is_decided(as_app):
    one = Desk(as_app, a_filing(agencies=["wildlife"], pending_on=[], route="ask"))
    two = Desk(as_app, a_filing(agencies=["wildlife", "food"]))
    one.does("assign", OFFICER, to="o1")
    one.does("agency_answer", WILDLIFE, grants=True)
    one.does("release", OFFICER, reason="checked")

    assert [row.id for row in walked(WILDLIFE)] == [two.id]
    assert [row.id for row in walked(WILDLIFE, Filters(state="closed"))] == [one.id]
    assert {row.id for row in walked(WILDLIFE, Filters(state="all"))} == {one.id, two.id}
    assert [row.id for row in walked(OFFICER, Filters(agency="food"))] == [two.id]
    assert [row.id for row in walked(WILDLIFE, Filters(lane="hold"))] == [two.id]
