"""Encodings: which one a file is written in, told from its mark, from its bytes, or from what its letters look like."""

import codecs
import re
import unicodedata
from collections import Counter
from itertools import accumulate, pairwise
from string import ascii_letters, digits
from typing import Final

from charset_normalizer import from_bytes

MARKS: Final = {
    codecs.BOM_UTF8: "utf-8",
    codecs.BOM_UTF32_LE: "utf-32-le",
    codecs.BOM_UTF32_BE: "utf-32-be",
    codecs.BOM_UTF16_LE: "utf-16-le",
    codecs.BOM_UTF16_BE: "utf-16-be",
}
"""Byte order marks; the longer ones first, for one begins like another."""

SAMPLE: Final = 1 << 16
PLAIN: Final = f'{ascii_letters}{digits}_,;|"\t\n'
WESTERN: Final = "àáâãäåæçèéêëìíîïñòóôõöøùúûüßœ"
PUNCTUATION: Final = "€’‘“”–…°ªº"  # noqa: RUF001 - these very signs are meant
BEYOND_ASCII: Final = re.compile(rb"[\x80-\xff]+")
LATIN_RUN: Final = 2
"""In words of Latin letters so many in a row, on average, are beyond ASCII at most; others are written without it."""

EVIDENCE: Final = 8
"""Fewer bytes than these beyond ASCII tell nothing about a script."""

LATIN_LETTERS: Final = {
    "cp1252": WESTERN + PUNCTUATION,
    "cp1250": "ąćęłńóśźżáčďéěíňřšťúůýžäöüőűăâîşţđôŕĺľß" + PUNCTUATION,
    "cp1254": "çğıİöşüâîû" + PUNCTUATION,
    "cp850": WESTERN,
    "mac_roman": WESTERN + PUNCTUATION,
    "iso8859_2": "ąćęłńóśźżáčďéěíňřšťúůýžäöüőűăâîşţđôŕĺľß",
    "cp852": "ąćęłńóśźżáčďéěíňřšťúůýžäöüőűăâîşţđôŕĺľß",
}
"""Encodings of languages in Latin letters, and what they are usually used to write; ties go to the first."""


def mark_of(head: bytes) -> tuple[bytes, str]:
    """The byte order mark a file begins with and its encoding; both empty without one."""
    return next(((mark, name) for mark, name in MARKS.items() if head.startswith(mark)), (b"", ""))


def encoding_of(window: bytes) -> str:
    """Encoding of a stretch of bytes that is not all ASCII.

    UTF-8 where most of the lines that say anything about it are UTF-8: the others are damaged rows. Also where nothing
    fits, for then every row tells by itself whether it can be read.
    """
    *lines, rest = window.split(b"\n")
    telling = [line for line in lines or [rest] if not line.isascii()]
    foul = [line for line in telling if not is_utf8(line, is_whole=bool(lines))]
    if 2 * len(foul) <= len(telling):
        return "utf-8"
    return _looks_like(_sample(foul))


def _looks_like(sample: bytes) -> str:
    """What the bytes look most like: languages of Latin letters by their letters, others by a library."""
    latin = max(LATIN_LETTERS, key=lambda name: _usual(sample, name))
    is_latin = _usual(sample, latin) > 0
    runs = BEYOND_ASCII.findall(sample)
    if is_latin and sum(map(len, runs)) <= LATIN_RUN * len(runs):
        return latin
    likely = from_bytes(sample) if sum(map(len, runs)) >= EVIDENCE else ()
    best = next((match for match in likely if _keeps_ascii(match.encoding)), None)
    if best is None:
        return "utf-8"
    if _is_latin(str(best)):
        return latin if is_latin else "utf-8"
    return best.encoding


def is_utf8(text: bytes, *, is_whole: bool = True) -> bool:
    """True for valid UTF-8; its last character may be cut where the text is not whole."""
    try:
        codecs.utf_8_decode(text, "strict", is_whole)
    except UnicodeDecodeError:
        return False
    return True


def _sample(lines: list[bytes]) -> bytes:
    """Some whole lines, or as much of the first one as is enough."""
    enough = [
        line for line, before in zip(lines, accumulate(map(len, lines), initial=0), strict=False) if before < SAMPLE
    ]
    return b"\n".join(enough)[: 2 * SAMPLE]


def _keeps_ascii(encoding: str) -> bool:
    """True where ASCII is written as ASCII, as it was up to here."""
    return PLAIN.encode().decode(encoding, "replace") == PLAIN


def _is_latin(text: str) -> bool:
    """True where the letters beyond ASCII are mostly Latin ones."""
    letters = [letter for letter in text if letter > "\x7f" and letter.isalpha()]
    return 2 * sum(unicodedata.name(letter, "").startswith("LATIN") for letter in letters) >= len(letters)


def _usual(sample: bytes, name: str) -> int:
    """How many of the bytes become letters people write, less twice those that become anything else.

    A capital after a small letter is anything else: nobody writes so within a word.
    """
    text = sample.decode(name, "replace")
    usual = set(LATIN_LETTERS[name])
    beyond = Counter(letter for letter in text if letter > "\x7f")
    written = sum(times for letter, times in beyond.items() if {letter, letter.lower()} & usual)
    is_odd = (before.islower() and after.isupper() for before, after in pairwise(text) if max(before, after) > "\x7f")
    return written - 2 * (beyond.total() - written + sum(is_odd))
