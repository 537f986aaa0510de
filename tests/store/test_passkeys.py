"""Passkeys: a second proof beside codes; each answer is taken once, in its place, for its purpose."""

import pytest

from tests.builders_accounts import NOW, PASSWORD, later, made
from tests.builders_passkey import PRESENT, Device
from tidewaiter.model.errors import AccountRefused, SignInRefused

HOST, ORIGIN = "customs.example", "https://customs.example"


@pytest.fixture
def officer(admins):
    return made(admins, "olga", "officer", office="DE-HAM")


@pytest.fixture
def device(officer):
    """A device whose key olga has added; she was signed in for it."""
    found = Device()
    found.token = _added(found)
    return found


def _asserted(words, origin=ORIGIN):
    from tidewaiter.service.assertions import Asserted

    return Asserted(words, origin)


def _entered(asserted=None, now=NOW, name="olga", password=PASSWORD, code=""):
    from tidewaiter.service.accounts import sign_in

    return sign_in(name, password, code, now, "", asserted)


def _added(device, token=None, now=NOW, name="olga", **wrong):
    from tidewaiter.service import passkeys

    token = token or _entered(now=now, name=name)
    words = device.makes(passkeys.asks_for_new(token, HOST, now), wrong.pop("origin", ORIGIN), **wrong)
    passkeys.add(token, _asserted(words), "Key ring", now)
    return token


def _asks(now=NOW):
    from tidewaiter.service.passkeys import asks_at_the_door

    return asks_at_the_door(HOST, now)


@pytest.mark.parametrize("counts", [True, False])
def test_a_person_with_a_passkey_enters_with_it_and_not_without(officer, counts):
    from tidewaiter.service.accounts import visitor

    device = Device(counts=counts)
    _added(device)
    with pytest.raises(SignInRefused):
        _entered()

    for _ in range(3):
        token = _entered(_asserted(device.answers(_asks(), ORIGIN)))

    assert visitor(token, NOW).has_passkey


def test_a_passkey_replaces_no_password(device):
    with pytest.raises(SignInRefused):
        _entered(_asserted(device.answers(_asks(), ORIGIN)), password="wrong words here")  # noqa: S106 - of nobody


def test_codes_work_beside_passkeys(officer):
    from tidewaiter.registry.codes import STEP_S, code_at
    from tidewaiter.service.accounts import offer_codes, set_up_codes

    token, device = _entered(), Device()
    secret, step = offer_codes(token, NOW), int(NOW.timestamp()) // STEP_S
    set_up_codes(token, PASSWORD, code_at(secret, step), NOW)
    _added(device, token)

    after = later(seconds=STEP_S)
    assert _entered(code=code_at(secret, step + 1), now=after)
    assert _entered(_asserted(device.answers(_asks(after), ORIGIN)), now=after)
    with pytest.raises(SignInRefused):
        _entered(now=after)


def test_codes_are_set_up_beside_a_passkey_that_proved_its_person_just_now(device):
    from tidewaiter.registry.codes import STEP_S, code_at
    from tidewaiter.service.accounts import offer_codes, set_up_codes, visitor

    secret, step = offer_codes(device.token, NOW), int(NOW.timestamp()) // STEP_S
    set_up_codes(device.token, PASSWORD, code_at(secret, step), NOW)

    assert visitor(device.token, NOW).has_code


def test_an_answer_is_taken_once(device):
    words = device.answers(_asks(), ORIGIN)
    assert _entered(_asserted(words))

    with pytest.raises(SignInRefused):
        _entered(_asserted(words))


def test_an_answer_without_counting_is_taken_once_as_well(officer):
    device = Device(counts=False)
    _added(device)
    words = device.answers(_asks(), ORIGIN)
    assert _entered(_asserted(words))

    with pytest.raises(SignInRefused):
        _entered(_asserted(words))


def test_a_key_that_was_copied_is_told_by_its_count(device):
    _entered(_asserted(device.answers(_asks(), ORIGIN)))
    device.count -= 1

    with pytest.raises(SignInRefused):
        _entered(_asserted(device.answers(_asks(), ORIGIN)))


@pytest.mark.parametrize(
    "wrong",
    [
        {"origin": "https://customs.example.evil"}, {"host": "evil.example"}, {"flags": PRESENT},
        {"challenge": "AAAA"}, {"challenge": "A" * 54},
    ],
)  # fmt: skip
def test_an_answer_from_elsewhere_or_to_another_question_is_refused(device, wrong):
    words = device.answers(_asks(), wrong.pop("origin", ORIGIN), **wrong)

    with pytest.raises(SignInRefused):
        _entered(_asserted(words))


@pytest.mark.parametrize(
    "words", ["", "{", "null", "[]", '{"rawId": 1}', '{"rawId": "AA", "response": {}}', "{}" * 9999]
)
def test_what_is_no_answer_is_refused(device, words):
    with pytest.raises(SignInRefused):
        _entered(_asserted(words))


@pytest.mark.parametrize(("minutes", "is_taken"), [(9, True), (10, False)])
def test_a_challenge_is_good_for_ten_minutes(device, minutes, is_taken):
    words, after = device.answers(_asks(), ORIGIN), later(minutes=minutes)

    if is_taken:
        assert _entered(_asserted(words), now=after)
    else:
        with pytest.raises(SignInRefused):
            _entered(_asserted(words), now=after)


def test_a_passkey_of_another_opens_nothing(admins, device):
    made(admins, "otto", "officer", office="DE-HAM")
    other = Device()
    _added(other, name="otto")

    with pytest.raises(SignInRefused):
        _entered(_asserted(other.answers(_asks(), ORIGIN)))


def test_an_act_is_proven_by_a_passkey_for_its_own_session(device):
    from tidewaiter.service.accounts import step_up, visitor
    from tidewaiter.service.passkeys import asks_again

    after = later(minutes=11)
    first, second = (_entered(_asserted(device.answers(_asks(), ORIGIN))) for _ in range(2))
    assert not visitor(first, after).is_proven(after)
    for words in (device.answers(_asks(after), ORIGIN), device.answers(asks_again(second, HOST, after), ORIGIN)):
        with pytest.raises(SignInRefused):
            step_up(first, "", after, "", _asserted(words))
    with pytest.raises(SignInRefused):
        step_up(first, PASSWORD, after)

    step_up(first, "", after, "", _asserted(device.answers(asks_again(first, HOST, after), ORIGIN)))

    assert visitor(first, after).is_proven(after)


def test_a_passkey_is_added_by_who_proved_himself_lately_and_ends_his_other_sessions(officer):
    from tidewaiter.service.accounts import visitor

    token, other = _entered(), _entered()
    with pytest.raises(AccountRefused, match="too old"):
        _added(Device(), token, later(minutes=11))
    assert visitor(other, NOW)
    _added(Device(), token)

    assert visitor(token, NOW)
    assert visitor(other, NOW) is None


@pytest.mark.parametrize("wrong", [{"origin": "https://evil.example"}, {"host": "evil.example"}, {"flags": PRESENT},
                                   {"challenge": "A" * 54}])  # fmt: skip
def test_a_key_made_elsewhere_or_for_another_wish_is_not_taken(officer, wrong):
    with pytest.raises(AccountRefused, match="not taken"):
        _added(Device(), **wrong)
    assert _entered()


def test_a_wish_is_for_its_session_and_taken_once(officer):
    from tidewaiter.service import passkeys

    token, other = _entered(), _entered()
    words = Device().makes(passkeys.asks_for_new(other, HOST, NOW), ORIGIN)
    with pytest.raises(AccountRefused, match="not taken"):
        passkeys.add(token, _asserted(words), "x", NOW)
    wish, device = passkeys.asks_for_new(token, HOST, NOW), Device()
    passkeys.add(token, _asserted(device.makes(wish, ORIGIN)), "x", NOW)
    for again in (device, Device()):
        with pytest.raises(AccountRefused, match="not taken"):
            passkeys.add(token, _asserted(again.makes(wish, ORIGIN)), "x", NOW)


def test_a_passkey_that_was_taken_away_opens_nothing_and_is_asked_for_no_more(device):
    from tidewaiter.service import passkeys

    with pytest.raises(AccountRefused, match="no such"):
        passkeys.take_away(device.token, "00", NOW)
    passkeys.take_away(device.token, device.id.hex(), NOW)

    assert passkeys.listed(device.token, NOW) == []
    assert _entered()


def test_a_reset_by_two_takes_passkeys_away(admins, device, officer):
    from tests.builders_accounts import account
    from tidewaiter.service.account_acts import decide, propose

    olga = account("olga", "officer", office="DE-HAM")._replace(person=officer.person)
    first = decide(admins[1], propose(admins[0], "reset", olga, NOW), NOW, approves=True)

    assert _entered(password=first)


def test_a_person_has_ten_at_most(officer):
    token = _entered()
    for _ in range(10):
        _added(Device(), token)
    with pytest.raises(AccountRefused, match="at most 10"):
        _added(Device(), token)


def test_adding_and_taking_away_leave_their_entries(database, device):
    import psycopg

    from tidewaiter.service import passkeys

    passkeys.take_away(device.token, device.id.hex(), NOW)
    with psycopg.connect(database.audit) as audit:
        kinds = [kind for (kind,) in audit.execute("select log_field(payload, 'kind') from log_entry order by seq")]

    assert kinds[-2:] == ["passkey_added", "passkey_taken_away"]


@pytest.mark.parametrize(("host", "is_one"), [("customs.example", True), ("localhost", True), ("127.0.0.1", False),
                                              ("[::1]", False), ("", False)])  # fmt: skip
def test_keys_are_bound_to_names(host, is_one):
    from tidewaiter.service.passkeys import is_place

    assert is_place(host) is is_one
