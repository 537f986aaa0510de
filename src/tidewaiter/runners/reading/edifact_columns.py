"""EDIFACT columns: data elements of many segments of one kind, gathered at once into a column of text."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final

import numpy as np
import polars as pl
from numpy.typing import NDArray

from tidewaiter.kit.format import SenderSheet
from tidewaiter.model.columns import BY_DOOR, Kind
from tidewaiter.model.errors import UnusableInput
from tidewaiter.runners.reading.edifact_cuts import Cuts, component_of, kinds, tag_of
from tidewaiter.runners.reading.edifact_layouts import JOINED, SILENT, layout_of
from tidewaiter.runners.reading.text_views import WORD, Places
from tidewaiter.runners.reading.tidying import tidy

COLUMNS_MAX: Final = 1_000
TIMES_MAX: Final = 9
"""A segment that stands in a record more often keeps its further ones whole, as one text."""

NUMERIC: Final = frozenset({Kind.AMOUNT, Kind.MASS, Kind.NUMBER, Kind.COUNT})
MOMENTS: Final = {
    "102": (r"^(\d{4})(\d{2})(\d{2})$", "${1}-${2}-${3}"),
    "203": (r"^(\d{4})(\d{2})(\d{2})(\d{2})(\d{2})$", "${1}-${2}-${3}T${4}:${5}:00Z"),
    "204": (r"^(\d{4})(\d{2})(\d{2})(\d{2})(\d{2})(\d{2})$", "${1}-${2}-${3}T${4}:${5}:${6}Z"),
    "205": (r"^(\d{4})(\d{2})(\d{2})(\d{2})(\d{2})([+-]\d{2})(\d{2})$", "${1}-${2}-${3}T${4}:${5}:00${6}:${7}"),
    "304": (r"^(\d{4})(\d{2})(\d{2})(\d{2})(\d{2})(\d{2})(Z|UTC|GMT)$", "${1}-${2}-${3}T${4}:${5}:${6}Z"),
}
"""Days and moments by their format (2379): without a zone they are UTC, as our profiles say."""


@dataclass
class Gathered:
    """Columns of one level (of messages, or of their goods lines) as they are gathered; ``height`` rows."""

    cuts: Cuts
    sheet: SenderSheet
    height: int
    prefix: str
    columns: dict[str, pl.Series] = field(default_factory=dict)

    def take(self, segments: Places, rows: Places) -> None:
        """Everything some segments say, each of its row; ``rows`` ascends."""
        for tag, at in kinds(self.cuts.tags[segments]):
            name = tag_of(tag)
            for path, of_kind in self._told_apart(name, segments[at], layout_of(name).qualifiers):
                self._take_kind(name, path, segments[at][of_kind], rows[at][of_kind])

    def frame(self) -> pl.DataFrame:
        """All of them."""
        return pl.DataFrame(self.columns)

    def _told_apart(
        self, path: str, segments: Places, places: tuple[tuple[int, int], ...]
    ) -> Iterator[tuple[str, Places]]:
        """Segments by their qualifiers: the path so far, and which ones."""
        if not places:
            yield path, np.arange(len(segments))
            return
        tokens = self.cuts.token(segments, *places[0])
        for _, at in kinds(self._keys(tokens)):
            told = self.cuts.text(int(tokens[at[0]])).strip()
            for longer, further in self._told_apart(f"{path}+{told}" if told else path, segments[at], places[1:]):
                yield longer, at[further]

    def _keys(self, tokens: Places) -> Places | NDArray[np.uint64]:
        """Numbers that are the same where the tokens say the same; those of nothing are one."""
        there = np.maximum(tokens, 0)
        if (self.cuts.ends[there] - self.cuts.starts[there]).max(initial=0) <= WORD:
            return self.cuts.keys(tokens)
        return self.cuts.texts(tokens).fill_null("").rank("dense").cast(pl.Int64).to_numpy()

    def _take_kind(self, tag: str, path: str, segments: Places, rows: Places) -> None:
        """Segments of one kind; where one stands in a row again, the further ones are columns of their own."""
        if tag in JOINED or not len(rows) or (np.diff(rows) != 0).all():
            self._take_elements(tag, path, segments, rows)
            return
        at = np.arange(len(rows))
        opens = np.concatenate(([True], rows[1:] != rows[:-1]))
        times = at - np.maximum.accumulate(np.where(opens, at, 0))
        for time in range(min(int(times.max()) + 1, TIMES_MAX)):
            is_now = times == time
            self._take_elements(tag, path if not time else f"{path}#{time + 1}", segments[is_now], rows[is_now])
        if int(times.max()) >= TIMES_MAX:
            self._keep_whole(f"{path}#more", segments[times >= TIMES_MAX], rows[times >= TIMES_MAX])

    def _take_elements(self, tag: str, path: str, segments: Places, rows: Places) -> None:
        """A column for each data element that some of the segments have."""
        layout, parts = layout_of(tag), dict[str, list[pl.Series]]()
        for element, first, last in self.cuts.each_element(segments):
            for component in range(int((last - first).max(initial=-1)) + 1):
                name = f"{self.prefix}{path}/{layout.name(element, component)}"
                if (element, component) in layout.qualifiers or self._is_silent(name, layout.name(element, component)):
                    continue
                told = self._told(name, component_of(first, last, component))
                if told.null_count() < len(told):
                    parts.setdefault(name, []).append(told)
        if not parts and self._is_unsaid(tag, path):
            self._keep(self.prefix + path, self._in_rows(pl.Series([path] * len(segments), dtype=pl.String), rows))
        for name, texts in parts.items():
            whole = texts[0] if len(texts) == 1 else _joined(texts)
            self._keep(name, self._in_rows(whole, rows))

    def _is_unsaid(self, tag: str, path: str) -> bool:
        """True where segments say something by being there, and no column of the sheet comes of them."""
        named = (name for name in self.sheet.columns if name.startswith(f"{self.prefix}{path}"))
        return tag != self.sheet.items and not any(named)

    def _is_silent(self, name: str, number: str) -> bool:
        return number in SILENT and name not in self.sheet.columns

    def _told(self, name: str, tokens: Places) -> pl.Series:
        """A data element as text, tidied, numbers with a point, moments as ISO 8601 has them."""
        told = self.cuts.texts(tokens).alias("told")
        if self.cuts.has_edges(tokens):
            told = tidy(told.to_frame(), ["told"]).to_series()
        if self.cuts.has_comma and any(BY_DOOR[to].kind in NUMERIC for to in self.sheet.fills(name) if to in BY_DOOR):
            told = told.str.replace(",", ".", literal=True)
        shape = MOMENTS.get(name.removesuffix("/2380").rpartition("+")[2]) if name.endswith("/2380") else None
        return told.str.replace(*shape) if shape else told

    def _in_rows(self, told: pl.Series, rows: Places) -> pl.Series:
        """A column of all rows: what several segments of one say is one text."""
        if len(rows) == self.height and (np.diff(rows) > 0).all():
            return told
        if len(rows) > 1 and not (np.diff(rows) > 0).all():
            grouped = pl.DataFrame({"row": rows, "told": told}).group_by("row", maintain_order=True)
            joined = grouped.agg(pl.col("told").str.join(" "))
            rows, told = joined["row"].to_numpy(), joined["told"].replace("", None)
        at = np.full(self.height, -1, dtype=np.int64)
        at[rows] = np.arange(len(rows))
        places = pl.Series(at)
        return told.gather(places.set(places < 0, None))

    def _keep_whole(self, name: str, segments: Places, rows: Places) -> None:
        """Segments as they stand."""
        firsts = self.cuts.elements[self.cuts.heads[segments]]
        lasts = self.cuts.elements[self.cuts.heads[segments + 1] - 1]
        texts = [
            self.cuts.block[self.cuts.starts[first] : self.cuts.ends[last]].decode("utf-8", "replace")
            for first, last in zip(firsts, lasts, strict=True)
        ]
        self._keep(self.prefix + name, self._in_rows(pl.Series(texts, dtype=pl.String), rows))

    def _keep(self, name: str, told: pl.Series) -> None:
        if len(self.columns) >= COLUMNS_MAX:
            raise UnusableInput(
                f"The messages have more than {COLUMNS_MAX:,} kinds of data elements. Nothing was taken; "
                "check the separators and the segments' qualifiers."
            )
        if name in self.columns:
            told = pl.select(pl.coalesce(self.columns[name], told)).to_series()
        self.columns[name] = told.alias(name)


def _joined(texts: list[pl.Series]) -> pl.Series:
    """Components of one text, those that say nothing left out."""
    return pl.select(pl.concat_str(texts, separator=" ", ignore_nulls=True).replace("", None)).to_series()


def names_of(columns: Mapping[str, pl.Series]) -> list[str]:
    """Names of columns in which something stands."""
    return [name for name, told in columns.items() if told.null_count() < len(told)]
