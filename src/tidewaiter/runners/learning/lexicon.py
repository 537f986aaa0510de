"""Lexicon: words that senders put over their columns, and what they mean, however they are cut short or mistyped."""

import re
import tomllib
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib.resources import files
from typing import Final

EXACT: Final = 1.0
JOINED: Final = 0.95
CUT: Final = 0.85
"""How sure a word's meaning is: as it stands, joined to others, cut short or mistyped by a letter, ..."""

SQUEEZED: Final = 0.6
"""... or with its vowels left out (``qnty``)."""

CUT_FROM: Final = 3
SHORT: Final = 2
TYPO_FROM: Final = 5
SQUEEZED_FROM: Final = 3
SPLIT: Final = re.compile(r"[^\W\d_]+|\d+")
UMLAUTS: Final = (("ae", "a"), ("oe", "o"), ("ue", "u"))
LETTERS: Final = str.maketrans({"ß": "ss", "ł": "l", "Ł": "l", "ø": "o", "æ": "a", "œ": "o", "đ": "d"})
VOWELS: Final = re.compile("[aeiouy]")
JOINTS: Final = ("", "s", "n", "es", "en", "de", "del", "du", "di", "of", "the")
LONGEST: Final = 24
TOGETHER: Final = 4
"""So many words may be one: syllables of Chinese are often written apart."""


@dataclass(frozen=True)
class Lexicon:
    """What words mean. ``words``: a word to its meanings, several where it is open.

    ``initials``: what a letter before a word may mean; ``fields``: alternatives of meanings by field.
    """

    words: Mapping[str, frozenset[str]]
    initials: Mapping[str, frozenset[str]]
    filler: frozenset[str]
    fields: Mapping[str, tuple[frozenset[str], ...]]
    parts: Mapping[str, tuple[frozenset[str], ...]]
    values: Mapping[str, Mapping[str, str]]


@cache
def lexicon() -> Lexicon:
    """The lexicon of the house."""
    told = tomllib.loads((files("tidewaiter.runners.learning") / "lexicon.toml").read_text(encoding="utf-8"))
    words: dict[str, set[str]] = {}
    for meaning, listed in told["words"].items():
        for word in listed.split():
            words.setdefault(folded(word), set()).add(meaning)
    return Lexicon(
        {word: frozenset(meanings) for word, meanings in words.items()},
        {letter: frozenset(listed.split()) for letter, listed in told["initials"].items()},
        frozenset(told["filler"]["words"].split()),
        {field: _alternatives(text) for field, text in told["fields"].items()},
        {part: _alternatives(text) for part, text in told["parts"].items()},
        {
            field: {folded(word): meant for meant, listed in meanings.items() for word in listed.split()}
            for field, meanings in told["values"].items()
        },
    )


def _alternatives(text: str) -> tuple[frozenset[str], ...]:
    return tuple(frozenset(one.split()) for one in text.split("|"))


def folded(text: str) -> str:
    """Small letters without accents; ``ae`` and ``ä`` are both ``a``.

    >>> folded("Empfänger"), folded("EMPFAENGER")
    ('empfanger', 'empfanger')
    """
    plain = unicodedata.normalize("NFKD", text.translate(LETTERS)).casefold()
    plain = "".join(letter for letter in plain if not unicodedata.combining(letter))
    for long, short in UMLAUTS:
        plain = plain.replace(long, short)
    return plain


def tokens(header: str) -> list[str]:
    """The words of a header: ``shipToZIP_code`` is ship, to, zip, code."""
    return [folded(word) for word in SPLIT.findall("".join(_apart(header.replace("#", " no "))))]


def _apart(text: str) -> Iterator[str]:
    """The text with a blank before each word that only its capital letter sets apart."""
    for at, letter in enumerate(text):
        before, after = text[max(at - 1, 0)], text[at + 1 : at + 2]
        if letter.isupper() and at and (before.islower() or (before.isupper() and after.islower())):
            yield " "
        yield letter


Meant = dict[str, float]
"""What a word may mean, each with how sure that is; empty where nobody knows it."""


def meanings(header: str) -> list[tuple[str, Meant]]:
    """The words of a header, each with what it means; a word made of several is told as those."""
    words = tokens(header)
    found: list[tuple[str, Meant]] = []
    at = 0
    while at < len(words):
        taken, told = _longest(words, at)
        found += [("".join(words[at : at + taken]), meant) for meant in told]
        at += taken
    return found


def _longest(words: list[str], at: int) -> tuple[int, list[Meant]]:
    """How many words from here are one, and what it means: some may make a known one (``ship to``)."""
    known = lexicon().words
    for taken in range(TOGETHER, 1, -1):
        joined = "".join(words[at : at + taken])
        if at + taken <= len(words) and joined in known:
            return taken, [dict.fromkeys(known[joined], EXACT)]
    return 1, _meant(words[at])


@lru_cache(maxsize=4_096)
def _meant(word: str) -> list[Meant]:
    known = lexicon().words
    if word in known:
        return [dict.fromkeys(known[word], EXACT)]
    inside = _characters(word)
    if inside:
        return [dict.fromkeys(known[part], JOINED) for part in inside]
    if word[1:] in known and word[:1] in lexicon().initials and word[0] != word[1] and len(word) >= CUT_FROM:
        return [dict.fromkeys(lexicon().initials[word[:1]], SQUEEZED), dict.fromkeys(known[word[1:]], EXACT)]
    for parts, sure in ((_segments(word), JOINED), (_half_mistyped(word), CUT)):
        if parts:
            return [dict.fromkeys(known[part], sure) for part in parts]
    for ways, sure in ((_cut, CUT), (_mistyped, CUT), (_squeezed, SQUEEZED)):
        near = {meaning for other in ways(word) for meaning in known[other]}
        if near:
            return [dict.fromkeys(near, sure if len(near) == 1 else sure * CUT)]
    return [{}]


def _segments(word: str) -> list[str]:
    """A word as a row of known ones, the longest first (``empfangerstrasse``); empty where it is none."""
    known = lexicon().words
    least = 1 if not word.isascii() else CUT_FROM
    for stop in range(min(len(word) - 1, LONGEST), least - 1, -1):
        if word[:stop] in known:
            for joint in JOINTS:
                rest = word[stop:].removeprefix(joint) if word[stop:].startswith(joint) else ""
                if len(rest) >= least or (len(rest) == SHORT and rest in known):
                    more = [rest] if rest in known else _segments(rest)
                    if more:
                        return [word[:stop], *more]
    return []


def _characters(word: str) -> list[str]:
    """The known words in a text that has no blanks between them, the longest first (``收件人地址``)."""
    known, found, at = lexicon().words, [], 0
    while at < len(word):
        longest = next((word[at:stop] for stop in range(len(word), at, -1) if word[at:stop] in known), "")
        if longest and not longest.isascii():
            found.append(longest)
        at += len(longest) or 1
    return found


def _half_mistyped(word: str) -> list[str]:
    """A word of two, the second as it should be and the first mistyped (``auftrragsdatum``)."""
    known = lexicon().words
    for start in range(TYPO_FROM, len(word) - CUT_FROM):
        if word[start:] in known:
            for joint in JOINTS:
                near = next(_mistyped(word[:start].removesuffix(joint)), "")
                if near:
                    return [near, word[start:]]
    return []


def _cut(word: str) -> Iterator[str]:
    """Words that begin so."""
    if len(word) >= CUT_FROM:
        yield from (other for other in lexicon().words if other.startswith(word))


def _mistyped(word: str) -> Iterator[str]:
    """Words that differ by one letter: another, one too many, one too few, two changed about."""
    if len(word) >= TYPO_FROM:
        yield from (other for other in lexicon().words if len(other) >= TYPO_FROM and _is_one_off(word, other))


def _is_one_off(one: str, other: str) -> bool:
    if abs(len(one) - len(other)) > 1:
        return False
    start = next((at for at, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other)))
    rest, more = one[start:], other[start:]
    swapped = rest[:2] == more[1::-1] and rest[2:] == more[2:] and len(rest) > 1
    return swapped or rest[1:] == more[1:] or rest == more[1:] or rest[1:] == more


def _squeezed(word: str) -> Iterator[str]:
    """Words that keep these letters in order, where hardly a vowel is left (``wght``, ``dscrptn``)."""
    if len(word) < SQUEEZED_FROM or len(VOWELS.findall(word)) * 3 > len(word):
        return
    for other in lexicon().words:
        if (
            len(other) > len(word)
            and other[0] == word[0]
            and VOWELS.sub("", other[1:]).startswith(VOWELS.sub("", word[1:]))
        ):
            yield other
