"""Acts on a case: by who may, on what was seen, once; with notice, publication and one entry of the log."""

import json
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import psycopg
import pytest

from tests.builders_cases import AT
from tests.builders_desk import AUDITOR, COLLEAGUE, ELSEWHERE, FILER, OFFICER, SUPERVISOR, WILDLIFE
from tidewaiter.model.errors import ImpossibleAct, KeyUsedOtherwise, SeenBefore, WrongUse
from tidewaiter.store.rights import NotAllowed


def assigned(desk, **told):
    """A case in the officer's hands, checked."""
    one = desk(**told)
    one.does("assign", OFFICER, to="o1")
    one.does("inspect", OFFICER, result="nil", how="documents", minutes=4)
    return one


def entries(database, since=0):
    with psycopg.connect(database.owner) as owner:
        rows = owner.execute("select convert_from(payload, 'UTF8') from log_entry where seq > %s order by seq", [since])
        return [json.loads(row[0]) for row in rows.fetchall()]


def test_within_his_limit_an_officer_releases_alone(desk, database):
    one = assigned(desk)
    before = len(entries(database))

    done = one.does("release", OFFICER, reason="checked")

    assert (done.act, done.seq, one.column("decision")) == ("released", 4, "released")
    assert one.column("status", "filing") == "released"
    assert one.column("lane", "lane", "filing") == "release"
    logged = entries(database, before)
    assert [(entry["kind"], entry["person"], entry["role"], entry["subject"]) for entry in logged] == [
        ("case_release", "o1", "officer", one.id)
    ]


@pytest.mark.parametrize("amount", [5_000, 4_999])
def test_up_to_his_limit_alone(desk, amount):
    assert assigned(desk, amount_minor=amount).does("release", OFFICER, reason="checked").act == "released"


@pytest.mark.parametrize("amount", [5_001, None])
def test_above_his_limit_or_where_the_amount_is_unknown_with_another_person(desk, database, amount):
    one = assigned(desk, amount_minor=amount)

    with pytest.raises(ImpossibleAct, match="Propose the release"):
        one.does("release", OFFICER, reason="checked")
    one.does("propose", OFFICER, act="released", reason="checked")
    with pytest.raises(NotAllowed):
        one.does("approve", COLLEAGUE)
    before = len(entries(database))
    done = one.does("approve", SUPERVISOR)

    assert one.kinds()[-3:] == ["proposed", "approved", "released"]
    assert done.act == "released"
    assert one.column("status", "filing") == "released"
    assert [entry["kind"] for entry in entries(database, before)] == ["case_approve"]


def test_a_refusal_is_proposed_approved_and_told(desk):
    one = assigned(desk)

    one.does("refuse", OFFICER, reason="prohibited", items=[2])
    done = one.does("approve", SUPERVISOR)

    assert one.column("decision") == "partial"
    assert done.notice
    told = json.loads(one.column("told", "notice", "case_id"))
    assert told["items"] == [2]
    assert "may not be imported" in told["facts"]
    assert "952/2013" in told["legal_basis"]
    assert "appeal" in told["appeal"]
    assert one.column("lane", "lane", "filing") == "divert"
    items = json.loads(one.column("items", "filing"))
    assert [item["status"] for item in items] == ["under_control", "refused"]
    assert one.does("release", OFFICER, reason="checked").act == "released"
    assert one.column("is_closed") is True
    assert one.column("status", "filing") == "refused"


def test_a_hold_is_told_with_a_reply_clock(desk):
    one = desk()

    done = one.does("hold", OFFICER, reason="documents")

    assert done.notice
    assert one.column("kind", "notice", "case_id") == "hold"
    assert one.column("reply_by", "notice", "case_id") == AT + timedelta(days=30)


def test_a_question_is_told_in_its_words_and_blocks_release_until_answered(desk, as_app):
    one = assigned(desk)
    one.does("ask", OFFICER, text="Where is the invoice?", reply_by=AT + timedelta(days=3))

    assert one.column("status", "filing") == "asked"
    assert one.column("questions_open") == 1
    with pytest.raises(ImpossibleAct, match="1 question"):
        one.does("release", OFFICER, reason="checked")
    one.does("answer", OFFICER, question="q4", text="Here.")
    assert one.column("status", "filing") == "under_control"
    assert one.does("release", OFFICER, reason="answered").act == "released"


def test_disposition_is_apart_from_the_decision_and_comes_after_it_too(desk):
    one = assigned(desk)
    one.does("release", OFFICER, reason="checked")

    assert one.does("dispose", OFFICER, disposition="delivered").act == "disposed"
    assert one.column("decision") == "released"
    with pytest.raises(ImpossibleAct, match="decided"):
        one.does("hold", OFFICER, reason="documents")


def test_the_leave_of_an_agency(desk):
    one = assigned(desk, agencies=["wildlife"])

    with pytest.raises(ImpossibleAct, match="wildlife"):
        one.does("release", OFFICER, reason="checked")
    one.does("agency_answer", WILDLIFE, grants=True)
    assert one.does("release", OFFICER, reason="checked").act == "released"
    with pytest.raises(NotAllowed):
        desk().does("agency_answer", WILDLIFE, grants=True)


def test_a_view_that_is_old_is_told_so_and_nothing_is_done(desk):
    one = assigned(desk)

    with pytest.raises(SeenBefore, match="2 things happened"):
        one.does("release", OFFICER, saw=1, reason="checked")
    assert one.seq() == 3


def test_the_same_act_again_gives_the_same_and_does_nothing(desk, database):
    one = assigned(desk)
    first = one.does("hold", OFFICER, saw=3, key="twice", reason="documents")
    before = len(entries(database))

    assert one.does("hold", OFFICER, saw=3, key="twice", reason="documents") == first
    assert (one.seq(), len(entries(database))) == (4, before)
    with pytest.raises(KeyUsedOtherwise):
        one.does("hold", OFFICER, saw=3, key="twice", reason="value")
    assert one.does("hold", COLLEAGUE, key="twice", reason="value").seq == 5


def test_twenty_clicks_at_once_are_one_act(desk, database):
    from django.db import connection

    one = assigned(desk)

    def click(_number):
        try:
            return one_case.release(OFFICER, one.id, reason="checked", saw=3, key="click", now=AT)
        finally:
            connection.close()

    from tidewaiter.service.acts import case as one_case

    before = len(entries(database))
    with ThreadPoolExecutor(8) as pool:
        done = list(pool.map(click, range(20)))

    assert len(set(done)) == 1
    assert one.kinds().count("released") == 1
    assert len(entries(database, before)) == 1


def test_two_officers_at_once_one_of_them_is_told_to_look_again(desk):
    from django.db import connection

    from tidewaiter.service.acts import case as one_case

    one = assigned(desk)

    def act(number):
        try:
            return one_case.hold(
                (OFFICER, COLLEAGUE)[number % 2], one.id, reason="value", saw=3, key=f"own-{number}", now=AT
            )
        except SeenBefore as fault:
            return fault
        finally:
            connection.close()

    with ThreadPoolExecutor(6) as pool:
        done = list(pool.map(act, range(6)))

    assert sum(not isinstance(one, SeenBefore) for one in done) == 1
    assert one.kinds().count("held") == 1


@pytest.mark.parametrize("actor", [ELSEWHERE, FILER, AUDITOR, OFFICER._replace(office=None)])
def test_who_may_not_is_told_nothing_more(desk, actor):
    one = assigned(desk)

    for act, said in (
        ("release", {"reason": "checked"}), ("hold", {"reason": "value"}), ("note", {"text": "x"}),
        ("assign", {"to": actor.person}), ("approve", {}), ("dispose", {"disposition": "delivered"}),
    ):  # fmt: skip
        with pytest.raises(NotAllowed):
            one.does(act, actor, **said)
    assert one.seq() == 3


def test_no_such_case_and_no_such_id(desk):
    one = desk()
    for name in ("00000000-0000-0000-0000-000000000000", "x", ""):
        one.id = name
        with pytest.raises(NotAllowed):
            one.does("note", OFFICER, saw=1, text="x")


@pytest.mark.parametrize(
    ("act", "said", "sentence"),
    [
        ("release", {"reason": "because"}, "no reason"),
        ("hold", {"reason": "checked"}, "no reason"),
        ("propose", {"act": "burned", "reason": "value"}, "nothing that is proposed"),
        ("ask", {"text": " "}, "what is asked"),
        ("ask", {"text": "when?", "reply_by": AT}, "lies behind"),
        ("ask", {"text": "when?", "of": "the king"}, "nothing that is asked"),
        ("note", {"text": ""}, "says something"),
        ("note", {"text": "x" * 20_001}, "20,000"),
        ("note", {"text": "x\0"}, "null"),
        ("note", {"text": "x", "key": "k" * 201}, "key"),
        ("inspect", {"result": "nil", "how": "smelled"}, "nothing that is checked"),
        ("inspect", {"result": "nil", "minutes": -1}, "below nothing"),
    ],
)
def test_what_cannot_mean_anything_is_refused_before_anything_is_touched(desk, act, said, sentence):
    one = assigned(desk)

    with pytest.raises(WrongUse, match=sentence):
        one.does(act, OFFICER, **said)
    assert one.seq() == 3


def test_results_and_dispositions_outside_their_lists(desk):
    one = assigned(desk)

    with pytest.raises(ImpossibleAct, match="results"):
        one.does("inspect", OFFICER, result="fine")
    with pytest.raises(ImpossibleAct, match="ends in"):
        one.does("dispose", OFFICER, disposition="lost")
    with pytest.raises(ImpossibleAct, match="goods line"):
        one.does("release", OFFICER, reason="checked", items=[])
