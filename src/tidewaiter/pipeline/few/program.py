"""A program: steps over plain lists, each made once however often it is asked for, and only those that are needed."""

from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from operator import itemgetter
from typing import Any

import polars as pl

Values = list[Any]
"""A column: physical values (days, microseconds, texts, whole numbers), ``None`` for an empty one."""

Work = Callable[..., Any]

Step = tuple[int, Work, tuple[int, ...]]
"""Where it is put, what is done, and the places it takes."""


class Unsure(Exception):
    """These values, or this query, are for Polars to work out."""


@dataclass(frozen=True, slots=True)
class Slot:
    """A place of a program: a column with its type; ``is_one`` where it is one value for all rows."""

    at: int
    dtype: pl.DataType
    is_one: bool = False


@dataclass(frozen=True, slots=True)
class Frame:
    """Columns by name, all as long as the column at ``like`` is."""

    columns: Mapping[str, Slot]
    height: int


@dataclass
class Program:
    """Steps in the order in which they are worked out; ``places`` counts the lists that are kept meanwhile."""

    places: int = 0
    steps: list[Step] = field(default_factory=list)
    guards: list[int] = field(default_factory=list)
    known: dict[Any, Slot] = field(default_factory=dict)

    def place(self) -> int:
        """A new place, to be filled from outside."""
        self.places += 1
        return self.places - 1

    def step(
        self, key: Hashable, work: Work, takes: Sequence[int], dtype: pl.DataType, *, is_one: bool = False
    ) -> Slot:
        """What ``work`` makes of these places; ``key`` tells it from other work on the same places."""
        asked = (key, tuple(takes), str(dtype))
        if asked not in self.known:
            slot = Slot(self.place(), dtype, is_one)
            self.steps.append((slot.at, work, tuple(takes)))
            self.known[asked] = slot
        return self.known[asked]

    def cut_to(self, wanted: Iterable[int]) -> tuple[list[Step], set[int]]:
        """The steps that the wanted places rest on, and all places that are looked at."""
        used, kept = {*wanted, *self.guards}, []
        for at, work, takes in reversed(self.steps):
            if at in used:
                used |= set(takes)
                kept.append((at, work, takes))
        return kept[::-1], used

    def at_once(
        self, steps: Iterable[Step], is_asked: Callable[[Work], bool], together: Callable[[Sequence[Any]], Work]
    ) -> list[Step]:
        """The same steps, those that ask somebody put off until an answer is needed and then asked together."""
        made: list[Step] = []
        waiting: list[Step] = []
        for step in steps:
            if {at for at, _, _ in waiting} & set(step[2]):
                made += self._asked(waiting, together)
                waiting = []
            (waiting if is_asked(step[1]) else made).append(step)
        return made + self._asked(waiting, together)

    def _asked(self, waiting: Sequence[Step], together: Callable[[Sequence[Any]], Work]) -> list[Step]:
        if len(waiting) < 2:  # noqa: PLR2004 - one is asked by itself
            return list(waiting)
        place = self.place()
        whole = (place, together([work for _, work, _ in waiting]), tuple(takes[0] for _, _, takes in waiting))
        return [whole, *((at, itemgetter(number), (place,)) for number, (at, _, _) in enumerate(waiting))]
