"""The parameters of chapter 99 as a file of parameters tells them: rates by heading or program, spans, exceptions."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Any, Final

from tidewaiter.kit.rates.numbers import mixed
from tidewaiter.reference.cells import NUMBER, day_of
from tidewaiter.reference.faults import Faults, Place
from tidewaiter.reference.tables import Row
from tidewaiter.reference.us_ch99.plain_yaml import Node, YamlFault, read_yaml
from tidewaiter.reference.us_ch99.words import country_named

NEEDED: Final = ("section_301_rates", "section_232_chapters", "section_232_headings", "section_122")


@dataclass(frozen=True, slots=True)
class Parameters:
    """A parameter file, read by path; what is asked for and not there is a fault where it is needed."""

    place: Place
    whole: Mapping[str, Any]
    census: Mapping[str, str]
    faults: Faults

    def at(self, *path: str) -> Any:  # noqa: ANN401 - a node may be a text, a list or a mapping
        """The node at a path; nothing where there is none."""
        node: Any = self.whole
        for name in path:
            node = node.get(name) if isinstance(node, Mapping) else None
        return node

    def mapping(self, *path: str) -> Mapping[str, Any]:
        """The mapping at a path, empty where there is none."""
        node = self.at(*path)
        return node if isinstance(node, Mapping) else {}

    def entries(self, *path: str) -> list[Mapping[str, Any]]:
        """The mappings of a list at a path."""
        node = self.at(*path)
        return [one for one in node if isinstance(one, Mapping)] if isinstance(node, Sequence) else []

    def texts(self, *path: str) -> list[str]:
        """The texts of a list at a path."""
        node = self.at(*path)
        return [str(one) for one in node] if isinstance(node, list) else []

    def day(self, *path: str) -> date | None:
        """The day at a path; a malformed one is a fault."""
        name = ".".join(path)
        return day_of(Row(self.place, {name: str(self.at(*path) or "")}), name, self.faults, may_be_empty=True)

    def day_in(self, entry: Mapping[str, Any], name: str) -> date | None:
        """A day of one entry of a list."""
        return day_of(Row(self.place, {name: str(entry.get(name) or "")}), name, self.faults, may_be_empty=True)

    def rate(self, *path: str) -> str | None:
        """The share at a path (0.25) in the language of rates (25 %)."""
        return self.share(self.at(*path), ".".join(path))

    def share(self, text: object, name: str) -> str | None:
        """A share as text in the language of rates; one that is no number is a fault."""
        if not isinstance(text, str) or not NUMBER.fullmatch(text):
            self.faults.add(self.place, f"{name}: '{text}' is no share", "Write it like 0.25.")
            return None
        return f"{mixed(Fraction(text) * 100)} %"

    def countries(self, told: object, name: str) -> tuple[str, ...]:
        """Countries that a list of census codes names, or the word ``eu``."""
        if told == "eu":
            return self.countries(list(self.mapping("eu27_codes")), "eu27_codes")
        found = []
        for code in told if isinstance(told, list) else [told]:
            country = self._country(str(code))
            if country is None:
                self.faults.add(
                    self.place, f"{name}: nobody knows the country {code}", "Give census_codes.csv as well."
                )
            else:
                found.append(country)
        return tuple(found)

    def _country(self, code: str) -> str | None:
        own = {number: iso for iso, number in self.mapping("iso_to_census").items() if iso != "UK"}
        names = {**self.census, **{code: str(name) for code, name in self.mapping("eu27_codes").items()}}
        return own.get(code) or (country_named(names[code]) if code in names else None)


def read_parameters(name: str, text: str, census: Mapping[str, str], faults: Faults) -> Parameters:
    """Read the file; one that is no plain YAML, or lacks a part that every duty hangs on, is a fault."""
    place, whole = Place(name), dict[str, Node]()
    try:
        node = read_yaml(text)
        whole = node if isinstance(node, dict) else {}
    except YamlFault as damage:
        faults.add(Place(name, damage.line), str(damage), "Mend the line: mappings, lists and scalars alone.")
    else:
        for part in NEEDED:
            if part not in whole:
                faults.add(place, f"the part '{part}' is missing", "Take the file from the original.")
    return Parameters(place, whole, census, faults)


def rates_of_301(parameters: Parameters) -> Iterator[tuple[str, str]]:
    """Heading and rate of each list under section 301; a heading twice is a fault."""
    seen: set[str] = set()
    for entry in parameters.entries("section_301_rates"):
        heading = str(entry.get("ch99_pattern"))
        if heading in seen:
            parameters.faults.add(parameters.place, f"{heading} has two rates", "Keep one of them.")
        seen.add(heading)
        rate = parameters.share(entry.get("s301_rate"), f"section_301_rates {heading}")
        if rate:
            yield heading, rate
