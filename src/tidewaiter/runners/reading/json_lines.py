"""JSON lines: the objects of a file and where they stand, decoded with their numbers as they are written."""

import json
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import chain, islice
from typing import Final, TypeGuard, cast

import msgspec
import numpy as np
from numpy.typing import NDArray

from tidewaiter.model.errors import UnusableInput
from tidewaiter.runners.reading.encodings import is_utf8
from tidewaiter.runners.reading.rejects import Rejects, key_twice, no_object, not_in
from tidewaiter.runners.reading.text import Text

WHOLE_MAX: Final = 64 << 20
"""A JSON file that is one array or one object is read whole, so it must be small; NDJSON has no such limit."""

Object = dict[str, object]
NEWLINE: Final = 0x0A
LINES: Final = 8_192
WORDS: Final = {word.encode(): word for word in ("null", "true", "false")}
REJECTED: Final = object()
KEYS: Final = re.compile(rb'"[ \t]*:')
"""Where a key ends; some texts hold it as well, so there may be fewer keys, never more."""

BROKEN: Final = (ValueError, RecursionError)
"""What decoding raises: no JSON, no UTF-8, a number of thousands of digits, nesting without end."""


@dataclass(frozen=True)
class Lines:
    """Some lines that are not blank, and their numbers."""

    numbers: list[int]
    texts: list[bytes]


@dataclass(frozen=True)
class Stretch:
    """A block of whole lines of NDJSON and how many lines stand before it."""

    block: bytes
    before: int

    def lines(self, are_wanted: NDArray[np.bool_] | None = None) -> Lines:
        """Its lines, or those that are wanted; blank ones have a number and are left out."""
        if self.block.isspace():
            return Lines([], [])
        ends = np.flatnonzero(np.frombuffer(self.block, dtype=np.uint8) == NEWLINE)
        if not self.block.endswith(b"\n"):
            ends = np.append(ends, len(self.block))
        starts = np.concatenate(([0], ends[:-1] + 1))
        is_said = ends > starts if are_wanted is None else (ends > starts) & are_wanted
        at = np.flatnonzero(is_said)
        numbers, texts = [], []
        for number, start, end in zip(at.tolist(), starts[at].tolist(), ends[at].tolist(), strict=True):
            text = self.block[start:end]
            if not text.isspace():
                numbers.append(self.before + number + 1)
                texts.append(text)
        return Lines(numbers, texts)


def stretches_of(blocks: Iterable[bytes]) -> Iterator[Stretch]:
    """The lines of NDJSON, one block's at a time."""
    before = 0
    for block in blocks:
        yield Stretch(block, before)
        before += block.count(b"\n") + (not block.endswith(b"\n"))


def lines_of(blocks: Iterable[bytes]) -> Iterator[Lines]:
    """The same as lines, blank ones left out."""
    return (stretch.lines() for stretch in stretches_of(blocks))


def is_whole(text: Text) -> bool:
    """True where the file is one array, or one object over several lines, and no NDJSON."""
    start = text.start.lstrip()
    if start[:1] == b"[":
        return True
    first, newline, rest = start.partition(b"\n")
    return bool(newline and rest.strip()) and not _decodes(first) and not any(map(_decodes, rest.splitlines()[:100]))


def elements_of(pieces: Iterable[bytes], name: str) -> Iterator[Lines]:
    """The elements of an array, or the one object there is, numbered in order."""
    parts, size = [], 0
    for piece in pieces:
        parts.append(piece)
        size += len(piece)
        if size > WHOLE_MAX:
            raise UnusableInput(f"{name} is one JSON text of more than {WHOLE_MAX >> 20} MiB. Write one object a line.")
    whole = b"".join(parts)
    is_array = whole.lstrip()[:1] == b"["
    try:
        told = msgspec.json.decode(whole, type=list[msgspec.Raw]) if is_array else [msgspec.Raw(whole)]
        elements = enumerate(told if is_array or msgspec.json.decode(whole) else [], start=1)
    except BROKEN as error:
        raise UnusableInput(f"{name} is no valid JSON ({error}). Nothing of it was taken.") from error
    while part := list(islice(elements, LINES)):
        yield Lines([number for number, _ in part], [bytes(element) for _, element in part])


class Objects:
    """Decodes lines; ``point`` is how decimals of numbers are to be written, as the sheet has them in text."""

    def __init__(self, point: str) -> None:
        """Numbers with decimals or exponents stay their own text."""
        self._decode = msgspec.json.Decoder(float_hook=str if point == "." else _with_comma).decode

    def decoded(self, lines: Lines, encoding: str, rejects: Rejects) -> tuple[list[int], list[Object]]:
        """Places in ``lines`` and objects found there; every other line is one more reject."""
        try:
            told = list(map(self._decode, lines.texts))
        except BROKEN:
            told = [self._one(at, lines, encoding, rejects) for at in range(len(lines.texts))]
        if _are_plain(told, lines.texts):
            return [*range(len(told))], told
        good = []
        for at, (number, text, found) in enumerate(zip(lines.numbers, lines.texts, told, strict=True)):
            if isinstance(found, dict):
                twin = _key_told_twice(text, found)
                if twin is None:
                    good.append((at, found))
                else:
                    rejects.add(number, "ROW-04", text, message=key_twice(twin))
            elif found is not REJECTED:
                rejects.add(number, "ROW-04", text, message=no_object(f"it is {_kind(text)}"))
        return [at for at, _ in good], [found for _, found in good]

    def _one(self, at: int, lines: Lines, encoding: str, rejects: Rejects) -> object:
        """One line decoded; ``REJECTED``, and one more reject, where it cannot be."""
        number, text = lines.numbers[at], lines.texts[at]
        try:
            return self._decode(text)
        except BROKEN as error:
            if b"\0" in text:
                rejects.add(number, "ROW-03", text)
            elif not is_utf8(text):
                rejects.add(number, "ROW-02", text, message=not_in(encoding))
            else:
                rejects.add(number, "ROW-04", text, message=no_object(str(error)))
        return REJECTED


def _are_plain(told: list[object], texts: list[bytes]) -> TypeGuard[list[Object]]:
    """True where all are objects and none gives a key twice, by a count over all of them at once."""
    if set(map(type, told)) != {dict}:
        return False
    objects = cast("list[Object]", told)
    lists = [value for value in chain.from_iterable(map(dict.values, objects)) if type(value) is list]
    within = [line for line in chain.from_iterable(lists) if type(line) is dict]
    keys = sum(map(len, objects)) + sum(map(len, within))
    return sum(len(KEYS.findall(text)) for text in texts) <= keys


def _kind(text: bytes) -> str:
    """What a JSON value that is no object is called."""
    said = text.strip()
    return "a text" if said[:1] == b'"' else "a list" if said[:1] == b"[" else WORDS.get(said, "a number")


def _key_told_twice(text: bytes, told: Object) -> str | None:
    """The first key that an object or one within it gives twice, of which decoding keeps the last alone; mostly none.

    Counting colons behind quotes is cheap; only where there are more of them than keys the text is read again.
    """
    lists = (value for value in told.values() if type(value) is list)
    keys = len(told) + sum(len(line) for lines in lists for line in lines if type(line) is dict)
    if len(KEYS.findall(text)) <= keys:
        return None
    twins: list[str] = []
    try:
        json.loads(text, object_pairs_hook=lambda pairs: twins.extend(_twins(pairs)), parse_int=str)
    except BROKEN:
        return None
    return next(iter(twins), None)


def _twins(pairs: list[tuple[str, object]]) -> list[str]:
    """Keys that stand more than once."""
    return [key for key, count in Counter(key for key, _ in pairs).items() if count > 1]


def _with_comma(number: str) -> str:
    return number.replace(".", ",")


def _decodes(line: bytes) -> bool:
    try:
        return isinstance(msgspec.json.decode(line), dict)
    except BROKEN:
        return False
