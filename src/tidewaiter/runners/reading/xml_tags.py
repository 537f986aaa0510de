"""XML tags: every distinct tag of a file is read once; a tag met again is known by its bytes, many at a time."""

import re
from dataclasses import dataclass, field
from threading import Lock
from typing import Final
from xml.sax.saxutils import unescape

import numpy as np
from numpy.typing import NDArray

Words = NDArray[np.uint64]
Places = NDArray[np.int64]
Numbers = NDArray[np.int32]

WORD: Final = 8
WORDS: Final = 7
LONGEST: Final = WORD * WORDS
"""Tags up to 56 bytes are told apart in columns; longer ones, which are rare, one by one."""

TAGS_MAX: Final = 4_096
"""A file whose tags differ more than that carries data in attributes, which is not how filings are written."""

OPEN, CLOSE, EMPTY = 0, 1, 2
SLASH: Final = 0x2F
NAME: Final = rb"[A-Za-z_][A-Za-z0-9_.-]*"
TAG: Final = re.compile(rb"(" + NAME + rb")((?:\s+" + NAME + rb"\s*=\s*(?:\"[^<\"]*\"|'[^<']*'))*)\s*(/?)")
ATTRIBUTE: Final = re.compile(rb"(" + NAME + rb")\s*=\s*(?:\"([^<\"]*)\"|'([^<']*)')")
ENTITY: Final = re.compile(rb"&(?!(?:lt|gt|amp|quot|apos);)")
ENTITIES: Final = {"&quot;": '"', "&apos;": "'"}
FACTOR: Final = np.uint64(0x9E3779B97F4A7C15)
SHIFT: Final = np.uint64(29)
MASKS: Final = np.array([(1 << (8 * size)) - 1 for size in range(WORD + 1)], dtype=np.uint64)


class NotPlain(ValueError):
    """The text is more than elements, plain attributes and words: it has to be read the slow way."""


@dataclass(frozen=True, slots=True)
class Tag:
    """One tag that opens an element, as it is written: ``kind`` opens or is empty; attributes by name."""

    kind: int
    name: str
    attributes: tuple[tuple[str, str], ...] = ()


@dataclass
class Tags:
    """The tags of a file and its names, growing as it is read; safe to use from several threads."""

    tags: list[Tag] = field(default_factory=list)
    names: dict[str, int] = field(default_factory=dict)
    _by_bytes: dict[bytes, int] = field(default_factory=dict)
    _lock: Lock = field(default_factory=Lock)
    _known: "tuple[Words, Numbers, Words]" = field(
        default_factory=lambda: (np.zeros(0, np.uint64), np.zeros(0, np.int32), np.zeros((WORDS, 0), np.uint64))
    )
    _hashes: list[tuple[int, int, tuple[int, ...]]] = field(default_factory=list)
    _kinds: NDArray[np.int8] = field(default_factory=lambda: np.zeros(0, np.int8))
    _name_of: Numbers = field(default_factory=lambda: np.zeros(0, np.int32))
    _name_sizes: Places = field(default_factory=lambda: np.zeros(0, np.int64))

    def numbers(self, block: bytes, words: Words, starts: Places, sizes: Places) -> Numbers:
        """The number of each tag that opens; ``words`` are the eight bytes from each byte on, little end first.

        ``NotPlain`` for a tag that is none of ours to read.
        """
        hashes, parts = _hashed(words, starts, sizes)
        found = self._look_up(hashes, parts, sizes)
        missing = np.flatnonzero(found < 0)
        if len(missing):
            _, first = np.unique(hashes[missing], return_index=True)
            self._learn(block, starts, sizes, missing[first])
            found = self._look_up(hashes, parts, sizes)
            for at in np.flatnonzero(found < 0).tolist():
                found[at] = self._learn(block, starts, sizes, np.array([at]))
        return found

    def _look_up(self, hashes: Words, parts: "list[tuple[Places | None, Words]]", sizes: Places) -> Numbers:
        """The number of each tag, -1 for one that is not known: its bytes decide, not the number made of them."""
        known, number, told = self._known
        if not len(known):
            return np.full(len(hashes), -1, dtype=np.int32)
        at = np.minimum(np.searchsorted(known, hashes), len(known) - 1)
        is_known = (known[at] == hashes) & (sizes <= LONGEST)
        for place, (rows, part) in enumerate(parts):
            if rows is None:
                is_known &= told[place][at] == part
            else:
                is_known[rows] &= told[place][at[rows]] == part
        return np.where(is_known, number[at], np.int32(-1))

    def kinds(self, tags: Numbers) -> NDArray[np.int8]:
        """Whether each opens, closes or is empty."""
        return self._kinds[tags]

    def name_of(self, tags: Numbers) -> Numbers:
        """The number of each tag's name."""
        return self._name_of[tags]

    def name_sizes(self, tags: Numbers) -> Places:
        """How many bytes each tag's name has."""
        return self._name_sizes[tags]

    def _learn(self, block: bytes, starts: Places, sizes: Places, some: Places) -> int:
        """Take down tags at these places; the number of the last one."""
        number = -1
        with self._lock:
            before = len(self.tags)
            for at in some.tolist():
                start = int(starts[at])
                number = self._number(block[start : start + int(sizes[at])])
            if len(self.tags) > before:
                self._index()
        return number

    def _number(self, text: bytes) -> int:
        number = self._by_bytes.get(text)
        if number is not None:
            return number
        if len(self.tags) >= TAGS_MAX:
            raise NotPlain(f"more than {TAGS_MAX} different tags")
        tag = read_tag(text)
        self.names.setdefault(tag.name, len(self.names))
        number = self._by_bytes[text] = len(self.tags)
        self.tags.append(tag)
        if len(text) <= LONGEST:
            padded = np.frombuffer(text.ljust(LONGEST + WORD, b"\0"), dtype=np.uint8)
            views = _views(padded)
            hashes, _ = _hashed(views, np.zeros(1, np.int64), np.array([len(text)]))
            parts = tuple(int.from_bytes(text[place * WORD : (place + 1) * WORD], "little") for place in range(WORDS))
            self._hashes.append((int(hashes[0]), number, parts))
        return number

    def _index(self) -> None:
        ranked = sorted(self._hashes)
        self._kinds = np.array([tag.kind for tag in self.tags], dtype=np.int8)
        self._name_sizes = np.array([len(tag.name.encode()) for tag in self.tags], dtype=np.int64)
        self._name_of = np.array([self.names[tag.name] for tag in self.tags], dtype=np.int32)
        self._known = (
            np.array([told[0] for told in ranked], dtype=np.uint64),
            np.array([told[1] for told in ranked], dtype=np.int32),
            np.ascontiguousarray(np.array([told[2] for told in ranked], dtype=np.uint64).reshape(-1, WORDS).T),
        )


def read_tag(text: bytes) -> Tag:
    """What stands between ``<`` and ``>``; ``NotPlain`` where it is more than a name and attributes of plain text."""
    read = TAG.fullmatch(text)
    if read is None:
        raise NotPlain(text[:80].decode(errors="replace"))
    pairs = [(name.decode(), (one or other).decode()) for name, one, other in ATTRIBUTE.findall(read[2])]
    names = [name for name, _ in pairs]
    if len(set(names)) < len(names) or "xmlns" in names or ENTITY.search(read[2]):
        raise NotPlain(text[:80].decode(errors="replace"))
    told = tuple((name, unescape(value, ENTITIES)) for name, value in pairs)
    if any(sign in value for _, value in told for sign in "\t\n"):
        raise NotPlain(text[:80].decode(errors="replace"))
    return Tag(EMPTY if read[3] else OPEN, read[1].decode(), told)


def _views(data: NDArray[np.uint8]) -> Words:
    """The eight bytes from each byte on."""
    return np.ndarray(shape=(len(data) - WORD + 1,), dtype="<u8", buffer=data, strides=(1,))


def _hashed(words: Words, starts: Places, sizes: Places) -> tuple[Words, list[tuple[Places | None, Words]]]:
    """A number for each tag, and its bytes by eights: each time of which tags (None: all), and the bytes."""
    mixed = sizes.astype(np.uint64) * FACTOR
    parts: list[tuple[Places | None, Words]] = []
    rows: Places | None = None
    for place in range(WORDS):
        at, size = (starts, sizes) if rows is None else (starts[rows], sizes[rows])
        part = words[at + place * WORD] & MASKS[np.minimum(size - place * WORD, WORD)]
        parts.append((rows, part))
        if rows is None:
            mixed = _mixed(mixed, part)
        else:
            mixed[rows] = _mixed(mixed[rows], part)
        rows = np.flatnonzero(sizes > (place + 1) * WORD)
        if not len(rows):
            break
    return mixed, parts


def _mixed(mixed: Words, part: Words) -> Words:
    stirred = (mixed ^ part) * FACTOR
    return stirred ^ (stirred >> SHIFT)


def are_ends(words: Words, starts: Places, names: Places, sizes: Places) -> bool:
    """True where after each start stand the same bytes as at ``names``, so many of them."""
    rows = np.arange(len(starts))
    for place in range(0, int(sizes.max(initial=0)), WORD):
        if place:
            rows = np.flatnonzero(sizes > place)
        mask = MASKS[np.minimum(sizes[rows] - place, WORD)]
        if ((words[starts[rows] + place] ^ words[names[rows] + place]) & mask).any():
            return False
    return True
