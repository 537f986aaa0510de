"""How long what is kept, by whose law: dated data, each with its source."""

import tomllib
from datetime import date, timedelta
from functools import cache
from importlib.resources import files
from typing import Final, NamedTuple

from tidewaiter.model.errors import LawMissing

EVERYWHERE: Final = "*"


class Retention(NamedTuple):
    """One rule: ``years`` from the end of the year, or ``days`` from the day."""

    what: str
    jurisdiction: str
    valid_from: date
    years: int | None
    days: int | None
    source: str

    def until(self, accepted: date) -> date:
        """The last day on which what was accepted on a day is kept."""
        if self.years is not None:
            return date(accepted.year + self.years, 12, 31)
        return accepted + timedelta(days=self.days or 0)


@cache
def rules() -> tuple[Retention, ...]:
    """All rules, as the sheet tells them."""
    told = tomllib.loads(files(__package__).joinpath("retention.toml").read_text(encoding="utf-8"))
    return tuple(
        Retention(one["what"], one["jurisdiction"], one["valid_from"], one.get("years"), one.get("days"), one["source"])
        for one in told["retention"]
    )


def retention(what: str, jurisdiction: str, on: date) -> Retention:
    """The rule for a day: that of the jurisdiction, else the one for everywhere.

    Raises:
        LawMissing: there is none.
    """
    held = [one for one in rules() if one.what == what and one.valid_from <= on]
    own = [one for one in held if one.jurisdiction == jurisdiction] or [
        one for one in held if one.jurisdiction == EVERYWHERE
    ]
    if not own:
        raise LawMissing("retention", what, on)
    return max(own, key=lambda one: one.valid_from)


def longest(what: str, on: date) -> date:
    """The first day of which something of this kind may still have to be kept, whatever the jurisdiction."""
    spans = [one for one in rules() if one.what == what and one.valid_from <= on]
    day = on
    for one in spans:
        first = date(on.year - one.years, 1, 1) if one.years is not None else on - timedelta(days=one.days or 0)
        day = min(day, first)
    return day
