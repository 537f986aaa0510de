"""Carriers: what reading a CSV, NDJSON, Parquet or XML file looks like from outside."""

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

import polars as pl

from tidewaiter.kit.format import SenderSheet
from tidewaiter.model.worded import Worded


@dataclass(frozen=True)
class Raw:
    """Rows as text under the sender's names, the position of each one's record, and the rejects between them.

    ``numeric`` columns were numbers already: their decimal point is a point whatever the sender writes in text. Columns
    of few ``words`` are not in the frame.
    """

    frame: pl.DataFrame
    positions: pl.Series
    rejects: pl.DataFrame
    numeric: frozenset[str] = frozenset()
    words: Mapping[str, Worded] = field(default_factory=dict)

    def plain(self, columns: Sequence[str]) -> pl.DataFrame:
        """These columns as texts, in their order."""
        return pl.DataFrame(
            [self.words[name].told(name) if name in self.words else self.frame[name] for name in columns]
        )


Unread = Callable[[], Raw]
"""A batch that was cut off and not looked at yet: whoever calls it, in whatever thread, gets its rows and rejects."""


class Carrier(ABC):
    """One file being read. ``records`` counts the data records so far, those rejected included."""

    name: str
    sheet: SenderSheet
    columns: list[str]
    delimiter: str = ""
    records: int = 0
    is_flat: bool = True
    """True where each record is one row; else several rows share the position of their record."""

    @property
    @abstractmethod
    def encoding(self) -> str:
        """As far as it is known by now."""

    @property
    def notes(self) -> tuple[str, ...]:
        """Sentences on how the file was read that its sender should know; complete when it was read to its end."""
        return ()

    @abstractmethod
    def pieces(self) -> Iterator[Unread]:
        """Batches in the order of the file, yet to be read; ``UnusableInput`` as soon as the file proves unusable."""

    @property
    def unknown_columns(self) -> tuple[str, ...]:
        """Columns the sheet says nothing about: kept beside the row and reported."""
        return tuple(column for column in self.columns if not self.sheet.fills(column))
