"""The page of the API: every operation with what it takes and every answer it gives."""

from collections.abc import Iterator

from tidewaiter.api.described import Operation
from tidewaiter.api.routes import OPERATIONS
from tidewaiter.service.clients import SCOPES

PYTHON = """from tidewaiter.client import Client

customs = Client("https://customs.example", "tw_7k2m9x4q_secret", tries=3)

assert callable(customs.lodge) and callable(customs.hand_over)"""


def api_page(generated: str) -> Iterator[str]:
    """Scopes, then an operation each."""
    yield from ("# The API", "", generated, "")
    yield "JSON over HTTP; the same as OpenAPI 3.1 is served at `/v1/openapi.json`. What cannot be answered is a"
    yield "problem (`application/problem+json`, RFC 9457): `detail` says what happened and what to do, `errors` holds"
    yield "all faults at once, `request_id` finds the call in the log. A key goes in the head:"
    yield "`Authorization: Bearer KEY`."
    yield "[How lodging works](../explanation/lodging.md)."
    yield from ("", "## Scopes", "", "| scope | a key of it may |", "|---|---|")
    yield from (f"| `{name}` | {says} |" for name, says in SCOPES.items())
    for operation in OPERATIONS:
        yield from _operation(operation)
    yield from (
        "",
        "## Python",
        "",
        "The package has a client of the standard library alone; what may be sent again is",
    )
    yield "sent again under the same key. `lodge`, `standing`, `filings`, `errors`, `every_error`, `quote`, `lane`,"
    yield from ("`tell_events`, `hand_over`, `job`; a problem is raised as `Problem`.", "", "```python", PYTHON, "```")


def _operation(operation: Operation) -> Iterator[str]:
    scope = f"Scope `{operation.scope}`." if operation.scope else "Open to all."
    yield from ("", f"## {operation.method} {operation.path}", "", f"{operation.says} {scope}")
    if operation.given or operation.body:
        yield from ("", "| takes | where | meaning |", "|---|---|---|")
        yield from (f"| `{one.name}` | {one.place} | {one.says} |" for one in operation.given)
        if operation.body:
            yield f"| the body | body | {', '.join(f'`{kind}`' for kind in operation.body)} |"
    yield from ("", "| answers | kind | meaning |", "|---|---|---|")
    yield from (f"| {status} | `{one.kind}` | {one.says} |" for status, one in operation.statuses.items())
