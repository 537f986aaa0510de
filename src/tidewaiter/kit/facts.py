"""Dated facts of a sheet: parameters, tax rates, fees, required fields; each with start, source and evidence."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import InvalidOperation
from typing import Any, Final

from tidewaiter.kit.rounding import read_rounding
from tidewaiter.model.codes import CURRENCY_DIGITS
from tidewaiter.model.errors import SheetRefused
from tidewaiter.model.findings import Severity
from tidewaiter.model.money import Rate, money_text

EVIDENCE: Final = ("read", "recalled", "assumed")

LISTS: Final = {"hs prefixes": "commodity_code", "countries": "origin"}
"""Units whose value is a list, and the item field it is held against. A list is no ``law_`` column: a filing knows it
as ``has_<name>`` (any of its items is on the list), an item as ``is_<name>``."""

PERCENT: Final = "percent"
PERCENT_OF_INTRINSIC: Final = "percent of intrinsic value"
PERCENT_UNLESS_FREE: Final = "percent unless free"
PERCENTS: Final = (PERCENT, PERCENT_OF_INTRINSIC, PERCENT_UNLESS_FREE)
"""Units of a rate written as text (``"2.5"``): of the customs value, of the value of the line, or of the customs value
of goods that the tariff does not let in free."""

ROUNDING: Final = "rounding"
"""Unit of a parameter that says how amounts are rounded, see ``kit.rounding``."""

RELEASE_AFTER: Final = ("presented", "arrived")
"""Events that release can wait for."""

STANDARD: Final = "standard"

COUNTED: Final = ("consignment", "line", "distinct_hs6", "distinct_code", "value")
"""What a fee counts; ``value``: it is a share of the customs value, or of the intrinsic value."""

FEE_BASES: Final = ("customs_value", "intrinsic_value")
ONLY_BY: Final = ("reduced_set_used", "mode", "duty_rule", "tax_rule", "vat_scheme", "party_relation", "nature")
"""Columns of a filing that a fee may depend on."""

Value = int | str | bool | tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Parameter:
    """One dated fact of law. ``unit`` says how to read ``value``; ``hs prefixes`` and ``countries`` are lists."""

    name: str
    unit: str
    value: Value
    valid_from: date
    source: str
    evidence: str
    valid_to: date | None = None

    @property
    def is_money(self) -> bool:
        """True where the unit says ``<currency> minor``."""
        currency, _, unit = self.unit.partition(" ")
        is_whole = isinstance(self.value, int) and not isinstance(self.value, bool)
        return is_whole and unit == "minor" and currency in CURRENCY_DIGITS

    @property
    def text(self) -> str:
        """The value as a person reads it."""
        if isinstance(self.value, bool):
            return "yes" if self.value else "no"
        if isinstance(self.value, tuple):
            return ", ".join(self.value)
        if self.unit in PERCENTS:
            return f"{self.value} %"
        return money_text(int(self.value), self.unit.split()[0]) if self.is_money else str(self.value)


@dataclass(frozen=True, slots=True)
class TaxRate:
    """A tax rate of one place; an unknown rate has no row.

    ``category`` is ``standard``, or another word with the ``goods`` it holds for: prefixes of their codes, or the name
    of a list of the sheet. ``gross_up``: the tax is part of its own base, so that it is rate / (1 - rate) of the rest.
    """

    place: str
    category: str
    rate: Rate
    valid_from: date
    source: str
    evidence: str
    valid_to: date | None = None
    goods: tuple[str, ...] | str = ()
    gross_up: bool = False

    @property
    def key(self) -> tuple[str, ...]:
        """What tells the spans of one rate from those of another."""
        goods = (self.goods,) if isinstance(self.goods, str) else self.goods
        return ("tax rate", self.place, self.category, *goods)


@dataclass(frozen=True, slots=True)
class Fee:
    """A fee of one place (empty: everywhere): so much for each thing counted, or a share of the value within bounds.

    It applies above ``intrinsic_above_minor`` and up to ``intrinsic_limit_minor`` (empty: no bound), and where each
    column ``only`` names holds one of its words. ``in_tax_base``: tax is charged on it.
    """

    code: str
    place: str
    per: str
    currency: str
    valid_from: date
    source: str
    evidence: str
    amount_minor: int = 0
    rate: Rate | None = None
    base: str = "customs_value"
    minimum_minor: int | None = None
    maximum_minor: int | None = None
    intrinsic_limit_minor: int | None = None
    intrinsic_above_minor: int | None = None
    only: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    in_tax_base: bool = False
    collected_from: str = "border"
    liable: str = "declarant"
    valid_to: date | None = None

    @property
    def column(self) -> str:
        """Column that carries this fee's amount."""
        return f"fee_{self.code.lower().replace('-', '_')}_{self.valid_from:%Y%m%d}_minor"

    @property
    def text(self) -> str:
        """What it comes to, as a person reads it."""
        if self.rate is None:
            return f"{money_text(self.amount_minor, self.currency)} per {self.per}"
        bounds = (("at least", self.minimum_minor), ("at most", self.maximum_minor))
        told = [f", {words} {money_text(bound, self.currency)}" for words, bound in bounds if bound is not None]
        return f"{self.rate.text()} of the {self.base.replace('_', ' ')}{''.join(told)}"


@dataclass(frozen=True, slots=True)
class Requirement:
    """Fields (door names) one reduced set must carry; ``severity`` is that of their absence."""

    reduced_set: str
    fields: tuple[str, ...]
    valid_from: date
    source: str
    evidence: str
    valid_to: date | None = None
    severity: Severity = "ask"


def read_parameter(row: Mapping[str, Any], digits: int) -> Parameter:
    """A ``[[parameter]]``; ``digits`` are those of the sheet's currency. ``SheetRefused`` where it cannot be one."""
    value = tuple(row["value"]) if isinstance(row["value"], list) else row["value"]
    if row["name"] == "release_after" and value not in RELEASE_AFTER:
        raise SheetRefused(f"release_after is one of {', '.join(RELEASE_AFTER)}, not {value!r}.")
    if row["unit"] in PERCENTS:
        _percent(value)
    if row["unit"] == ROUNDING:
        read_rounding(str(value), digits)
    return Parameter(name=row["name"], unit=row["unit"], value=value, **dated(row))


def read_tax_rate(row: Mapping[str, Any], part: Mapping[str, Any]) -> TaxRate:
    """A ``[[tax_rate]]`` of the sheet or of a member; any category but the standard one names its goods."""
    goods, place = row.get("goods", ()), row.get("place", part.get("place", ""))
    if (row["category"] == STANDARD) is bool(goods):
        raise SheetRefused(f"A tax rate is {STANDARD}, or another one with the goods it holds for: {dict(row)!r}.")
    rate, gross_up = _percent(row["percent"]), row.get("gross_up", False)
    if gross_up and rate.numerator >= rate.denominator:
        raise SheetRefused(f"A tax inside its own base is less than 100 %: {dict(row)!r}.")
    return TaxRate(
        place=place,
        category=row["category"],
        rate=rate,
        goods=goods if isinstance(goods, str) else tuple(goods),
        gross_up=gross_up,
        **dated(row),
    )


def read_fee(row: Mapping[str, Any], part: Mapping[str, Any]) -> Fee:
    """A ``[[fee]]``: an amount for each thing it counts, or ``per = "value"`` with a percentage."""
    known = {"code", "per", "currency", "percent", *FEE_FIELDS, "place", "only", "valid_from", "valid_to", "source",
             "evidence"}  # fmt: skip
    is_of_value = row["per"] == "value"
    only = {name: tuple(words) for name, words in row.get("only", {}).items()}
    is_sound = (
        row["per"] in COUNTED
        and is_of_value == ("percent" in row)
        and is_of_value != ("amount_minor" in row)
        and row.get("base", FEE_BASES[0]) in FEE_BASES
        and set(only) <= set(ONLY_BY)
        and set(row) <= known
    )
    if not is_sound:
        raise SheetRefused(
            f"A fee counts {', '.join(COUNTED)}; it has amount_minor, or per value a percent of "
            f"{' or '.join(FEE_BASES)}; it may depend on {', '.join(ONLY_BY)}: {dict(row)!r}."
        )
    return Fee(
        code=row["code"],
        per=row["per"],
        currency=row["currency"],
        place=row.get("place", part.get("place", "")),
        rate=_percent(row["percent"]) if is_of_value else None,
        only=only,
        **{name: row[name] for name in FEE_FIELDS if name in row},
        **dated(row),
    )


FEE_FIELDS: Final = (
    "amount_minor", "base", "minimum_minor", "maximum_minor", "intrinsic_limit_minor", "intrinsic_above_minor",
    "in_tax_base", "collected_from", "liable",
)  # fmt: skip


def read_requirement(row: Mapping[str, Any]) -> Requirement:
    """A ``[[required]]``: fields of one reduced set."""
    severity = row.get("severity", "ask")
    return Requirement(reduced_set=row["set"], fields=tuple(row["fields"]), severity=severity, **dated(row))


def dated(row: Mapping[str, Any]) -> dict[str, Any]:
    """Start, end, source and evidence that every dated fact must carry."""
    missing = [name for name in ("valid_from", "source", "evidence") if name not in row]
    if missing or row["evidence"] not in EVIDENCE:
        raise SheetRefused(f"The fact {dict(row)!r} lacks {missing or 'evidence: one of ' + ', '.join(EVIDENCE)}.")
    return {name: row.get(name) for name in ("valid_from", "valid_to", "source", "evidence")}


def _percent(text: object) -> Rate:
    """A percentage in decimals, as text."""
    try:
        return Rate.of_percent(text) if isinstance(text, str) else _no_percent(text)
    except (InvalidOperation, ValueError, OverflowError):
        return _no_percent(text)


def _no_percent(text: object) -> Rate:
    raise SheetRefused(f'A percentage is text in decimals such as "2.5", not {text!r}.')
