"""Accounts: let in, slowed down, made by two, closed by one, kept apart in the database as well."""

import time

import psycopg
import pytest

from tests.builders_accounts import NOW, PASSWORD, account, later, made
from tidewaiter.model.errors import AccountRefused, KeyRefused, SignedOut, SignInRefused, TooManyTries


@pytest.fixture
def officer(admins):
    return made(admins, "olga", "officer", office="DE-HAM", limit_minor=50_000)


def _entered(name="olga", now=NOW, password=PASSWORD, code=""):
    from tidewaiter.service.accounts import sign_in

    return sign_in(name, password, code, now)


def _step():
    from tidewaiter.registry.codes import STEP_S

    return int(NOW.timestamp()) // STEP_S


def _with_codes(token=None):
    """Sets one-time codes up for olga; gives their secret, whose code of this very moment is spent by that."""
    from tidewaiter.registry.codes import code_at
    from tidewaiter.service.accounts import offer_codes, set_up_codes

    token = token or _entered()
    secret = offer_codes(token, NOW)
    set_up_codes(token, PASSWORD, code_at(secret, _step()), NOW)
    return secret


def _logged(database):
    with psycopg.connect(database.audit) as audit:
        return [told for (told,) in audit.execute(
            "select log_field(payload, 'kind') from log_entry order by seq"
        )]  # fmt: skip


def test_a_person_made_by_two_signs_in_and_acts_as_what_was_approved(officer):
    from tidewaiter.service.accounts import actor_of

    token = _entered(" Olga ")

    assert actor_of(token, NOW) == officer
    assert officer.office == "DE-HAM"


def test_a_first_password_has_to_be_changed(admins):
    from tidewaiter.service.account_acts import decide, propose
    from tidewaiter.service.accounts import visitor

    number = propose(admins[0], "make", account("olga", "auditor"), NOW)
    first = decide(admins[1], number, NOW, approves=True)

    assert visitor(_entered(password=first), NOW).must_change


@pytest.mark.parametrize(("name", "password"), [("olga", "wrong words here"), ("nobody", PASSWORD), ("olga", "")])
def test_whoever_is_refused_hears_the_same(officer, name, password):
    with pytest.raises(SignInRefused) as refused:
        _entered(name, password=password)

    assert str(refused.value) == str(SignInRefused())


@pytest.mark.slow
def test_unknown_names_take_as_long_as_known_ones(officer):
    def seconds(name):
        best = 9.0
        for _ in range(5):
            began = time.perf_counter()
            with pytest.raises(SignInRefused):
                _entered(name, password="wrong words here")  # noqa: S106 - of nobody
            best = min(best, time.perf_counter() - began)
        return best

    known, unknown = seconds("olga"), seconds("nobody")

    assert 0.5 < known / unknown < 2


def test_guessing_is_slowed_down_for_an_account_and_for_an_unknown_one_alike(officer):
    for name in ("olga", "nobody"):
        for _ in range(8):
            with pytest.raises(SignInRefused):
                _entered(name, password="wrong words here")  # noqa: S106 - of nobody
        with pytest.raises(TooManyTries):
            _entered(name)

    assert _entered(now=later(minutes=15))


def test_a_closed_account_is_refused_at_the_next_call_and_at_the_door(admins, officer):
    from tidewaiter.service.account_acts import disable
    from tidewaiter.service.accounts import actor_of

    token = _entered()

    disable(admins[0], officer.person, NOW)

    assert actor_of(token, NOW) is None
    with pytest.raises(SignInRefused):
        _entered()


def test_an_account_ends_on_its_day(admins):
    from tidewaiter.service.accounts import actor_of

    made(admins, "olga", "officer", office="DE-HAM", active_until=later(minutes=5))
    token = _entered()

    assert actor_of(token, later(minutes=4))
    assert actor_of(token, later(minutes=5)) is None


def test_a_session_ends_by_idleness_by_age_and_by_its_person(officer):
    from tidewaiter.service.accounts import actor_of, sign_out

    idle, busy, left = _entered(), _entered(), _entered()
    sign_out(left, NOW)
    for minute in range(10, 601, 10):
        last = actor_of(busy, later(minutes=minute))
        assert (last is None) == (minute >= 600), minute

    assert actor_of(left, NOW) is None
    assert actor_of(idle, later(minutes=15)) is None


def test_a_token_that_was_made_up_opens_nothing(officer):
    from tidewaiter.service.accounts import actor_of, step_up

    assert actor_of("made-up", NOW) is None
    with pytest.raises(SignedOut):
        step_up("made-up", PASSWORD, NOW)


def test_an_act_needs_a_proof_that_is_not_old(officer):
    from tidewaiter.service.accounts import step_up, visitor

    token, after = _entered(), later(minutes=10)
    assert not visitor(token, after).is_proven(after)
    with pytest.raises(SignInRefused):
        step_up(token, "wrong words here", after)

    step_up(token, PASSWORD, after)

    assert visitor(token, after).is_proven(after)


def test_a_one_time_code_is_wanted_once_set_up_and_taken_once(officer):
    from tidewaiter.registry.codes import STEP_S, code_at

    secret, step = _with_codes(), _step()

    with pytest.raises(SignInRefused):
        _entered()
    with pytest.raises(SignInRefused):
        _entered(code=code_at(secret, step))
    assert _entered(code=code_at(secret, step + 1), now=later(seconds=STEP_S))
    with pytest.raises(SignInRefused):
        _entered(code=code_at(secret, step + 1), now=later(seconds=STEP_S))


@pytest.mark.parametrize("taken", ["password", "code", "offer"])
def test_codes_are_set_up_by_the_password_and_a_secret_that_this_session_was_shown(officer, taken):
    from tidewaiter.registry.codes import code_at, new_secret
    from tidewaiter.service.accounts import offer_codes, set_up_codes, visitor

    token, other = _entered(), _entered()
    secret = offer_codes(token, NOW)
    wrong = {
        "password": (token, "", secret),
        "code": (token, PASSWORD, new_secret()),
        "offer": (other, PASSWORD, secret),
    }
    session, password, held = wrong[taken]

    with pytest.raises(SignInRefused):
        set_up_codes(session, password, code_at(held, _step()), NOW)

    assert not visitor(token, NOW).has_code


def test_guessing_the_password_where_codes_are_set_up_is_slowed_down(officer):
    from tidewaiter.registry.codes import code_at
    from tidewaiter.service.accounts import offer_codes, set_up_codes

    token = _entered()
    secret = offer_codes(token, NOW)
    for _ in range(8):
        with pytest.raises(SignInRefused):
            set_up_codes(token, "wrong words here", code_at(secret, _step()), NOW)
    with pytest.raises(TooManyTries):
        set_up_codes(token, PASSWORD, code_at(secret, _step()), NOW)


def test_codes_are_replaced_with_an_old_code_only_and_end_every_other_session(officer):
    from tidewaiter.registry.codes import STEP_S, code_at
    from tidewaiter.service.accounts import offer_codes, set_up_codes, visitor

    token, other = _entered(), _entered()
    old = _with_codes(token)
    assert visitor(other, NOW) is None

    after = later(seconds=STEP_S)
    second = _entered(code=code_at(old, _step() + 1), now=after)
    new = offer_codes(token, after)
    for code in ("", code_at(old, _step() + 1), code_at(new, _step() + 1)):
        with pytest.raises(SignInRefused):
            set_up_codes(token, PASSWORD, code_at(new, _step() + 1), after, old_code=code)
    set_up_codes(token, PASSWORD, code_at(new, _step() + 1), after, old_code=code_at(old, _step() + 2))

    assert visitor(second, after) is None
    with pytest.raises(SignInRefused):
        _entered(code=code_at(old, _step() + 3), now=later(seconds=3 * STEP_S))
    assert _entered(code=code_at(new, _step() + 3), now=later(seconds=3 * STEP_S))


def test_two_that_bring_the_same_code_at_once_are_one_that_enters(officer, monkeypatch):
    from tidewaiter.registry.codes import STEP_S, code_at
    from tidewaiter.service import accounts

    secret, after = _with_codes(), later(seconds=STEP_S)
    code, proven = code_at(secret, _step() + 1), accounts.proven
    entered = []

    def while_another_enters(*told, **more):
        step = proven(*told, **more)
        monkeypatch.setattr(accounts, "proven", proven)
        entered.append(_entered(code=code, now=after))
        return step

    monkeypatch.setattr(accounts, "proven", while_another_enters)
    with pytest.raises(SignInRefused):
        _entered(code=code, now=after)

    assert accounts.visitor(entered[0], after)


def test_secrets_of_codes_lie_sealed_and_open_for_their_person_alone(database, admins, officer):
    secret = _with_codes()

    with psycopg.connect(database.owner) as owner:
        (kept,) = owner.execute("select code_secret from credential where code_secret is not null").fetchone()
        owner.execute("update credential set code_secret = %s where person = %s", [kept, admins[0].person])
    assert secret.encode() not in bytes(kept)
    with pytest.raises(KeyRefused):
        _entered("ada", code="123456")


def test_nobody_approves_what_he_proposed_nor_an_account_of_his_own(admins):
    from tidewaiter.service.account_acts import decide, propose
    from tidewaiter.store.rights import NotAllowed

    number = propose(admins[0], "make", account("olga", "auditor"), NOW)
    with pytest.raises(NotAllowed):
        decide(admins[0], number, NOW, approves=True)

    own = account("bo", "admin")._replace(person=admins[1].person, shown="Bob")
    number = propose(admins[0], "change", own, NOW)
    with pytest.raises(NotAllowed):
        decide(admins[1], number, NOW, approves=True)


def test_a_proposal_is_decided_once(admins):
    from tidewaiter.service.account_acts import decide, proposals, propose

    number = propose(admins[0], "make", account("olga", "auditor"), NOW)
    assert [one.id for one in proposals(admins[1])] == [number]
    decide(admins[1], number, NOW, approves=False)

    assert proposals(admins[1]) == []
    with pytest.raises(AccountRefused, match="already"):
        decide(admins[1], number, NOW, approves=True)


@pytest.mark.parametrize(
    ("roles", "more", "fault"),
    [
        (("officer", "supervisor"), {"office": "DE-HAM"}, "not held by one person"),
        (("officer",), {}, "needs its office"),
        (("pilot",), {}, "no role pilot"),
        ((), {}, "a role at least"),
        (("officer",), {"office": "XX-NO"}, "no such office"),
    ],
)
def test_an_account_that_contradicts_itself_is_refused(admins, roles, more, fault):
    from tidewaiter.service.account_acts import propose

    with pytest.raises(AccountRefused, match=fault):
        propose(admins[0], "make", account("olga", *roles, **more), NOW)


def test_a_name_is_held_by_one(admins, officer):
    from tidewaiter.service.account_acts import propose

    with pytest.raises(AccountRefused, match="taken"):
        propose(admins[0], "make", account("olga", "auditor"), NOW)


def test_a_reset_ends_the_old_password_and_wants_a_new_one(admins, officer):
    from tidewaiter.service.account_acts import decide, propose
    from tidewaiter.service.accounts import visitor

    olga = account("olga", "officer", office="DE-HAM")._replace(person=officer.person)
    first = decide(admins[1], propose(admins[0], "reset", olga, NOW), NOW, approves=True)

    with pytest.raises(SignInRefused):
        _entered()
    assert visitor(_entered(password=first), NOW).must_change


def test_officers_see_colleagues_names_and_no_account_but_their_own(admins, officer):
    from tidewaiter.service.account_acts import accounts
    from tidewaiter.service.accounts import shown_names

    near = made(admins, "otto", "officer", office="DE-HAM")
    far = made(admins, "fritz", "officer", office="DE-FRA")

    assert [one.name for one in accounts(officer)] == ["olga"]
    assert shown_names(officer, {near.person, far.person}) == {near.person: "Otto"}


def test_sessions_end_with_the_account_and_with_a_reset_and_do_not_come_back(admins, officer):
    from tidewaiter.service.account_acts import decide, disable, propose
    from tidewaiter.service.accounts import actor_of

    olga = account("olga", "officer", office="DE-HAM", limit_minor=50_000)._replace(person=officer.person)
    first = _entered()
    disable(admins[0], officer.person, NOW)
    decide(admins[1], propose(admins[0], "enable", olga, NOW), NOW, approves=True)
    assert actor_of(first, NOW) is None

    second = _entered()
    assert actor_of(second, NOW) == officer
    decide(admins[1], propose(admins[0], "reset", olga, NOW), NOW, approves=True)
    assert actor_of(second, NOW) is None


def test_no_role_sees_credentials_sessions_or_tries(database, admins, officer):
    from tidewaiter.store.access import acting_as
    from tidewaiter.store.asking import rows
    from tidewaiter.store.rights import MATRIX

    _entered()
    seen = {}
    for role in MATRIX.roles:
        with acting_as(admins[0]._replace(person="p-99999999", roles=frozenset({role}), office="DE-HAM")):
            for table in ("credential", "session", "sign_in_try", "passkey"):
                seen[role, table] = len(rows(f"select * from {table}"))  # noqa: S608 - one of four

    assert set(seen.values()) == {0}


def test_every_act_leaves_its_entry_and_a_refusal_an_event_without_the_name(database, admins, officer):
    from tidewaiter.service.account_acts import disable
    from tidewaiter.service.accounts import sign_out, step_up

    token = _entered()
    step_up(token, PASSWORD, NOW)
    sign_out(token, NOW)
    with pytest.raises(SignInRefused):
        _entered("olga@home", password="wrong words here")  # noqa: S106 - of nobody
    disable(admins[0], officer.person, NOW)

    assert _logged(database) == [
        "account_proposed", "account_approved", "signed_in", "password_changed", "signed_out",
        "signed_in", "stepped_up", "signed_out", "account_disabled",
    ]  # fmt: skip
    with psycopg.connect(database.audit) as audit:
        leaves = b"".join(bytes(leaf) for (leaf,) in audit.execute("select leaf from log_event"))
        told = b"".join(bytes(payload) for (payload,) in audit.execute("select payload from log_entry"))
    assert b"sign_in_refused" in leaves
    assert b"olga" not in leaves.lower() + told.lower()
