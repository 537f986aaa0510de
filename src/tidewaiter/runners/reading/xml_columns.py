"""XML columns: what stands at a sheet's places, one value a row, taken from the elements of a block at once."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property, reduce
from operator import or_
from typing import Final

import numpy as np
import polars as pl
import pyarrow as pa
from numpy.typing import NDArray

from tidewaiter.runners.reading.xml_nodes import Nodes
from tidewaiter.runners.reading.xml_places import Condition, Place, places_of
from tidewaiter.runners.reading.xml_tags import Places

JOINED: Final = ";"
"""Stands between values of which a filing or line gives several."""

FEW: Final = 8
"""Up to so many values are joined side by side."""


@dataclass(frozen=True)
class Columns:
    """The rows of a block: of each the filing's element, and the goods line's; -1 where a filing has none."""

    nodes: Nodes
    record: str
    items: str
    row_record: Places
    row_item: Places
    _held_to: dict[tuple[str, Condition], NDArray[np.bool_]] = field(default_factory=dict, repr=False)

    def has(self, text: str, *, is_on_line: bool) -> bool:
        """True where the block has any element that a column could be taken from."""
        base = f"{self.record}/{self.items}" if is_on_line else self.record
        first = places_of(text)[0]
        paths = ("/".join(filter(None, (base, path))) for path in first.paths)
        return any(len(self.nodes.of(self.nodes.paths.find(path))) for path in paths)

    def of_filing(self, text: str) -> pl.Series:
        """One column, the same on every line of a filing."""
        return self._column(text, self.record, self.nodes.records, self._record_of_row)

    def of_line(self, text: str) -> pl.Series:
        """One column, each line's own."""
        return self._column(text, f"{self.record}/{self.items}", self._lines, self._line_of_row)

    @cached_property
    def _lines(self) -> Places:
        return self.nodes.of(self.nodes.paths.find(f"{self.record}/{self.items}"))

    @cached_property
    def _record_of_row(self) -> Places:
        return np.searchsorted(self.nodes.records, self.row_record)

    @cached_property
    def _line_of_row(self) -> Places:
        return np.where(self.row_item >= 0, np.searchsorted(self._lines, self.row_item), -1)

    def _column(self, text: str, base: str, owners: Places, of_row: Places) -> pl.Series:
        places = places_of(text)
        if len(places) == 1 and not places[0].parts:
            at = self._held(places[0], base)
            owner = np.searchsorted(owners, at, side="right") - 1
            if (owner[1:] > owner[:-1]).all():
                return self._one_each(places[0], at, owner, len(owners), of_row).alias(text)
        told = [self._values(place, base, owners) for place in places]
        values = told[0] if len(told) == 1 else _together(told)
        return _taken(values, of_row).alias(text)

    def _one_each(self, place: Place, at: Places, owner: Places, owners: int, of_row: Places) -> pl.Series:
        """The quick way, where no owner says it more than once: each row takes its text from where it stands."""
        if not len(at):
            return _nothing(len(of_row))
        of_owner = np.full(owners + 1, -1, dtype=np.int64)
        of_owner[owner] = at
        rows = of_owner[of_row]
        told = self.nodes.attribute(place.attribute, rows) if place.attribute else self.nodes.text(rows)
        return told if not place.attribute and self._is_tidy(at) else _tidied(told)

    def _values(self, place: Place, base: str, owners: Places) -> pl.Series:
        """A value for each owner, null where it says nothing."""
        at = self._held(place, base)
        if not len(at):
            return _nothing(len(owners))
        owner = np.searchsorted(owners, at, side="right") - 1
        if place.parts:
            return _spread(*_several(owner, self._put(place, base, at)), owners)
        texts = self.nodes.attribute(place.attribute, at) if place.attribute else self.nodes.text(at)
        return _spread(*_several(owner, _tidied(texts)), owners)

    def _is_tidy(self, at: Places) -> bool:
        """True where no text can have white space at its edges, or be of nothing."""
        return bool(self.nodes.is_tidy[at].all())

    def _tidied_text(self, at: Places) -> pl.Series:
        told = self.nodes.text(at)
        return told if self._is_tidy(at) else _tidied(told)

    def _put(self, place: Place, base: str, at: Places) -> pl.Series:
        """The texts of several elements within one, put together."""
        told: list[pl.Series] = []
        for before, name in place.parts:
            found = self.nodes.of(self.nodes.paths.find("/".join((base, *place.names, name))))
            parent = np.searchsorted(at, self.nodes.parent[found])
            is_ours = (parent < len(at)) & (at[np.minimum(parent, len(at) - 1)] == self.nodes.parent[found])
            one = _spread(*_several(parent[is_ours], self._tidied_text(found[is_ours])), at)
            told.append(before + one if before else one)
        whole = pl.select(pl.concat_str([pl.lit(one) for one in told], ignore_nulls=True)).to_series()
        is_told = ~pl.select(pl.all_horizontal(pl.lit(one).is_null() for one in told)).to_series()
        return (whole + place.end if place.end else whole).set(~is_told, None)

    def _held(self, place: Place, base: str) -> Places:
        """Elements at a path that hold to all conditions on the way."""
        at = self.nodes.of(self.nodes.paths.find("/".join((base, *place.names)) if place.names else base))
        if not any(place.conditions):
            return at
        step, is_held = at, np.ones(len(at), dtype=np.bool_)
        for depth in range(len(place.names), -1, -1):
            for condition in place.conditions[depth]:
                is_held &= self._holds(condition, "/".join((base, *place.names[:depth])), step)
            step = self.nodes.parent[step]
        return at[is_held]

    def _holds(self, condition: Condition, path: str, at: Places) -> NDArray[np.bool_]:
        nodes = self.nodes
        if condition.is_attribute:
            tags = nodes.paths.tags.tags
            given = [dict(tag.attributes).get(condition.name) for tag in tags]
            absent = condition.or_nothing or condition.sign == "!="
            says = np.array([absent if one is None else condition.says(one) for one in given], dtype=np.bool_)
            held: NDArray[np.bool_] = says[nodes.tag[at]]
            return held
        key = (path, condition)
        if key not in self._held_to:
            found = nodes.of(nodes.paths.find(f"{path}/{condition.name}"))
            is_held = np.full(len(nodes.path), condition.or_nothing or condition.sign == "!=", dtype=np.bool_)
            is_held[nodes.parent[found]] = False
            is_held[nodes.parent[found[self._saying(condition, found)]]] = True
            self._held_to[key] = is_held
        return self._held_to[key][at]

    def _saying(self, condition: Condition, found: Places) -> NDArray[np.bool_]:
        """True where an element says what a condition wants."""
        nodes, is_plain = self.nodes, self._is_tidy(found)
        if is_plain and condition.sign != "^=" and (told := nodes.saying(condition.value, found)) is not None:
            return told ^ (condition.sign == "!=")
        text = nodes.text(found) if is_plain else nodes.text(found).str.strip_chars()
        return _says(condition, text).to_numpy()


def _says(condition: Condition, told: pl.Series) -> pl.Series:
    if condition.sign == "^=":
        return told.str.starts_with(condition.value).fill_null(value=False)
    return told.eq_missing(condition.value) ^ (condition.sign == "!=")


def _tidied(texts: pl.Series) -> pl.Series:
    """White space at the edges gone; a text of nothing is no text."""
    text = texts.str.strip_chars()
    return text.set(text == "", None)


def _nothing(rows: int) -> pl.Series:
    return pl.Series(pa.nulls(rows, pa.large_string()))


def _taken(texts: pl.Series, places: Places) -> pl.Series:
    """The values at these places, null for -1."""
    return texts.append(pl.Series([None], dtype=pl.String)).gather(np.where(places < 0, len(texts) - 1, places))


def _several(owner: Places, texts: pl.Series) -> tuple[Places, pl.Series]:
    """One text an owner: several are joined, each of them once."""
    if not len(owner) or (owner[1:] > owner[:-1]).all():
        return owner, texts
    first = np.flatnonzero(np.concatenate(([True], owner[1:] != owner[:-1])))
    count = np.diff(np.append(first, len(owner)))
    if int(count.max()) <= FEW:
        return owner[first], _few_joined(texts, first, count)
    told = pl.DataFrame({"owner": owner, "text": texts}).drop_nulls().unique(maintain_order=True)
    whole = told.group_by("owner", maintain_order=True).agg(pl.col("text").str.join(JOINED))
    return whole["owner"].to_numpy(), whole["text"]


def _few_joined(texts: pl.Series, first: Places, count: Places) -> pl.Series:
    """Texts that begin at these places, so many each, side by side: one that was said before is left out."""
    sides: list[pl.Series] = []
    for place in range(int(count.max())):
        side = _taken(texts, np.where(count > place, first + place, -1))
        is_said = reduce(or_, ((side == other).fill_null(value=False) for other in sides), side.is_null())
        sides.append(side.set(is_said, None))
    joined = pl.select(pl.concat_str([pl.lit(side) for side in sides], separator=JOINED, ignore_nulls=True)).to_series()
    return joined.set(joined == "", None)


def _spread(owner: Places, texts: pl.Series, owners: Places) -> pl.Series:
    """A value for each owner, null for those without."""
    at = np.full(len(owners), -1, dtype=np.int64)
    at[owner] = np.arange(len(owner))
    return _taken(texts, at)


def _together(told: list[pl.Series]) -> pl.Series:
    """What several places say, one after the other; null where the first says nothing."""
    first, *rest = told
    for one in rest:
        first = first + one.fill_null("")
    return first


def leaf_paths(nodes: Nodes) -> Iterator[str]:
    """Paths of the elements of a block that hold text, from the record on."""
    for number in np.flatnonzero(np.bincount(nodes.path[nodes.is_leaf])):
        yield nodes.paths.spelled(int(number))
