"""Parquet footers: whole Parquet files laid end to end become one file, their pages untouched.

A Parquet file is pages, then a footer (Thrift, compact protocol) that says where they lie. To join files the pages are
copied as bytes and the footers become one whose positions are moved. Only what has to change is understood; every
other field travels as it came. Format: parquet.thrift of the Apache Parquet project, Thrift compact protocol.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

BOOLEAN_TRUE, BOOLEAN_FALSE, BYTE, I16, I32, I64, DOUBLE, BINARY, LIST, SET, MAP, STRUCT = range(1, 13)
LONG_LIST = 15
DOUBLE_BYTES = 8

ROWS, ROW_GROUPS = 3, 4
"""Fields of ``FileMetaData``."""
COLUMNS, GROUP_AT, ORDINAL = 1, 5, 7
"""Fields of ``RowGroup``."""
CHUNK_AT, CHUNK_META, OFFSET_INDEX_AT, COLUMN_INDEX_AT = 2, 3, 4, 6
"""Fields of ``ColumnChunk``."""
PAGES_AT = (9, 10, 11, 14)
"""Fields of ``ColumnMetaData`` that are positions: data, index and dictionary pages, bloom filter."""


@dataclass(slots=True)
class Value:
    """A field's type in the compact protocol and what it holds: a number, bytes, a list of values, or a struct."""

    kind: int
    holds: Any


Struct = dict[int, Value]


def joined_footer(footers: Sequence[bytes], moved_by: Sequence[int]) -> bytes:
    """One footer for files laid end to end; ``moved_by`` is how many bytes later each file's pages now lie.

    All files have the schema of the first one; row groups are numbered anew.
    """
    whole = read_struct(footers[0])
    groups: list[Struct] = []
    rows = 0
    for footer, shift in zip(footers, moved_by, strict=True):
        part = read_struct(footer)
        rows += part[ROWS].holds
        for group in part[ROW_GROUPS].holds[1]:
            _move(group, shift)
            if ORDINAL in group:
                group[ORDINAL].holds = len(groups)
            groups.append(group)
    whole[ROWS].holds = rows
    whole[ROW_GROUPS].holds = (STRUCT, groups)
    return write_struct(whole)


def _move(group: Struct, shift: int) -> None:
    """Positions of a row group, all later by ``shift``; 0 means "not told" where the format allows it."""
    if GROUP_AT in group:
        group[GROUP_AT].holds += shift
    for column in group[COLUMNS].holds[1]:
        if column[CHUNK_AT].holds:
            column[CHUNK_AT].holds += shift
        for place in (OFFSET_INDEX_AT, COLUMN_INDEX_AT):
            if place in column:
                column[place].holds += shift
        meta = column[CHUNK_META].holds
        for place in PAGES_AT:
            if place in meta:
                meta[place].holds += shift


def read_struct(data: bytes) -> Struct:
    """The fields of a struct by number, in the order they were told."""
    return _Reader(data).struct()


def write_struct(fields: Struct) -> bytes:
    """The same struct as bytes."""
    out = bytearray()
    _put_struct(out, fields)
    return bytes(out)


class _Reader:
    def __init__(self, data: bytes) -> None:
        self._data, self._at = data, 0

    def struct(self) -> Struct:
        fields: Struct = {}
        number = 0
        while head := self._byte():
            step, kind = head >> 4, head & 0x0F
            number = number + step if step else self._zigzag()
            fields[number] = Value(kind, self._value(kind))
        return fields

    def _value(self, kind: int) -> Any:  # noqa: ANN401, PLR0911 - the protocol has one answer for each type
        if kind in {BOOLEAN_TRUE, BOOLEAN_FALSE}:
            return kind == BOOLEAN_TRUE
        if kind in {I16, I32, I64}:
            return self._zigzag()
        if kind == BYTE:
            return self._byte()
        if kind == DOUBLE:
            return self._bytes(DOUBLE_BYTES)
        if kind == BINARY:
            return self._bytes(self._varint())
        if kind == STRUCT:
            return self.struct()
        if kind in {LIST, SET}:
            return self._list()
        raise ValueError(f"A Parquet footer holds no value of type {kind}.")

    def _list(self) -> tuple[int, list[Any]]:
        head = self._byte()
        kind, size = head & 0x0F, head >> 4
        size = self._varint() if size == LONG_LIST else size
        if kind in {BOOLEAN_TRUE, BOOLEAN_FALSE}:
            return kind, [self._byte() for _ in range(size)]
        return kind, [self._value(kind) for _ in range(size)]

    def _byte(self) -> int:
        self._at += 1
        return self._data[self._at - 1]

    def _bytes(self, size: int) -> bytes:
        self._at += size
        return self._data[self._at - size : self._at]

    def _varint(self) -> int:
        number, shift = 0, 0
        while True:
            byte = self._byte()
            number |= (byte & 0x7F) << shift
            if byte < 0x80:  # noqa: PLR2004 - the highest bit says that more follows
                return number
            shift += 7

    def _zigzag(self) -> int:
        number = self._varint()
        return (number >> 1) ^ -(number & 1)


def _put_struct(out: bytearray, fields: Struct) -> None:
    before = 0
    for number, value in fields.items():
        kind = value.kind
        if kind in {BOOLEAN_TRUE, BOOLEAN_FALSE}:
            kind = BOOLEAN_TRUE if value.holds else BOOLEAN_FALSE
        step = number - before
        if 0 < step < LONG_LIST + 1:
            out.append(step << 4 | kind)
        else:
            out.append(kind)
            _put_zigzag(out, number)
        before = number
        _put(out, kind, value.holds)
    out.append(0)


def _put(out: bytearray, kind: int, holds: Any) -> None:  # noqa: ANN401 - a value is what its type says
    if kind in {I16, I32, I64}:
        _put_zigzag(out, holds)
    elif kind == BYTE:
        out.append(holds)
    elif kind == DOUBLE:
        out += holds
    elif kind == BINARY:
        _put_varint(out, len(holds))
        out += holds
    elif kind == STRUCT:
        _put_struct(out, holds)
    elif kind in {LIST, SET}:
        _put_list(out, *holds)


def _put_list(out: bytearray, kind: int, values: list[Any]) -> None:
    if len(values) < LONG_LIST:
        out.append(len(values) << 4 | kind)
    else:
        out.append(LONG_LIST << 4 | kind)
        _put_varint(out, len(values))
    if kind in {BOOLEAN_TRUE, BOOLEAN_FALSE}:
        out += bytes(values)
        return
    for value in values:
        _put(out, kind, value)


def _put_varint(out: bytearray, number: int) -> None:
    while number > 0x7F:  # noqa: PLR2004 - seven bits a byte
        out.append(number & 0x7F | 0x80)
        number >>= 7
    out.append(number)


def _put_zigzag(out: bytearray, number: int) -> None:
    _put_varint(out, number << 1 if number >= 0 else (-number << 1) - 1)
