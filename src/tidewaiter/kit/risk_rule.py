"""A risk rule: a sheet with its sentence, windows and dated thresholds, and one function that says what is hit.

A pack is a folder ``packs/risk_rules/<name>/`` with ``rule.toml``, ``rule.py`` and ``cases.toml``. ``rule.py`` has
``hit(thresholds) -> pl.Expr``: a boolean over the columns named in ``takes`` and the facts of its windows; null
means "cannot be told" and is no hit.
"""

import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Final

import polars as pl

from tidewaiter.model.errors import SheetRefused
from tidewaiter.model.findings import FindingKind

WINDOW_KEYS: Final = ("person_key", "address_key", "address_seller_key", "seller_key", "order_key")
"""What a window may gather by; a filing without the key (null) has empty facts.

``person_key``: consignee name and postcode; ``address_key``: consignee street, postcode and country;
``address_seller_key``: the same with the seller; ``seller_key``: seller (else consignor) id, else name and country;
``order_key``: marketplace or seller with ``order_id``.
"""

MEASURES: Final = ("count", "sum_minor", "count_in_band", "count_above_band")
"""What a window counts among the *other* filings of its key: how many; the sum of their intrinsic value; how many
declare 90 to 100 % of the low-value limit; how many 100 to 110 %."""

Thresholds = Mapping[str, int]
Hit = Callable[[Thresholds], pl.Expr]


@dataclass(frozen=True, slots=True)
class Window:
    """Other filings of the same key in the ``days`` days up to and including now; facts are null without a key."""

    key: str
    days: int
    measure: str

    @property
    def fact(self) -> str:
        """Column of the fact: ``count_order_key_30d``."""
        return f"{self.measure}_{self.key}_{self.days}d"


@dataclass(frozen=True)
class RiskRule:
    """A rule that was read and can be run."""

    finding: FindingKind
    takes: tuple[str, ...]
    windows: tuple[Window, ...]
    thresholds: Thresholds
    edition: str
    hit: Hit = field(compare=False)


def read_rule(text: str, hit: Hit) -> RiskRule:
    """Read ``rule.toml``; ``SheetRefused`` for a window or level that does not exist."""
    sheet = tomllib.loads(text)
    windows = tuple(Window(row["key"], row["days"], row["measure"]) for row in sheet.get("window", ()))
    for window in windows:
        if window.key not in WINDOW_KEYS or window.measure not in MEASURES:
            raise SheetRefused(
                f"{sheet['code']}: no window of {window.measure} by {window.key}. "
                f"Keys: {', '.join(WINDOW_KEYS)}; measures: {', '.join(MEASURES)}."
            )
    finding = FindingKind(
        code=sheet["code"],
        title=sheet["title"],
        sentence=sheet["sentence"],
        severity=sheet["severity"],
        level=sheet["level"],
        pointer=sheet["pointer"],
        route=sheet["route"],
        weight=sheet["weight"],
        evidence=tuple(sheet["evidence"]),
        version=sheet["version"],
    )
    thresholds = {row["name"]: row["value"] for row in sheet.get("threshold", ())}
    edition = sha256(text.encode()).hexdigest()
    return RiskRule(finding, tuple(sheet["takes"]), windows, thresholds, edition, hit)
