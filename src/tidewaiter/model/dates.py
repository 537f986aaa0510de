"""Days of law: both ends of a span count; an empty end means still in force."""

from collections.abc import Iterable
from datetime import date
from itertools import pairwise
from typing import Protocol

FIRST_PLAUSIBLE_YEAR = 1990
LAST_PLAUSIBLE_YEAR = 2100
"""Instants outside these years are no dates of a parcel: the row is quarantined."""


class Dated(Protocol):
    """Anything valid from a day to a day, both included."""

    @property
    def valid_from(self) -> date:
        """First day."""
        ...

    @property
    def valid_to(self) -> date | None:
        """Last day; none: still in force."""
        ...


def in_force(thing: Dated, on: date) -> bool:
    """True where ``on`` lies in the span of ``thing``, both ends included."""
    return thing.valid_from <= on and (thing.valid_to is None or on <= thing.valid_to)


def overlaps(spans: Iterable[Dated]) -> list[tuple[Dated, Dated]]:
    """Neighbouring spans that share at least one day."""
    ordered = sorted(spans, key=lambda span: span.valid_from)
    return [
        (first, second)
        for first, second in pairwise(ordered)
        if first.valid_to is None or second.valid_from <= first.valid_to
    ]
