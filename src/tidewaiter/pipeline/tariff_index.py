"""The tariff as a run asks it: each key once, answers by number, what is stacked on them beside."""

from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field
from typing import Final

import polars as pl

from tidewaiter.model.columns import Schema

KEYS: Final[Schema] = {
    "commodity_code": pl.String(),
    "origin": pl.String(),
    "duty_day": pl.Date(),
    "preference": pl.String(),
    "additional_codes": pl.String(),
}
"""What a tariff is asked by."""

LookUp = Callable[[pl.DataFrame], tuple[pl.DataFrame, pl.DataFrame]]
"""Distinct keys in; the same rows with the tariff's columns out, ``tariff_row`` counting them from 0, and the charges
stacked on them by ``tariff_row``."""


@dataclass(frozen=True)
class Known:
    """Answers so far, row ``tariff_row`` each, and what is stacked on them."""

    answers: pl.DataFrame
    additions: pl.DataFrame


@dataclass
class TariffIndex:
    """Answers of the tariff, each asked once in a run; ``tariff_row`` finds an answer's texts again.

    Who looks up from several threads lends a ``lock``.
    """

    ask: LookUp
    known: Known | None = None
    lock: AbstractContextManager[object] = field(default_factory=nullcontext)

    def look_up(self, items: pl.DataFrame) -> pl.DataFrame:
        """The keys of the items that name a code, each with its ``tariff_row``."""
        keys = items.lazy().select(list(KEYS)).filter(pl.col("commodity_code").is_not_null()).unique().collect()
        with self.lock:
            known = self._knowing(keys)
        return known.answers.select(*KEYS, "tariff_row").join(keys, on=list(KEYS), how="semi", nulls_equal=True)

    def answers_of(self, items: pl.DataFrame) -> pl.DataFrame:
        """The answers that the items were given (``tariff_row``)."""
        rows = items["tariff_row"].unique().drop_nulls().sort()
        return self._known().answers[rows]

    def additions_of(self, items: pl.DataFrame) -> pl.DataFrame:
        """What is stacked on the answers that the items were given."""
        stacked = self._known().additions
        return (
            stacked
            if stacked.is_empty()
            else stacked.join(items.select("tariff_row").unique(), on="tariff_row", how="semi")
        )

    def _known(self) -> Known:
        """All answers so far; at least none."""
        with self.lock:
            return self._knowing(pl.DataFrame(schema=KEYS))

    def _knowing(self, keys: pl.DataFrame) -> Known:
        """All answers so far, those for ``keys`` among them."""
        known = self.known
        new = keys if known is None else keys.join(known.answers, on=list(KEYS), how="anti", nulls_equal=True)
        if known is not None and new.is_empty():
            return known
        answers, additions = self.ask(new.sort(list(KEYS)))
        if known is not None:
            offset = pl.col("tariff_row") + known.answers.height
            answers = pl.concat([known.answers, answers.with_columns(offset)])
            additions = pl.concat([known.additions, additions.with_columns(offset)])
        self.known = Known(answers, additions)
        return self.known
