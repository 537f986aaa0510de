"""XML places: how a sheet says where in an XML filing a value stands, written much like XPath.

``A/B`` is a path from the filing or the goods line; ``A/B@currencyID`` an attribute; ``A[C=x]/B`` holds where the
element ``C`` within ``A`` says x (``!=`` is not, ``^=`` begins with, ``x?`` says x or nothing), ``A[@unit=x]`` where
an attribute does, ``.[C=x]/B`` where the filing or line does; ``A/{B}:{C}`` puts values of ``A`` together (what stands
before a value is left out with it); `` + `` between two places puts their values together.
"""

import re
from dataclasses import dataclass
from functools import cache
from typing import Final, Literal

from tidewaiter.model.errors import SheetRefused

STEP: Final = re.compile(r"(\.|[\w.-]+)((?:\[@?[\w.-]+(?:=|!=|\^=)[^\]]*\])*)")
CONDITION: Final = re.compile(r"\[(@?)([\w.-]+)(=|!=|\^=)([^\]]*)\]")
PART: Final = re.compile(r"([^{}]*)\{([\w.-]+)\}")
TOGETHER: Final = " + "


@dataclass(frozen=True, slots=True)
class Condition:
    """What an element within another, or an attribute of it, must say; ``or_nothing`` where it may also be absent."""

    is_attribute: bool
    name: str
    sign: Literal["=", "!=", "^="]
    value: str
    or_nothing: bool

    def says(self, text: str) -> bool:
        """True where this text holds to it."""
        if self.sign == "^=":
            return text.startswith(self.value)
        return (text == self.value) != (self.sign == "!=")


@dataclass(frozen=True, slots=True)
class Place:
    """One place: names from the filing or line down, the conditions on each, and what is taken there.

    ``conditions`` has one more entry than ``names``, the first on the filing or line itself. ``attribute`` is empty for
    the text; ``parts`` are pairs of what stands before and the element whose text follows, ``end`` what closes them.
    """

    names: tuple[str, ...]
    conditions: tuple[tuple[Condition, ...], ...]
    attribute: str = ""
    parts: tuple[tuple[str, str], ...] = ()
    end: str = ""

    @property
    def path(self) -> str:
        """The names as a path."""
        return "/".join(self.names)

    @property
    def paths(self) -> tuple[str, ...]:
        """Paths of the elements whose text is taken."""
        return tuple("/".join((*self.names, name)) for _, name in self.parts) if self.parts else (self.path,)


@cache
def places_of(text: str) -> tuple[Place, ...]:
    """The places whose values are put together; ``SheetRefused`` for what is no place."""
    return tuple(_place(part) for part in text.split(TOGETHER))


def _place(text: str) -> Place:
    head, slash, last = _last_step(text)
    parts: tuple[tuple[str, str], ...] = ()
    end = attribute = ""
    if "{" in last:
        told = list(PART.finditer(last))
        parts = tuple((found[1], found[2]) for found in told)
        end = last[told[-1].end() :] if told else ""
        if not parts or "{" in end or "}" in end or "".join(found[0] for found in told) + end != last:
            raise SheetRefused(f"'{text}' is no place in an XML filing: write {{Name}} for each value.")
        steps = head
    else:
        last, _, attribute = last.partition("@") if "[@" not in last else _attribute(last)
        steps = head + slash + last
    names: list[str] = []
    conditions: list[tuple[Condition, ...]] = [()]
    for number, step in enumerate(_steps(steps)):
        read = STEP.fullmatch(step)
        if read is None or (read[1] == "." and number):
            raise SheetRefused(f"'{text}' is no place in an XML filing: '{step}' is no element.")
        told_here = tuple(_condition(*found) for found in CONDITION.findall(read[2]))
        if read[1] == ".":
            conditions[0] = told_here
        else:
            names.append(read[1])
            conditions.append(told_here)
    return Place(tuple(names), tuple(conditions), attribute, parts, end)


def _attribute(last: str) -> tuple[str, str, str]:
    """A step whose conditions name attributes, and the attribute that is taken after them."""
    head, bracket, rest = last.rpartition("]")
    rest, at, attribute = rest.partition("@")
    return head + bracket + rest, at, attribute


def _condition(at: str, name: str, sign: str, value: str) -> Condition:
    signs: dict[str, Literal["=", "!=", "^="]] = {"=": "=", "!=": "!=", "^=": "^="}
    return Condition(bool(at), name, signs[sign], value.removesuffix("?"), value.endswith("?"))


def _last_step(text: str) -> tuple[str, str, str]:
    steps = _steps(text)
    return "/".join(steps[:-1]), "/" if len(steps) > 1 else "", steps[-1]


def _steps(text: str) -> list[str]:
    """The steps of a path; a slash within brackets or braces is none."""
    return [step for step in re.split(r"/(?![^\[]*\])(?![^{]*\})", text) if step]
