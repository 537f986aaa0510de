"""The starter tariffs that come with the product: facts of our own, each file with its source and evidence."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from hashlib import sha256
from importlib.resources import files
from typing import Any, Final

import polars as pl

from tidewaiter.kit.rates.expression import kind_of
from tidewaiter.kit.rates.parse import parse
from tidewaiter.model.errors import SheetRefused
from tidewaiter.reference.tariff_lines import RATE, Rate, rate

EVIDENCE: Final = ("read", "recalled")
DIGITS: Final = 6
DIALECT: Final = "us"
"""How a starter writes its rates: ``12%``, ``Free``."""

NO_CLAIM: Final = "100"
"""The preference code of a filer who claims none in the words of the Union's declaration."""


@dataclass(frozen=True, slots=True)
class StarterSpan:
    """Rates of subheadings that hold from a day to a day, both included; an empty end is still open."""

    valid_from: date
    valid_to: date | None
    rates: Mapping[str, str]

    def holds_on(self, day: date) -> bool:
        """True where ``day`` lies in the span."""
        return self.valid_from <= day and (self.valid_to is None or day <= self.valid_to)


@dataclass(frozen=True, slots=True)
class Starter:
    """A starter tariff; ``source`` names where a rate stands, with ``{code}`` or ``{dotted}`` for its place.

    ``no_claim`` are the codes by which filers of the jurisdiction say that they claim no preference.
    """

    jurisdiction: str
    title: str
    source: str
    evidence: str
    spans: tuple[StarterSpan, ...]
    hash: str
    no_claim: tuple[str, ...] = (NO_CLAIM,)

    @property
    def origin(self) -> str:
        """Where its rates stand, as said of all of them at once."""
        return self.source.replace("{code}", "each code").replace("{dotted}", "each code")

    def changes(self) -> list[date]:
        """Days on which any rate starts or is gone."""
        ends = {span.valid_to + timedelta(days=1) for span in self.spans if span.valid_to}
        return sorted({span.valid_from for span in self.spans} | ends)

    def on(self, day: date) -> pl.DataFrame:
        """The rates in force on a day, in the form of compiled lines."""
        rates = {code: text for span in self.spans if span.holds_on(day) for code, text in span.rates.items()}
        rows = [_row(code, text) for code, text in sorted(rates.items())]
        return pl.DataFrame(rows, schema={"code": pl.String(), **RATE}, orient="row")


@cache
def starter_of(jurisdiction: str) -> Starter | None:
    """The starter tariff of a jurisdiction, where the product has one."""
    path = files("tidewaiter.reference").joinpath("starter", f"{jurisdiction.lower()}.toml")
    return read_starter(path.read_text(encoding="utf-8")) if path.is_file() else None


def read_starter(text: str) -> Starter:
    """Read a starter sheet; ``SheetRefused`` names a fact without source, an odd code or rate, spans that overlap."""
    raw = tomllib.loads(text)
    missing = [name for name in ("jurisdiction", "title", "source", "evidence", "span") if not raw.get(name)]
    if missing or raw["evidence"] not in EVIDENCE:
        raise SheetRefused(f"A starter tariff needs {', '.join(missing) or 'evidence: one of ' + ', '.join(EVIDENCE)}.")
    spans = tuple(_span(row) for row in raw["span"])
    made = Starter(
        raw["jurisdiction"], raw["title"], raw["source"], raw["evidence"], spans, sha256(text.encode()).hexdigest(),
        tuple(raw.get("no_claim", (NO_CLAIM,))),
    )  # fmt: skip
    _refuse_contradictions(made)
    return made


def _span(row: Mapping[str, Any]) -> StarterSpan:
    return StarterSpan(row["valid_from"], row.get("valid_to"), row["rates"])


@cache
def _row(code: str, text: str) -> Rate:
    return (code, *rate(parse(text, DIALECT), text, code, code))


def _refuse_contradictions(made: Starter) -> None:
    for number, span in enumerate(made.spans):
        for code, text in span.rates.items():
            if (
                len(code) != DIGITS
                or not code.isdecimal()
                or kind_of(parse(text, DIALECT)) not in {"ad_valorem", "free"}
            ):
                raise SheetRefused(f"{made.title}: '{code} = {text}' is no subheading with a rate of the value.")
            again = [other for other in made.spans[number + 1 :] if code in other.rates and _share_a_day(span, other)]
            if again:
                raise SheetRefused(
                    f"{made.title}: {code} has two rates from {again[0].valid_from}. End the earlier one."
                )


def _share_a_day(one: StarterSpan, other: StarterSpan) -> bool:
    return one.holds_on(other.valid_from) or other.holds_on(one.valid_from)
