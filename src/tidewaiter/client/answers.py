"""What the service answers, as a program reads it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

Told = Mapping[str, Any]


class Problem(Exception):
    """The service said why it does not answer: ``status``, ``detail``, and ``errors`` with their places."""

    def __init__(self, status: int, told: Told) -> None:
        self.status, self.told = status, told
        self.detail: str = str(told.get("detail", ""))
        self.errors: Sequence[Told] = told.get("errors", ())
        super().__init__(f"{status}: {self.detail or told.get('title', '')}")


@dataclass(frozen=True, slots=True)
class Lodged:
    """A filing that was taken. ``fate`` is ``accepted``, or ``duplicate`` where it was known; ``told`` is all of it."""

    fate: str
    filing: str | None
    status: str | None
    receipt: Told
    told: Told


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a filing stands."""

    filing: str
    consignment_id: str
    version: int
    status: str
    told: Told


@dataclass(frozen=True, slots=True)
class Page:
    """Some rows and the cursor behind them; ``is_last``: there are no more just now."""

    rows: Sequence[Told]
    next: str
    is_last: bool


@dataclass(frozen=True, slots=True)
class Lane:
    """Which lane of the sorter a barcode takes."""

    barcode: str
    lane: str
    is_known: bool
