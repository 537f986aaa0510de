"""What an issuer's token says, judged: its signature, from whom, for whom, for which request, until when."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from tidewaiter.model.errors import IssuerRefused
from tidewaiter.service.issuer.asking import NOT_SOUND

ALGORITHMS: Final = ("RS256", "PS256", "ES256", "EdDSA")
"""Signatures that are taken; none of a shared secret, and never none at all."""
LEEWAY_S: Final = 60
OLDEST_S: Final = 600
SUBJECT_MAX: Final = 255


def subject_of(token: str, keys: Mapping[str, Any], issuer: str, client: str, nonce: str, now: datetime) -> str:
    """Whom a token names (OpenID Connect Core 1.0, section 3.1.3.7).

    Raises:
        IssuerRefused: a signature, or one of what it claims, does not hold.
    """
    at = int(now.timestamp())
    try:
        told = jwt.decode(token, KeySet.import_key_set({"keys": _signing(keys)}), algorithms=list(ALGORITHMS))
        claims = told.claims
        jwt.JWTClaimsRegistry(
            now=at,
            leeway=LEEWAY_S,
            iss={"essential": True, "value": issuer},
            aud={"essential": True, "value": client},
            sub={"essential": True},
            exp={"essential": True},
            iat={"essential": True},
            nonce={"essential": True, "value": nonce},
        ).validate(claims)
    except (JoseError, ValueError, TypeError, KeyError, RecursionError) as fault:
        raise IssuerRefused(NOT_SOUND) from fault
    subject, audience = claims["sub"], claims["aud"]
    is_for_others = isinstance(audience, list) and audience != [client]
    if "azp" in claims or is_for_others:
        is_for_others = claims.get("azp") != client
    is_old = not isinstance(claims["iat"], (int, float)) or claims["iat"] < at - OLDEST_S
    if is_for_others or is_old or not isinstance(subject, str) or not 0 < len(subject) <= SUBJECT_MAX:
        raise IssuerRefused(NOT_SOUND)
    return subject


def _signing(keys: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Keys that sign: a secret that two share is none, whatever the issuer publishes."""
    told = [one for one in keys["keys"] if isinstance(one, dict)]
    found = [one for one in told if one.get("kty") in {"RSA", "EC", "OKP"} and one.get("use", "sig") == "sig"]
    if not found:
        raise ValueError
    return found
