"""A jurisdiction: its law as dated parameters with source, and one function that reads a filing's regime off them.

A pack is a folder ``packs/jurisdictions/<cc>/`` with ``sheet.toml`` (and ``members/*.toml``), ``law.py`` and
``cases.toml``. ``law.py`` has ``regime(filings)``: it adds the columns of ``REGIME`` and one boolean per finding
of the sheet. Every parameter stands beside each filing as the column ``law_<name>``, already cut to its duty point.
"""

import tomllib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from hashlib import sha256
from typing import Any, Final

import polars as pl

from tidewaiter.model.codes import CURRENCY_DIGITS
from tidewaiter.model.dates import Dated, in_force, overlaps
from tidewaiter.model.errors import SheetRefused
from tidewaiter.model.findings import FindingKind, Severity
from tidewaiter.model.money import Rate, money_text

REGIME: Final[dict[str, pl.DataType]] = {
    "reduced_set_used": pl.String(),
    "category": pl.String(),
    "duty_rule": pl.String(),
    "duty_rule_id": pl.String(),
    "duty_collected_from": pl.String(),
    "flat_duty_by_hs6": pl.Boolean(),
    "tax_rule": pl.String(),
    "tax_rule_id": pl.String(),
    "law_not_loaded": pl.String(),
}
"""What ``regime`` must add. ``duty_rule``: ``tariff`` ``relief`` ``per_code``; ``tax_rule``: ``border`` ``vendor``
``operator`` ``relief`` ``none``; an empty rule means the filing does not say what decides it, and leaves it
unresolved. ``flat_duty_by_hs6``: ``per_code`` counts six digits (else the whole code). The ``_id`` columns name the
parameter the rule rests on; ``law_not_loaded`` names law that applies and is not on the shelves (empty: none), which
leaves the filing unresolved."""

DUTY_RULES: Final = ("tariff", "relief", "per_code")
TAX_RULES: Final = ("border", "vendor", "operator", "relief", "none")

EVIDENCE: Final = ("read", "recalled", "assumed")

LISTS: Final = {"hs prefixes": "commodity_code", "countries": "origin"}
"""Units whose value is a list, and the item field it is held against. A list is no ``law_`` column: a filing knows it
as ``has_<name>`` (any of its items is on the list), an item as ``is_<name>``."""

READ_BY_STAGES: Final[dict[str, pl.DataType]] = {
    "customs_value_includes_freight": pl.Boolean(),
    "flat_duty_minor": pl.Int64(),
    "low_value_limit_minor": pl.Int64(),
    "release_after": pl.String(),
}
"""Parameters that stages and risk rules read of every sheet; one that a sheet does not have is empty there.

``release_after`` is the event after which a filing's goods may be released: ``presented`` or ``arrived``; without it
release waits for no event."""

RELEASE_AFTER: Final = ("presented", "arrived")
"""Events that release can wait for."""

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


@dataclass(frozen=True, slots=True)
class TaxRate:
    """A tax rate of one place: ``category`` is ``standard`` or ``reduced``; an unknown rate has no row."""

    place: str
    category: str
    rate: Rate
    valid_from: date
    source: str
    evidence: str
    valid_to: date | None = None


@dataclass(frozen=True, slots=True)
class Fee:
    """A fee of one place (empty: everywhere): so much ``per`` consignment, line or distinct HS6 up to a value."""

    code: str
    place: str
    per: str
    amount_minor: int
    currency: str
    intrinsic_limit_minor: int
    valid_from: date
    source: str
    evidence: str
    collected_from: str = "border"
    liable: str = "declarant"
    valid_to: date | None = None

    @property
    def column(self) -> str:
        """Column that carries this fee's amount."""
        return f"fee_{self.code.lower().replace('-', '_')}_{self.valid_from:%Y%m%d}_minor"


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


Regime = Callable[[pl.LazyFrame], pl.LazyFrame]


@dataclass(frozen=True)
class Jurisdiction:
    """A sheet that was read and proven to be consistent, with the law that reads it."""

    code: str
    title: str
    currency: str
    places: tuple[str, ...]
    sets: tuple[str, ...]
    duty_point: tuple[str, ...]
    exchange_rule: str
    exchange_is_legal_source: bool
    exchange_source: str
    tax_type: Mapping[str, str]
    parameters: tuple[Parameter, ...]
    tax_rates: tuple[TaxRate, ...]
    fees: tuple[Fee, ...]
    requirements: tuple[Requirement, ...]
    findings: tuple[FindingKind, ...]
    not_included: tuple[str, ...]
    edition: str
    regime: Regime = field(compare=False)

    @property
    def parameter_names(self) -> tuple[str, ...]:
        """Names of all parameters, each once, in the order of the sheet."""
        return tuple(dict.fromkeys(parameter.name for parameter in self.parameters))


def read_sheet(texts: Mapping[str, str], regime: Regime) -> Jurisdiction:
    """Read ``sheet.toml`` and its ``members`` (name to text) into a ``Jurisdiction``.

    Raises ``SheetRefused`` for a fact without source, evidence or start, and for spans that overlap.
    """
    main = tomllib.loads(texts["sheet.toml"])
    members = [tomllib.loads(text) for name, text in sorted(texts.items()) if name != "sheet.toml"]
    rows = [main, *members]
    made = Jurisdiction(
        code=main["code"],
        title=main["title"],
        currency=main["currency"],
        places=tuple(main.get("places", ())) + tuple(member["place"] for member in members),
        sets=tuple(main["sets"]),
        duty_point=tuple(main["duty_point"]),
        exchange_rule=main["exchange"]["rule"],
        exchange_is_legal_source=main["exchange"]["is_legal_source"],
        exchange_source=main["exchange"]["source"],
        tax_type=main.get("tax_type", {}),
        parameters=tuple(_parameter(row) for part in rows for row in part.get("parameter", ())),
        tax_rates=tuple(_tax_rate(row, part) for part in rows for row in part.get("tax_rate", ())),
        fees=tuple(_fee(row, part) for part in rows for row in part.get("fee", ())),
        requirements=tuple(_requirement(row) for row in main.get("required", ())),
        findings=tuple(_finding(row) for row in main.get("finding", ())),
        not_included=tuple(main.get("not_included", ())),
        edition=sha256("\x1f".join(f"{name}\x1e{texts[name]}" for name in sorted(texts)).encode()).hexdigest(),
        regime=regime,
    )
    _refuse_contradictions(made)
    return made


def _dated(row: Mapping[str, Any]) -> dict[str, Any]:
    """Start, end, source and evidence that every dated fact must carry."""
    missing = [name for name in ("valid_from", "source", "evidence") if name not in row]
    if missing or row["evidence"] not in EVIDENCE:
        raise SheetRefused(f"The fact {dict(row)!r} lacks {missing or 'evidence: one of ' + ', '.join(EVIDENCE)}.")
    return {name: row.get(name) for name in ("valid_from", "valid_to", "source", "evidence")}


def _parameter(row: Mapping[str, Any]) -> Parameter:
    value = tuple(row["value"]) if isinstance(row["value"], list) else row["value"]
    if row["name"] == "release_after" and value not in RELEASE_AFTER:
        raise SheetRefused(f"release_after is one of {', '.join(RELEASE_AFTER)}, not {value!r}.")
    return Parameter(name=row["name"], unit=row["unit"], value=value, **_dated(row))


def _tax_rate(row: Mapping[str, Any], part: Mapping[str, Any]) -> TaxRate:
    place = row.get("place", part.get("place", ""))
    return TaxRate(place=place, category=row["category"], rate=Rate.of_percent(row["percent"]), **_dated(row))


def _fee(row: Mapping[str, Any], part: Mapping[str, Any]) -> Fee:
    plain = {name: row[name] for name in ("code", "per", "amount_minor", "currency", "intrinsic_limit_minor")}
    optional = {name: row[name] for name in ("collected_from", "liable") if name in row}
    return Fee(place=row.get("place", part.get("place", "")), **plain, **optional, **_dated(row))


def _requirement(row: Mapping[str, Any]) -> Requirement:
    severity = row.get("severity", "ask")
    return Requirement(reduced_set=row["set"], fields=tuple(row["fields"]), severity=severity, **_dated(row))


def _finding(row: Mapping[str, Any]) -> FindingKind:
    return FindingKind(**{**row, "evidence": tuple(row.get("evidence", ())), "level": "filing"})


def _refuse_contradictions(made: Jurisdiction) -> None:
    """No two rows of one name may be in force on one day, and all rows of one name must be of one kind."""
    groups: dict[tuple[str, ...], list[Any]] = {}
    for parameter in made.parameters:
        groups.setdefault(("parameter", parameter.name), []).append(parameter)
    for rate in made.tax_rates:
        groups.setdefault(("tax rate", rate.place, rate.category), []).append(rate)
    for fee in made.fees:
        groups.setdefault(("fee", fee.place, fee.code), []).append(fee)
    for required in made.requirements:
        groups.setdefault(("required", required.reduced_set, required.severity), []).append(required)
    for key, spans in groups.items():
        for first, second in overlaps(spans):
            raise SheetRefused(
                f"{made.code}: {' '.join(key)} from {first.valid_from} overlaps the one from {second.valid_from}. "
                "End the earlier span the day before the later one starts."
            )
    for name, spans in _by_name(made.parameters).items():
        if len({(type(span.value), span.unit) for span in spans}) > 1 or _is_list(spans[0]) != (spans[0].unit in LISTS):
            raise SheetRefused(
                f"{made.code}: parameter {name} changes its unit or kind, or is a list of a unit nobody knows. "
                f"One name, one unit; lists: {', '.join(LISTS)}."
            )


def period_starts(jurisdiction: Jurisdiction) -> list[date]:
    """First days of the spans between two changes of the sheet, ascending; ``law_period`` counts them from 0."""
    facts: Sequence[Dated] = (
        *jurisdiction.parameters, *jurisdiction.tax_rates, *jurisdiction.fees, *jurisdiction.requirements,
    )  # fmt: skip
    ends = {fact.valid_to + timedelta(days=1) for fact in facts if fact.valid_to is not None}
    return sorted({fact.valid_from for fact in facts} | ends)


def law_table(jurisdiction: Jurisdiction) -> pl.DataFrame:
    """One row a period: ``law_period``, ``valid_from``, ``valid_to`` and ``law_<name>``; null where not in force.

    Lists are left out: they are held against items, see ``list_parameters``. What ``READ_BY_STAGES`` names is there
    in any case.
    """
    starts = period_starts(jurisdiction)
    missing = {
        f"law_{name}": pl.Series([None] * len(starts), dtype=dtype)
        for name, dtype in READ_BY_STAGES.items()
        if name not in jurisdiction.parameter_names
    }
    single = {name: spans for name, spans in _by_name(jurisdiction.parameters).items() if not _is_list(spans[0])}
    columns = {
        f"law_{name}": pl.Series([_value_on(spans, start) for start in starts], dtype=_dtype(spans[0]))
        for name, spans in single.items()
    }
    return pl.DataFrame({**_periods(starts), **columns, **missing})


def rule_table(jurisdiction: Jurisdiction) -> pl.DataFrame:
    """What each parameter says in each period, for the answer: ``rule_id``, ``law_period``, ``rule_text``, source."""
    rows = [
        (fact.name, period, _text(fact), f"{fact.source} ({fact.evidence})")
        for period, start in enumerate(period_starts(jurisdiction))
        for fact in jurisdiction.parameters
        if in_force(fact, start)
    ]
    schema = {"rule_id": pl.String(), "law_period": pl.Int32(), "rule_text": pl.String(), "rule_source": pl.String()}
    return pl.DataFrame(rows, schema=schema, orient="row")


def list_parameters(jurisdiction: Jurisdiction) -> dict[str, list[Parameter]]:
    """Spans of every parameter that is a list, by name; ``LISTS`` says against which item field a unit is held."""
    return {name: spans for name, spans in _by_name(jurisdiction.parameters).items() if _is_list(spans[0])}


def _by_name(parameters: Iterable[Parameter]) -> dict[str, list[Parameter]]:
    groups: dict[str, list[Parameter]] = {}
    for parameter in parameters:
        groups.setdefault(parameter.name, []).append(parameter)
    return groups


def _is_list(parameter: Parameter) -> bool:
    return isinstance(parameter.value, tuple)


def _value_on(spans: Iterable[Parameter], on: date) -> Value | None:
    return next((span.value for span in spans if in_force(span, on)), None)


def _dtype(parameter: Parameter) -> pl.DataType:
    kinds: dict[type, pl.DataType] = {bool: pl.Boolean(), int: pl.Int64(), str: pl.String()}
    return kinds[type(parameter.value)]


def _periods(starts: Sequence[date]) -> dict[str, pl.Series]:
    ends = [start - timedelta(days=1) for start in starts[1:]]
    return {
        "law_period": pl.Series(range(len(starts)), dtype=pl.Int32),
        "valid_from": pl.Series(starts, dtype=pl.Date),
        "valid_to": pl.Series([*ends, None], dtype=pl.Date) if starts else pl.Series(dtype=pl.Date),
    }


def _text(parameter: Parameter) -> str:
    """The value as a person reads it: money where the unit says ``<currency> minor``."""
    value = parameter.value
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, tuple):
        return ", ".join(value)
    currency, _, unit = parameter.unit.partition(" ")
    if isinstance(value, int) and unit == "minor" and currency in CURRENCY_DIGITS:
        return money_text(value, currency)
    return str(value)
