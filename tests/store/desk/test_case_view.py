"""One case as a person sees it: his own, masked as the matrix says, with what can be done now."""

import json
from uuid import UUID

import psycopg
import pytest

from tests.builders_cases import AT
from tests.builders_desk import ANALYST, AUDITOR, COLLEAGUE, ELSEWHERE, FILER, OFFICER, SUPERVISOR, WILDLIFE
from tidewaiter.model.errors import ImpossibleAct, WrongUse
from tidewaiter.store.rights import NotAllowed


@pytest.fixture
def look():
    from tidewaiter.service.case_view import case

    return lambda actor, one: case(actor, one.id, now=one.now)


def test_reasons_are_shown_to_whose_case_it_is_and_to_no_other_officer(desk, look):
    one = desk()

    assert (look(OFFICER, one).reasons, look(OFFICER, one).score) == (None, None)
    one.does("assign", OFFICER, to="o1")
    assert look(OFFICER, one).reasons == [{"code": "SPL-01"}]
    assert look(OFFICER, one).score == 800
    assert look(COLLEAGUE, one).reasons is None
    assert look(SUPERVISOR, one).reasons == [{"code": "SPL-01"}]
    assert look(ANALYST, one).reasons == look(AUDITOR, one).reasons == [{"code": "SPL-01"}]


@pytest.mark.parametrize("actor", [ELSEWHERE, FILER, WILDLIFE])
def test_who_may_not_see_a_case_sees_none(desk, look, actor):
    with pytest.raises(NotAllowed):
        look(actor, desk())


def test_lines_carry_what_was_found_decided_and_done(desk, look):
    one = desk()
    one.does("assign", OFFICER, to="o1")
    one.does("inspect", OFFICER, items=[1, 2], result="nil", how="opened", minutes=3)
    one.does("release", OFFICER, items=[1], reason="checked")
    one.does("dispose", OFFICER, items=[2], disposition="detained_ipr")

    seen = look(OFFICER, one)

    assert [(item["decision"], item["result"], item["disposition"]) for item in seen.items] == [
        ("released", "nil", None), ("open", "nil", "detained_ipr"),
    ]  # fmt: skip
    assert (seen.decision, seen.is_closed, seen.seq) == ("partial", False, 5)
    assert [one.kind for one in seen.events] == ["opened", "assigned", "inspected", "released", "disposed"]


def test_what_was_typed_is_shown_unmasked_only(desk, look):
    one = desk()
    one.does("assign", OFFICER, to="o1")
    one.does("note", OFFICER, text="Anna Berg rang up")

    def texts(actor):
        return [event.text for event in look(actor, one).events if event.text]

    assert texts(OFFICER) == texts(COLLEAGUE) == texts(SUPERVISOR) == ["Anna Berg rang up"]
    assert texts(ANALYST) == texts(AUDITOR) == []


def test_what_can_be_done_now_and_why_not(desk, look):
    one = desk(amount_minor=9_000)

    before = look(OFFICER, one).acts
    assert before["assign"] is None
    assert before["hold"] is None
    assert "Propose" in before["release"]
    assert "not assigned" in before["inspect"]
    assert "approve" not in before
    one.does("assign", OFFICER, to="o1")
    assert "no result" in look(OFFICER, one).acts["propose_release"]
    one.does("inspect", OFFICER, result="nil")
    assert look(OFFICER, one).acts["propose_release"] is None
    assert look(SUPERVISOR, one).acts["approve"].startswith("Nothing is proposed here")
    one.does("propose", OFFICER, act="released", reason="checked")
    assert look(SUPERVISOR, one).acts["approve"] is None
    assert look(AUDITOR, one).acts == {}
    assert look(SUPERVISOR, one).proposal["by"] == "o1"


def test_every_act_that_a_view_allows_can_be_done(desk, look):
    said = {
        "assign": {"to": "o1"}, "note": {"text": "x"}, "inspect": {"result": "nil"}, "hold": {"reason": "value"},
        "ask": {"text": "?"}, "refuse": {"reason": "value"}, "release": {"reason": "checked"}, "present": {},
        "dispose": {"disposition": "sampled"}, "agency_answer": {"grants": True},
    }  # fmt: skip
    for actor in (OFFICER, SUPERVISOR, WILDLIFE, COLLEAGUE):
        for act, told in said.items():
            one = desk(agencies=["wildlife"])
            one.does("assign", OFFICER, to="o1")
            is_allowed = act in (can := look(actor, one).acts) and can[act] is None
            try:
                one.does(act, actor, **({"to": actor.person} if act == "assign" else told))
            except (NotAllowed, ImpossibleAct):
                assert not is_allowed, (actor.person, act)
            else:
                assert is_allowed, (actor.person, act)


def test_a_question_is_read_and_answered_by_its_filer_who_sees_nothing_else(desk, as_app, database):
    from tidewaiter.service.acts.answering import reply
    from tidewaiter.store.access import acting_as

    one = desk()
    one.does("assign", OFFICER, to="o1")
    notice = one.does("ask", OFFICER, text="Where is the invoice?").notice
    with acting_as(FILER), as_app.cursor() as cursor:
        cursor.execute("select (select count(*) from desk_case), (select count(*) from case_event)")
        assert cursor.fetchone() == (0, 0)
        cursor.execute("select words from case_text")
        assert cursor.fetchall() == [("Where is the invoice?",)]

    with pytest.raises(NotAllowed):
        reply(FILER._replace(filer="f2"), notice, text="Here", key="r", now=AT)
    done = reply(FILER, notice, text="Here", key="r", now=AT)

    assert reply(FILER, notice, text="Here", key="r", now=AT) == done
    with pytest.raises(ImpossibleAct, match="not open"):
        reply(FILER, notice, text="Again", key="r2", now=AT)
    assert one.kinds() == ["opened", "assigned", "asked", "answered"]
    with psycopg.connect(database.owner) as owner:
        last = owner.execute("select convert_from(payload, 'UTF8') from log_entry order by seq desc limit 1").fetchone()
    assert json.loads(last[0])["role"] == "declarant"


def test_personal_data_are_shown_for_a_reason_and_each_look_is_recorded(desk, database, as_app):
    from tidewaiter.service.acts.revealing import reveal

    one = desk()
    with pytest.raises(NotAllowed):
        reveal(OFFICER, one.id, reason="contact", now=AT)
    one.does("assign", OFFICER, to="o1")
    with pytest.raises(WrongUse, match="no reason"):
        reveal(OFFICER, one.id, reason="curious", now=AT)
    reveal(OFFICER, one.id, reason="contact", now=AT)

    with psycopg.connect(database.owner) as owner:
        told = [json.loads(row[0]) for row in owner.execute("select convert_from(leaf, 'UTF8') from log_event")]
    assert [(seen["kind"], seen["person"], UUID(seen["subject"]), seen["more"]) for seen in told] == [
        ("personal_data_seen", "o1", UUID(one.id), {"reason": "contact"})
    ]
