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
Only hits may be hit. A rule with a mark has cases of its mark as well: ``marked`` and ``unmarked``.
"""

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import polars as pl

from tidewaiter.kit.mark import MARKS_FROM
from tidewaiter.kit.risk_rule import RiskRule, Thresholds
from tidewaiter.model.columns import FILING_SCHEMA, ITEM_SCHEMA, Schema
from tidewaiter.model.errors import SheetRefused

KINDS: Final = ("hit", "near miss", "honest", "untold")
MARK_KINDS: Final = ("marked", "unmarked")
FIELDS_OF: Final[Mapping[str, Schema]] = {"filing": FILING_SCHEMA, "item": ITEM_SCHEMA}
ASKS_MARK: Final = "asks_mark"
TYPES: Final[dict[type, pl.DataType]] = {bool: pl.Boolean(), int: pl.Int64(), str: pl.String()}


@dataclass(frozen=True)
class RuleCase:
    """One row the rule looks at."""

    title: str
    kind: str
    facts: Mapping[str, Any]

    @property
    def is_hit(self) -> bool:
        """Whether the rule must be hit, or must mark the item."""
        return self.kind in {"hit", "marked"}

    @property
    def words(self) -> tuple[str, str]:
        """How it may come out: as it should not be, as it should."""
        return ("not marked", "marked") if self.kind in MARK_KINDS else ("not hit", "hit")


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
    kinds = KINDS if rule.mark is None else (*KINDS, *MARK_KINDS)
    unknown = sorted({case.kind for case in cases} - set(kinds))
    strangers = sorted({name for case in cases for name in case.facts} - rule.columns - set(rule.marks_from))
    if unknown or strangers:
        raise SheetRefused(f"{code}: cases of kind or with facts nobody knows: {', '.join([*unknown, *strangers])}.")
    return cases


def _case(group: Mapping[str, Any], told: Mapping[str, Any]) -> RuleCase:
    without = {"without", *told.get("without", ())}
    return RuleCase(group["title"], group["kind"], {name: value for name, value in told.items() if name not in without})


def failures(rule: RiskRule, cases: Sequence[RuleCase]) -> list[str]:
    """A sentence per case that comes out otherwise than it should; empty: all hold."""
    found = _facts_of(rule, cases).select(_answer(rule, rule.thresholds)).to_series()
    return [
        f"{case.title}, {dict(case.facts)}: is {case.words[is_hit]}, being {case.kind}"
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
    made = _facts_of(rule, cases).select(_answer(rule, thresholds).alias(name) for name, thresholds in bent.items())
    expected = pl.Series([case.is_hit for case in cases], dtype=pl.Boolean)
    return [name for name in bent if (made[name] == expected).all()]


def _answer(rule: RiskRule, thresholds: Thresholds) -> pl.Expr:
    """Whether a case is hit, or marked where that is what it asks."""
    hit = rule.hit(thresholds)
    answer = hit if rule.mark is None else pl.when(ASKS_MARK).then(rule.mark(thresholds)).otherwise(hit)
    return answer.fill_null(value=False)


def _facts_of(rule: RiskRule, cases: Sequence[RuleCase]) -> pl.DataFrame:
    """One row a case, with every column the rule looks at, and which of its two questions the case asks."""
    known = {**MARKS_FROM, **FIELDS_OF[rule.finding.level]}
    columns = {ASKS_MARK: pl.Series([case.kind in MARK_KINDS for case in cases], dtype=pl.Boolean)}
    for name in sorted({*rule.columns, *rule.marks_from}):
        values = [case.facts.get(name) for case in cases]
        told = next((type(value) for value in values if value is not None), int)
        columns[name] = pl.Series(values, dtype=known.get(name, TYPES[told]))
    return pl.DataFrame(columns)
