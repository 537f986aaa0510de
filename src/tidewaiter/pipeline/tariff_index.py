"""The tariff as a run asks it: each key once, answers by number, what is stacked on them beside."""

from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field
from datetime import date
from typing import Final, cast

import polars as pl

from tidewaiter.kit.key_numbers import key_numbers
from tidewaiter.model.columns import Schema

KEYS: Final[Schema] = {
    "commodity_code": pl.String(),
    "origin": pl.String(),
    "duty_day": pl.Date(),
    "preference": pl.String(),
    "additional_codes": pl.String(),
    "is_proven": pl.Boolean(),
}
"""What a tariff is asked by. ``is_proven`` is told of lines that claim a preference: do they name a proof of origin."""

PROVEN, PROOF = "is_proven", "origin_proof"
TAKES: Final[Schema] = {name: dtype for name, dtype in KEYS.items() if name != PROVEN} | {PROOF: pl.String()}
"""Columns of an item that keys are made of."""

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
        told = items.with_columns(_is_proven()) if PROVEN in self.by else items
        asked = told.select(list(self.by)).with_columns(self.days(items["duty_day"]))
        number, first = key_numbers(asked)
        with self.lock:
            rows = self._rows_of(asked[first])
        return pl.DataFrame({"tariff_row": rows.gather(number)})

    def _rows_of(self, keys: pl.DataFrame) -> pl.Series:
        """The ``tariff_row`` of each of these keys, empty where one names no code; what is not known yet is asked."""
        rows = self._found(keys)
        new = keys.filter(rows.is_null() & keys["commodity_code"].is_not_null())
        if new.is_empty():
            return rows
        self._learn(new)
        return self._found(keys)

    def _found(self, keys: pl.DataFrame) -> pl.Series:
        """The ``tariff_row`` of those keys whose answer is known."""
        silent = [name for name in self.by if keys[name].null_count() == keys.height]
        if self.known is None or "commodity_code" in silent:
            return pl.Series("tariff_row", [None], dtype=pl.UInt32).new_from_index(0, keys.height)
        told = [name for name in self.by if name not in silent]
        is_silent = pl.all_horizontal(pl.lit(value=True), *(pl.col(name).is_null() for name in silent))
        known = self.known.answers.lazy().filter(is_silent).select(*told, "tariff_row")
        beside = keys.lazy().join(known, on=told, how="left", nulls_equal=True, maintain_order="left")
        return beside.select("tariff_row").collect(engine="in-memory").to_series()

    def days(self, days: pl.Series) -> pl.Series:
        """The first day of the span that each day lies in, worked out once for every day between first and last."""
        told = days.to_physical()
        first, last = (cast("int | None", end) for end in (told.min(), told.max()))
        if not self.changes or first is None or last is None or last - first > len(days):
            return days.to_frame("duty_day").select(self._day()).to_series()
        every = pl.Series("duty_day", range(first, last + 1), dtype=pl.Int32).cast(pl.Date)
        return every.to_frame().select(self._day()).to_series().gather(told - first)

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

    def answers_of(self, items: pl.DataFrame) -> pl.LazyFrame:
        """The answers that the items were given (``tariff_row``), in the order of their numbers."""
        answers = self._known().answers
        return answers.lazy().filter(_is_given(answers.height, items))

    def additions_of(self, items: pl.DataFrame) -> pl.DataFrame:
        """What is stacked on the answers that the items were given."""
        known = self._known()
        is_given = _is_given(known.answers.height, items)
        return known.additions.filter(is_given.gather(known.additions["tariff_row"]))

    def _known(self) -> Known:
        """All answers so far; at least none."""
        with self.lock:
            if self.known is None:
                self._learn(pl.DataFrame(schema={name: KEYS[name] for name in self.by}))
            return cast("Known", self.known)

    def _learn(self, new: pl.DataFrame) -> None:
        """Ask for the answers of keys that are not known yet."""
        answers, additions = self.ask(new.sort(list(self.by)))
        if self.known is not None:
            offset = pl.col("tariff_row") + self.known.answers.height
            answers = pl.concat([self.known.answers, answers.with_columns(offset)])
            additions = pl.concat([self.known.additions, additions.with_columns(offset)])
        self.known = Known(answers, additions)


def _is_proven() -> pl.Expr:
    return pl.when(pl.col("preference").is_not_null()).then(pl.col(PROOF).is_not_null()).alias(PROVEN)


def _is_given(many: int, items: pl.DataFrame) -> pl.Series:
    """For each of so many answers: was any item given it."""
    nothing = pl.repeat(value=False, n=many, dtype=pl.Boolean, eager=True)
    return nothing.scatter(items["tariff_row"].drop_nulls(), values=True)
