"""Rate texts of the United States tariff read a second time, word by word, in exact fractions of whole words."""

from decimal import Decimal
from fractions import Fraction
from typing import NamedTuple

COUNTS = {"doz": 12, "gross": 144, "thousand": 1000, "1000": 1000, "1,000": 1000, "1,000 pins": 1000,
          "each": 1, "head": 1, "article": 1}  # fmt: skip
"""Units that count pieces."""
PLAIN = {"kg", "liter", "pr", "m2", "m3", "bbl", "jewel", "jewel over 7", "clean kg", "pf.liter", "line/gross"}
OF_A_KILOGRAM = ("drained weight", "entire contents of container", "contents and container", "total sugars")
METALS = ("lead", "copper", "molybdenum", "magnesium", "tungsten")
WHOLE = ("", "entire set")
FALL = "for each degree under 100 degrees (and fractions of a degree in proportion)"


class Part(NamedTuple):
    """So many dollars for each of something, or so much of the value of something."""

    sign: int
    factor: Fraction
    of: str
    is_value: bool


class Reading(NamedTuple):
    """What adds up, and what the sum is not to be less than."""

    parts: tuple[Part, ...]
    least: tuple[Part, ...] = ()

    def needs(self):
        """Everything that has to be known."""
        return {part.of for part in (*self.parts, *self.least)}

    def dollars(self, known):
        """The duty; ``known`` gives dollars or quantities by what they are of."""
        whole = sum((part.sign * part.factor * known[part.of] for part in self.parts), Fraction(0))
        least = sum((part.factor * known[part.of] for part in self.least), Fraction(0))
        return max(whole, least, Fraction(0))


def reading(text):
    """What a text says; nothing where any word of it says something else."""
    if text.lower() == "free":
        return Reading(())
    main, _, least = text.partition(" but not less than ")
    try:
        parts = tuple(_part(1, more) for more in _sums(main))
        return Reading(_signed(parts, main), tuple(_part(1, more) for more in _sums(least)) if least else ())
    except (ValueError, KeyError, ArithmeticError):
        return None


def _sums(text):
    return [piece.strip() for piece in text.replace(" less ", " + ").split("+")]


def _signed(parts, text):
    """Minus after the word less."""
    signs, rest = [1], text
    for _ in parts[1:]:
        plus, less = rest.find("+"), rest.find(" less ")
        is_less = less >= 0 and (plus < 0 or less < plus)
        signs.append(-1 if is_less else 1)
        rest = rest[less + 6 :] if is_less else rest[plus + 1 :]
    return tuple(part._replace(sign=sign) for part, sign in zip(parts, signs, strict=True))


def _part(sign, piece):
    number, mark, rest = _cut(piece)
    if mark == "%":
        return Part(sign, number / 100, _base(rest.strip()), is_value=True)
    factor, of = _unit(rest.strip())
    return Part(sign, number / factor / (100 if mark == "¢" else 1), of, is_value=False)


def _cut(piece):
    """The number, whether it is per cent, cents or dollars, and what follows."""
    dollars = piece.startswith("$")
    digits = ""
    rest = piece.removeprefix("$")
    while rest and (rest[0] in "0123456789." or (rest[0] in " /" and _goes_on(rest))):
        digits, rest = digits + rest[0], rest[1:]
    if dollars:
        return _number(digits), "$", rest
    for word, mark in (("%", "%"), ("¢", "¢"), ("cents", "¢"), ("cent", "¢")):
        if rest.lstrip().startswith(word):
            return _number(digits), mark, rest.lstrip()[len(word) :]
    raise ValueError(piece)


def _goes_on(rest):
    """True inside ``33 1/3``: a space before a fraction, or its stroke."""
    head = rest[1:].split("%")[0]
    return head.strip() != "" and all(letter in "0123456789/" for letter in head)


def _number(digits):
    whole, _, fraction = digits.strip().partition(" ")
    above, _, below = fraction.partition("/")
    return Fraction(Decimal(whole)) + (Fraction(int(above), int(below)) if fraction else 0)


def _base(words):
    """Which value a percentage is of."""
    if not words.startswith("on ") and words:
        raise ValueError(words)
    part = " ".join(word for word in words.removeprefix("on ").split() if word != "the")
    part = part.removeprefix("value of ")
    if part in WHOLE:
        return "value"
    known = {"case", "battery", "movement", "movement and case", "apparatus", "rifle", "telescopic sight, if any",
             "strap, band or bracelet", "case and strap, band or bracelet", "lead content"}  # fmt: skip
    if part not in known:
        raise ValueError(part)
    return f"value of {part}"


def _unit(words):
    """How many of what the amount is for."""
    if not words.startswith("/"):
        return COUNTS[words] if words == "each" else _fail(words), "each"
    words = words.removeprefix("/").strip().replace("/ ", "/").replace("pf. liter", "pf.liter").replace(
        "doz.", "doz").replace("pr.", "pr")  # fmt: skip
    if words == "pf.liter on ethyl alcohol content":
        words = "pf.liter"
    if words in COUNTS:
        return COUNTS[words], "each"
    if words == "t":
        return 1000, "kg"
    if words in PLAIN:
        return 1, words
    return 1, _of_a_kilogram(words)


def _of_a_kilogram(words):
    kind = words.removeprefix("kg").strip()
    if kind == FALL:
        return "kg and degrees"
    for joined in ("on ", "of "):
        what = kind.removeprefix(joined)
        if kind.startswith(joined) and (what in OF_A_KILOGRAM or what.removesuffix(" content") in METALS):
            return f"kg {what}"
    return _fail(words)


def _fail(words):
    raise ValueError(words)
