"""Use case: a person comes by an issuer: sent there with a request of ours, taken back with its answer."""

import hmac
import json
import secrets
from base64 import urlsafe_b64decode, urlsafe_b64encode
from binascii import Error as NoBase64
from collections.abc import Mapping
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any, Final, NamedTuple
from urllib.parse import urlencode

from django.db import IntegrityError

from tidewaiter.model.errors import AccountRefused, IssuerRefused, KeyRefused, SignInRefused
from tidewaiter.registry import identities, persons, sessions
from tidewaiter.service.issuer import asking
from tidewaiter.service.issuer.judging import subject_of
from tidewaiter.service.proving import DOOR, is_fresh, log, open_session, refused
from tidewaiter.service.secret_key import seal_of_home
from tidewaiter.service.settings import settings
from tidewaiter.store.access import acting

ABOUT: Final = "issuer-request"
LASTS: Final = timedelta(minutes=10)
ENTER, TIE = "enter", "tie"
NOT_OURS: Final = "This answer belongs to no request of this browser, or came too late. Begin again."
NOT_KNOWN: Final = (
    "Nobody here is known by that account. Sign in by name and password, then tie it to yours on the page of your "
    "account."
)
DECLINED: Final = "The issuer let nobody in. Begin again, or sign in by name and password."
UNPROVEN: Final = timedelta(days=366)
"""So long ago lies the proof of a session that an issuer opened: an act wants one of the person's own here."""


class Issuer(NamedTuple):
    """The issuer that is set, and what it knows us by."""

    name: str
    client: str
    secret: str


class Sent(NamedTuple):
    """Where a browser is sent, and the sealed request that its answer must fit."""

    address: str
    request: str


class Back(NamedTuple):
    """What came of an answer: the token of a new session (None: an account was tied), and where to go on."""

    token: str | None
    next: str


def issuer() -> Issuer | None:
    """The issuer, where one is set."""
    told = settings()
    name = told.text("TIDEWAITER_OIDC_ISSUER")
    return Issuer(name, told.text("TIDEWAITER_OIDC_CLIENT"), told.text("TIDEWAITER_OIDC_SECRET")) if name else None


def begin(back: str, wanted: str, now: datetime, purpose: str = ENTER) -> Sent:
    """Make a request: authorization code with PKCE (RFC 7636), a state and a nonce of its own.

    Raises:
        IssuerRefused: none is set, or it cannot be asked.
    """
    found = _set()
    told = asking.description(found.name)
    state, nonce, verifier = (secrets.token_urlsafe(32) for _ in range(3))
    asked = {
        "response_type": "code", "client_id": found.client, "redirect_uri": back, "scope": "openid", "state": state,
        "nonce": nonce, "code_challenge": _plain(sha256(verifier.encode()).digest()), "code_challenge_method": "S256",
    }  # fmt: skip
    kept = {
        "state": state, "nonce": nonce, "verifier": verifier, "back": back, "next": wanted, "at": now.timestamp(),
        "purpose": purpose,
    }  # fmt: skip
    sealed = seal_of_home().seal(json.dumps(kept).encode(), ABOUT)
    joint = "&" if "?" in told["authorization_endpoint"] else "?"
    return Sent(f"{told['authorization_endpoint']}{joint}{urlencode(asked)}", _plain(sealed))


def end(answer: Mapping[str, str], request: str, token: str, now: datetime) -> Back:
    """Take an answer back: let the person in whom its subject is tied to, or tie it to who is signed in.

    A session that an issuer opened is not proven for acts: those want the person's own code, passkey or password.

    Raises:
        IssuerRefused: the answer is to no request of this browser, or does not hold.
        SignInRefused: nobody is tied to the subject, or the account is closed.
        AccountRefused: the subject is somebody else's, or the person did not prove himself lately.
        SignedOut: an account was to be tied, and the session has ended.
    """
    found, kept = _set(), _opened(request, now)
    if not hmac.compare_digest(answer.get("state", "").encode(), kept["state"].encode()):
        raise IssuerRefused(NOT_OURS)
    if "error" in answer or not answer.get("code") or answer.get("iss", found.name) != found.name:
        raise IssuerRefused(DECLINED)
    told = asking.description(found.name)
    asked = {
        "grant_type": "authorization_code", "code": answer["code"], "redirect_uri": kept["back"],
        "code_verifier": kept["verifier"],
    }  # fmt: skip
    given = asking.token(told["token_endpoint"], asked, found.client, found.secret)
    subject = subject_of(
        str(given.get("id_token", "")), asking.keys(told["jwks_uri"]), found.name, found.client, kept["nonce"], now
    )
    if kept["purpose"] == TIE:
        _tie(found.name, subject, token, now)
        return Back(None, kept["next"])
    return Back(_enter(found.name, subject, now), kept["next"])


def is_tied(token: str, now: datetime) -> bool:
    """True where the person of a session is somebody at an issuer."""
    found = open_session(token, now)
    with acting(DOOR, [DOOR]):
        return identities.is_tied(found.account.person)


def untie(token: str, now: datetime) -> None:
    """Forget who the person of a session is at issuers."""
    found = open_session(token, now)
    with acting(found.account.person, [DOOR]):
        if identities.untie(found.account.person):
            log("identity_untied", found.account, now)


def _enter(name: str, subject: str, now: datetime) -> str:
    with acting(DOOR, [DOOR]):
        person = identities.person_of(name, subject)
        account = persons.by_person(person) if person else None
    if account is None or not account.is_active(now):
        refused("sign_in_refused", account, now)
        raise SignInRefused
    with acting(account.person, [DOOR]):
        token = sessions.begin(account.person, now, proven_at=now - UNPROVEN)
        log("signed_in_by_issuer", account, now)
    return token


def _tie(name: str, subject: str, token: str, now: datetime) -> None:
    found = open_session(token, now)
    if not is_fresh(found, now):
        raise AccountRefused("Prove that it is you: your last proof is too old for this.")
    try:
        with acting(found.account.person, [DOOR]):
            identities.tie(name, subject, found.account.person, now)
            log("identity_tied", found.account, now)
    except IntegrityError as fault:
        raise AccountRefused("That account is tied to somebody else. Nothing was changed.") from fault


def _opened(request: str, now: datetime) -> dict[str, Any]:
    try:
        sealed = urlsafe_b64decode(request + "=" * (-len(request) % 4))
        kept: dict[str, Any] = json.loads(seal_of_home().open(sealed, ABOUT))
    except (NoBase64, ValueError, KeyRefused) as fault:
        raise IssuerRefused(NOT_OURS) from fault
    if not 0 <= now.timestamp() - kept["at"] < LASTS.total_seconds():
        raise IssuerRefused(NOT_OURS)
    return kept


def _set() -> Issuer:
    found = issuer()
    if found is None:
        raise IssuerRefused("No issuer is set here. Sign in by name and password.")
    return found


def _plain(data: bytes) -> str:
    return urlsafe_b64encode(data).rstrip(b"=").decode()
