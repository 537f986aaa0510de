"""A check: one kind of finding and the boolean over a table that hits it."""

from collections.abc import Iterable
from dataclasses import dataclass

import polars as pl

from tidewaiter.model.columns import Schema
from tidewaiter.model.findings import FindingKind


@dataclass(frozen=True, eq=False)
class Check:
    """``is_hit`` may be null where a check cannot tell; only a plain yes becomes a finding."""

    kind: FindingKind
    is_hit: pl.Expr


def flags(checks: Iterable[Check]) -> list[pl.Expr]:
    """One boolean column a check, never null."""
    return [check.is_hit.fill_null(value=False).alias(check.kind.flag) for check in checks]


def kinds_of(checks: Iterable[Check]) -> tuple[FindingKind, ...]:
    """The kinds of some checks, in their order."""
    return tuple(check.kind for check in checks)


def flag_schema(kinds: Iterable[FindingKind]) -> Schema:
    """Columns that carry these kinds."""
    return {kind.flag: pl.Boolean() for kind in kinds}


def either(*texts: str) -> str:
    """A pattern that takes any of these texts as they stand; a blank in them takes anything that is no letter."""
    longest_first = sorted(texts, key=lambda text: (-len(text), text))
    return "(?:" + "|".join(text.replace(" ", r"\P{L}+") for text in longest_first) + ")"
