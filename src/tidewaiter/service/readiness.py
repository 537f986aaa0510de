"""Use case: may requests come in? What is missing, what is late, each in a sentence."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from time import monotonic
from typing import Final, Literal

from tidewaiter.service.lodging.handing import is_listening
from tidewaiter.service.settings import home_folder

State = Literal["ready", "degraded", "unready"]
REMEMBERED_S: Final = 30
"""Shelves are looked at anew after so many seconds: they change by hand."""

ASKED_S: Final = 1
"""Database and batcher are asked once in so many seconds, however often anybody asks us."""


@dataclass(frozen=True)
class Check:
    """One thing that the service stands on."""

    name: str
    state: State
    told: str


def readiness() -> tuple[State, list[Check]]:
    """The worst state of all checks, and the checks; whoever asks within a second is told the same."""
    checks = list(_found(int(monotonic() // ASKED_S)))
    states = {check.state for check in checks}
    worst: State = "unready" if "unready" in states else "degraded" if "degraded" in states else "ready"
    return worst, checks


@lru_cache(maxsize=1)
def _found(_moment: int) -> tuple[Check, ...]:
    return tuple(_checks())


def _checks() -> Iterator[Check]:
    from django.db import DatabaseError  # noqa: PLC0415 - the framework is optional

    try:
        pending, unknown = _steps()
    except DatabaseError:
        yield Check("database", "unready", "The database does not answer.")
    else:
        yield Check("database", "ready", "The database answers.")
        yield _schema(pending, unknown)
    is_lodging = is_listening()
    yield Check(
        "batcher",
        "ready" if is_lodging else "degraded",
        "Messages are taken." if is_lodging else "No batcher answers: messages are told to come again.",
    )
    has_tariff = _has_tariff(int(monotonic() // REMEMBERED_S))
    yield Check(
        "tariff",
        "ready" if has_tariff else "unready",
        "A tariff is in use." if has_tariff else "No tariff is in use. Import one: tidewaiter reference import",
    )


def _schema(pending: int, unknown: int) -> Check:
    if pending:
        return Check("schema", "unready", f"{pending} steps of the schema are missing: tidewaiter db migrate")
    if unknown:
        return Check("schema", "degraded", "The database was migrated by a later edition.")
    return Check("schema", "ready", "The schema is this edition's.")


def _steps() -> tuple[int, int]:
    from tidewaiter.store.schema import schema  # noqa: PLC0415 - Django is awake by now

    found = schema()
    return len(found.pending), len(found.unknown)


@lru_cache(maxsize=1)
def _has_tariff(_moment: int) -> bool:
    from tidewaiter.service.reference import shelves  # noqa: PLC0415 - the engine loads when it is asked

    return any(one.in_use and one.shelf.startswith("tariff") for one in shelves(home_folder()))
