"""The world's sheet: how much of what there is in the traffic; a sheet of the user's own replaces single figures."""

import tomllib
from collections.abc import Iterator, Mapping
from copy import deepcopy
from dataclasses import dataclass
from datetime import date
from hashlib import sha256
from json import dumps
from typing import Any, Final

from tidewaiter.model.errors import WrongUse
from tidewaiter.world.lists import read

WEEKDAYS: Final = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
ABOVE_ONE: Final = frozenset({
    "households_per_parcel", "parcels_a_repeat_household", "hubs_per_100000", "campaign_days", "parcels", "worth",
    "weekday", "hour", "weight", "factor",
})  # fmt: skip
"""Names of figures, or of tables of them, that are no shares of something and may be above one."""

Range = tuple[float, float]


@dataclass(frozen=True)
class WorldSheet:
    """All figures by table and name; ``edition`` changes with any of them."""

    tables: Mapping[str, Any]
    edition: str

    def of(self, table: str, name: str) -> float:
        """A single figure."""
        return float(self.tables[table][name])

    def span(self, table: str, name: str) -> Range:
        """A range that figures are drawn from, both ends."""
        low, high = self.tables[table][name]
        return float(low), float(high)

    def scheme_share(self, scheme: str, among: tuple[str, ...]) -> float:
        """Share of all parcels that a scheme has, the weights shared out ``among`` those that can be."""
        weights: Mapping[str, float] = self.tables["schemes"]["weight"]
        whole = sum(weights[name] for name in among)
        return self.of("schemes", "share") * weights[scheme] / whole if whole else 0.0

    def begins(self, destination: str) -> date:
        """First day of the traffic where none is named."""
        day: date = self.tables["begins"][destination]
        return day


def world_sheet(text: str | None = None, faults: float | None = None) -> WorldSheet:
    """The house's sheet, with the figures of ``text`` (TOML) in place of its own; ``WrongUse`` lists what is wrong.

    ``faults`` is the share of parcels with a true fault, in place of that of either sheet.
    """
    house = read("world")
    try:
        own = tomllib.loads(text) if text is not None else {}
        if faults is not None:
            own = _over(own, {"dirt": {"faulty": faults}})
    except tomllib.TOMLDecodeError as fault:
        raise WrongUse(f"The world's sheet is no TOML: {fault}.") from fault
    wrong = list(_faults(own, house, ""))
    if wrong:
        raise WrongUse(f"The world's sheet: {'; '.join(wrong)}.")
    told = _over(house, own)
    sums = list(_faults_of_sums(told))
    if sums:
        raise WrongUse(f"The world's sheet: {'; '.join(sums)}.")
    return WorldSheet(told, sha256(dumps(told, sort_keys=True, default=str).encode()).hexdigest()[:16])


def _over(house: Mapping[str, Any], own: Mapping[str, Any]) -> dict[str, Any]:
    told = deepcopy(dict(house))
    for name, value in own.items():
        told[name] = _over(house.get(name, {}), value) if isinstance(value, dict) else value
    return told


def _faults(own: Mapping[str, Any], house: Mapping[str, Any], above: str) -> Iterator[str]:
    """What cannot be meant: names nobody knows, figures of another kind, shares beyond nothing and all."""
    for name, value in own.items():
        called = f"{above}.{name}" if above else name
        if name not in house:
            yield f"nobody knows '{called}'"
        elif isinstance(house[name], dict):
            yield from _faults(value, house[name], called) if isinstance(value, dict) else (f"'{called}' is a table",)
        elif name == "season":
            yield from _faults_of_seasons(value)
        else:
            yield from _faults_of_figure(called, value, house[name])


def _faults_of_figure(called: str, value: object, house: object) -> Iterator[str]:
    if isinstance(house, date):
        if not isinstance(value, date):
            yield f"'{called}' is a day like 2026-08-03"
        return
    figures = value if isinstance(value, list) else [value]
    if isinstance(value, list) != isinstance(house, list) or (isinstance(house, list) and len(figures) != len(house)):
        yield f"'{called}' is {f'{len(house)} figures' if isinstance(house, list) else 'one figure'}"
        return
    numbers = [figure for figure in figures if isinstance(figure, int | float) and not isinstance(figure, bool)]
    if len(numbers) < len(figures):
        yield f"'{called}' is a figure"
        return
    most = float("inf") if ABOVE_ONE & set(called.split(".")) else 1.0
    if not all(0 <= number <= most for number in numbers):
        yield f"'{called}' lies from 0 to 1" if most == 1.0 else f"'{called}' is not below 0"
    if len(numbers) == len(("low", "high")) and numbers[0] > numbers[1]:
        yield f"'{called}' has its ends the wrong way round"


def _faults_of_seasons(seasons: object) -> Iterator[str]:
    if not isinstance(seasons, list):
        yield "'season' is a list of tables"
        return
    for season in seasons:
        if not isinstance(season, dict) or set(season) != {"name", "from", "to", "factor"}:
            yield "a season has name, from, to and factor"
            continue
        if type(season["factor"]) not in {int, float} or season["factor"] <= 0:
            yield f"the factor of season '{season['name']}' is above 0"
        for end in ("from", "to"):
            yield from _faults_of_day(str(season["name"]), season[end])


def _faults_of_day(season: str, told: object) -> Iterator[str]:
    try:
        date.fromisoformat(f"2024-{told}")
    except ValueError:
        yield f"season '{season}' has ends like 11-14, not '{told}'"


def _faults_of_sums(told: Mapping[str, Any]) -> Iterator[str]:
    """Shares that come to more than all there is, and weights that come to nothing."""
    for table, names in {
        "trade": ("gifts", "business", "samples", "documents"),
        "movement": ("short", "without_parcel", "not_presented"),
    }.items():
        if sum(told[table][name] for name in names) > 1:
            yield f"{', '.join(names)} of '{table}' come to more than all parcels"
    for called, figures in {"weekday": told["weekday"].values(), "hour.share": told["hour"]["share"]}.items():
        if not sum(figures):
            yield f"'{called}' comes to nothing"
    if told["schemes"]["share"] and not sum(told["schemes"]["weight"].values()):
        yield "'schemes.weight' comes to nothing"
    if told["split_order"]["parcels"][0] < len(("one", "two")):
        yield "'split_order.parcels' begins at 2"
    if told["schemes"]["share"] + told["trade"]["split_honestly"] > 1:
        yield "schemes and honest splits come to more than all parcels"
