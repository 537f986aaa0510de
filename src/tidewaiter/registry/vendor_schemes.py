"""Vendor schemes as their sheet tells them: shapes of numbers and dated parameters, each with its source."""

import re
import tomllib
from datetime import date
from functools import cache
from importlib.resources import files
from typing import NamedTuple

from tidewaiter.model.errors import LawMissing, WrongUse


class Scheme(NamedTuple):
    """A scheme and the shape of its numbers; a number that has the shape is no number that exists."""

    name: str
    shape: re.Pattern[str]

    def bare(self, number: str) -> str:
        """A number as registers write it."""
        return number.replace(" ", "").upper()

    def is_well_formed(self, number: str) -> bool:
        """True where a number could be one of the scheme."""
        return self.shape.fullmatch(self.bare(number)) is not None


class Parameter(NamedTuple):
    """A figure in force from a day on."""

    scheme: str
    name: str
    valid_from: date
    value: int
    currency: str | None


@cache
def _sheet() -> tuple[dict[str, Scheme], tuple[Parameter, ...]]:
    told = tomllib.loads(files(__package__).joinpath("vendors.toml").read_text(encoding="utf-8"))
    schemes = {one["name"]: Scheme(one["name"], re.compile(one["shape"], re.ASCII)) for one in told["scheme"]}
    parameters = tuple(
        Parameter(one["scheme"], one["name"], one["valid_from"], one["value"], one.get("currency"))
        for one in told["parameter"]
    )
    return schemes, parameters


def scheme(name: str) -> Scheme | None:
    """The scheme of that name; None where its numbers are not looked up."""
    return _sheet()[0].get(name)


def require_scheme(name: str) -> Scheme:
    """The scheme of that name.

    Raises:
        WrongUse: none of that name is known; the sentence names those that are.
    """
    found = scheme(name)
    if found is None:
        raise WrongUse(f"No vendor scheme is named {name}. Known: {', '.join(sorted(_sheet()[0]))}.")
    return found


def parameter(of: str, name: str, on: date) -> Parameter:
    """The parameter in force on a day.

    Raises:
        LawMissing: the sheet has none for the day.
    """
    held = [one for one in _sheet()[1] if (one.scheme, one.name) == (of, name) and one.valid_from <= on]
    if not held:
        raise LawMissing(f"vendor scheme {of}", name, on)
    return max(held, key=lambda one: one.valid_from)
