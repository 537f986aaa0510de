"""A sender sheet: how one sender's flat layout says what the canonical fields mean, in about ten lines of TOML.

A pack is a folder ``packs/formats/<name>/`` with ``sheet.toml`` and ``cases/``.
"""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import Final

from tidewaiter.model.columns import BY_DOOR
from tidewaiter.model.errors import SheetRefused

MASS_UNITS: Final = ("kg", "g", "mg")


@dataclass(frozen=True)
class SenderSheet:
    """One layout. ``columns``: the sender's name to the canonical door name; the rest as the sheet says.

    ``items`` is the key of the list of goods lines in NDJSON. ``constants`` hold always, ``defaults`` where the
    message is empty; both are marked as defaulted. ``values`` translates the sender's words, per canonical field.
    ``mass_units`` gives the unit of a mass field where it is not kg. ``decimal`` is ``.`` or ``,``.
    """

    name: str
    title: str
    columns: Mapping[str, str]
    items: str
    constants: Mapping[str, str]
    defaults: Mapping[str, str]
    values: Mapping[str, Mapping[str, str]]
    mass_units: Mapping[str, str]
    decimal: str
    edition: str

    @property
    def signature(self) -> frozenset[str]:
        """The sender's column names: a file whose names are these (or most of these) is taken for this layout."""
        return frozenset(self.columns)


def read_sender_sheet(text: str) -> SenderSheet:
    """Read ``sheet.toml``; ``SheetRefused`` names a field that is not canonical or a unit nobody knows."""
    raw = tomllib.loads(text)
    sheet = SenderSheet(
        name=raw["name"],
        title=raw["title"],
        columns=raw["columns"],
        items=raw.get("items", "items"),
        constants=raw.get("constants", {}),
        defaults=raw.get("defaults", {}),
        values=raw.get("values", {}),
        mass_units=raw.get("units", {}),
        decimal=raw.get("decimal", "."),
        edition=sha256(text.encode()).hexdigest(),
    )
    named = [*sheet.columns.values(), *sheet.constants, *sheet.defaults, *sheet.values, *sheet.mass_units]
    strangers = sorted({name for name in named if name not in BY_DOOR})
    if strangers:
        raise SheetRefused(f"Sender sheet '{sheet.name}' names no canonical field with: {', '.join(strangers)}.")
    wrong = sorted(f"{name} = {unit}" for name, unit in sheet.mass_units.items() if unit not in MASS_UNITS)
    if wrong:
        raise SheetRefused(f"Sender sheet '{sheet.name}' has units nobody knows: {', '.join(wrong)}.")
    return sheet
