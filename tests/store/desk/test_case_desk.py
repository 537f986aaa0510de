"""Cases at the terminal: found by what they are called, acted on by the same acts as on the pages."""

import json

import pytest

from tests.builders_cases import AT
from tests.builders_desk import COLLEAGUE, ELSEWHERE, OFFICER, WILDLIFE, Desk, a_filing
from tidewaiter.model.errors import ImpossibleAct, SeenBefore, WrongUse
from tidewaiter.service.queue_filters import Filters
from tidewaiter.store.rights import NotAllowed


@pytest.fixture
def desk(as_app):
    return lambda **told: Desk(as_app, a_filing(**told))


def do(who, act, of, saw=None, key=None, **said):
    from tidewaiter.service.case_desk import Order
    from tidewaiter.service.case_desk import act as order

    return order(who, Order(act, of, said, saw, key), AT)


def test_a_case_is_found_by_id_by_its_whole_reference_and_by_its_barcode(desk):
    from tidewaiter.service.case_desk import named

    one = desk(reference="R-77", barcodes=["LX77"])
    desk(reference="R-771", barcodes=["LX78"])

    assert {named(OFFICER, of, AT) for of in (one.id, "R-77", "LX77")} == {one.id}
    with pytest.raises(WrongUse, match="No case that you may see"):
        named(OFFICER, "R-7", AT)
    with pytest.raises(WrongUse, match="No case"):
        named(ELSEWHERE, "R-77", AT)


def test_two_cases_of_one_reference_are_told_apart_by_their_ids(desk):
    from tidewaiter.service.case_desk import named

    first, second = desk(reference="R-5", filer="f1"), desk(reference="R-5", filer="f2")

    with pytest.raises(WrongUse, match="2 cases are called R-5") as told:
        named(OFFICER, "R-5", AT)
    assert first.id in str(told.value)
    assert second.id in str(told.value)


def test_the_whole_way_at_the_terminal(desk):
    from tidewaiter.service.case_desk import cases, show

    one = desk(reference="R-9", agencies=["wildlife"])
    do(OFFICER, "assign", "R-9", to="me")
    do(OFFICER, "note", "R-9", text="looked at")
    do(OFFICER, "inspect", "R-9", result="nil")
    with pytest.raises(ImpossibleAct, match="Leave of wildlife"):
        do(OFFICER, "release", "R-9", reason="checked")
    do(WILDLIFE, "leave", "R-9", grants=True)
    with pytest.raises(SeenBefore):
        do(OFFICER, "release", "R-9", saw=1, reason="checked")
    done = do(OFFICER, "release", "R-9", key="once", reason="checked", saw=one.seq())

    assert done.act == "released"
    assert do(OFFICER, "release", "R-9", key="once", reason="checked", saw=done.seq - 1) == done
    assert show(OFFICER, "R-9", AT).is_closed
    assert [row.reference for row in cases(OFFICER, Filters(state="all"), AT, 10)] == ["R-9"]


def test_a_refusal_is_proposed_and_another_person_approves_it(desk):
    desk(reference="R-8")
    do(OFFICER, "assign", "R-8", to="me")

    do(OFFICER, "refuse", "R-8", reason="documents")

    with pytest.raises((ImpossibleAct, NotAllowed)):
        do(COLLEAGUE, "approve", "R-8")
    with pytest.raises(ImpossibleAct):
        do(OFFICER, "release", "R-8", reason="checked")


def test_the_terminal_shows_and_tells_as_json_what_was_done(desk, monkeypatch, capsys):
    from tidewaiter.cli import case, case_acts

    one = desk(reference="R-6", agencies=["wildlife"])
    do(OFFICER, "assign", "R-6", to="me")
    monkeypatch.setattr(case, "actor_by", lambda _by: OFFICER)
    monkeypatch.setattr(case_acts, "actor_by", lambda _by: OFFICER)

    assert case_acts.note("R-6", acting=case_acts.Acting(by="officer", json=True), text="seen") == 0
    told = json.loads(capsys.readouterr().out)
    assert (told["case_id"], told["act"], told["seq"]) == (one.id, "noted", 3)
    assert case.show_list(by="officer", json=True) == 0
    assert [row["reference"] for row in json.loads(capsys.readouterr().out)] == ["R-6"]
    assert case.show_list(by="officer") == 0
    assert "leave of wildlife" in capsys.readouterr().out
    assert case.show_case("R-6", by="officer") == 0
    assert "leave of wildlife for goods line 1, 2: waits" in capsys.readouterr().out
