"""The tariff as a run asks it: each key once, answers by number, what is stacked on them beside."""

from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field
from datetime import date
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

    ``by``: which of ``KEYS`` the answers turn on; ``changes``: the first days of the spans in which they stay the same,
    ascending (none: every day may have its own). Who looks up from several threads lends a ``lock``.
    """

    ask: LookUp
    by: tuple[str, ...] = tuple(KEYS)
    changes: tuple[date, ...] = ()
    known: Known | None = None
    lock: AbstractContextManager[object] = field(default_factory=nullcontext)

    def look_up(self, items: pl.DataFrame) -> pl.DataFrame:
        """One row an item: its ``tariff_row``, empty where it names no code."""
        asked = items.select(list(self.by)).with_columns(self._day())
        silent = [name for name in self.by if asked[name].null_count() == asked.height]
        told = [name for name in self.by if name not in silent]
        if "commodity_code" not in told:
            return pl.DataFrame({"tariff_row": pl.Series([None], dtype=pl.UInt32).new_from_index(0, items.height)})
        keys = asked.lazy().filter(pl.col("commodity_code").is_not_null()).unique().collect()
        with self.lock:
            answers = self._knowing(keys).answers
        is_silent = pl.all_horizontal(pl.lit(value=True), *(pl.col(name).is_null() for name in silent))
        known = answers.lazy().filter(is_silent).select(*told, "tariff_row")
        return (
            asked.lazy()
            .select(told)
            .join(known, on=told, how="left", nulls_equal=True, maintain_order="left")
            .select("tariff_row")
            .collect()
        )

    def _day(self) -> pl.Expr:
        """The first day of the span that a day lies in; days before the first span stand for themselves."""
        day = pl.col("duty_day")
        if not self.changes:
            return day
        starts = pl.Series(self.changes, dtype=pl.Date)
        at = pl.lit(starts).search_sorted(day, side="right").cast(pl.Int64) - 1
        return (
            pl.when(day.is_null() | (at < 0)).then(day).otherwise(pl.lit(starts).gather(at.clip(0))).alias("duty_day")
        )

    def answers_of(self, items: pl.DataFrame) -> pl.DataFrame:
        """The answers that the items were given (``tariff_row``)."""
        rows = items["tariff_row"].unique().drop_nulls().sort()
        return self._known().answers[rows]

    def additions_of(self, items: pl.DataFrame) -> pl.DataFrame:
        """What is stacked on the answers that the items were given."""
        stacked = self._known().additions
        given = items.select("tariff_row").unique()
        return stacked if stacked.is_empty() else stacked.join(given, on="tariff_row", how="semi")

    def _known(self) -> Known:
        """All answers so far; at least none."""
        with self.lock:
            return self._knowing(pl.DataFrame(schema={name: KEYS[name] for name in self.by}))

    def _knowing(self, keys: pl.DataFrame) -> Known:
        """All answers so far, those for ``keys`` among them."""
        known, by = self.known, list(self.by)
        new = keys if known is None else keys.join(known.answers, on=by, how="anti", nulls_equal=True)
        if known is not None and new.is_empty():
            return known
        answers, additions = self.ask(new.sort(by))
        if known is not None:
            offset = pl.col("tariff_row") + known.answers.height
            answers = pl.concat([known.answers, answers.with_columns(offset)])
            additions = pl.concat([known.additions, additions.with_columns(offset)])
        self.known = Known(answers, additions)
        return self.known
