"""Answers to what cannot be answered, as problem details (RFC 9457): what happened, and what to do."""

from collections.abc import Mapping
from typing import Any, Final

import msgspec
from django.http import HttpRequest, HttpResponse

from tidewaiter.model.errors import (
    Busy,
    DatabaseFault,
    EnvironmentFault,
    ImpossibleAct,
    KeyUsedOtherwise,
    QuotaReached,
    TidewaiterError,
    TooManyTries,
    Unavailable,
    UnusableInput,
    WrongUse,
)
from tidewaiter.service.log_lines import REQUEST_ID
from tidewaiter.store.rights import NotAllowed

NOT_FOUND, BAD_REQUEST = 404, 400
KIND: Final = "application/problem+json"
TITLES: Final = {
    400: "The request cannot be read.",
    401: "Nobody is known by this key.",
    403: "This may not be done with this key.",
    404: "There is nothing here.",
    405: "This is not done here.",
    409: "The request contradicts an earlier one.",
    412: "It is not what you looked at.",
    413: "The message is too long.",
    415: "The message is of a kind that is not read here.",
    422: "The message cannot be taken as it is.",
    428: "Say which version you looked at.",
    429: "Too many requests.",
    431: "The head of the request is too long.",
    500: "This is a fault of the service.",
    503: "Not now.",
    507: "There is no room.",
}
STATUS_OF: Final[tuple[tuple[type[TidewaiterError], int], ...]] = (
    (KeyUsedOtherwise, 409),
    (ImpossibleAct, 409),
    (NotAllowed, 403),
    (TooManyTries, 429),
    (QuotaReached, 429),
    (Unavailable, 503),
    (DatabaseFault, 503),
    (EnvironmentFault, 507),
    (UnusableInput, 413),
    (WrongUse, 422),
)
"""The status of an error of the house; the first that fits counts."""


class Problem(Exception):
    """An answer that says why there is none; raised anywhere below a door."""

    def __init__(
        self,
        status: int,
        detail: str,
        *,
        heads: Mapping[str, str] | None = None,
        **more: Any,  # noqa: ANN401 - JSON
    ) -> None:
        self.status, self.detail, self.heads, self.more = status, detail, dict(heads or {}), more
        super().__init__(detail)

    def response(self) -> HttpResponse:
        """The answer."""
        return problem(self.status, self.detail, heads=self.heads, **self.more)


def problem(status: int, detail: str, *, heads: Mapping[str, str] | None = None, **more: Any) -> HttpResponse:  # noqa: ANN401 - JSON
    """A problem in words, with what a program needs to know of it."""
    told = {"type": "about:blank", "title": TITLES[status], "status": status, "detail": detail, **more}
    if REQUEST_ID.get():
        told["request_id"] = REQUEST_ID.get()
    return HttpResponse(msgspec.json.encode(told), status=status, content_type=KIND, headers=dict(heads or {}))


def of_fault(fault: TidewaiterError) -> HttpResponse:
    """An error of the house as a problem, with its code and, where it helps, when to come again."""
    status = next((status for kind, status in STATUS_OF if isinstance(fault, kind)), 500)
    heads = {}
    if isinstance(fault, (Busy, TooManyTries, QuotaReached)):
        heads["Retry-After"] = str(fault.retry_after_s)
    elif status in {503, 507}:
        heads["Retry-After"] = "1"
    return problem(status, str(fault), heads=heads, code=fault.code)


def not_found(_request: HttpRequest, exception: Exception | None = None) -> HttpResponse:  # noqa: ARG001 - named as Django calls it
    """There is nothing at this address, or nothing for who asked: the two look alike."""
    return problem(NOT_FOUND, "There is nothing at this address, or nothing that you may see.")


def bad_request(_request: HttpRequest, exception: Exception | None = None) -> HttpResponse:  # noqa: ARG001 - named as Django calls it
    """The request itself cannot be read, or calls the service by a name it does not know (TIDEWAITER_HOSTS)."""
    return problem(
        BAD_REQUEST, "The request cannot be read, or calls the service by a name that it does not answer to."
    )
