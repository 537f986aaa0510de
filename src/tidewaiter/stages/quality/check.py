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


def listed(words: str) -> tuple[str, ...]:
    """Words of a text that parts them by bars, wherever its lines end."""
    return tuple(dict.fromkeys(word.strip() for word in words.replace("\n", "").split("|")))


def only(*words: str, after: Iterable[str] = (), gap: str = r"\P{L}") -> str:
    """A pattern for texts that hold these words and no others, in any case.

    One word of ``after`` may stand before them; ``gap`` is what may stand between words, by default what is no letter;
    within a phrase it is a blank or one of a few marks, since a wide class in every phrase makes the pattern too dear.
    """
    longest_first = sorted(words, key=lambda word: (-len(word), word))
    either = "|".join(word.replace(" ", "[ /._-]+") for word in longest_first)
    before = f"(?:(?:{'|'.join(after)}){gap}+)?" if after else ""
    return f"(?i)^{gap}*{before}(?:(?:{either})(?:{gap}+|$))+$"
