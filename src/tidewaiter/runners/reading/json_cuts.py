"""JSON cuts: where keys and values of a block of plain lines stand, found for the whole block at once.

A line is plain where it is one object of texts, numbers, true, false and null, and at most one list of such objects
under the name of the goods lines. What stands between two of its texts then says all about it: these *gaps* are few of
kind. Each is held to the grammar of JSON; a line with anything else in it is left to be read the slow way.
"""

from dataclasses import dataclass
from typing import Final

import msgspec
import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from tidewaiter.runners.reading.csv_records import FIELD_MAX
from tidewaiter.runners.reading.encodings import is_utf8
from tidewaiter.runners.reading.text_views import (
    LOW,
    PADDING,
    WORD,
    Flags,
    Places,
    Words,
    column_of,
    views_of,
    words_of,
)

Kinds = NDArray[np.int8]

QUOTE, BACKSLASH, NEWLINE, RETURN, SPACE, COLON, BRACE, BRACKET = (ord(sign) for sign in '"\\\n\r :{[')
BEYOND_ASCII: Final = 0x80
ODD, TEXT, COMMA, NEXT, CLOSE, OPEN, END, CLOSE_END = range(8)
"""Kinds of gaps: something else; a colon before a text; and by the signs after a value those below."""

SIGNS: Final = {b",": COMMA, b"},{": NEXT, b"}],": CLOSE, b"}": END, b"}]}": CLOSE_END}
STEPS: Final = np.array([0, 0, 0, 0, -1, 1, 0, -1], dtype=np.int8)
"""How each kind of gap leads into goods lines and out of them."""

ANYWHERE: Final = -1
NEEDS: Final = np.array([ANYWHERE, ANYWHERE, ANYWHERE, 1, 1, 0, 0, 1], dtype=np.int8)
"""Where a gap of each kind may stand: of the filing (0) or of a goods line (1)."""

BROKEN: Final = (ValueError, RecursionError)
IS_SIGN: Final = np.isin(np.arange(256), list(b" \t,{}[]"))
KINDS_MAX: Final = 32
"""Signs between values that are written in more ways than this in one block are read the slow way."""

SCALAR_MAX: Final = 64
NUMBER: Final = (
    r"^(?:0|-?[1-9][0-9]*|-?(?:0|[1-9][0-9]*)(?:\.[0-9]+(?:[eE][+-]?[0-9]+)?|[eE][+-]?[0-9]+)|true|false|null)$"
)
"""A number as JSON has it, or one of its words; a negative zero is told otherwise by the slow way."""


@dataclass(frozen=True)
class Cuts:
    """The pairs of key and value of the plain lines of a block, in order, those of goods lines among them.

    ``is_plain`` says of each line of the block whether it was taken; ``lines`` are the numbers (from 0) of those.
    Of each pair: ``key`` and ``key_size``, ``start`` and ``size`` of the value in bytes (0 for null and for a text of
    nothing), the place ``line`` of its line in ``lines``, and ``item``: of which goods line it is, -1 for none.
    ``owners``: the place of each goods line's line. ``escaped``: the pairs of which the text has escapes, and the
    ``texts`` themselves.
    """

    block: bytes
    words: Words
    is_plain: Flags
    lines: Places
    key: Places
    key_size: Places
    start: Places
    size: Places
    line: Places
    item: Places
    owners: Places
    escaped: Places
    texts: list[str]

    def without(self, lines: Places) -> "Cuts":
        """The same but for some lines, by their places in ``lines``, which are no longer plain."""
        is_kept = np.ones(len(self.lines), dtype=np.bool_)
        is_kept[lines] = False
        is_plain = self.is_plain.copy()
        is_plain[self.lines[~is_kept]] = False
        number, pairs, goods = np.cumsum(is_kept) - 1, is_kept[self.line], is_kept[self.owners]
        place, line_of = np.cumsum(pairs) - 1, self.line[pairs]
        stays = pairs[self.escaped]
        item = self.item[pairs]
        item = np.where(item < 0, -1, (np.cumsum(goods) - 1)[item]) if len(goods) else item
        return Cuts(
            self.block, self.words, is_plain, self.lines[is_kept], self.key[pairs], self.key_size[pairs],
            self.start[pairs], self.size[pairs], number[line_of], item, number[self.owners[goods]],
            place[self.escaped[stays]], [text for text, is_there in zip(self.texts, stays, strict=True) if is_there],
        )  # fmt: skip


def cut(block: bytes, items: str) -> Cuts:
    """Cut a block of whole lines, goods lines under the key ``items`` (empty: there are none)."""
    padded = block + PADDING
    strings = _strings(padded, len(block))
    gaps = _gaps(strings)
    _check_keys(strings, gaps)
    escapes = _escapes(strings, gaps)
    return _pairs(strings, gaps, items, escapes)


@dataclass
class _Strings:
    """Texts in quotes of lines that may be plain: the bytes of their quotes, and of each line its first and last."""

    padded: bytes
    data: NDArray[np.uint8]
    words: Words
    is_plain: Flags
    lines: Places
    starts: Places
    opens: Places
    closes: Places
    first: Places
    last: Places
    ends: Places
    is_bad: Flags

    def refuse(self, strings: Flags | Places) -> None:
        """The lines of these texts are not plain."""
        self.is_bad[strings] = True


def _strings(padded: bytes, size: int) -> _Strings:
    data = np.frombuffer(padded, dtype=np.uint8)
    text = data[:size]
    newlines = np.flatnonzero(text == NEWLINE)
    starts = np.concatenate(([0], newlines[:-1] + 1))
    is_quote = text == QUOTE
    if b"\\" in padded:
        is_quote[_escaped(text)] = False
    quotes = np.flatnonzero(is_quote)
    counts = np.diff(np.searchsorted(quotes, newlines), prepend=0)
    is_plain = (counts > 0) & (counts % 2 == 0) & (newlines - starts <= FIELD_MAX)
    is_plain &= (data[starts] == BRACE) & _is_clean(padded, text, newlines)
    if not is_plain.all():
        quotes = quotes[np.repeat(is_plain, counts)]
    lines = np.flatnonzero(is_plain)
    ends = newlines[lines]
    ends = ends - (data[ends - 1] == RETURN)
    last = np.cumsum(counts[lines] // 2) - 1
    first = np.concatenate(([0], last[:-1] + 1)) if len(last) else last
    return _Strings(
        padded, data, words_of(padded), is_plain, lines, starts[lines], quotes[0::2], quotes[1::2], first, last, ends,
        np.zeros(len(quotes) // 2, dtype=np.bool_),
    )  # fmt: skip


def _escaped(text: NDArray[np.uint8]) -> Places:
    """Bytes behind a backslash that is not behind one itself."""
    at = np.flatnonzero(text == BACKSLASH)
    opens = np.concatenate(([True], np.diff(at) != 1))
    in_run = np.arange(len(at)) - np.maximum.accumulate(np.where(opens, np.arange(len(at)), 0))
    behind: Places = at[in_run % 2 == 0] + 1
    return behind[behind < len(text)]


def _is_clean(padded: bytes, text: NDArray[np.uint8], newlines: Places) -> Flags:
    """Lines without control signs, without bytes that are no UTF-8, and without a NUL in whatever way."""
    is_clean = np.ones(len(newlines), dtype=np.bool_)
    returns = np.count_nonzero(text[newlines - 1] == RETURN)
    if np.count_nonzero(text < SPACE) > len(newlines) + returns:
        is_control = text < SPACE
        is_control[newlines] = False
        is_control[newlines - 1] &= text[newlines - 1] != RETURN
        is_clean[np.searchsorted(newlines, np.flatnonzero(is_control))] = False
    at = padded.find(b"\\u0000") if b"\\" in padded else -1
    while at >= 0:
        is_clean[np.searchsorted(newlines, at)] = False
        at = padded.find(b"\\u0000", at + 1)
    if not is_utf8(padded):
        starts = np.concatenate(([0], newlines[:-1] + 1))
        for line in np.unique(np.searchsorted(newlines, np.flatnonzero(text >= BEYOND_ASCII))):
            is_clean[line] &= is_utf8(padded[starts[line] : newlines[line]])
    return is_clean


@dataclass
class _Gaps:
    """What stands behind each text: its kind, whether a colon comes first, where a value begins there and ends."""

    kind: Kinds
    is_key: Flags
    value: Places
    stop: Places


def _gaps(strings: _Strings) -> _Gaps:
    data, after = strings.data, strings.closes + 1
    until = np.empty_like(after)
    until[:-1] = strings.opens[1:]
    until[strings.last] = strings.ends
    is_key = data[after] == COLON
    value = after + 1 + (data[after + 1] == SPACE)
    is_text = is_key & (value == until)
    kind = np.full(len(after), TEXT, dtype=np.int8)
    told = np.flatnonzero(is_key & ~is_text)
    is_list = data[value[told]] == BRACKET
    scalars = told[~is_list]
    stop = after.copy()
    stop[told] = value[told]
    stop[scalars] = _stops(data, value[scalars], until[scalars])
    rest = np.flatnonzero(~is_text)
    kind[rest] = _kinds(strings.words, stop[rest], until[rest])
    opened = told[is_list]
    kind[opened] = np.where(kind[opened] == OPEN, OPEN, ODD)
    closed = np.setdiff1d(rest[kind[rest] == OPEN], opened, assume_unique=True)
    strings.refuse(closed)
    strings.refuse(scalars[~_are_scalars(strings, value[scalars], stop[scalars])])
    return _Gaps(kind, is_key, value, stop)


def _stops(data: NDArray[np.uint8], value: Places, until: Places) -> Places:
    """Where values end: before the signs at the end of the gap."""
    stop = until.copy()
    for _ in range(WORD):
        is_sign = IS_SIGN[data[stop - 1]] & (stop > value)
        if not is_sign.any():
            break
        stop -= is_sign
    return stop


def _kinds(words: Words, start: Places, until: Places) -> Kinds:
    """Kinds of gaps by their signs, blanks among them left out."""
    size = until - start
    told = words[start] & LOW[np.clip(size, 0, WORD)]
    found = np.zeros(len(start), dtype=np.int8)
    at = np.flatnonzero((size > 0) & (size <= WORD))
    for _ in range(KINDS_MAX):
        if not len(at):
            break
        one = told[at[0]]
        signs = int(one).to_bytes(WORD, "little").rstrip(b"\0").translate(None, b" \t")
        is_same = told[at] == one
        found[at[is_same]] = OPEN if signs == b"[{" else SIGNS.get(signs, ODD)
        at = at[~is_same]
    return found


def _are_scalars(strings: _Strings, start: Places, stop: Places) -> Flags:
    size = stop - start
    is_short = (size > 0) & (size <= SCALAR_MAX)
    told = column_of(
        views_of(strings.words, start, np.where(is_short, size, 0)), is_short, pa.py_buffer(strings.padded)
    )
    found: Flags = told.str.contains(NUMBER).fill_null(value=False).to_numpy()
    return found


def _check_keys(strings: _Strings, gaps: _Gaps) -> None:
    """Refuse lines in which a text is no key where one must stand, or ends that are none."""
    is_value = np.zeros(len(gaps.kind), dtype=np.bool_)
    is_value[1:] = gaps.kind[:-1] == TEXT
    is_value[strings.first] = False
    is_last = np.zeros(len(gaps.kind), dtype=np.bool_)
    is_last[strings.last] = True
    is_end = (gaps.kind == END) | (gaps.kind == CLOSE_END)
    strings.refuse((gaps.kind == ODD) | (gaps.is_key == is_value) | (is_end != is_last))
    lead = strings.opens[strings.first] - strings.starts
    is_led = (lead == 1) | ((lead == 2) & (strings.data[strings.starts + 1] == SPACE))  # noqa: PLR2004 - brace and blank
    strings.refuse(strings.first[~is_led])


def _escapes(strings: _Strings, gaps: _Gaps) -> dict[int, str]:
    """What texts with escapes say; lines with escapes in keys, or with such as JSON does not have, are not plain."""
    if b"\\" not in strings.padded or not len(strings.opens):
        return {}
    slashes = np.flatnonzero(strings.data == BACKSLASH)
    at = np.unique(np.searchsorted(strings.opens, slashes) - 1)
    strings.refuse(at[gaps.is_key[at]])
    at = at[(at >= 0) & ~gaps.is_key[at]]
    edges = zip(strings.opens[at].tolist(), strings.closes[at].tolist(), strict=True)
    told = [strings.padded[start : stop + 1] for start, stop in edges]
    try:
        return dict(zip(at.tolist(), _decoded(b"[" + b",".join(told) + b"]"), strict=True))
    except BROKEN:
        found = {int(place): _or_none(text) for place, text in zip(at, told, strict=True)}
    strings.refuse(np.array([place for place, text in found.items() if text is None], dtype=np.int64))
    return {place: text for place, text in found.items() if text is not None}


_decoded: Final = msgspec.json.Decoder(list[str]).decode


def _or_none(text: bytes) -> str | None:
    try:
        return _decoded(b"[" + text + b"]")[0]
    except BROKEN:
        return None


def _pairs(strings: _Strings, gaps: _Gaps, items: str, escapes: dict[int, str]) -> Cuts:
    """The pairs of lines that have goods lines as they should."""
    counts = strings.last - strings.first + 1
    step = STEPS[gaps.kind]
    depth = np.cumsum(step, dtype=np.int32) - step
    depth -= np.repeat(depth[strings.first], counts)
    needs = NEEDS[gaps.kind]
    strings.refuse((needs != ANYWHERE) & (needs != depth))
    line = np.repeat(np.arange(len(counts)), counts)
    opened = np.flatnonzero(gaps.kind == OPEN)
    strings.refuse(opened[~_are_called(strings, opened, items)])
    is_bad = np.bincount(line[strings.is_bad], minlength=len(counts)) > 0
    is_bad |= np.bincount(line[opened], minlength=len(counts)) != bool(items)
    strings.is_plain[strings.lines[is_bad]] = False
    lines, kept = strings.lines[~is_bad], np.cumsum(~is_bad) - 1
    is_kept = ~is_bad[line]
    begins = ((gaps.kind == OPEN) | (gaps.kind == NEXT)) & is_kept
    item = np.where(depth > 0, np.cumsum(begins) - begins - 1, -1)
    at = np.flatnonzero(gaps.is_key & (gaps.kind != OPEN) & is_kept)
    start, size = _values(strings, gaps, at)
    escaped = np.searchsorted(at, np.fromiter(escapes, dtype=np.int64, count=len(escapes)) - 1)
    is_there = is_kept[np.fromiter(escapes, dtype=np.int64, count=len(escapes))]
    texts = [text for text, is_in in zip(escapes.values(), is_there, strict=True) if is_in]
    return Cuts(
        strings.padded, strings.words, strings.is_plain, lines, strings.opens[at] + 1,
        strings.closes[at] - strings.opens[at] - 1, start, size, kept[line[at]], item[at], kept[line[begins]],
        escaped[is_there], texts,
    )  # fmt: skip


def _are_called(strings: _Strings, at: Places, name: str) -> Flags:
    """Texts that are this name."""
    told = name.encode()
    starts, sizes = strings.opens[at] + 1, strings.closes[at] - strings.opens[at] - 1
    is_called: Flags = sizes == len(told)
    for place in range(0, len(told), WORD):
        part = told[place : place + WORD]
        there = np.minimum(starts + place, len(strings.words) - 1)
        is_called &= (strings.words[there] & LOW[len(part)]) == np.uint64(int.from_bytes(part, "little"))
    return is_called


def _values(strings: _Strings, gaps: _Gaps, at: Places) -> tuple[Places, Places]:
    """Where the values of some keys stand, and their sizes; 0 for null."""
    is_text = gaps.kind[at] == TEXT
    behind = np.minimum(at + 1, len(strings.opens) - 1)
    start = np.where(is_text, strings.opens[behind] + 1, gaps.value[at])
    size = np.where(is_text, strings.closes[behind], gaps.stop[at]) - start
    is_null = ~is_text & (size == len(NULL)) & ((strings.words[start] & LOW[len(NULL)]) == NULL_WORD)
    size[is_null] = 0
    return start, size


NULL: Final = b"null"
NULL_WORD: Final = np.uint64(int.from_bytes(NULL, "little"))
