"""The ECB's euro reference rates as files: the wide table of days it publishes, plain or zipped, or one row a rate."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from fractions import Fraction
from functools import lru_cache
from hashlib import sha256
from io import BytesIO
from pathlib import Path
from typing import Final
from zipfile import BadZipFile, ZipFile

import polars as pl

from tidewaiter.model.codes import CURRENCY_DIGITS
from tidewaiter.reference.cells import NUMBER, day_of
from tidewaiter.reference.ecb import BASE, NOT_PUBLISHED, Publication, publication
from tidewaiter.reference.faults import Faults, Place
from tidewaiter.reference.importing import Order, Staged
from tidewaiter.reference.shelf import Shelf
from tidewaiter.reference.tables import Columns, Row, bytes_of, read_rows

SHELF: Final = "ecb-rates"
LONG: Final = Columns(("Date", "currency", "rate_per_eur"))
LICENCE: Final = "ECB: reuse with the source named"
ENDED: Final = {"CYP", "EEK", "HRK", "LTL", "LVL", "MTL", "ROL", "SIT", "SKK", "TRL", "BGN", "RUB", "ISK"}
"""Currencies of the ECB's series that have ended."""

JOINED_AT_ONCE: Final = 4
"""Publications kept: a run that follows its shelves has its own home for each state of them."""

ZIP: Final = b"PK\x03\x04"
RATES: Final = {"day": pl.Date(), "currency": pl.String(), "per_euro": pl.String()}
"""Units of ``currency`` for one euro, as printed."""

Quote = tuple[Place, str, str, str]


def staged(order: Order) -> Staged:
    """Read ``eurofxref-hist.csv``, ``eurofxref.csv``, their archives, or rows of ``Date, currency, rate_per_eur``."""
    sources, faults = order.sources(), order.faults
    quotes = [quote for file in order.files for quote in _quotes(file, faults)]
    rows: list[tuple[date, str, str]] = []
    seen: dict[tuple[date, str], Place] = {}
    for place, day_text, currency, text in quotes:
        day = _day(place, day_text, faults)
        if not _is_rate(place, currency, text, faults) or day is None:
            continue
        if (day, currency) in seen:
            faults.add(place, f"{currency} of {day} stands there already ({seen[day, currency]})", "Keep one of them.")
        seen[day, currency] = place
        rows.append((day, currency, text))
    if not rows and not faults.found:
        faults.add(Place(order.names), "no rate stands in it", "Fetch the file again.")
    faults.refuse(sources)
    frame = pl.DataFrame(rows, schema=RATES, orient="row").sort("day", "currency")
    return Staged(
        shelf=SHELF, title=f"ECB euro reference rates to {max(day for day, _, _ in rows)}, {order.names}",
        origin="European Central Bank, euro foreign exchange reference rates", licence=LICENCE, sources=sources,
        rows=frame, key=("day", "currency"), says=("per_euro",), valid_from=order.valid_from,
    )  # fmt: skip


def published(home: Path) -> Publication:
    """What is on the shelf, and for days it does not have what the package has; the package alone without a shelf."""
    shelf = Shelf(home, SHELF)
    used = shelf.in_use()
    editions = tuple((one.edition, one.title, one.hash) for one in used)
    return _joined(_Lender(home), editions) if used else publication()


@dataclass(frozen=True)
class _Lender:
    """A home that lends editions; the same editions are the same from whichever home, and are joined once."""

    home: Path = field(compare=False)


@lru_cache(maxsize=JOINED_AT_ONCE)
def _joined(lender: _Lender, editions: tuple[tuple[str, str, str], ...]) -> Publication:
    """One publication of all editions in use (the later one counts) over the package's days."""
    shelf, package = Shelf(lender.home, SHELF), publication()
    quoted: dict[date, dict[str, str]] = {}
    for edition, _, _ in editions:
        for day, currency, text in shelf.read(edition).iter_rows():
            quoted.setdefault(day, {})[currency] = text
    names = sorted({*package.currencies, *(name for rates in quoted.values() for name in rates)})
    ours = {day: ",".join([str(day), *(rates.get(name, "") for name in names)]) for day, rates in quoted.items()}
    theirs = {
        day: ",".join([str(day), *(rates.get(name, "") for name in names)])
        for day, rates in _texts(package) if day not in ours
    }  # fmt: skip
    lines = theirs | ours
    days = sorted(lines)
    content = sha256("\x1f".join([package.content, *(digest for _, _, digest in editions)]).encode()).hexdigest()
    title = f"{', '.join(title for _, title, _ in editions)}; other days: {package.edition}"
    return Publication(tuple(days), tuple(lines[day] for day in days), tuple(names), content, title)


def _texts(package: Publication) -> Iterator[tuple[date, dict[str, str]]]:
    for day, line in zip(package.days, package.lines, strict=True):
        yield day, dict(zip(package.currencies, line.split(",")[1:], strict=False))


def _quotes(file: Path, faults: Faults) -> Iterator[Quote]:
    raw = bytes_of(file)
    if raw.startswith(ZIP):
        raw = _unzipped(file, raw, faults)
    if raw[:4].lower() != b"date" or b"rate_per_eur" in raw[:200].split(b"\n")[0]:
        for row in read_rows(file, LONG, faults):
            yield row.place, row["Date"], row["currency"], row["rate_per_eur"]
        return
    head, *lines = raw.decode("ascii", errors="replace").splitlines()
    names = [name.strip() for name in head.rstrip(", ").split(",")][1:]
    for number, line in enumerate(lines, start=2):
        day, *cells = [cell.strip() for cell in line.rstrip(", ").split(",")]
        if len(cells) > len(names):
            faults.add(Place(file.name, number), f"{len(cells)} rates under {len(names)} currencies", "Fetch it again.")
        for name, text in zip(names, cells, strict=False):
            if text not in NOT_PUBLISHED:
                yield Place(file.name, number), day, name, text


def _unzipped(file: Path, raw: bytes, faults: Faults) -> bytes:
    try:
        with ZipFile(BytesIO(raw)) as archive:
            return archive.read(archive.namelist()[0])
    except (BadZipFile, IndexError, OSError) as damage:
        faults.add(Place(file.name), f"the archive is damaged ({damage})", "Fetch it again.")
        return b"Date\n"


def _day(place: Place, text: str, faults: Faults) -> date | None:
    """A day as the long file (2026-10-30) or the file of one day (30 October 2026) has it."""
    try:
        return datetime.strptime(text, "%d %B %Y").date()  # noqa: DTZ007 - a day has no time of day
    except ValueError:
        return day_of(Row(place, {"Date": text}), "Date", faults)


def _is_rate(place: Place, currency: str, text: str, faults: Faults) -> bool:
    if currency not in CURRENCY_DIGITS and currency not in ENDED:
        faults.add(place, f"nobody knows the currency '{currency}'", "Write its ISO code, like USD.")
        return False
    if currency == BASE or not NUMBER.fullmatch(text) or not Fraction(text):
        faults.add(place, f"'{text}' is no rate of {currency} for one euro", "Fetch the file again.")
        return False
    return True
