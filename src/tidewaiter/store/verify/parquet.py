"""As much of Parquet as files of leaves need: three plain columns without nulls, packed by gzip or not at all."""

import zlib
from collections.abc import Iterator
from typing import Any


class Thrift:
    """Reads structures of the compact protocol into dictionaries by field number."""

    def __init__(self, data: bytes, at: int = 0) -> None:
        self.data, self.at = data, at

    def number(self) -> int:
        """A whole number of variable length."""
        value = shift = 0
        while True:
            byte = self.data[self.at]
            self.at, value, shift = self.at + 1, value | (byte & 127) << shift, shift + 7
            if byte < 128:  # noqa: PLR2004 - the eighth bit says that more follows
                return value

    def signed(self) -> int:
        """A whole number with a sign."""
        value = self.number()
        return value >> 1 ^ -(value & 1)

    def struct(self) -> dict[int, Any]:
        """A structure."""
        fields: dict[int, Any] = {}
        number = 0
        while head := self.data[self.at]:
            self.at += 1
            number = number + (head >> 4) if head >> 4 else self.signed()
            fields[number] = self.value(head & 15)
        self.at += 1
        return fields

    def value(self, kind: int) -> Any:  # noqa: ANN401 - the file says which kind comes
        """One value of a kind."""
        if kind in {1, 2}:
            return kind == 1
        if kind in {4, 5, 6}:
            return self.signed()
        if kind == 8:  # noqa: PLR2004 - bytes
            length = self.number()
            self.at += length
            return self.data[self.at - length : self.at]
        if kind in {9, 10}:
            head = self.data[self.at]
            self.at += 1
            count = head >> 4 if head >> 4 < 15 else self.number()  # noqa: PLR2004 - a longer list says how long
            return [self.value(head & 15) for _ in range(count)]
        if kind == 12:  # noqa: PLR2004 - a structure
            return self.struct()
        raise ValueError(f"kind {kind} is not read here")


def parquet_groups(data: bytes) -> Iterator[tuple[list[bytes], list[bytes], list[bytes]]]:
    """Leaves, random bytes and hashes of each row group of a file that holds just these three columns."""
    footer = int.from_bytes(data[-8:-4], "little")
    if data[:4] != b"PAR1" or data[-4:] != b"PAR1" or footer + 12 > len(data):
        raise ValueError("it is no Parquet file")
    for group in Thrift(data, len(data) - 8 - footer).struct()[4]:
        columns = {chunk[3][3][0]: chunk[3] for chunk in group[1]}
        told = (list(column_values(data, columns[name])) for name in (b"leaf", b"blind", b"hash"))
        yield tuple(told)  # type: ignore[misc]


def column_values(data: bytes, chunk: dict[int, Any]) -> Iterator[bytes]:
    """Values of one column chunk: plain pages without nulls, packed by gzip or not at all."""
    at, left, width = chunk[9], chunk[5], {6: 0}.get(chunk[1], 16 if chunk[3][0] == b"blind" else 32)
    while left > 0:
        reader = Thrift(data, at)
        head = reader.struct()
        raw = data[reader.at : reader.at + head[3]]
        page = zlib.decompressobj(31).decompress(raw, head[2]) if chunk[4] == 2 else raw  # noqa: PLR2004 - gzip
        at, count = reader.at + head[3], head[5][1]
        if count <= 0 or len(page) != head[2]:
            raise ValueError("a page is damaged")
        place = 0
        for _ in range(count):
            length = width or int.from_bytes(page[place : (place := place + 4)], "little")
            yield page[place : (place := place + length)]
        left -= count
        if place != len(page):
            raise ValueError("a page is longer or shorter than its values")
