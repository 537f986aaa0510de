"""Allowances: how much of some goods a relief lets through, and whether the lines of a filing stay within it.

A ``[[allowance]]`` of a sheet belongs to a list of goods (``<name>_goods``) and says, for some of its codes, how much
is surely within the law and (where one code covers goods of several limits) above how much it surely is not. Rows of
one ``group`` share one allowance: halves of two of them fill it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any, Final

from tidewaiter.model.errors import SheetRefused
from tidewaiter.model.money import MICRO

UNITS: Final = ("kg", "litre", "piece")


@dataclass(frozen=True, slots=True)
class Allowance:
    """So many millionths of a unit of goods with these codes; ``never_above_micro`` is the same or more."""

    name: str
    group: str
    goods: tuple[str, ...]
    unit: str
    within_micro: int
    never_above_micro: int
    valid_from: date
    source: str
    evidence: str
    valid_to: date | None = None

    @property
    def key(self) -> tuple[str, ...]:
        """What tells the spans of one allowance from those of another."""
        return ("allowance", self.name, self.group, *self.goods)


def read_allowance(row: Mapping[str, Any], dated: Mapping[str, Any]) -> Allowance:
    """An ``[[allowance]]`` and its dates, source and evidence; ``SheetRefused`` where it cannot be one."""
    within = _micro(row, row["within"])
    never_above = _micro(row, row.get("never_above", row["within"]))
    if row["unit"] not in UNITS or not 0 < within <= never_above or not row["goods"]:
        raise SheetRefused(
            f"An allowance is so much above nothing in {', '.join(UNITS)} of some goods, and what it never exceeds is "
            f"no less: {dict(row)!r}."
        )
    return Allowance(
        name=row["name"],
        group=row["group"],
        goods=tuple(row["goods"]),
        unit=row["unit"],
        within_micro=within,
        never_above_micro=never_above,
        **dated,
    )


def _micro(row: Mapping[str, Any], text: object) -> int:
    """Decimal text in millionths."""
    try:
        exact = Decimal(str(text)) * MICRO
    except InvalidOperation:
        exact = Decimal("NaN")
    if not isinstance(text, str) or not exact.is_finite() or exact != exact.to_integral_value():
        raise SheetRefused(f'An allowance is text in decimals such as "0.25", not {text!r}: {dict(row)!r}.')
    return int(exact)
