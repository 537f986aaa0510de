"""Sampling: the first rows of a file in any carrier, under names that no sheet has to know."""

from dataclasses import dataclass

import polars as pl

from tidewaiter.kit.format import SenderSheet
from tidewaiter.model.errors import UnusableInput
from tidewaiter.runners.learning.lexicon import lexicon
from tidewaiter.runners.reading import Source, as_told

ROWS: int = 5_000
KEYS: tuple[str, ...] = (
    "items",
    "lines",
    "goods",
    "positions",
    "products",
    "contents",
    "pieces",
    "details",
)
"""What the list of goods lines of a nested message may be called."""


class AnySheet(SenderSheet):
    """A sheet that takes every column for one it knows, those of one list of goods lines included."""

    def fills(self, column: str) -> tuple[str, ...]:
        """Every column but those of another list; which field it is nobody asks."""
        key, dot, _ = column.partition(".")
        return () if dot and key != self.items and is_list_key(key) else (self.key,)


@dataclass(frozen=True)
class Sample:
    """Rows as text under the sender's names; ``items`` is the key of the list of goods lines, where there is one."""

    rows: pl.DataFrame
    carrier: str
    delimiter: str
    items: str


def sample_of(source: Source) -> Sample:
    """The first rows; ``UnusableInput`` where there are none that can be read."""
    with as_told(source, [_any(key) for key in (*KEYS, *_more_keys())]) as carrier:
        for unread in carrier.pieces():
            raw = unread()
            if raw.positions.len():
                rows = raw.plain([name for name in carrier.columns if name in raw.words or name in raw.frame.columns])
                key = carrier.sheet.items
                is_nested = any(name.startswith(f"{key}.") for name in rows.columns)
                return Sample(rows.head(ROWS), carrier.name, carrier.delimiter, key if is_nested else KEYS[0])
    raise UnusableInput(f"{source.name} has no row to learn from. Send one with some rows, of plain values.")


def _more_keys() -> list[str]:
    """Words for goods lines that a message may use as well, in other languages."""
    return sorted(word for word, meant in lexicon().words.items() if "item" in meant and word not in KEYS)


def _any(key: str) -> AnySheet:
    return AnySheet(f"any by {key}", "", {}, key, {}, {}, {}, {}, ".", "")


def is_list_key(key: str) -> bool:
    """True for what a list of goods lines may be called."""
    return key in KEYS or "item" in lexicon().words.get(key, ())
