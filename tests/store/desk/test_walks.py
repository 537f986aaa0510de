"""Whatever happens to a case, the database and the desk's own rules say the same of it."""

import json
from uuid import uuid4

import psycopg
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.builders_cases import event, everything, insert_event, opened
from tidewaiter.desk.folding import after, folded
from tidewaiter.desk.impossible import reasons_against
from tidewaiter.desk.state import case_of, event_of, state_of, told_as_json

EVENTS = list(everything())
BY_KIND = {kind: [one for one in EVENTS if one.kind == kind] for kind in sorted({one.kind for one in EVENTS})}
ANY = st.sampled_from(sorted(BY_KIND)).flatmap(lambda kind: st.sampled_from(BY_KIND[kind]))
NEEDS = st.lists(st.sampled_from(["presentation", "result"]), unique=True)
NAMES = st.sampled_from(["wildlife", "food"])
LINES = st.lists(st.sampled_from([1, 2]), unique=True, min_size=1)
AGENCIES = st.lists(NAMES, unique=True) | st.dictionaries(NAMES, LINES)


@pytest.fixture
def owner(database):
    """One transaction as the owner of the tables, whom no policy binds; the triggers do."""
    with psycopg.connect(database.owner) as connection:
        yield connection
        connection.rollback()


def kept(owner, case_id):
    seq, state = owner.execute("select seq, state from desk_case where id = %s", [case_id]).fetchone()
    return case_of(seq, state)


def taken(owner, case_id, seq, one):
    """True where the database lets the event follow."""
    try:
        with owner.transaction():
            insert_event(owner, case_id, seq, one)
    except (psycopg.errors.RestrictViolation, psycopg.errors.UniqueViolation):
        return False
    return True


def with_seen(case, one):
    """An approval of what is there, now and then."""
    return one._replace(told={"saw": case.seq}) if one.kind == "approved" and one.told["saw"] % 2 else one


@settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(needs=NEEDS, agencies=AGENCIES, walk=st.lists(ANY, max_size=25))
def test_any_walk_is_refused_or_taken_alike_and_ends_alike(owner, needs, agencies, walk):
    first, case_id = opened(needs=needs, agencies=agencies), uuid4()
    insert_event(owner, case_id, 1, first)
    case = folded([first])
    for step in walk:
        one = with_seen(case, step)
        is_possible = not list(reasons_against(case, one))
        assert taken(owner, case_id, case.seq + 1, one) == is_possible, (case, one)
        case = after(case, one) if is_possible else case
        assert kept(owner, case_id) == case
    assert owner.execute("select * from case_faults()").fetchall() == []


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(walk=st.lists(ANY, max_size=25))
def test_what_the_queue_shows_is_what_the_events_add_up_to(owner, walk):
    case_id = uuid4()
    insert_event(owner, case_id, 1, opened(agencies=["food"]))
    case = folded([opened(agencies=["food"])])
    for step in walk:
        if not any(reasons_against(case, step)):
            insert_event(owner, case_id, case.seq + 1, step)
            case = after(case, step)

    rows = owner.execute("select kind, at, person, told from case_event where case_id = %s order by seq", [case_id])
    again = folded(event_of(*row) for row in rows)
    shown = owner.execute(
        "select seq, decision, is_closed, assigned_to, questions_open, waiting, proposed_act, presented_at, reply_by "
        "from desk_case where id = %s",
        [case_id],
    ).fetchone()

    assert again == case
    clocks = [by for by in case.questions.values() if by]
    assert shown == (
        case.seq, case.decision, case.is_closed, case.assigned_to, len(case.questions),
        sorted(name for name, grants in case.agencies.items() if not grants),
        case.proposal.act if case.proposal else None, case.presented_at, min(clocks, default=None),
    )  # fmt: skip


@given(walk=st.lists(ANY, max_size=20))
def test_a_case_and_its_events_survive_being_written_as_json(walk):
    case = folded([opened(agencies=["food"])])
    for step in walk:
        if not any(reasons_against(case, step)):
            case = after(case, step)
        assert event_of(step.kind, step.at, step.person, json.loads(json.dumps(told_as_json(step)))) == step

    assert case_of(case.seq, json.loads(json.dumps(state_of(case)))) == case


def test_numbers_of_events_leave_no_gap_and_come_once(owner):
    case_id = uuid4()
    insert_event(owner, case_id, 1, opened())

    assert not taken(owner, case_id, 3, event("noted"))
    assert not taken(owner, case_id, 1, event("noted"))
    assert taken(owner, case_id, 2, event("noted"))
    assert not taken(owner, case_id, 2, event("noted"))
    assert not taken(owner, uuid4(), 2, event("noted"))
    assert not taken(owner, uuid4(), 2, opened())


def test_nothing_of_a_case_is_changed_or_taken_away_not_by_the_owner_either(owner):
    case_id = uuid4()
    insert_event(owner, case_id, 1, opened())

    for text in ("update case_event set kind = 'noted'", "delete from case_event", "truncate case_event cascade"):
        with pytest.raises(psycopg.errors.RestrictViolation), owner.transaction():
            owner.execute(text)


def test_a_column_changed_past_the_events_is_found(owner):
    case_id, other = uuid4(), uuid4()
    for one in (case_id, other):
        insert_event(owner, one, 1, opened())
    owner.execute("update desk_case set decision = 'released' where id = %s", [case_id])

    assert owner.execute("select * from case_faults()").fetchall() == [(case_id,)]


def test_an_adverse_act_of_a_person_without_its_notice_does_not_commit(owner):
    case_id = uuid4()
    insert_event(owner, case_id, 1, opened())
    insert_event(owner, case_id, 2, event("held", "o1", reason="documents"))

    with pytest.raises(psycopg.errors.RestrictViolation, match="notice"):
        owner.commit()
