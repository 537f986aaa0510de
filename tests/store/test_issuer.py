"""An issuer says who a person is, never what he may: a tie lets in, and an answer that holds in every part."""

from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qs, urlsplit

import pytest

from tests.builders_accounts import PASSWORD, account, made
from tests.builders_issuer import CLIENT, SECRET, issuer
from tidewaiter.model.errors import AccountRefused, IssuerRefused, SignedOut, SignInRefused

BACK = "https://customs.example/sign-in/issuer/back"


def now(**more):
    return datetime.now(UTC) + timedelta(**more)


@pytest.fixture
def outside(monkeypatch):
    """An issuer that is set."""
    with issuer() as found:
        for name, text in (("ISSUER", found.name), ("CLIENT", CLIENT), ("SECRET", SECRET)):
            monkeypatch.setenv(f"TIDEWAITER_OIDC_{name}", text)
        yield found


@pytest.fixture
def officer(admins):
    return made(admins, "olga", "officer", office="DE-HAM")


def _entered(name="olga", at=None):
    from tidewaiter.service.accounts import sign_in

    return sign_in(name, PASSWORD, "", at or now())


def _came(outside, subject="subject-1", token="", purpose="enter", **bent):
    """Sent to the issuer and back; ``bent`` are parameters of the answer."""
    from tidewaiter.service.issuer import entering

    sent = entering.begin(BACK, "/queue", now(), purpose)
    answer = {**outside.allows(sent.address, subject), **bent}
    return entering.end(answer, sent.request, token, now())


@pytest.fixture
def tied(outside, officer):
    """Olga, tied to subject-1; the token of her session."""
    token = _entered()
    assert _came(outside, token=token, purpose="tie").token is None
    return token


def test_who_is_tied_enters_as_what_he_is_here_and_proves_himself_for_acts(outside, officer, tied):
    from tidewaiter.service.accounts import step_up, visitor

    found = _came(outside)

    entered = visitor(found.token, now())
    assert (entered.actor, found.next) == (officer, "/queue")
    assert not entered.is_proven(now())
    step_up(found.token, PASSWORD, now())
    assert visitor(found.token, now()).is_proven(now())


def test_nobody_enters_who_is_not_tied_whatever_the_issuer_says_of_him(outside, officer, tied):
    outside.claims = {"email": "olga@customs.example", "preferred_username": "olga", "roles": ["admin"]}

    with pytest.raises(SignInRefused):
        _came(outside, "subject-2")


def test_a_closed_account_lets_nobody_in(outside, admins, officer, tied):
    from tidewaiter.service.account_acts import disable

    disable(admins[0], officer.person, now())

    with pytest.raises(SignInRefused):
        _came(outside)


def test_a_request_has_a_verifier_a_state_and_a_nonce_of_its_own(outside):
    from tidewaiter.service.issuer import entering

    seen = [parse_qs(urlsplit(entering.begin(BACK, "/", now()).address).query) for _ in range(2)]

    for name in ("state", "nonce", "code_challenge"):
        assert seen[0][name] != seen[1][name]
    assert seen[0]["code_challenge_method"] == ["S256"]
    assert seen[0]["response_type"] == ["code"]


def test_the_verifier_goes_with_the_code_and_the_code_counts_once(outside, officer, tied):
    from tidewaiter.service.issuer import entering

    sent = entering.begin(BACK, "/", now())
    answer = outside.allows(sent.address, "subject-1")
    assert entering.end(answer, sent.request, "", now()).token

    with pytest.raises(IssuerRefused):
        entering.end(answer, sent.request, "", now())
    assert {"code_verifier", "redirect_uri"} <= outside.asked[0].keys()


@pytest.mark.parametrize(
    "bent",
    [{"state": "x"}, {"state": ""}, {"state": "ß"}, {"iss": "https://evil.example"}, {"code": ""},
     {"code": "guessed"}, {"error": "access_denied"}],
)  # fmt: skip
def test_an_answer_that_is_not_to_our_request_is_refused(outside, officer, tied, bent):
    with pytest.raises(IssuerRefused):
        _came(outside, **bent)


def test_an_answer_to_the_request_of_another_browser_is_refused(outside, officer, tied):
    from tidewaiter.service.issuer import entering

    mine, theirs = (entering.begin(BACK, "/", now()) for _ in range(2))
    answer = outside.allows(theirs.address, "subject-1")

    for request in (mine.request, "", "AAAA", theirs.request[:-2]):
        with pytest.raises(IssuerRefused):
            entering.end(answer, request, "", now())


@pytest.mark.parametrize(("seconds", "is_taken"), [(599, True), (601, False)])
def test_a_request_is_good_for_ten_minutes(outside, officer, tied, seconds, is_taken):
    from tidewaiter.service.issuer import entering

    sent = entering.begin(BACK, "/", now(seconds=-seconds))
    answer = outside.allows(sent.address, "subject-1")
    if is_taken:
        assert entering.end(answer, sent.request, "", now()).token
    else:
        with pytest.raises(IssuerRefused, match="too late"):
            entering.end(answer, sent.request, "", now())


@pytest.mark.parametrize(
    "claims",
    [
        {"iss": "https://evil.example"}, {"iss": None}, {"aud": "another"}, {"aud": None}, {"nonce": "x"},
        {"nonce": None},
        {"exp": 1}, {"exp": None}, {"iat": 1}, {"iat": None}, {"iat": 10**11}, {"sub": None}, {"sub": ""}, {"sub": 7},
        {"sub": "x" * 256}, {"aud": [CLIENT, "another"]}, {"aud": [CLIENT, "another"], "azp": "another"},
        {"azp": "another"},
    ],
)  # fmt: skip
def test_a_token_that_says_anything_else_is_refused(outside, officer, tied, claims):
    outside.claims = claims

    with pytest.raises(IssuerRefused):
        _came(outside)


def test_a_token_for_several_that_names_us_as_who_asked_is_taken(outside, officer, tied):
    outside.claims = {"aud": [CLIENT, "another"], "azp": CLIENT}

    assert _came(outside).token


@pytest.mark.parametrize("way", ["sign_by_another", "sign_by_nobody", "sign_by_public_key"])
def test_a_signature_that_is_none_is_refused(outside, officer, tied, way):
    outside.sign = getattr(outside, way)

    with pytest.raises(IssuerRefused):
        _came(outside)


@pytest.mark.parametrize("token", ["", "x", "a.b.c", "..", "null"])
def test_what_is_no_token_is_refused(outside, officer, tied, token):
    outside.sign = lambda _claims: token

    with pytest.raises(IssuerRefused):
        _came(outside)


@pytest.mark.parametrize(
    "told",
    [{"issuer": "https://evil.example"}, {"token_endpoint": "http://evil.example/token"}, {"jwks_uri": "file:///etc/keys"},
     {"jwks_uri": None}, {"authorization_endpoint": "javascript:alert(1)"}],
)  # fmt: skip
def test_an_issuer_that_calls_itself_otherwise_or_sends_to_a_lesser_place_is_refused(outside, told):
    outside.told = told

    with pytest.raises(IssuerRefused):
        _came(outside)


@pytest.mark.parametrize("keys", [[{"kty": "oct", "k": "AAAA", "kid": "one"}], [{"kty": "EC"}], ["x"]])
def test_keys_that_are_none_are_refused(outside, officer, tied, keys):
    outside.published = keys

    with pytest.raises(IssuerRefused):
        _came(outside)


def test_an_issuer_that_cannot_be_reached_is_told(monkeypatch):
    from tidewaiter.service.issuer import entering

    monkeypatch.setenv("TIDEWAITER_OIDC_ISSUER", "http://127.0.0.1:9")
    monkeypatch.setenv("TIDEWAITER_OIDC_CLIENT", CLIENT)
    with pytest.raises(IssuerRefused, match="cannot be asked"):
        entering.begin(BACK, "/", now())
    monkeypatch.delenv("TIDEWAITER_OIDC_ISSUER")
    monkeypatch.delenv("TIDEWAITER_OIDC_CLIENT")
    with pytest.raises(IssuerRefused, match="No issuer"):
        entering.begin(BACK, "/", now())


def test_a_tie_is_made_by_who_is_signed_in_and_proved_himself_lately(outside, officer):
    with pytest.raises(SignedOut):
        _came(outside, purpose="tie")
    with pytest.raises(AccountRefused, match="too old"):
        _came(outside, token=_entered(at=now(minutes=-11)), purpose="tie")
    with pytest.raises(SignInRefused):
        _came(outside)


def test_a_subject_is_one_person_and_a_person_one_subject(outside, admins, officer, tied):
    made(admins, "otto", "officer", office="DE-HAM")
    with pytest.raises(AccountRefused, match="somebody else"):
        _came(outside, token=_entered("otto"), purpose="tie")
    _came(outside, "subject-2", tied, "tie")

    with pytest.raises(SignInRefused):
        _came(outside)
    assert _came(outside, "subject-2").token


def test_a_tie_is_undone_by_its_person_and_by_a_reset(outside, admins, officer, tied):
    from tidewaiter.service.account_acts import decide, propose
    from tidewaiter.service.issuer.entering import is_tied, untie

    untie(tied, now())
    assert not is_tied(tied, now())
    with pytest.raises(SignInRefused):
        _came(outside)
    _came(outside, token=tied, purpose="tie")
    olga = account("olga", "officer", office="DE-HAM")._replace(person=officer.person)
    decide(admins[1], propose(admins[0], "reset", olga, now()), now(), approves=True)

    with pytest.raises(SignInRefused):
        _came(outside)


def test_by_pages_a_person_ties_an_account_and_enters_by_it(outside, officer):
    from django.test import Client

    html = {"host": "localhost", "accept": "text/html"}
    client = Client(headers=html)
    client.post("/sign-in", {"name": "olga", "password": PASSWORD, "code": ""})
    page = client.post("/account/tie").content.decode()
    (to,) = [part.split('"')[0].replace("&amp;", "&") for part in page.split('href="') if part.startswith(outside.name)]
    back = client.get("/sign-in/issuer/back", outside.allows(to, "subject-1"))
    assert (back.status_code, back["Location"]) == (302, "/account?done=tied")

    other = Client(headers=html)
    assert "/sign-in/issuer?next=" in other.get("/sign-in").content.decode()
    sent = other.get("/sign-in/issuer?next=/queue")
    cookie = sent.cookies["tidewaiter_issuer"]
    assert (cookie["httponly"], cookie["samesite"], cookie["path"]) == (True, "Lax", "/sign-in")
    strange = Client(headers=html).get("/sign-in/issuer/back", outside.allows(sent["Location"], "subject-1"))
    entered = other.get("/sign-in/issuer/back", outside.allows(sent["Location"], "subject-1"))
    assert strange.status_code == 401
    assert (entered.status_code, entered["Location"]) == (302, "/queue")
    assert other.get("/queue").status_code == 200
    for way in ("//evil.example", "https://evil.example"):
        sent = other.get("/sign-in/issuer", {"next": way})
        assert other.get("/sign-in/issuer/back", outside.allows(sent["Location"], "subject-1"))["Location"] == "/"
