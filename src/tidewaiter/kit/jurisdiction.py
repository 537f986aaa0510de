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

from tidewaiter.kit.allowance import Allowance, read_allowance
from tidewaiter.kit.facts import (
    LISTS,
    PERCENT_OF_INTRINSIC,
    PERCENT_UNLESS_FREE,
    PERCENTS,
    ROUNDING,
    Fee,
    Parameter,
    Requirement,
    TaxRate,
    Value,
    dated,
    read_fee,
    read_parameter,
    read_requirement,
    read_tax_rate,
)
from tidewaiter.kit.leave import RESTRICTED, Leave, leave_findings, listed_as, read_leave
from tidewaiter.kit.rounding import AS_USUAL, Roundings, read_rounding
from tidewaiter.model.codes import CURRENCY_DIGITS
from tidewaiter.model.dates import Dated, in_force, overlaps
from tidewaiter.model.errors import SheetRefused
from tidewaiter.model.findings import FindingKind
from tidewaiter.model.money import Rate

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
"""What ``regime`` must add; the words are those of ``DUTY_RULES`` and ``TAX_RULES``. An empty rule means the filing
does not say what decides it, and leaves it unresolved. ``flat_duty_by_hs6``: ``per_code`` counts six digits (else the
whole code). The ``_id`` columns name the parameter the rule rests on; ``law_not_loaded`` names law that applies and is
not on the shelves (empty: none), which leaves the filing unresolved."""

REGIME_MAY: Final[dict[str, pl.DataType]] = {
    "duty_liable": pl.String(),
    "tax_liable": pl.String(),
    "duty_held_as": pl.String(),
    "tax_held_as": pl.String(),
    "tax_place": pl.String(),
    "relieved_value_minor": pl.Int64(),
}
"""What ``regime`` may add; left out or empty means the usual: the declarant owes duty, tax who its rule says, at the
rate of ``tax_place`` (usually the destination's country).
``relieved_value_minor`` of the filing's value owes neither duty nor tax, shared over its lines by their value.
``_held_as`` is a word of ``HELD_AS`` where the law lets a charge be something else than definitive."""

ADVICE: Final[dict[str, pl.DataType]] = {"sets_refused": pl.String()}
"""What ``regime`` adds for advice alone, and what clearance leaves out: the grounds on which a data set is not allowed,
or on which nobody can tell, as ``kit.refused`` writes them; the sheet's ``[ground]`` has a sentence for each."""

DUTY_RULES: Final = ("tariff", "relief", "per_code", "flat_rate", "per_item", "per_filing")
"""``tariff``: the shelf's rate and what is stacked on it; ``relief``: nil; ``per_code``: ``flat_duty_minor`` for each
distinct code; ``flat_rate``: the percentage that the parameter of ``duty_rule_id`` says; ``per_item`` and
``per_filing``: the money it says, on each goods line or once."""

TAX_RULES: Final = ("border", "vendor", "operator", "account", "relief", "none", "below_minimum")
"""``border``: due now; ``vendor``: collected at the sale; ``operator``, ``account``: deferred to an account of the
operator or of the importer; ``relief``: nil; ``none``: not levied; ``below_minimum``: too little to be levied."""

HELD_AS: Final = ("provisional", "secured", "deferred", "suspended")
"""Statuses the law may give a charge; of these only ``provisional`` is due at the border."""

READ_BY_STAGES: Final[dict[str, pl.DataType]] = {
    "customs_value_includes_freight": pl.Boolean(),
    "flat_duty_minor": pl.Int64(),
    "low_value_limit_minor": pl.Int64(),
    "release_after": pl.String(),
    "duty_minimum_minor": pl.Int64(),
    "tax_minimum_minor": pl.Int64(),
    "minimum_collectable_minor": pl.Int64(),
    "tax_base_includes_freight": pl.Boolean(),
}
"""Parameters that stages and risk rules read of every sheet; one that a sheet does not have is empty there.

``release_after`` is the event after which a filing's goods may be released: ``presented`` or ``arrived``; without it
release waits for no event. The minimums are amounts up to which (and at which) a filing's duties, its tax, or all that
is due at the border is not collected."""

ROUNDED: Final = ("duty", "excise", "tax", "tax_base", "fee")
"""Charges whose rounding a sheet may tell, by the parameter ``<charge>_rounding``, and what tax is reckoned on."""

Regime = Callable[[pl.LazyFrame], pl.LazyFrame]


@dataclass(frozen=True)
class Jurisdiction:
    """A sheet that was read and proven to be consistent, with the law that reads it.

    ``tax_name``: what the tax on imports is called there (VAT where the sheet does not say).
    ``sale_rule``: by which exchange rates goods are valued on the day of their sale; empty where the law never asks.
    ``known_until``: the last day for which the sheet was looked through, beyond which nothing of it is settled; empty:
    no such day is told.
    """

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
    tax_name: str
    parameters: tuple[Parameter, ...]
    tax_rates: tuple[TaxRate, ...]
    fees: tuple[Fee, ...]
    requirements: tuple[Requirement, ...]
    findings: tuple[FindingKind, ...]
    not_included: tuple[str, ...]
    grounds: Mapping[str, str]
    edition: str
    allowances: tuple[Allowance, ...]
    sale_rule: str | None
    regime: Regime = field(compare=False)
    known_until: date | None = None
    leaves: tuple[Leave, ...] = ()

    def sentence_of(self, ground: str, reduced_set: str) -> str | None:
        """What the sheet says of a ground, where it says so of this set by itself first; none: it says nothing."""
        return self.grounds.get(f"{reduced_set} {ground}", self.grounds.get(ground))

    @property
    def leave_findings(self) -> tuple[FindingKind, ...]:
        """Kinds of findings of goods that another agency has to let in."""
        return leave_findings(self.leaves)

    @property
    def parameter_names(self) -> tuple[str, ...]:
        """Names of all parameters, each once, in the order of the sheet."""
        return tuple(dict.fromkeys(parameter.name for parameter in self.parameters))

    @property
    def allowance_names(self) -> tuple[str, ...]:
        """Names of all allowances, each once, in the order of the sheet."""
        return tuple(dict.fromkeys(allowance.name for allowance in self.allowances))


def read_sheet(texts: Mapping[str, str], regime: Regime) -> Jurisdiction:
    """Read ``sheet.toml`` and its ``members`` (name to text) into a ``Jurisdiction``.

    Raises ``SheetRefused`` for a fact without source, evidence or start, and for spans that overlap.
    """
    main = tomllib.loads(texts["sheet.toml"])
    members = [tomllib.loads(text) for name, text in sorted(texts.items()) if name != "sheet.toml"]
    rows, digits = [main, *members], CURRENCY_DIGITS[main["currency"]]
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
        tax_name=main.get("tax_name", "VAT"),
        parameters=tuple(read_parameter(row, digits) for part in rows for row in part.get("parameter", ())),
        tax_rates=tuple(read_tax_rate(row, part) for part in rows for row in part.get("tax_rate", ())),
        fees=tuple(read_fee(row, part) for part in rows for row in part.get("fee", ())),
        requirements=tuple(read_requirement(row) for row in main.get("required", ())),
        findings=tuple(_finding(row) for row in main.get("finding", ())),
        not_included=tuple(main.get("not_included", ())),
        grounds=main.get("ground", {}),
        edition=sha256("\x1f".join(f"{name}\x1e{texts[name]}" for name in sorted(texts)).encode()).hexdigest(),
        allowances=tuple(read_allowance(row, dated(row)) for row in main.get("allowance", ())),
        sale_rule=main["exchange"].get("sale_rule"),
        regime=regime,
        known_until=main.get("known_until"),
        leaves=tuple(read_leave(row, dated(row)) for row in main.get("leave", ())),
    )
    _refuse_contradictions(made)
    _refuse_unknown_goods(made)
    leave_findings(made.leaves)
    return made


def _finding(row: Mapping[str, Any]) -> FindingKind:
    return FindingKind(**{**row, "evidence": tuple(row.get("evidence", ())), "level": "filing"})


def _refuse_contradictions(made: Jurisdiction) -> None:
    """No two rows of one name may be in force on one day, and all rows of one name must be of one kind."""
    groups: dict[tuple[str, ...], list[Any]] = {}
    for parameter in made.parameters:
        groups.setdefault(("parameter", parameter.name), []).append(parameter)
    named: Sequence[TaxRate | Allowance | Leave] = (*made.tax_rates, *made.allowances, *made.leaves)
    for keyed in named:
        groups.setdefault(keyed.key, []).append(keyed)
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


def _refuse_unknown_goods(made: Jurisdiction) -> None:
    """Goods that a tax rate names by a list, and those of an allowance, must be on a list of codes."""
    lists = {name for name, spans in list_parameters(made).items() if LISTS[spans[0].unit] == "commodity_code"}
    for allowance in made.allowances:
        if f"{allowance.name}_goods" not in lists:
            raise SheetRefused(f"{made.code}: the allowance {allowance.name} has no list {allowance.name}_goods.")
    for rate in made.tax_rates:
        if isinstance(rate.goods, str) and rate.goods not in lists:
            raise SheetRefused(f"{made.code}: a tax rate of {rate.place} is for the list {rate.goods}, which is none.")


def period_starts(jurisdiction: Jurisdiction) -> list[date]:
    """First days of the spans between two changes of the sheet, ascending; ``law_period`` counts them from 0."""
    facts: Sequence[Dated] = (
        *jurisdiction.parameters, *jurisdiction.tax_rates, *jurisdiction.fees, *jurisdiction.requirements,
        *jurisdiction.allowances, *jurisdiction.leaves,
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
        (fact.name, period, fact.text, f"{fact.source} ({fact.evidence})")
        for period, start in enumerate(period_starts(jurisdiction))
        for fact in jurisdiction.parameters
        if in_force(fact, start)
    ]
    schema = {"rule_id": pl.String(), "law_period": pl.Int32(), "rule_text": pl.String(), "rule_source": pl.String()}
    return pl.DataFrame(rows, schema=schema, orient="row")


def flat_rules(jurisdiction: Jurisdiction) -> pl.DataFrame:
    """What a duty rule that names its own rate or money says, in each period.

    Columns: duty_rule_id, law_period, flat_num and flat_den of the value (``flat_of_intrinsic``: of the line's, else
    of the customs value), flat_unless_free (free goods pay nothing), flat_each_minor.
    """
    rows = [
        (fact.name, period, *_flat(fact))
        for period, start in enumerate(period_starts(jurisdiction))
        for fact in jurisdiction.parameters
        if in_force(fact, start) and (fact.unit in PERCENTS or fact.is_money)
    ]
    schema = {"duty_rule_id": pl.String(), "law_period": pl.Int32(), **FLAT_RULE}
    return pl.DataFrame(rows, schema=schema, orient="row")


FLAT_RULE: Final[dict[str, pl.DataType]] = {
    "flat_num": pl.Int64(),
    "flat_den": pl.Int64(),
    "flat_of_intrinsic": pl.Boolean(),
    "flat_unless_free": pl.Boolean(),
    "flat_each_minor": pl.Int64(),
}


def _flat(fact: Parameter) -> tuple[int | None, int | None, bool, bool, int | None]:
    if fact.unit in PERCENTS:
        rate = Rate.of_percent(str(fact.value))
        return (
            rate.numerator,
            rate.denominator,
            fact.unit == PERCENT_OF_INTRINSIC,
            fact.unit == PERCENT_UNLESS_FREE,
            None,
        )
    return None, None, False, False, int(str(fact.value))


def roundings(jurisdiction: Jurisdiction, *charges: str) -> Roundings:
    """How a charge is rounded in each period: the first of ``charges`` (words of ``ROUNDED``) the sheet tells of."""
    digits = CURRENCY_DIGITS[jurisdiction.currency]
    told = [fact for fact in jurisdiction.parameters if fact.unit == ROUNDING]
    spans = [[fact for fact in told if fact.name == f"{charge}_rounding"] for charge in charges]
    texts = [
        next((text for facts in spans if (text := _value_on(facts, start)) is not None), None)
        for start in period_starts(jurisdiction)
    ]
    return Roundings(tuple(AS_USUAL if text is None else read_rounding(str(text), digits) for text in texts))


def periods_of(jurisdiction: Jurisdiction, name: str) -> tuple[int, ...]:
    """The numbers of the periods in which a parameter is in force."""
    spans = [fact for fact in jurisdiction.parameters if fact.name == name]
    return tuple(
        period for period, start in enumerate(period_starts(jurisdiction)) if _value_on(spans, start) is not None
    )


def list_parameters(jurisdiction: Jurisdiction) -> dict[str, list[Parameter]]:
    """Spans of every parameter that is a list, by name; ``LISTS`` says against which item field a unit is held."""
    lists = {name: spans for name, spans in _by_name(jurisdiction.parameters).items() if _is_list(spans[0])}
    restricted = [listed_as(leave, RESTRICTED) for leave in jurisdiction.leaves]
    return lists | ({RESTRICTED: [*lists.get(RESTRICTED, ()), *restricted]} if restricted else {})


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
