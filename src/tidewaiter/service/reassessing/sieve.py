"""Which filings later arrivals may have changed: told by the facts of windows alone, before anything is decided again.

Of a rule that looks at nothing but windows and the narrow row, what it says later is worked out. Of any other rule only
what it asks of windows is: where that is the same as when the filing was decided, so is its answer.
"""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final
from uuid import UUID

import numpy as np
import polars as pl

from tidewaiter.exchange.inbox import NARROW
from tidewaiter.kit.risk_rule import RiskRule, Window
from tidewaiter.service.reassessing.seen import Facts

KNOWN: Final = frozenset((*NARROW, "day"))
INNER: Final = ("left", "right", "expr", "predicate", "truthy", "falsy")
REMEMBERED: Final = 200_000
"""Filings of which it is remembered how they stood when they were looked at last."""


@dataclass(frozen=True)
class Asks:
    """A rule that looks at windows: what it asks of them, and whether that is all it looks at."""

    code: str
    windows: Sequence[Window]
    exprs: Sequence[pl.Expr]
    is_all: bool


@dataclass
class Sieve:
    """What rules ask of windows, and what those answered of filings that were looked at already."""

    rules: Sequence[RiskRule]
    seen: dict[tuple[UUID, str], tuple[Any, ...]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Take the rules apart once."""
        self.asks = [_asks(rule) for rule in self.rules if rule.windows]

    def windows(self, key: str) -> Sequence[Window]:
        """The windows of all rules that look at a key."""
        return list(dict.fromkeys(window for asks in self._of(key) for window in asks.windows))

    def _of(self, key: str) -> Sequence[Asks]:
        return [asks for asks in self.asks if any(window.key == key for window in asks.windows)]

    def kept(
        self, key: str, rows: pl.DataFrame, facts: Facts, messages: Sequence[UUID],
        codes: Mapping[UUID, frozenset[str]], is_now: Sequence[bool],
    ) -> Iterator[int]:  # fmt: skip
        """Positions of filings that have to be decided again, since something came under a key of this name.

        ``rows``: their narrow rows; ``codes``: what was found of each so far, of one that stands no more nothing;
        ``is_now``: no time has passed since it was decided, so what no longer holds is taken back.
        """
        wanted = np.zeros(rows.height, dtype=bool)
        for asks in self._of(key):
            later = _answers(asks, rows, facts.later)
            then = [_answers(asks, rows, one) for one in facts.then]
            for at, message in enumerate(messages):
                has = codes.get(message)
                if has is None:
                    continue
                is_found = asks.code in has
                if is_found and not is_now[at]:
                    continue
                if asks.is_all:
                    wanted[at] |= bool(later[at][0]) != is_found
                elif any(one[at] != later[at] for one in then) and self.seen.get((message, asks.code)) != later[at]:
                    self._remember((message, asks.code), later[at])
                    wanted[at] = True
        yield from np.flatnonzero(wanted).tolist()

    def _remember(self, name: tuple[UUID, str], answers: tuple[Any, ...]) -> None:
        self.seen.pop(name, None)
        self.seen[name] = answers
        while len(self.seen) > REMEMBERED:
            del self.seen[next(iter(self.seen))]


def _answers(asks: Asks, rows: pl.DataFrame, facts: pl.DataFrame) -> list[tuple[Any, ...]]:
    return rows.hstack(facts).select(expr.alias(str(at)) for at, expr in enumerate(asks.exprs)).rows()


def _asks(rule: RiskRule) -> Asks:
    facts = frozenset(window.fact for window in rule.windows)
    if set(rule.flag.meta.root_names()) <= KNOWN | facts:
        return Asks(rule.finding.code, rule.windows, [rule.flag], is_all=True)
    node = json.loads(rule.flag.meta.serialize(format="json"))
    return Asks(rule.finding.code, rule.windows, list(_parts(node, facts)), is_all=False)


def _parts(node: Any, facts: frozenset[str]) -> Iterator[pl.Expr]:  # noqa: ANN401 - a part of an expression as Polars writes it
    """The largest parts of an expression that look at windows and nothing but them and the narrow row."""
    said = pl.Expr.deserialize(json.dumps(node).encode(), format="json")
    roots = set(said.meta.root_names())
    if not roots & facts:
        return
    inner = list(_inner(node))
    if roots <= facts | KNOWN:
        yield said
    elif inner:
        for one in inner:
            yield from _parts(one, facts)
    else:
        yield from (pl.col(name) for name in sorted(roots & facts))


def _inner(node: Any) -> Iterable[Any]:  # noqa: ANN401 - the same
    """The expressions that an expression is made of, where it is known how it is written."""
    kind, inner = next(iter(node.items()))
    if kind in {"Alias", "KeepName"}:
        return [inner[0] if isinstance(inner, list) else inner]
    if kind == "Function":
        return inner["input"]
    if kind in {"BinaryExpr", "Ternary", "Cast"}:
        return [inner[name] for name in INNER if name in inner]
    return ()
