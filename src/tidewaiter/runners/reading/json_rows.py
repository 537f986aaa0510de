"""JSON rows: one object a filing becomes one row a goods line, column by column; values stay the text they were."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import chain, compress
from types import NoneType
from typing import Final, NoReturn, TypeGuard

import msgspec
import numpy as np
import polars as pl

from tidewaiter.kit.format import SenderSheet
from tidewaiter.model.errors import UnusableInput
from tidewaiter.runners.reading.carrier import Carrier, Raw, Unread
from tidewaiter.runners.reading.csv_records import FIELD_MAX
from tidewaiter.runners.reading.json_columns import NAMES_MAX, ManyNamesError, plain_rows
from tidewaiter.runners.reading.json_lines import Lines, Object, Objects, Stretch, elements_of, is_whole, stretches_of
from tidewaiter.runners.reading.rejects import Rejects, nested, no_goods_lines
from tidewaiter.runners.reading.sheet_choice import asked_for, chosen_sheet
from tidewaiter.runners.reading.text import LINE_MAX, Text
from tidewaiter.runners.reading.tidying import tidy

BLOCK_MAX: Final = 4 << 20
"""Objects weigh many times their text, so blocks are smaller than those of CSV."""

NO_LINES: Final[list[Object]] = [{}]
"""Stands for the goods lines of a message that has none, such as an event: one row, of which nothing more is said."""

TELLING: Final = 100
"""So many objects tell which names a file uses."""


class JsonRows(Carrier):
    """One NDJSON file, or one JSON array of objects, being read."""

    name = "ndjson"
    is_flat = False

    def __init__(self, text: Text, sheets: Sequence[SenderSheet], wanted: str | None, block_bytes: int) -> None:
        """Read the first objects to choose the sheet; raises ``UnusableInput`` where none fits."""
        self._text = text
        size = min(block_bytes, BLOCK_MAX)
        is_array = is_whole(text)
        parts = elements_of(text.pieces(size), text.name) if is_array else stretches_of(text.blocks(size))
        first, self._parts = _first_objects(parts, text.name)
        self.columns = _names(first, asked_for(sheets, wanted))
        self.sheet = chosen_sheet(self.columns, sheets, wanted, text.name)
        self._objects = Objects(self.sheet.decimal)

    @property
    def encoding(self) -> str:
        """As far as it is known by now."""
        return self._text.encoding

    def pieces(self) -> Iterator[Unread]:
        """One batch a block, read at once: later objects may bring names that earlier ones did not have."""
        for part in self._parts:
            try:
                told = [raw for raw in self._read(part) if raw.frame.height or raw.rejects.height]
            except ManyNamesError:
                self._refuse_many_names()
            if told:
                raw = told[0] if len(told) == 1 else _together(told)
                self.columns = list(dict.fromkeys([*self.columns, *raw.frame.columns]))
                if len(self.columns) > NAMES_MAX:
                    self._refuse_many_names()
                yield partial(_same, raw)

    def _refuse_many_names(self) -> NoReturn:
        raise UnusableInput(
            f"{self._text.name} uses more than {NAMES_MAX:,} names. Nothing of it was taken; write what differs from "
            "filing to filing as a value, not as a name."
        )

    def _read(self, part: Stretch | Lines) -> Iterator[Raw]:
        """What is plain in columns at once; all other lines object by object."""
        if isinstance(part, Stretch) and self.sheet.decimal == "." and not part.block.isspace():
            raw, is_plain = plain_rows(part.block, part.before, self.sheet)
            self.records += int(is_plain.sum())
            yield raw
            if is_plain.all():
                return
            part = part.lines(~is_plain)
        lines = part.lines() if isinstance(part, Stretch) else part
        if lines.texts:
            self.records += len(lines.texts)
            yield self._object_by_object(lines)

    def _object_by_object(self, lines: Lines) -> Raw:
        rejects = Rejects()
        places, filings = self._objects.decoded(lines, self.encoding, rejects)
        texts = [lines.texts[place] for place in places]
        return Flattening(self.sheet).rows([lines.numbers[place] for place in places], filings, texts, rejects)


@dataclass(frozen=True)
class Flattening:
    """Filings with their goods lines within them, laid out as rows by a sheet."""

    sheet: SenderSheet

    def rows(self, numbers: list[int], filings: list[Object], texts: list[bytes], rejects: Rejects) -> Raw:
        """Rows of the sound filings, in order; each of the others is one more reject. The objects lose their lines."""
        goods = [self._goods(filing) for filing in filings]
        if _are_sound(filings, goods, texts):
            return self._raw(numbers, filings, goods, rejects)
        told = zip(numbers, filings, goods, texts, strict=True)
        is_sound = [self._is_sound(*filing, rejects) for filing in told]
        numbers, filings = list(compress(numbers, is_sound)), list(compress(filings, is_sound))
        return self._raw(numbers, filings, list(compress(goods, is_sound)), rejects)

    def _goods(self, filing: Object) -> object:
        """The goods lines of a filing, taken out of it; what withdraws one may have none."""
        if not self.sheet.items:
            return NO_LINES
        told = filing.pop(self.sheet.items, None)
        return NO_LINES if not told and filing.get("function") == "cancellation" else told

    def _raw(self, numbers: list[int], filings: list[Object], goods: list[object], rejects: Rejects) -> Raw:
        """What is said of a filing stands on each of its lines."""
        told = [lines for lines in goods if _are_lines(lines)]
        owner = np.repeat(np.arange(len(filings)), np.array([len(lines) for lines in told], dtype=np.int64))
        of_lines = self.sheet.on_item("")
        heads = {_apart(column.name, of_lines): column for column in _columns(filings)}
        items = {of_lines + column.name: column for column in _columns(list(chain.from_iterable(told)))}
        of_filings = pl.DataFrame(heads)[owner].to_dict() if heads else {}
        rows = pl.DataFrame({**of_filings, **items})
        positions = pl.Series(np.array(numbers, dtype=np.int64)[owner])
        return Raw(tidy(rows, rows.columns), positions, rejects.frame())

    def _is_sound(self, number: int, filing: Object, goods: object, text: bytes, rejects: Rejects) -> bool:
        """True for a filing that can become rows; else one more reject."""
        named = self._consignment(filing)
        if not _are_lines(goods):
            rejects.add(number, "ROW-06", text, consignment_id=named, message=no_goods_lines(goods))
            return False
        on_items = ((self.sheet.on_item(key), value) for line in goods for key, value in line.items())
        for name, value in chain(filing.items(), on_items):
            door = next(iter(self.sheet.fills(name)), "")
            fault = _fault(value, is_known=bool(door))
            if fault:
                shown = _plain(value)
                message = nested(_kind(value)) if fault == "ROW-07" else ""
                rejects.add(number, fault, text, consignment_id=named, pointer=door, value=shown, message=message)
                return False
        return True

    def _consignment(self, filing: Object) -> str | None:
        """What the object says where the filing's reference should stand."""
        named = (_plain(value) for name, value in filing.items() if self.sheet.key in self.sheet.fills(name))
        return next((value.strip() or None for value in named if value), None)


def _same(raw: Raw) -> Raw:
    return raw


def _together(several: list[Raw]) -> Raw:
    """Rows and rejects in the order of the file."""
    positions = pl.concat([raw.positions for raw in several])
    order = np.argsort(positions.to_numpy(), kind="stable")
    rows = pl.concat([raw.frame for raw in several], how="diagonal")[order]
    return Raw(rows, positions[order], pl.concat([raw.rejects for raw in several]).sort("source_position"))


def _are_sound(filings: list[Object], goods: list[object], texts: list[bytes]) -> bool:
    """True where nothing is wrong with any of them, at a glance."""
    told = [lines for lines in goods if _are_lines(lines)]
    if len(told) < len(goods):
        return False
    values = chain.from_iterable(map(dict.values, chain(filings, chain.from_iterable(told))))
    if {dict, list} & set(map(type, values)):
        return False
    return max(map(len, texts), default=0) <= FIELD_MAX and b"\\u0000" not in b"\n".join(texts)


def _are_lines(goods: object) -> TypeGuard[list[Object]]:
    return isinstance(goods, list) and bool(goods) and all(isinstance(line, dict) for line in goods)


def _fault(value: object, *, is_known: bool) -> str:
    """Code of what is wrong with a value; empty for nothing. What nobody knows may be nested."""
    if isinstance(value, dict | list):
        return "ROW-07" if is_known else ""
    if not isinstance(value, str):
        return ""
    if "\0" in value:
        return "ROW-03"
    return "ROW-05" if len(value.encode()) > FIELD_MAX else ""


def _kind(value: object) -> str:
    return "a list" if isinstance(value, list) else "an object"


def _columns(objects: list[Object]) -> Iterator[pl.Series]:
    """One column of text a name."""
    names = list(dict.fromkeys(map(tuple, objects)))
    if len(names) == 1:
        order = names[0]
        values = list(chain.from_iterable(map(dict.values, objects)))
        yield from (_column(name, values[place :: len(order)]) for place, name in enumerate(order))
        return
    every = dict.fromkeys(chain.from_iterable(names))
    if len(every) > NAMES_MAX:
        raise ManyNamesError
    for name in every:
        yield _column(name, [told.get(name) for told in objects])


def _column(name: str, values: list[object]) -> pl.Series:
    kinds = set(map(type, values))
    if kinds <= {str, NoneType}:
        return pl.Series(name, values, dtype=pl.String)
    return pl.Series(name, list(map(str if kinds <= {str, int} else _plain, values)), dtype=pl.String)


def _apart(name: str, of_lines: str) -> str:
    """Name of a filing's column; one that is spelled like those of goods lines says so."""
    return f"filing.{name}" if name.startswith(of_lines) else name


def _plain(value: object) -> str | None:
    """A value as text: digits as they are, true and false as words, what is nested as JSON."""
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    return msgspec.json.encode(value).decode() if isinstance(value, dict | list) else str(value)


def _first_objects(
    parts: Iterator[Stretch] | Iterator[Lines], name: str
) -> tuple[list[Object], Iterator[Stretch | Lines]]:
    """The first objects that can be read, and all the parts again."""
    held: list[Stretch | Lines] = []
    found: list[Object] = []
    objects, size = Objects("."), 0
    for part in parts:
        held.append(part)
        lines = part.lines() if isinstance(part, Stretch) else part
        for start in range(0, len(lines.texts), TELLING):
            some = slice(start, start + TELLING)
            found += objects.decoded(Lines(lines.numbers[some], lines.texts[some]), "", Rejects())[1]
            if len(found) >= TELLING:
                break
        size += sum(map(len, lines.texts))
        if len(found) >= TELLING or size > LINE_MAX:
            break
    if not found:
        raise UnusableInput(f"{name} looks like JSON and holds no object we can read. Write one object a line.")
    return found[:TELLING], chain(held, parts)


def _names(objects: list[Object], sheets: Sequence[SenderSheet]) -> list[str]:
    """Names the objects use, those of goods lines as ``items.name``."""
    names: dict[str, None] = {}
    keys = dict.fromkeys(sheet.items for sheet in sheets)
    for told in objects:
        nested_in = {key: lines for key in keys if _are_lines(lines := told.get(key))}
        names |= dict.fromkeys(name for name in told if name not in keys)
        names |= dict.fromkeys(f"{key}.{name}" for key, lines in nested_in.items() for line in lines for name in line)
    return list(names)
