"""Asking what filings would cost, and what a tariff says of a code."""

from functools import cache
from typing import Final

from django.http import HttpResponse

from tidewaiter.api.calls import JSON, Call, body_of, json_response
from tidewaiter.api.problems import Problem
from tidewaiter.service.quote_desk import QuoteDesk

LINES: Final = "application/x-ndjson"
QUOTES_MAX: Final = 1 << 20
AT_ONCE: Final = 100
"""Filings of one call; more are quoted as a file: tidewaiter quote."""


@cache
def desk() -> QuoteDesk:
    """The desk of this process."""
    return QuoteDesk()


def quotes(call: Call) -> HttpResponse:
    """A quote for one filing (JSON), or for each line (NDJSON)."""
    body = body_of(call, QUOTES_MAX, (JSON, LINES))
    is_many = (call.request.headers.get("Content-Type") or "").startswith(LINES)
    lines = body if is_many else b" ".join(body.splitlines())
    if not lines.strip():
        raise Problem(422, "The message is empty. Send one filing as a JSON object.", errors=[])
    if lines.count(b"\n") > AT_ONCE:
        raise Problem(413, f"There are more than {AT_ONCE} filings. Send fewer at a time.")
    answers = desk().quote(lines)
    if is_many:
        return json_response({"quotes": answers})
    (told,) = answers
    if "errors" in told:
        raise Problem(422, "The filing cannot be quoted as it is.", errors=told["errors"])
    return json_response(told)


def code(call: Call, code: str) -> HttpResponse:
    """What the tariff of a jurisdiction says of a code."""
    asked = call.request.GET
    unknown = [name for name in asked if name not in {"as", "origin", "on"}]
    if unknown:
        faults = [{"parameter": name[:80], "value": "", "message": "There is no such parameter."} for name in unknown]
        raise Problem(422, "The query cannot be read.", errors=faults)
    told = desk().code(code, asked.get("as", "EU"), asked.get("origin"), asked.get("on"))
    return json_response(told)
