"""The API described by itself: OpenAPI 3.1, made from the same operations that are served."""

from collections.abc import Iterable
from typing import Any, Final

from tidewaiter import __version__
from tidewaiter.api.described import Given, Operation, Reply
from tidewaiter.api.schemas import SCHEMAS

Document = dict[str, Any]
INFO: Final = {
    "title": "Tidewaiter",
    "version": __version__,
    "summary": "Customs clearance of parcels: lodge filings, ask where they stand, quote, sort.",
    "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
}


def openapi(operations: Iterable[Operation]) -> Document:
    """The document of these operations."""
    paths: Document = {}
    for operation in operations:
        paths.setdefault(operation.path, {})[operation.method.lower()] = _operation(operation)
    return {
        "openapi": "3.1.0",
        "info": INFO,
        "paths": paths,
        "components": {
            "schemas": SCHEMAS,
            "securitySchemes": {
                "key": {"type": "http", "scheme": "bearer", "description": "A key, or a token traded for it."}
            },
        },
    }


def _operation(operation: Operation) -> Document:
    told: Document = {
        "operationId": operation.name,
        "summary": operation.says,
        "parameters": [_given(one) for one in operation.given],
        "responses": {str(status): _reply(status, one) for status, one in operation.statuses.items()},
        "security": [] if operation.scope is None else [{"key": []}],
    }
    if operation.scope is not None:
        told["x-scope"] = operation.scope
    if operation.body is not None:
        content = {kind: {"schema": schema} for kind, schema in operation.body.items()}
        told["requestBody"] = {"required": True, "content": content}
    return told


def _given(one: Given) -> Document:
    required = one.is_required or one.place == "path"
    return {"name": one.name, "in": one.place, "description": one.says, "required": required, "schema": one.schema}


def _reply(status: int, one: Reply) -> Document:
    told: Document = {"description": one.says}
    if one.schema is not None:
        told["content"] = {one.kind: {"schema": one.schema}}
    heads = dict(one.heads or {})
    if status in {429, 503}:
        heads["Retry-After"] = "Seconds until the next try."
    if status == 405:  # noqa: PLR2004 - the one status with this head
        heads["Allow"] = "What can be done here."
    if heads:
        told["headers"] = {name: {"description": says, "schema": {"type": "string"}} for name, says in heads.items()}
    return told
