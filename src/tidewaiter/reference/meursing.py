"""Meursing codes: which additional code goods have by their milk fat, milk protein, starch or glucose, and sucrose."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from itertools import pairwise
from pathlib import Path
from typing import Any, Final

import polars as pl

from tidewaiter.model.errors import WrongUse
from tidewaiter.reference.faults import Faults, Place
from tidewaiter.reference.importing import Order, Staged
from tidewaiter.reference.shelf import Shelf
from tidewaiter.reference.tables import Columns, Row, read_rows, read_text

SHELF: Final = "meursing"
CONTENTS: Final = ("milk_fat", "milk_protein", "starch", "sucrose")
"""Per cent by weight; starch counts glucose, sucrose counts invert sugar and isoglucose."""

OWN: Final = Columns(("code", *CONTENTS))
KEY: Final = re.compile(r"key_([0-9]{3})")
CODE: Final = re.compile(r"7[0-9]{3}")
BAND: Final = re.compile(r"([0-9]+(?:\.[0-9]+)?) ?- ?([0-9]+(?:\.[0-9]+)?)|([0-9]+(?:\.[0-9]+)?) or more")
ALL: Final = Decimal(101)
"""More than any content: the end of a band that is open."""

CODES: Final = {
    "additional_code": pl.String(),
    **{f"{name}_{end}": pl.Decimal(6, 2) for name in CONTENTS for end in ("from", "below")},
    "composition": pl.String(),
}
"""A row is a code; a content belongs to it from ``_from`` up to, not including, ``_below``."""

Band = tuple[Decimal, Decimal]


@dataclass(frozen=True, slots=True)
class _Code:
    place: Place
    code: str
    bands: tuple[Band, ...]
    printed: str


def staged(order: Order) -> Staged:
    """Read the JSON of ``key_NNN`` (additional code 7NNN) or own CSV; two codes for one composition are a fault."""
    sources, faults = order.sources(), order.faults
    found = [code for file in order.files for code in _codes(file, faults)]
    _refuse_shared(found, faults)
    faults.refuse(sources)
    rows = [(one.code, *(edge for band in one.bands for edge in band), one.printed) for one in found]
    frame = pl.DataFrame(rows, schema=CODES, orient="row").sort("additional_code")
    return Staged(
        shelf=SHELF, title=f"Meursing codes, {order.names}", origin=order.names,
        licence=order.licence or "not stated", sources=sources, rows=frame, key=("additional_code",),
        says=("composition",), valid_from=order.valid_from,
    )  # fmt: skip


def code_for(home: Path, contents: Mapping[str, Decimal]) -> str | None:
    """The additional code of a composition in per cent by weight; nothing where the table has none for it."""
    used = Shelf(home, SHELF).in_use()
    if not used:
        raise WrongUse("No Meursing codes are loaded: tidewaiter reference import meursing FILE")
    rows = Shelf(home, SHELF).read(used[-1].edition)
    for row in rows.rows(named=True):
        if all(row[f"{name}_from"] <= contents[name] < row[f"{name}_below"] for name in CONTENTS):
            return str(row["additional_code"])
    return None


def band_of(text: str) -> Band | None:
    """From where up to where a printed band goes; nothing where it cannot be read.

    A printed end belongs to the band with everything finer: "0 - 1.49" ends below 1.50, "0 - 3.9" below 4.0.

    >>> band_of("0 - 1.49"), band_of("70 or more"), band_of("")
    ((Decimal('0'), Decimal('1.50')), (Decimal('70'), Decimal('101')), (Decimal('0'), Decimal('101')))
    """
    if not text:
        return Decimal(0), ALL
    printed = BAND.fullmatch(text.strip())
    if not printed:
        return None
    start, end, open_start = printed.groups()
    if open_start:
        return Decimal(open_start), ALL
    below = Decimal(end) + Decimal(1).scaleb(int(Decimal(end).as_tuple().exponent))
    return (Decimal(start), below) if Decimal(start) < below else None


def _codes(file: Path, faults: Faults) -> list[_Code]:
    if file.suffix == ".json":
        return [made for key, cells in _entries(file, faults) if (made := _of_key(file, key, cells, faults))]
    return [made for row in read_rows(file, OWN, faults) if (made := _code(row, row["code"], faults))]


def _entries(file: Path, faults: Faults) -> list[tuple[str, Any]]:
    try:
        whole = json.loads(read_text(file, faults), object_pairs_hook=list)
        return [(str(key), dict(cells)) for key, cells in whole]
    except (ValueError, TypeError) as damage:
        faults.add(Place(file.name), f"no JSON of codes ({damage})", "Fetch it again.")
        return []


def _of_key(file: Path, key: str, cells: Mapping[str, Any], faults: Faults) -> _Code | None:
    place, number = Place(f"{file.name}, {key}"), KEY.fullmatch(key)
    unknown = sorted(cells.keys() ^ set(CONTENTS))
    if not number or unknown:
        faults.add(place, f"it is no code of three digits with four contents ({', '.join(unknown)})", "Fetch it again.")
        return None
    return _code(Row(place, {name: str(cells[name] or "") for name in CONTENTS}), f"7{number[1]}", faults)


def _code(row: Row, code: str, faults: Faults) -> _Code | None:
    if not CODE.fullmatch(code):
        faults.add(row.place, f"'{code}' is no additional code 7000 to 7999", "Take it from the original.")
    bands = [band_of(row[name]) for name in CONTENTS]
    for name, band in zip(CONTENTS, bands, strict=True):
        if band is None:
            faults.add(row.place, f"{name}: '{row[name]}' is no band", "Write 1.5 - 2.99 or 70 or more.")
    sound = tuple(band for band in bands if band)
    if len(sound) < len(CONTENTS):
        return None
    printed = ", ".join(f"{name} {row[name] or 'any'}" for name in CONTENTS)
    return _Code(row.place, code, sound, printed)


def _refuse_shared(codes: list[_Code], faults: Faults) -> None:
    """One code twice, or two codes that one composition belongs to."""
    for one, other in pairwise(sorted(codes, key=lambda made: made.code)):
        if one.code == other.code:
            faults.add(other.place, f"{other.code} stands there already ({one.place})", "Keep one of them.")
    by_start = sorted(codes, key=lambda made: made.bands)
    for number, one in enumerate(by_start):
        for other in by_start[number + 1 :]:
            if other.bands[0][0] >= one.bands[0][1]:
                break
            if one.code != other.code and all(
                a[0] < b[1] and b[0] < a[1] for a, b in zip(one.bands, other.bands, strict=True)
            ):
                faults.add(other.place, f"{other.code} and {one.code} share compositions", "Mend one of the bands.")
