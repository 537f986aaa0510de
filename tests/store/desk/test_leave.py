"""Goods that another agency has to let in wait for it, by either channel, from the finding to the agency's queue."""

import json
from datetime import UTC, datetime

import psycopg
import pytest

from tests.builders_batcher import FILING, ITEM, MOMENT
from tests.builders_desk import OFFICER, WILDLIFE
from tests.builders_lodging import a_lodged
from tests.store.exchange.conftest import lodged, rules, signer  # noqa: F401 - fixtures
from tidewaiter.model.errors import ImpossibleAct
from tidewaiter.service.queue_filters import Filters
from tidewaiter.store.rights import NotAllowed

NOW = datetime(2026, 10, 21, 8, tzinfo=UTC)
CORAL = {"description": "branch of red coral", "commodity_code": "0508000000"}
HERE = OFFICER._replace(office="DE", limit_minor=10**9)
FOOD = WILDLIFE._replace(person="a2", agency="food")


@pytest.fixture
def book(as_app, rules, signer):  # noqa: F811 - the fixtures above
    from tidewaiter.service.lodging.book import Book
    from tidewaiter.service.lodging.following import FOLLOWS

    return Book(signer, lambda: MOMENT, lambda: rules.windows, follows=FOLLOWS)


def by_file(folder):
    from tidewaiter.service.clear import clear_files
    from tidewaiter.service.loading import load

    rows = [
        {**FILING, "consignment_id": "C1", "parcel_id": "LX1", "items": [ITEM, {**ITEM, **CORAL, "item_no": "2"}]},
        {**FILING, "consignment_id": "S1", "parcel_id": "LX2", "items": [ITEM]},
    ]
    source = folder / "day.ndjson"
    source.write_text("".join(json.dumps(row) + "\n" for row in rows))
    load(clear_files([str(source)], "EU", folder / "run", on="2026-10-20", submitter="F1").folder, now=NOW)


def test_one_that_came_in_a_file_and_one_lodged_alone_wait_for_the_agency_alike(database, lodged, tmp_path):  # noqa: F811 - a fixture
    lodged(a_lodged({}, {**CORAL, "item_no": "2"}, consignment_id="C2"), a_lodged(consignment_id="S2"))
    by_file(tmp_path)

    with psycopg.connect(database.owner) as owner:
        found = owner.execute(
            "select f.reference, f.agencies, a.agencies, c.agencies, c.waiting, c.state -> 'leave', a.pending_on, "
            "jsonb_path_query_array(f.items, '$[*].agencies') from filing f join assessment a on a.filing = f.id "
            "left join desk_case c on c.id = f.id order by 1"
        ).fetchall()

    waits = [["wildlife"]] * 4
    assert [row[0] for row in found] == ["C1", "C2", "S1", "S2"]
    for row in found[:2]:
        assert list(row[1:5]) == waits
        assert row[5] == {"wildlife": [2]}
        assert "agency" in row[6]
        assert row[7] == [[], ["wildlife"]]
    assert [row[1] for row in found[2:]] == [[], []]


def test_the_agency_finds_it_in_its_queue_and_nothing_is_released_before_it_let_it_in(as_app, tmp_path):
    from tidewaiter.service.acts import case
    from tidewaiter.service.case_view import case as look
    from tidewaiter.service.queue import page

    by_file(tmp_path)
    (row,) = page(WILDLIFE, Filters(), now=NOW).rows
    assert (row.reference, row.waiting) == ("C1", ("wildlife",))
    assert list(page(FOOD, Filters(), now=NOW).rows) == []
    acts = iter(range(100))

    def does(act, who, **said):
        seq = look(HERE, row.id, now=NOW).seq
        return getattr(case, act)(who, row.id, saw=seq, key=f"k{next(acts)}", now=NOW, **said)

    does("assign", HERE, to=HERE.person)
    does("present", HERE)
    for question in look(HERE, row.id, now=NOW).questions:
        does("withdraw", HERE, question=question)
    does("inspect", HERE, result="nil")
    with pytest.raises(ImpossibleAct, match="Leave of wildlife"):
        does("release", HERE, reason="checked")
    assert does("release", HERE, reason="checked", items=[1]).act == "released"
    with pytest.raises(NotAllowed):
        does("agency_answer", FOOD, grants=True)
    does("agency_answer", WILDLIFE, grants=True)
    assert does("release", HERE, reason="checked", items=[2]).act == "released"
    view = look(HERE, row.id, now=NOW)
    assert (view.leave, view.leave_lines, view.is_closed) == ({"wildlife": True}, {"wildlife": [2]}, True)
