"""What an issuer is asked over the network: its description, its keys, a token for a code."""

import json
from base64 import b64encode
from collections.abc import Mapping
from typing import Any, Final
from urllib.error import URLError
from urllib.parse import quote, urlencode, urlsplit
from urllib.request import HTTPRedirectHandler, Request, build_opener

from tidewaiter.model.errors import IssuerRefused

LIMIT_S: Final = 5.0
LONGEST: Final = 1 << 20
NOT_REACHED: Final = "The issuer cannot be asked just now. Sign in by name and password, or try again later."
NOT_SOUND: Final = "The issuer did not answer as it should. Nobody was let in; tell who keeps the service."
DESCRIBED: Final = ("authorization_endpoint", "token_endpoint", "jwks_uri")
Told = dict[str, Any]


class _NoDetour(HTTPRedirectHandler):
    """An issuer that sends elsewhere is none: its address is what was set."""

    def redirect_request(self, *_told: object, **_more: object) -> None:
        return None


OPENER: Final = build_opener(_NoDetour)


def description(issuer: str) -> Told:
    """What an issuer says of itself (OpenID Connect Discovery 1.0, section 4).

    Raises:
        IssuerRefused: it cannot be reached, calls itself otherwise, or sends to an address that is not as safe.
    """
    told = _json(Request(f"{issuer.rstrip('/')}/.well-known/openid-configuration"))  # noqa: S310 - a scheme that was set
    if told.get("issuer") != issuer:
        raise IssuerRefused(NOT_SOUND)
    for name in DESCRIBED:
        if not _is_as_safe(str(told.get(name, "")), issuer):
            raise IssuerRefused(NOT_SOUND)
    return told


def keys(address: str) -> Told:
    """The keys by which an issuer signs."""
    return _json(Request(address))  # noqa: S310 - looked at with the description


def token(address: str, told: Mapping[str, str], client: str, secret: str) -> Told:
    """Trade a code for tokens; the secret goes in the head (RFC 6749, section 2.3.1), where there is one."""
    heads = {"Accept": "application/json", "Content-Type": "application/x-www-form-urlencoded"}
    if secret:
        pair = f"{quote(client, safe='')}:{quote(secret, safe='')}"
        heads["Authorization"] = f"Basic {b64encode(pair.encode()).decode()}"
    return _json(Request(address, urlencode({**told, "client_id": client}).encode(), heads))  # noqa: S310 - the same


def _json(request: Request) -> Told:
    try:
        with OPENER.open(request, timeout=LIMIT_S) as answer:
            data = answer.read(LONGEST + 1)
        told = json.loads(data)
    except (URLError, OSError) as fault:
        raise IssuerRefused(NOT_REACHED) from fault
    except (ValueError, RecursionError) as fault:
        raise IssuerRefused(NOT_SOUND) from fault
    if len(data) > LONGEST or not isinstance(told, dict):
        raise IssuerRefused(NOT_SOUND)
    return told


def _is_as_safe(address: str, issuer: str) -> bool:
    """By https, or, where the issuer is of this machine, on this machine as well."""
    found, own = urlsplit(address), urlsplit(issuer)
    return found.scheme == "https" or (
        own.scheme == "http" and (found.scheme, found.hostname) == ("http", own.hostname)
    )
