"""Wording: descriptions that name no goods, and texts that a wrong encoding has made unreadable."""

from string import ascii_lowercase
from typing import Final

import polars as pl

from tidewaiter.model.findings import FindingKind
from tidewaiter.stages.quality.check import Check, only
from tidewaiter.stages.quality.placeholders import STOPGAP
from tidewaiter.stages.quality.vague_words import VAGUE

ONLY_VAGUE: Final = only(*VAGUE)
LETTER: Final = r"\p{L}"
ENOUGH: Final = r"\p{L}(?:\P{L}*\p{L}){2}|[\p{Han}\p{Hiragana}\p{Katakana}\p{Hangul}]|\p{L}{2}"
"""Three letters, or two side by side: TV, BH, CD and Öl are goods; in a script whose signs are words, one."""

SHORT: Final = only(
    "na", "nn", "nr", "no", "ok", "pc", "st", "tk", "xy", "yx", "ab", "as", "sd", "df", "fg", "jk", "kl", "qw",
    "we",
    *(f"{letter}{{2,}}" for letter in ascii_lowercase),
)  # fmt: skip
"""Two letters that name no goods in any language: a number's or a piece's mark, neighbours on a keyboard, one twice."""

_CONTINUED: Final = (
    "\u0080-\u00bf\u0152\u0153\u0160\u0161\u0178\u017d\u017e\u0192\u02c6\u02dc"
    "\u2013-\u2026\u2030\u2039\u203a\u20ac\u2122"
)
UNREADABLE: Final = f"\ufffd|\u951f\u65a4|[ÃÅÄÐÑ][{_CONTINUED}]|Â[\u0080-\u00bf]|â(?:€|\u0080|\u0084)|ï»¿|ï¿½"
"""What is left of UTF-8 that was read as Latin or Chinese letters, and the sign that stands for a lost one."""

_DESCRIPTION: Final = pl.col("description")


def _kind(code: str, title: str, sentence: str) -> FindingKind:
    return FindingKind(code, title, sentence, "ask", "item", pointer="item_description", evidence=("description",))


ITEM_CHECKS: Final = (
    Check(
        _kind(
            "TXT-04",
            "Description names no goods",
            'The description "{description}" would fit any parcel. Say what the goods are, of what and for what.',
        ),
        _DESCRIPTION.str.contains(ONLY_VAGUE) & _DESCRIPTION.str.contains(ENOUGH),
    ),
    Check(
        _kind(
            "TXT-05",
            "Description has no letters",
            'The description "{description}" holds no letters. Say in words what the goods are.',
        ),
        ~_DESCRIPTION.str.contains(LETTER),
    ),
    Check(
        _kind(
            "TXT-06",
            "Description is a stopgap",
            'The description "{description}" fills the field and says nothing. Say in words what the goods are.',
        ),
        (_DESCRIPTION.str.contains(f"{STOPGAP}|{SHORT}") | ~_DESCRIPTION.str.contains(ENOUGH))
        & _DESCRIPTION.str.contains(LETTER),
    ),
    Check(
        FindingKind(
            "TXT-07",
            "Description is unreadable",
            'The description "{description}" was garbled by a wrong encoding. Send the file in UTF-8.',
            "note",
            "item",
            pointer="item_description",
            evidence=("description",),
        ),
        _DESCRIPTION.str.contains(UNREADABLE),
    ),
)
