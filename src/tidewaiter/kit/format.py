"""A sender sheet: how one sender's flat layout says what the canonical fields mean, in about ten lines of TOML.

A pack is a folder ``packs/formats/<name>/`` with ``sheet.toml`` and ``cases/``.
"""

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from hashlib import sha256
from typing import Any, Final

from tidewaiter.kit.message_model import MessageModel, read_model
from tidewaiter.model.assertions import ASSERTION_FIELDS
from tidewaiter.model.columns import BY_DOOR, ITEM_FIELDS, Kind
from tidewaiter.model.errors import SheetRefused
from tidewaiter.model.events import EVENT_FIELDS

MASS_UNITS: Final = {"kg": 0, "g": 3, "mg": 6}
"""Units of mass a sheet may name, and how many places the point moves to make kilograms of them."""

CANONICAL: Final = "tidewaiter"
"""Name of the layout of our own interfaces: every column is called what it is."""

OF_EVENTS: Final = "events"
"""Name of the layout of movement events of our own, flat, one event a row or object; and what such sheets are about."""

OF_ASSERTIONS: Final = "assertions"
"""Name of the layout of what other parties claim: flat, one assertion a row or object."""

ANY_WORD: Final = "*"
"""In ``[values.FIELD]``: what every word that is not listed means."""

CARRIERS: Final = ("", "xml", "edifact")
"""What a sheet's files are: flat ones and NDJSON, which share their sheets, or messages with a frame of their own."""

PARTS: Final = (
    "name", "title", "columns", "items", "constants", "defaults", "values", "units", "decimal", "dates", "carrier",
    "message", "sender", "constraints",
)  # fmt: skip

CONSTRAINTS: Final = frozenset({"model", "namespace"})
DATE_ORDERS: Final = ("", "dmy", "mdy", "compact")


@dataclass(frozen=True)
class SenderSheet:
    """One layout. ``columns``: the sender's name to the canonical door names it fills; the rest as the sheet says.

    ``items`` is the key of the list of goods lines in NDJSON. ``constants`` hold always, ``defaults`` where the
    message is empty; both are marked as defaulted. ``values`` translates the sender's words, per canonical field;
    ``*`` stands for any other word. ``mass_units`` gives the unit of a mass field where it is not kg. ``decimal`` is
    ``.`` or ``,``. ``key`` is the field that says what a row is about; ``needs_zone`` leaves instants that a Parquet
    file holds without a zone as they are, where others take them as UTC. ``dates`` is ``dmy`` or ``mdy`` where days are
    written so (31.12.2026, 12/31/2026), ``compact`` where without signs between (20261231, 20261231093000Z); empty for
    ISO 8601.

    ``carrier`` is empty for CSV, NDJSON, Parquet and XLSX. For ``xml``, ``message`` is the element that is one filing,
    ``items`` the path from it to a goods line, and columns are places below either (``runners/reading/xml_places``);
    there several may fill one field, and the first that says something counts.

    For ``edifact``, ``message`` is the type of message (UNH, 0065), ``items`` the tag of the segment that begins a
    goods line, and columns are data elements by segment and qualifiers (``NAD+CN/3036``,
    ``CST.MEA+WT+AAA+KGM/6314``). A sheet with a ``sender`` is taken for files of that sender (UNB, 0004) alone, unless
    it is named.

    ``about`` is empty for filings and ``events`` for what happens to parcels, whose columns are those of
    ``model.events``.
    ``constraints`` of ``xml``: ``model`` names the pack of formats whose ``model.csv`` says what the message may hold
    (``held_to`` puts it into ``model``), ``namespace`` the one it is of. Filings in that namespace are held to the
    model, and set aside where they break it; of others it is only told.
    """

    name: str
    title: str
    columns: Mapping[str, tuple[str, ...]]
    items: str
    constants: Mapping[str, str]
    defaults: Mapping[str, str]
    values: Mapping[str, Mapping[str, str]]
    mass_units: Mapping[str, str]
    decimal: str
    edition: str
    key: str = "consignment_id"
    needs_zone: bool = False
    carrier: str = ""
    message: str = ""
    sender: str = ""
    dates: str = ""
    about: str = ""
    constraints: Mapping[str, str] = field(default_factory=dict)
    model: MessageModel | None = None

    def held_to(self, model: str) -> "SenderSheet":
        """The sheet with the model that its constraints name, given as the text of its ``model.csv``."""
        edition = sha256(f"{self.edition} {model}".encode()).hexdigest()
        return replace(self, model=read_model(self.message, model), edition=edition)

    def fills(self, column: str) -> tuple[str, ...]:
        """Canonical fields that a column of the sender fills; none for a stranger.

        ``items.weight`` is the key ``weight`` of a goods line: where the sheet does not name it so, it means what
        the plain column means on a goods line.
        """
        if column in self.columns or not self.items:
            return self.columns.get(column, ())
        plain = column.removeprefix(self.on_item(""))
        if plain == column:
            return ()
        return tuple(name for name in self.columns.get(plain, ()) if BY_DOOR[name].level == "item")

    def on_item(self, key: str) -> str:
        """Name of a column that stands on the goods lines of a nested message."""
        return f"{self.items}.{key}"


def canonical_sheet() -> SenderSheet:
    """The layout in which every column is called what it is; on a nested goods line without the prefix."""
    flat = {name: (name,) for name in BY_DOOR}
    nested = {f"items.{field.name}": (field.door,) for field in ITEM_FIELDS}
    return SenderSheet(CANONICAL, "Canonical fields", flat | nested, "items", {}, {}, {}, {}, ".", "1")


def event_sheet() -> SenderSheet:
    """The layout of movement events of our own: no goods lines, every column called what it is."""
    flat = {field.name: (field.name,) for field in EVENT_FIELDS}
    return SenderSheet(
        OF_EVENTS,
        "Movement events",
        flat,
        "",
        {},
        {},
        {},
        {},
        ".",
        "1",
        key="parcel_id",
        needs_zone=True,
        about=OF_EVENTS,
    )


def assertion_sheet() -> SenderSheet:
    """The layout of assertions, the only one there is: no goods lines, every column called what it is."""
    flat = {field.name: (field.name,) for field in ASSERTION_FIELDS}
    return SenderSheet(
        OF_ASSERTIONS, "Assertions", flat, "", {}, {}, {}, {}, ".", "1", key="reference", needs_zone=True
    )


def read_sender_sheet(text: str) -> SenderSheet:
    """Read ``sheet.toml``; ``SheetRefused`` lists everything in it that cannot be meant."""
    raw = tomllib.loads(text)
    name = str(raw.get("name", "without a name"))
    faults = list(_faults(raw))
    if faults:
        raise SheetRefused(f"Sender sheet '{name}': {'; '.join(faults)}.")
    return SenderSheet(
        name=name,
        title=raw["title"],
        columns=_columns(raw),
        items=raw.get("items", "items"),
        constants=raw.get("constants", {}),
        defaults=raw.get("defaults", {}),
        values=raw.get("values", {}),
        mass_units=raw.get("units", {}),
        decimal=raw.get("decimal", "."),
        edition=sha256(text.encode()).hexdigest(),
        carrier=raw.get("carrier", ""),
        message=raw.get("message", ""),
        sender=raw.get("sender", ""),
        dates=raw.get("dates", ""),
        constraints=raw.get("constraints", {}),
    )


def _columns(raw: Mapping[str, Any]) -> dict[str, tuple[str, ...]]:
    return {name: (to,) if isinstance(to, str) else tuple(to) for name, to in raw.get("columns", {}).items()}


def _faults(raw: Mapping[str, Any]) -> Iterator[str]:
    """Sentences, without their full stop, on what is wrong."""
    mapped = [name for names in _columns(raw).values() for name in names]
    tables = {part: raw.get(part, {}) for part in ("constants", "defaults", "values", "units")}
    named = [*mapped, *(name for table in tables.values() for name in table)]
    yield from (f"it has no {part}" for part in ("name", "title") if not isinstance(raw.get(part), str))
    yield from (f"nobody knows the part '{part}'" for part in raw if part not in PARTS)
    yield from (f"'{name}' is no canonical field" for name in sorted(set(named) - set(BY_DOOR)))
    if not raw.get("carrier"):
        yield from (f"'{name}' is filled by two columns" for name in sorted(set(mapped)) if mapped.count(name) > 1)
    if "consignment_id" not in mapped:
        yield "no column fills consignment_id"
    yield from _value_faults(raw, tables)


def _value_faults(raw: Mapping[str, Any], tables: Mapping[str, Mapping[str, Any]]) -> Iterator[str]:
    plain = [*tables["constants"].items(), *tables["defaults"].items()]
    words = [(name, word) for name, listed in tables["values"].items() for word in listed.values()]
    yield from (f"'{name}' = {word} is no text: put it in quotes" for name, word in [*plain, *words] if _no_text(word))
    for name, unit in tables["units"].items():
        if unit not in MASS_UNITS:
            yield f"'{name}' has the unit {unit}, known are {', '.join(MASS_UNITS)}"
        if name in BY_DOOR and BY_DOOR[name].kind is not Kind.MASS:
            yield f"'{name}' is no mass and has no unit"
    if raw.get("decimal", ".") not in {".", ","}:
        yield "decimal is '.' or ','"
    if raw.get("carrier", "") not in CARRIERS:
        yield f"carrier is {' or '.join(filter(None, CARRIERS))}, or left out"
    if bool(raw.get("carrier")) != isinstance(raw.get("message"), str):
        yield "carrier and message stand together: the message is the element that is one filing"
    if raw.get("constraints") and (raw["constraints"].keys() != CONSTRAINTS or raw.get("carrier") != "xml"):
        yield f"constraints are those of an XML message and have {' and '.join(sorted(CONSTRAINTS))}"
    if raw.get("dates", "") not in DATE_ORDERS:
        yield "dates is dmy, mdy or compact, or left out"
    if not isinstance(raw.get("items", ""), str):
        yield "items is the key of the list of goods lines"


def _no_text(word: object) -> bool:
    return not isinstance(word, str)
