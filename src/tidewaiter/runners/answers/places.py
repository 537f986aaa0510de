"""Native places: where a canonical field stands in a sender's own file, in words the sender can look up there."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from tidewaiter.kit.format import SenderSheet
from tidewaiter.model.columns import BY_DOOR

MARKS: Final = re.compile(r"(?<![^/{])(?:ns\.|x\.\.)")
"""What readers of XML put before the name of an element of another namespace than its filing's."""


@dataclass(frozen=True, slots=True)
class Place:
    """A field of a record: ``position`` as ``source_position`` has it, ``column`` the sender's name (empty: none).

    ``item`` is which goods line of its filing, from 1; None for the filing itself. ``items`` is the key of the list of
    goods lines where lines stand in one. ``message`` is the element or type of one filing; ``is_of_item`` holds where
    the column is read from a goods line.
    """

    position: int
    column: str
    item: int | None
    items: str
    message: str = ""
    is_of_item: bool = False


def _in_records(noun: str, place: Place) -> str:
    """Flat lists: a record by its number, a column by its name."""
    item = f", goods line {place.item}" if place.item is not None else ""
    column = f", column {place.column}" if place.column else ""
    return f"{noun} {place.position}{item}{column}"


def _in_list(place: Place) -> str:
    return _in_records("record", place)


def _in_rows(place: Place) -> str:
    return _in_records("row", place)


def _in_lines(place: Place) -> str:
    """NDJSON: the line, and the path within its object."""
    path, inner = "$", place.column
    if place.item is not None:
        path, inner = f"$.{place.items}[{place.item - 1}]", inner.removeprefix(f"{place.items}.")
    if not inner and place.item is None:
        return f"line {place.position}"
    return f"line {place.position} {path}{'.' if inner else ''}{inner}"


def _in_messages(place: Place) -> str:
    """EDIFACT: the message, and the data element by its segment and qualifiers."""
    item = f", goods line {place.item} ({place.items})" if place.item is not None else ""
    element = place.column.removeprefix(f"{place.items}.")
    return f"message {place.position}{item}{', ' if element else ''}{element}"


def _in_elements(place: Place) -> str:
    """XML: an XPath, whatever the namespaces: the filing by its number, the goods line, and the place in it."""
    steps = [f"(//{place.message})[{place.position}]"]
    if place.item is not None:
        steps.append(f"{place.items}[{place.item}]")
    elif place.is_of_item:
        steps.append(place.items)
    return "/".join([*steps, *filter(None, [MARKS.sub("", place.column)])])


NATIVE: Final[dict[str, Callable[[Place], str]]] = {
    "csv": _in_list,
    "parquet": _in_rows,
    "xlsx": _in_rows,
    "ndjson": _in_lines,
    "edifact": _in_messages,
    "xml": _in_elements,
}
"""How places are told, by carrier; a carrier that is not listed tells them as flat lists do."""


@dataclass(frozen=True, slots=True)
class Layout:
    """How one file was read: its carrier, and the sheet that says which column fills which field (None: not known)."""

    carrier: str
    sheet: SenderSheet | None

    def native(self, position: int, field: str, item: int | None = None) -> str:
        """Where a canonical field stands in a record of the file."""
        items, message = (self.sheet.items, self.sheet.message) if self.sheet else ("", "")
        is_nested = item is not None and self.carrier == "ndjson"
        column = self._column(field, is_nested=is_nested)
        is_of_item = column != field and BY_DOOR[field].level == "item"
        return NATIVE.get(self.carrier, _in_list)(Place(position, column, item, items, message, is_of_item))

    def wco(self, field: str) -> str:
        """Place in the WCO data model of a canonical field, or of an element of the file's message model."""
        known = BY_DOOR.get(field)
        if known is not None:
            return known.wco
        return self.sheet.model.pointer(field) if self.sheet and self.sheet.model else ""

    def _column(self, field: str, *, is_nested: bool) -> str:
        if self.sheet is None or not field:
            return field
        named = [column for column in self.sheet.columns if field in self.sheet.fills(column)]
        inside = [column for column in named if column.startswith(self.sheet.on_item(""))]
        outside = [column for column in named if column not in inside]
        wanted = (inside or outside) if is_nested else (outside or inside)
        return wanted[0] if wanted else field
