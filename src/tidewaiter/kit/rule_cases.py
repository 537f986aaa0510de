"""Worked cases of a risk rule: facts of a filing or an item, and whether the rule must be hit by them.

``cases.toml`` names its rule and holds groups of cases. A case starts from ``[facts]``, then takes the group's
``given``, then its own; what it does not name, or names under ``without``, is empty::

    rule = "SPL-01"

    [facts]
    low_value_limit_minor = 15_000

    [[group]]
    title = "One order in two parcels"
    kind = "hit"
    given = { count_order_key_30d = 1 }
    cases = [{ intrinsic_value_minor = 9_000, sum_minor_order_key_30d = 9_000 }]

Kinds: ``hit``, ``near miss`` (one step short of it), ``honest`` (what good people do), ``untold`` (a fact is missing).
Only hits may be hit.
"""

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import polars as pl

from tidewaiter.kit.risk_rule import RiskRule
from tidewaiter.model.columns import FILING_SCHEMA, ITEM_SCHEMA, Schema
from tidewaiter.model.errors import SheetRefused

KINDS: Final = ("hit", "near miss", "honest", "untold")
FIELDS_OF: Final[Mapping[str, Schema]] = {"filing": FILING_SCHEMA, "item": ITEM_SCHEMA}
TYPES: Final[dict[type, pl.DataType]] = {bool: pl.Boolean(), int: pl.Int64(), str: pl.String()}


@dataclass(frozen=True)
class RuleCase:
    """One row the rule looks at."""

    title: str
    kind: str
    facts: Mapping[str, Any]

    @property
    def is_hit(self) -> bool:
        """Whether the rule must be hit."""
        return self.kind == "hit"


def read_rule_cases(text: str, rule: RiskRule) -> tuple[RuleCase, ...]:
    """Read ``cases.toml``; ``SheetRefused`` for another rule's cases, an unknown kind, a fact the rule cannot see."""
    raw = tomllib.loads(text)
    code = rule.finding.code
    if raw.get("rule") != code:
        raise SheetRefused(f"{code}: its cases say they prove {raw.get('rule')}.")
    base = raw.get("facts", {})
    cases = tuple(
        _case(group, {**base, **group.get("given", {}), **case})
        for group in raw.get("group", ())
        for case in group["cases"]
    )
    unknown = sorted({case.kind for case in cases} - set(KINDS))
    strangers = sorted({name for case in cases for name in case.facts} - rule.columns)
    if unknown or strangers:
        raise SheetRefused(f"{code}: cases of kind or with facts nobody knows: {', '.join([*unknown, *strangers])}.")
    return cases


def _case(group: Mapping[str, Any], told: Mapping[str, Any]) -> RuleCase:
    without = {"without", *told.get("without", ())}
    return RuleCase(group["title"], group["kind"], {name: value for name, value in told.items() if name not in without})


def failures(rule: RiskRule, cases: Sequence[RuleCase]) -> list[str]:
    """A sentence per case that comes out otherwise than it should; empty: all hold."""
    found = _facts_of(rule, cases).select(rule.flag).to_series()
    return [
        f"{case.title}, {dict(case.facts)}: is {'hit' if is_hit else 'not hit'}, being {case.kind}"
        for case, is_hit in zip(cases, found, strict=True)
        if is_hit != case.is_hit
    ]


def unproven(rule: RiskRule, cases: Sequence[RuleCase]) -> list[str]:
    """Thresholds that may be one more or one less without any case noticing; empty: each is proven at its edge."""
    bent = {
        f"{name} {step:+d}": {**rule.thresholds, name: value + step}
        for name, value in rule.thresholds.items()
        for step in (1, -1)
    }
    made = _facts_of(rule, cases).select(
        rule.hit(thresholds).fill_null(value=False).alias(name) for name, thresholds in bent.items()
    )
    expected = pl.Series([case.is_hit for case in cases], dtype=pl.Boolean)
    return [name for name in bent if (made[name] == expected).all()]


def _facts_of(rule: RiskRule, cases: Sequence[RuleCase]) -> pl.DataFrame:
    """One row a case, with every column the rule looks at."""
    known = FIELDS_OF[rule.finding.level]
    columns = {}
    for name in sorted(rule.columns):
        values = [case.facts.get(name) for case in cases]
        told = next((type(value) for value in values if value is not None), int)
        columns[name] = pl.Series(values, dtype=known.get(name, TYPES[told]))
    return pl.DataFrame(columns)
