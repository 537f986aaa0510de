"""Every role, act and case: what the matrix says is what the service does, and what plain SQL as the app can do."""

import json
from itertools import product
from uuid import UUID

import psycopg
import pytest

from tests.builders_cases import AT, event, insert_event
from tests.builders_database import new_name
from tests.builders_desk import Desk, a_filing
from tidewaiter.model.errors import ImpossibleAct, SeenBefore
from tidewaiter.store.rights import MATRIX, Actor, Facts, NotAllowed, may

ROLES = sorted(MATRIX.roles)


@pytest.fixture(scope="module")
def database(store_server, template):
    """One for all tests here: each makes cases of its own."""
    name = new_name("rights")
    yield store_server.make(name, template)
    store_server.drop(name)


CASES = {
    "own": {},
    "elsewhere": {"office": "FR1", "filer": "f9"},
    "of_agency": {"agencies": ["wildlife"]},
    "elsewhere_of_agency": {"office": "FR1", "filer": "f9", "agencies": ["wildlife"]},
    "large": {"amount_minor": 10**9},
    "of_unknown_amount": {"amount_minor": None},
}


def actor_of(role):
    """Somebody of one role, with office, agency, filer and limit: a scope that is not his must not help him."""
    return Actor("me", frozenset({role}), filer="f1", office="DE1", agency="wildlife", limit_minor=5_000)


def facts(told, assigned_to):
    said = {"office": "DE1", "filer": "f1", "agencies": (), "amount_minor": 4_000, **told}
    return Facts(
        filer=said["filer"], office=said["office"], agencies=frozenset(said["agencies"]), assigned_to=assigned_to,
        amount_minor=said["amount_minor"], persons=frozenset({"other"}), about="me",
    )  # fmt: skip


STEPS = {
    "presented": ("write", "movement", {}),
    "assigned": ("assign", "case", {"to": "me"}),
    "asked": ("ask", "case", {"question": "q9"}),
    "inspected": ("write", "inspection", {"result": "nil"}),
    "held": ("write", "hold", {"reason": "value"}),
    "noted": ("note", "case", {}),
    "disposed": ("write", "movement", {"disposition": "sampled"}),
    "released": ("write", "release", {"items": [1, 2]}),
    "proposed": ("propose", "release", {"act": "released"}),
    "proposed refusal": ("propose", "refusal", {"act": "refused"}),
    "proposed hold": ("propose", "hold", {"act": "held"}),
    "opened": (None, None, {"version": 1, "items": [1]}),
    "amended": (None, None, {"version": 2, "items": [1]}),
    "refused": (None, None, {"items": [1, 2]}),
}
"""By kind of event: the right that adds it; None: no person may, as things stand."""
ACTS = {
    "present": ("write", "movement", {}),
    "assign": ("assign", "case", {"to": "me"}),
    "ask": ("ask", "case", {"text": "?"}),
    "inspect": ("write", "inspection", {"result": "nil"}),
    "hold": ("write", "hold", {"reason": "value"}),
    "note": ("note", "case", {"text": "x"}),
    "dispose": ("write", "movement", {"disposition": "sampled"}),
    "release": ("write", "release", {"reason": "checked"}),
    "refuse": ("propose", "refusal", {"reason": "value"}),
}


def expected(actor, act, object_, known):
    """A case that one may not read, one may do nothing to."""
    return act is not None and bool(may(actor, "read", "case", known) and may(actor, act, object_, known))


def ready(as_app, told, assigned_to):
    """A case that allows all but what rights forbid: checked, its agencies agreed, nothing asked."""
    from tidewaiter.store.access import acting

    one = Desk(as_app, a_filing(**told, route="ask", pending_on=[]))
    with acting("service", ["service"]):
        if assigned_to:
            insert_event(as_app, one.id, 2, event("assigned", None, to=assigned_to))
    return one


def agreed(database, one, agencies):
    """The leave of all agencies, by the owner of the tables."""
    with psycopg.connect(database.owner) as owner:
        for agency in agencies:
            insert_event(owner, one.id, one.seq() + 1, event("agency_answered", "a", agency=agency, grants=True))


@pytest.mark.parametrize("role", ROLES)
def test_plain_sql_adds_what_the_matrix_grants_and_nothing_else(as_app, database, role):
    from django.db import Error

    from tidewaiter.store.access import acting_as

    actor, wrong = actor_of(role), []
    for (name, told), assigned_to in product(CASES.items(), ("me", None)):
        one = ready(as_app, told, assigned_to)
        agreed(database, one, told.get("agencies", ()))
        known, seq = facts(told, assigned_to), one.seq() + 1
        for step, (act, object_, said) in STEPS.items():
            kind = step.split()[0]
            added = "row-level security"
            try:
                with acting_as(actor):
                    insert_event(as_app, one.id, seq, event(kind, "me", **said))
                    added = True
                    as_app.set_rollback(True)
            except Error as fault:
                added = False if added in str(fault) else str(fault)
            if added != expected(actor, act, object_, known):
                wrong.append((role, name, assigned_to, step, added))
    assert wrong == []


@pytest.mark.parametrize("role", ROLES)
def test_the_service_does_what_the_matrix_grants_and_nothing_else(as_app, database, role):
    actor, wrong = actor_of(role), []
    for (name, told), assigned_to in product(CASES.items(), ("me", None)):
        known = facts(told, assigned_to)
        one = ready(as_app, told, assigned_to)
        agreed(database, one, told.get("agencies", ()))
        for act, (right, object_, said) in ACTS.items():
            before = one.seq()
            try:
                one.does(act, actor, **said)
                done = True
            except NotAllowed:
                done = False
            except ImpossibleAct:
                done = False
            if done != expected(actor, right, object_, known):
                wrong.append((role, name, assigned_to, act, done))
            assert one.seq() == before + done
            if done:
                one = ready(as_app, told, assigned_to)
                agreed(database, one, told.get("agencies", ()))
    assert wrong == []


@pytest.mark.parametrize("role", ROLES)
def test_plain_sql_shows_what_the_matrix_grants_and_nothing_else(as_app, database, role):
    from tidewaiter.store.access import acting_as

    actor = actor_of(role)
    shown, texts, notices, made = set(), set(), set(), set()
    for told, assigned_to in product(CASES.values(), ("me", None)):
        one = ready(as_app, told, assigned_to)
        with psycopg.connect(database.owner) as owner:
            seq = one.seq() + 1
            insert_event(owner, one.id, seq, event("held", "o1", reason="value"))
            row = owner.execute("select filer, office, agencies from desk_case where id = %s", [one.id]).fetchone()
            owner.execute(
                "insert into notice (id, case_id, seq, kind, at, filer, office, agencies, told) "
                "values (gen_random_uuid(), %s, %s, 'hold', %s, %s, %s, %s, '{}')",
                [one.id, seq, AT, *row],
            )
            owner.execute(
                "insert into case_text (case_id, seq, salt, words) values (%s, %s, %s, 'x')", [one.id, seq, b"0" * 16]
            )
        known = facts(told, assigned_to)
        made.add(UUID(one.id))
        grant = may(actor, "read", "case", known)
        shown |= {UUID(one.id)} if grant else set()
        texts |= {UUID(one.id)} if grant and not grant.is_masked else set()
        notices |= {UUID(one.id)} if may(actor, "read", "notice", known) else set()

    with acting_as(actor), as_app.cursor() as cursor:
        seen = {}
        for table, key in (("desk_case", "id"), ("case_event", "case_id"), ("case_text", "case_id"),
                           ("notice", "case_id"), ("case_agency", "case_id")):  # fmt: skip
            cursor.execute(f"select distinct {key} from {table}")  # noqa: S608 - names of a test
            seen[table] = {row[0] for row in cursor.fetchall()} & made

    assert seen["desk_case"] == seen["case_event"] == shown
    assert seen["case_agency"] <= shown
    assert seen["case_text"] == texts
    assert seen["notice"] == notices


@pytest.mark.parametrize("role", ["officer", "supervisor", "agency_officer", "service"])
def test_no_role_changes_or_removes_a_row_of_the_desk(as_app, role):
    from django.db import Error

    from tidewaiter.store.access import acting

    ready(as_app, {}, "me")
    for text in (
        "update desk_case set assigned_to = 'me'", "update case_event set kind = 'noted'", "delete from desk_case",
        "delete from case_event", "delete from notice", "update notice set told = '{}'", "delete from case_agency",
        "insert into desk_case select * from desk_case", "insert into case_agency select * from case_agency",
        "update case_text set words = 'y'", "truncate notice", "alter table desk_case disable row level security",
    ):  # fmt: skip
        with pytest.raises(Error), acting("me", [role], office="DE1", agency="wildlife"), as_app.cursor() as cursor:
            cursor.execute(text)


@pytest.mark.parametrize("role", ROLES)
def test_what_is_proposed_is_approved_by_whom_the_matrix_names_and_never_by_its_proposer(as_app, database, role):
    for proposer, kind in product(("other", "me"), ("released", "refused")):
        one = ready(as_app, {"amount_minor": 10**9}, None)
        with psycopg.connect(database.owner) as owner:
            insert_event(owner, one.id, one.seq() + 1, event("proposed", proposer, act=kind, reason="value"))
        object_ = {"released": "release", "refused": "refusal"}[kind]
        known = facts({"amount_minor": 10**9}, None)._replace(persons=frozenset({proposer}))
        allowed = expected(actor_of(role), "approve", object_, known)
        try:
            one.does("approve", actor_of(role))
            done = True
        except (NotAllowed, ImpossibleAct):
            done = False
        assert done == allowed, (role, proposer, kind)
        assert (one.column("decision") == kind) == allowed


def test_an_event_in_anothers_name_is_refused(as_app):
    from django.db import ProgrammingError

    from tidewaiter.store.access import acting_as

    one = ready(as_app, {}, "me")
    for person in ("other", None):
        with pytest.raises(ProgrammingError, match="row-level"), acting_as(actor_of("officer")):
            insert_event(as_app, one.id, 3, event("noted", person))


def test_the_database_refuses_release_before_presentation_and_approval_of_ones_own(as_app):
    from django.db import IntegrityError

    from tidewaiter.store.access import acting_as

    one = Desk(as_app, a_filing(presented_at=None, route="ask", pending_on=[]))
    one.does("assign", actor_of("officer"), to="me")
    with pytest.raises(IntegrityError, match="not presented"), acting_as(actor_of("officer")):
        insert_event(as_app, one.id, 3, event("released", "me", items=[1, 2]))
    assert json.loads(one.column("state"))["items"] == {"1": "open", "2": "open"}
    with pytest.raises(SeenBefore):
        one.does("note", actor_of("officer"), saw=1, text="x")
