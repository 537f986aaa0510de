"""Short tokens for keys: OAuth 2.0, the client credentials grant (RFC 6749, section 4.4)."""

from base64 import b64decode
from binascii import Error as NotBase64
from typing import Final
from urllib.parse import unquote

from django.http import HttpResponse, QueryDict

from tidewaiter.api.calls import Call, body_of, json_response, stranger_buckets
from tidewaiter.model.errors import WrongUse
from tidewaiter.service.clients import token_for

FORM: Final = "application/x-www-form-urlencoded"
FORM_MAX: Final = 16 << 10
NEVER_KEPT: Final = {"Cache-Control": "no-store"}
WHO: Final = {"WWW-Authenticate": 'Basic realm="tidewaiter"'}


def token(call: Call) -> HttpResponse:
    """Trade a key for a token of a quarter of an hour; errors are told in the grant's own words."""
    try:
        form = QueryDict(body_of(call, FORM_MAX, (FORM,)), encoding="utf-8")
    except (UnicodeError, ValueError):
        return _refused(400, "invalid_request", "The form cannot be read.")
    if form.get("grant_type") != "client_credentials":
        return _refused(400, "unsupported_grant_type", "The grant is client_credentials.")
    name, secret = _credentials(call, form)
    if wait_s := stranger_buckets().wait_s(call.request.META.get("REMOTE_ADDR", "")):
        heads = {"Retry-After": str(int(wait_s) + 1)}
        return json_response({"error": "slow_down", "error_description": "Too many tries."}, 429, NEVER_KEPT | heads)
    try:
        made = token_for(name, secret, form.get("scope", "").split(), call.now)
    except WrongUse as fault:
        return _refused(400, "invalid_scope", str(fault))
    if made is None:
        return _refused(401, "invalid_client", "Nobody is known by this id and key.", WHO)
    told = {"access_token": made.text, "token_type": "Bearer", "expires_in": made.lasts_s}
    return json_response({**told, "scope": " ".join(made.scopes)}, heads=NEVER_KEPT)


def _credentials(call: Call, form: QueryDict) -> tuple[str, str]:
    kind, _, text = call.request.headers.get("Authorization", "").partition(" ")
    if kind.lower() != "basic":
        return form.get("client_id", ""), form.get("client_secret", "")
    try:
        name, _, secret = b64decode(text, validate=True).decode().partition(":")
    except (NotBase64, UnicodeError, ValueError):
        return "", ""
    return unquote(name), unquote(secret)


def _refused(status: int, error: str, told: str, heads: dict[str, str] | None = None) -> HttpResponse:
    return json_response({"error": error, "error_description": told}, status, NEVER_KEPT | (heads or {}))
