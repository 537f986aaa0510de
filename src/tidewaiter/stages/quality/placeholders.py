"""Placeholders: what people and programs write where they have nothing to say."""

from string import ascii_lowercase
from typing import Final

from tidewaiter.stages.quality.check import either

WORDS: Final = """
test|testing|tester|test user|test name|test address|test street|n a|na|none|nil|null|nan|undefined|unknown|unbekannt|
inconnu|desconocido|sconosciuto|not known|not available|not applicable|not provided|no name|noname|no address|nobody|
anonymous|tbd|tba|tbc|to be advised|dummy|sample text|lorem ipsum|foo|bar|foobar|asdf|asdfgh|asdfghjkl|qwerty|qwertz|
qwert|azerty|abc|abcd|blank|empty|leer|keine angabe|k a|private
"""
NAMES: Final = """
customer|the customer|client|kunde|buyer|purchaser|recipient|receiver|empfänger|consignee|addressee|guest|user|username|
name|first name|last name|full name|surname|your name|sender|consignor|seller|vendor|merchant|shop|store|company|
resident|occupant|john doe|jane doe|max mustermann|erika mustermann
"""
STREETS: Final = """
address|street|strasse|straße|rue|home|road|no street|no number|same|as above|see above|see label|street name|
street address|your address|musterstrasse|musterstraße
"""
TITLES: Final = ("mr", "mrs", "ms", "miss", "mister", "dr", "herr", "frau", "mme", "m", "sr", "sra", "sig")


def _words(*lists: str) -> tuple[str, ...]:
    return tuple(word.strip() for words in lists for word in words.replace("\n", "").split("|"))


REPEATED: Final = (
    r"(?i)^[\W\d_]*(?:" + "|".join(rf"{letter}(?:[\W\d_]*{letter}){{2,}}" for letter in ascii_lowercase) + r")[\W\d_]*$"
)
"""One letter three times or more and no other."""

PLACEHOLDER: Final = rf"(?i)^[\W\d_]*(?:{either(*_words(WORDS))}(?:[\W\d_]+|$))+$"
NO_NAME: Final = (
    rf"(?i)^[\W\d_]*(?:{either(*TITLES)}[\W\d_]+)?(?:{either(*_words(WORDS, NAMES))}(?:[\W\d_]+|$))+$"
    rf"|^\P{{L}}*$|(?i)^\P{{L}}*x\P{{L}}*$|{REPEATED}"
)
"""The whole name is a stopgap, with or without a title; a person whose surname is such a word is not meant."""

NO_STREET: Final = rf"(?i)^[\W\d_]*(?:{either(*_words(WORDS, STREETS))}(?:[\W_]+|$))+$|^[\W_0]*$|{REPEATED}"
"""The whole street is a stopgap, without a house number; figures alone may be a street."""
