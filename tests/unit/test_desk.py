"""A case is folded from its events; what cannot be is refused with a sentence that says what to do first."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tidewaiter.desk.events import DECIDED, RESULTS, Event
from tidewaiter.desk.folding import Case, after, folded
from tidewaiter.desk.impossible import ImpossibleAct, SeenBefore, reasons_against, refuse_impossible

AT = datetime(2026, 10, 20, 9, tzinfo=UTC)


def event(kind, person="o1", **told):
    return Event(kind, AT, person, told)


OPENED = event("opened", None, version=1, items=[1, 2], needs=["presentation"])
CHECKED = event("opened", None, version=1, items=[1, 2], needs=["presentation", "result"], agencies=["wildlife"])
PRESENTED = event("presented", None)


def refused(item, seq):
    """A refusal by two persons, after ``seq`` events."""
    return [
        event("proposed", "o1", act="refused", items=[item]),
        event("approved", "s1", saw=seq + 1),
        event("refused", "s1", items=[item], reason="prohibited"),
    ]


def why_not(events, new):
    return " ".join(reasons_against(folded(events), new))


def test_a_case_opens_with_its_items_and_closes_when_all_are_decided():
    events = [OPENED, PRESENTED, event("released", items=[1]), *refused(2, 3)]

    assert folded(events[:1]).decision == "open"
    assert folded(events[:3]).decision == "partial"
    assert not folded(events[:3]).is_closed
    assert folded(events).items == {1: "released", 2: "refused"}
    assert folded(events).is_closed
    assert folded(events).seq == 6


def test_no_release_before_presentation():
    assert "presented" in why_not([OPENED], event("released"))
    assert why_not([OPENED, PRESENTED], event("released")) == ""
    assert why_not([OPENED], event("held", reason="documents")) == ""


def test_no_release_before_the_required_result_for_each_line():
    events = [CHECKED, PRESENTED, event("agency_answered", agency="wildlife", grants=True)]

    assert "1, 2 was to be checked" in why_not(events, event("released"))
    events.append(event("inspected", items=[1], result="nil"))
    assert why_not(events, event("released", items=[1])) == ""
    assert "2 was to be checked" in why_not(events, event("released"))


def test_goods_that_were_not_found_are_never_released():
    events = [CHECKED, PRESENTED, event("agency_answered", agency="wildlife", grants=True)]
    events.append(event("inspected", items=[1, 2], result="not_found"))

    assert "not found" in why_not(events, event("released"))


def test_no_release_without_answer_and_without_the_agencies_leave():
    events = [CHECKED, PRESENTED, event("inspected", items=[1, 2], result="nil")]
    events.append(event("asked", question="q1", reply_by=AT))

    said = why_not(events, event("released"))
    assert "1 question" in said
    assert "wildlife" in said
    events.append(event("answered", None, question="q1"))
    events.append(event("agency_answered", "a1", agency="wildlife", grants=False))
    assert why_not(events, event("released")) == "Leave of wildlife is missing."


def test_goods_that_no_agency_has_to_let_in_are_released_without_its_leave():
    events = [event("opened", None, version=1, items=[1, 2], agencies={"wildlife": [2]})]

    assert why_not(events, event("released", items=[1])) == ""
    assert why_not(events, event("released", items=[2])) == "Leave of wildlife is missing."
    assert why_not(events, event("released")) == "Leave of wildlife is missing."
    events.append(event("agency_answered", "a1", agency="wildlife", grants=True))
    assert why_not(events, event("released")) == ""


def test_leave_of_an_earlier_version_lets_nothing_of_the_new_one_in():
    events = [CHECKED, PRESENTED, event("inspected", items=[1, 2], result="nil")]
    events.append(event("agency_answered", "a1", agency="wildlife", grants=True))
    events.append(event("amended", None, version=2, items=[1], needs=["presentation"], agencies={"wildlife": [1]}))

    case = folded(events)

    assert (case.needs_result, case.agencies, case.leave) == (False, {"wildlife": None}, {"wildlife": frozenset({1})})
    assert why_not(events, event("released")) == "Leave of wildlife is missing."


def test_two_persons_are_two_persons_and_any_change_asks_for_a_new_proposal():
    events = [OPENED, PRESENTED, event("proposed", act="released")]

    assert "another person" in why_not(events, event("approved", "o1", saw=3))
    assert why_not(events, event("approved", "s1", saw=3)) == ""
    assert why_not([*events, event("noted", text="seen")], event("approved", "s1", saw=4)) == ""
    assert "what was seen" in why_not([*events, event("noted", text="seen")], event("approved", "s1", saw=3))
    for change in (
        event("asked", question="q"),
        event("amended", None, version=2, items=[1]),
        event("held", items=[1]),
    ):
        assert "proposed anew" in why_not([*events, change], event("approved", "s1"))
    assert folded([*events, event("declined", "s1")]).proposal is None


def test_what_cannot_be_released_cannot_be_proposed_for_release():
    assert "presented" in why_not([OPENED], event("proposed", act="released"))
    assert why_not([OPENED], event("proposed", act="refused")) == ""


def test_a_decided_line_is_decided_until_the_filing_is_amended():
    events = [OPENED, PRESENTED, event("released")]

    assert "is decided" in why_not(events, event("held", items=[1]))
    assert "decided already" in why_not([OPENED, PRESENTED, event("released", items=[1])], event("held", items=[1, 2]))
    amended = [*events, event("amended", None, version=2, items=[1, 2, 3])]
    *before, refusal = refused(3, 4)
    assert why_not([*amended, *before], refusal) == ""


def test_a_refusal_takes_two_persons_and_what_was_approved_is_what_is_done():
    events = [OPENED, *refused(2, 1)[:2]]

    assert "two persons" in why_not([OPENED], event("refused", items=[2]))
    assert "two persons" in why_not(events, event("refused", "s1", items=[1, 2]))
    assert "two persons" in why_not(events, event("refused", "s2", items=[2]))
    assert "two persons" in why_not([*events, event("noted")], event("refused", "s1", items=[2]))
    assert why_not(events, event("refused", "s1", items=[2])) == ""


def test_whoever_checked_the_goods_does_not_approve():
    events = [OPENED, PRESENTED, event("inspected", "s1", items=[1], result="nil"), event("proposed", act="released")]

    assert "another person" in why_not(events, event("approved", "s1", saw=4))
    assert why_not(events, event("approved", "s2", saw=4)) == ""


def test_after_the_last_decision_only_notes_and_what_became_of_the_goods():
    events = [OPENED, PRESENTED, event("released")]

    assert "is decided" in why_not(events, event("asked", question="q"))
    assert why_not(events, event("noted")) == ""
    assert why_not(events, event("disposed", disposition="delivered")) == ""


def test_an_amended_filing_forgets_what_was_found_of_the_earlier_one():
    events = [CHECKED, PRESENTED, event("inspected", items=[1, 2], result="nil"), event("asked", question="q")]
    case = folded([*events, event("amended", None, version=2, items=[1, 2])])

    assert (case.version, case.results, case.questions) == (2, {}, {})
    assert case.presented_at == AT


def test_who_acts_on_an_old_view_is_told_so():
    case = folded([OPENED, PRESENTED])

    refuse_impossible(case, event("released"), saw=2)
    with pytest.raises(SeenBefore, match="1 thing happened"):
        refuse_impossible(case, event("released"), saw=1)
    with pytest.raises(ImpossibleAct, match="no goods line 7"):
        refuse_impossible(case, event("released", items=[7]))


def test_words_outside_the_lists_are_refused():
    assert "results" in why_not([OPENED], event("inspected", items=[1], result="fine"))
    assert "ends in" in why_not([OPENED], event("disposed", disposition="lost"))
    assert "not open" in why_not([OPENED], event("answered", question="q9"))
    assert "opened once" in why_not([OPENED], OPENED)
    assert "opened once" in why_not([], event("released"))


ANY = st.sampled_from(
    [
        PRESENTED, event("asked", question="q"), event("answered", None, question="q"),
        event("withdrawn", question="q"),
        *(event("inspected", items=[item], result=result) for item in (1, 2) for result in sorted(RESULTS)),
        *(event("agency_answered", "a1", agency="wildlife", grants=grants) for grants in (True, False)),
        *(event("proposed", who, act=act) for who in ("o1", "o2") for act in sorted(DECIDED)),
        *(event(kind, who, saw=5) for who in ("o1", "o2") for kind in ("approved", "declined", "noted")),
        *(event(kind, items=[item]) for item in (1, 2) for kind in sorted(DECIDED)),
        event("amended", None, version=2, items=[1, 2]), event("assigned", to="o1"),
        event("disposed", disposition="delivered"),
    ]
)  # fmt: skip


@given(st.lists(ANY, max_size=30))
def test_no_row_of_possible_events_ever_releases_against_the_rules(events):
    case = folded([CHECKED])
    for one in events:
        if any(reasons_against(case, one)):
            continue
        if one.kind == "released":
            assert case.presented_at
            assert not case.questions
            assert set(case.agencies.values()) == {True}
            assert all(case.results.get(item) not in {None, "not_found"} for item in one.told["items"])
        if one.kind == "approved":
            assert case.proposal
            assert case.proposal.by != one.person
        case = after(case, one)


def test_a_case_that_was_never_opened_is_open_and_empty():
    assert (Case().decision, Case().is_closed) == ("open", False)
