"""Use case: what stands on the shelves, and how an official publication gets onto one."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Final

from tidewaiter.model.errors import WrongUse
from tidewaiter.reference import ecb, nomenclature
from tidewaiter.reference.measures.editions import SHELVES
from tidewaiter.reference.shelf import Shelf, listing
from tidewaiter.reference.starter import Starter, starter_of
from tidewaiter.service import discovery
from tidewaiter.service.settings import home_folder

BUILT_IN: Final = "comes with the product"


@dataclass(frozen=True)
class Shelved:
    """An edition on a shelf: which days it answers for, where it is from, and how sure it is (``marks``).

    An empty ``first_day`` or ``last_day`` is open. ``entries`` counts what can be asked for.
    """

    shelf: str
    edition: str
    title: str
    first_day: date | None
    last_day: date | None
    origin: str
    licence: str
    marks: str
    entries: int
    in_use: bool = True
    hash: str = ""


def shelves(home: Path | None = None) -> list[Shelved]:
    """Everything on every shelf: what comes with the product first, then what was imported."""
    return [_exchange_rates(), _nomenclature(), *_starters(), *_imported(home or home_folder())]


def shelf_named(name: str, home: Path | None = None) -> list[Shelved]:
    """All editions of one shelf; ``WrongUse`` says which shelves there are."""
    every = shelves(home)
    found = [one for one in every if name in {one.shelf, one.edition}]
    if not found:
        names = ", ".join(dict.fromkeys(one.shelf for one in every))
        raise WrongUse(f"There is no shelf or edition '{name}'. There are: {names}.")
    return found


def _exchange_rates() -> Shelved:
    found = ecb.publication()
    origin = f"European Central Bank, euro reference rates, by the package {ecb.PACKAGE}"
    return Shelved(
        "exchange-rates", BUILT_IN, found.edition, found.days[0], found.days[-1], origin,
        "ECB: reuse with the source named; package: Apache-2.0", "read", len(found.days), hash=found.content,
    )  # fmt: skip


def _nomenclature() -> Shelved:
    """What the package carries, whether or not an imported edition has taken its place."""
    nowhere = Path()
    title, content = nomenclature.edition(nowhere)
    rows = nomenclature.nomenclature(nowhere).height
    return Shelved(
        nomenclature.SHELF, BUILT_IN, title, date(2022, 1, 1), None, f"package {nomenclature.PACKAGE}, unmodified",
        "LGPL-2.1-only", "read", rows, hash=content,
    )  # fmt: skip


def _starters() -> Iterator[Shelved]:
    for code in discovery.jurisdictions():
        starter = starter_of(code)
        if starter is not None:
            yield _starter(code, starter)


def _starter(code: str, starter: Starter) -> Shelved:
    first, last = min(span.valid_from for span in starter.spans), [span.valid_to for span in starter.spans]
    end = None if None in last else max(day for day in last if day)
    codes = {name for span in starter.spans for name in span.rates}
    return Shelved(
        f"tariff-{code.lower()}", BUILT_IN, starter.title, first, end, starter.origin, "Apache-2.0, facts of our own",
        starter.evidence, len(codes), hash=starter.hash,
    )  # fmt: skip


def _imported(home: Path) -> Iterator[Shelved]:
    for name in dict.fromkeys(listing(home)["shelf"].to_list()):
        shelf = Shelf(home, name)
        used = shelf.in_use()
        for one in shelf.editions():
            later = [
                other.valid_from
                for other in used
                if other.valid_from and other.valid_from > (one.valid_from or date.min)
            ]
            end = min(later) - timedelta(days=1) if later else None
            is_dated = one.valid_from is not None or name.startswith(SHELVES)
            marks = f"{'read' if is_dated else 'assumed start'}; {one.unresolved:,} unresolved"
            yield Shelved(
                name, one.edition, one.title, one.valid_from, end, one.origin, one.licence, marks, one.rows,
                one.edition in {edition.edition for edition in used}, one.hash,
            )  # fmt: skip
