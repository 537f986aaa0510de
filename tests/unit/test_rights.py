"""The matrix of rights: what it grants, what it never grants, and that it says the same in Python and in SQL."""

from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tidewaiter.model.errors import SheetRefused
from tidewaiter.store.rights import MATRIX, Actor, Facts, NotAllowed, condition, may, require
from tidewaiter.store.rights.matrix import ACTS, read_matrix
from tidewaiter.store.rights.scopes import SCOPES

WORDS = st.sampled_from(["a", "b", "c"])
SOME = st.none() | WORDS
ACTORS = st.builds(
    Actor,
    person=WORDS,
    roles=st.frozensets(st.sampled_from(sorted(MATRIX.roles)), max_size=3),
    filer=SOME,
    office=SOME,
    agency=SOME,
    limit_minor=st.none() | st.integers(0, 3),
)
FACTS = st.builds(
    Facts,
    filer=SOME,
    office=SOME,
    agencies=st.frozensets(WORDS),
    assigned_to=SOME,
    addressed_to=SOME,
    about=SOME,
    amount_minor=st.none() | st.integers(0, 3),
    kind=st.none() | st.sampled_from(["exchange_rates", "tariff"]),
    persons=st.frozensets(WORDS),
)
EVERY = [(act, kind) for act, kind in product(ACTS, MATRIX.kinds) if any(MATRIX.granted(act, kind))]
OFFICER = Actor("o1", frozenset({"officer"}), office="DE001", limit_minor=15_000)
HELD = Facts(office="DE001", assigned_to="o1", amount_minor=15_000, persons=frozenset({"o1"}))


@given(FACTS)
def test_nobody_without_a_role_may_do_anything(facts):
    actor = Actor("a", frozenset(), "a", "a", "a", 10)

    assert [pair for pair in EVERY if may(actor, *pair, facts)] == []


@given(ACTORS)
def test_what_is_not_known_grants_only_what_reaches_everything(actor):
    reached = {grant.scope for pair in EVERY if (grant := may(actor, *pair, Facts()))}

    assert reached <= {"all"}


@given(ACTORS, FACTS)
def test_who_took_part_never_approves(actor, facts):
    took_part = facts._replace(persons=facts.persons | {actor.person})

    assert not any(may(actor, "approve", kind, took_part) for kind in MATRIX.kinds)


def test_nobody_approves_while_it_is_not_known_who_took_part():
    supervisor = Actor("s1", frozenset({"supervisor"}), office="DE001")

    assert not may(supervisor, "approve", "release", HELD._replace(persons=None))
    assert not may(supervisor, "approve", "rule")
    assert may(supervisor, "approve", "rule", Facts(persons=frozenset({"a1"})))
    assert condition("approve", "release", {"office": "office"}) == "(false)"


@given(ACTORS, FACTS)
def test_a_grant_without_a_mask_wins_over_one_with(actor, facts):
    for act, kind in EVERY:
        got = may(actor, act, kind, facts)
        if got and got.is_masked:
            open_ones = [
                grant for grant in MATRIX.granted(act, kind) if grant.role in actor.roles and not grant.is_masked
            ]
            assert not any(SCOPES[grant.scope].holds(actor, facts) for grant in open_ones)


def test_an_officer_releases_alone_up_to_his_limit_and_not_above():
    above = HELD._replace(amount_minor=15_001)

    assert may(OFFICER, "write", "release", HELD)
    assert not may(OFFICER, "write", "release", above)
    assert may(OFFICER, "propose", "release", above)
    assert not may(OFFICER, "write", "release", HELD._replace(amount_minor=None))
    assert not may(OFFICER._replace(limit_minor=None), "write", "release", HELD)
    assert not may(OFFICER, "write", "release", HELD._replace(office="DE002"))


def test_a_supervisor_approves_what_another_person_proposed():
    supervisor = Actor("s1", frozenset({"supervisor"}), office="DE001")

    assert may(supervisor, "approve", "release", HELD)
    assert not may(supervisor, "approve", "release", HELD._replace(persons=frozenset({"s1"})))
    assert not may(supervisor, "write", "release", HELD)


def test_reasons_of_the_targeting_reach_nobody_outside():
    outside = ("declarant", "marketplace", "carrier", "recipient", "admin", "revenue")

    for role in outside:
        granted = [
            grant for kind in ("risk", "rule", "case", "hold") for act in ACTS for grant in MATRIX.granted(act, kind)
        ]
        assert role not in {grant.role for grant in granted}


def test_an_admin_sees_no_business_data():
    assert {grant.kind for grant in MATRIX.grants if grant.role == "admin"} == {"account", "api_key"}


def test_an_auditor_changes_nothing():
    acts = {grant.act for grant in MATRIX.grants if grant.role == "auditor" and grant.kind != "personal_data"}

    assert acts == {"read", "verify"}


BY_TWO_OF_ONE_ROLE = {("revenue", "refund"), ("admin", "account")}
"""Where one role both proposes and approves: two persons of it are needed, see the test of who took part."""


def test_roles_that_go_together_never_both_propose_and_approve():
    for one, other, kind in product(MATRIX.roles, MATRIX.roles, MATRIX.kinds):
        acts = {grant.act for grant in MATRIX.grants if grant.role in {one, other} and grant.kind == kind}
        if {"propose", "approve"} <= acts and "recipient" not in {one, other}:
            apart = MATRIX.clashes(frozenset({one, other}))
            assert apart or {(one, kind), (other, kind)} & BY_TWO_OF_ONE_ROLE, (one, other, kind)


def test_roles_that_nobody_holds_together_are_named():
    assert MATRIX.clashes(frozenset({"admin", "officer"})) == [("admin", "officer")]
    assert MATRIX.clashes(frozenset({"officer", "carrier", "supervisor"})) == [
        ("carrier", "officer"),
        ("carrier", "supervisor"),
        ("officer", "supervisor"),
    ]
    assert MATRIX.clashes(frozenset({"declarant", "marketplace"})) == []


def test_what_is_refused_says_what_and_where_to_turn():
    with pytest.raises(NotAllowed, match="may not approve this release"):
        require(OFFICER, "approve", "release", HELD)
    assert require(OFFICER, "read", "filing", Facts(office="DE001")).scope == "office"


WRONG = """
[roles]
officer = "Decides."
[apart]
pairs = [["officer"]]
[[object]]
name = "filing"
says = "A filing."
grants.officer = ["read office", "read office", "eat office", "read everywhere"]
grants.ghost = ["read all"]
"""


def test_a_matrix_that_contradicts_itself_is_refused_with_every_fault():
    with pytest.raises(SheetRefused) as refused:
        read_matrix(WRONG)

    said = str(refused.value)
    for fault in (
        "granted twice",
        "no such act as eat",
        "no such scope as everywhere",
        "ghost: no such role",
        "no pair",
    ):
        assert fault in said


def test_a_scope_without_its_column_reaches_nothing_in_the_database():
    assert condition("read", "filing", {}).count("officer") == 0
    assert "office = " in condition("read", "filing", {"office": "office"})
    assert condition("verify", "filing", {"office": "office"}) == "(false)"
