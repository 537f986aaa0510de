"""Addresses described: each operation once, for the router, for who calls, and for the OpenAPI document."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from tidewaiter.api.calls import Handler
from tidewaiter.exchange.cursors import PATTERN

Schema = Mapping[str, Any]
TEXT: Final[Schema] = {"type": "string"}
PROBLEM: Final = "application/problem+json"
OPEN: Final = None
"""The scope of what everybody may ask."""


@dataclass(frozen=True)
class Reply:
    """One answer there may be: what it says, of which kind, with which heads."""

    says: str
    schema: Schema | None = None
    kind: str = "application/json"
    heads: Mapping[str, str] | None = None


@dataclass(frozen=True)
class Given:
    """A parameter: ``place`` is path, query or header."""

    name: str
    place: str
    says: str
    schema: Schema
    is_required: bool = False


AFTER: Final = Given("after", "query", "The cursor that the last page gave.", {"type": "string", "pattern": PATTERN})
SIZE: Final = Given("size", "query", "How many at most.", {"type": "integer", "minimum": 1, "maximum": 1000})


@dataclass(frozen=True)
class Operation:
    """One thing that can be done at an address."""

    name: str
    method: str
    path: str
    says: str
    handle: Handler
    scope: str | None
    replies: Mapping[int, Reply]
    given: Sequence[Given] = ()
    body: Mapping[str, Schema] | None = None
    problems: Sequence[int] = ()

    @property
    def statuses(self) -> Mapping[int, Reply]:
        """All answers: its own, the problems it names, and those that any call may meet."""
        every = [400, 405, 431, 500, 503, *self.problems]
        every += [401, 403, 429] if self.scope is not None else []
        told = {status: Reply(SAYS[status], {"$ref": "#/components/schemas/Problem"}, PROBLEM) for status in every}
        return dict(sorted({**told, **self.replies}.items()))


SAYS: Final = {
    400: "The request cannot be read, or was cut off on the way.",
    401: "No key, or one that is not known, over or revoked.",
    403: "The key is not made for this, or its party may not file for the declarant.",
    404: "Nothing is there, or nothing that the key may see: the two look alike.",
    405: "This address does not do that.",
    409: "The key of the call was used for another message, parts of a file do not join, or the filing has moved on.",
    412: "What If-Match names is no version of it.",
    413: "The message is too long.",
    415: "The message is of another kind than is read here.",
    422: "All that is wrong with the message at once, each with its place in it.",
    428: "The call says not which version it changes: If-Match.",
    429: "Too many calls; Retry-After says when the next one is taken.",
    431: "The head of the request is too long.",
    500: "A fault of the service; its request_id finds it in the log.",
    503: "Not now; nothing was answered, and the same call with the same key is safe to send again.",
    507: "There is no room on the disk; nothing more is taken until there is.",
}
