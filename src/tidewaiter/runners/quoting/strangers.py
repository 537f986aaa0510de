"""Strangers: fields of a line that nobody knows, each named with the nearest one that is known."""

from collections.abc import Iterator
from difflib import get_close_matches
from functools import lru_cache
from typing import Any, Final

from tidewaiter.kit.format import canonical_sheet
from tidewaiter.model.columns import BY_DOOR, ITEM_FIELDS
from tidewaiter.model.findings import FindingKind
from tidewaiter.model.words import filled
from tidewaiter.runners.quoting.requests import OWN
from tidewaiter.runners.reading.json_lines import Object

ITEMS: Final = "items"
ALIKE: Final = 0.6
"""How near a known name must be to be proposed, as ``difflib`` counts."""

SHOWN: Final = 80
"""Letters of a name that are shown."""

UNKNOWN_FIELD: Final = FindingKind(
    "QUO-07",
    "Field nobody knows",
    "The field {named}{place} is not known and was not used; {proposal}.",
    "note",
    "filing",
    evidence=("named", "place", "proposal"),
)
OF_FILING: Final = tuple(name for name, field in BY_DOOR.items() if field.level == "filing")
OF_LINE: Final = tuple(field.name for field in ITEM_FIELDS)


def strangers(filing: Object, currency: str = "") -> list[dict[str, Any]]:
    """A finding for each unknown field of a filing and of its goods lines, each name once."""
    found = dict.fromkeys(_unknown(tuple(filing), is_line=False))
    lines = filing.get(ITEMS)
    on_lines: dict[str, int] = {}
    for number, line in enumerate(lines if isinstance(lines, list) else (), start=1):
        for name in _unknown(tuple(line), is_line=True) if isinstance(line, dict) else ():
            on_lines.setdefault(name, number)
    return [
        *(_told(name, "", _proposal(name, is_line=False), currency) for name in found),
        *(
            _told(name, f" of line {number}", _proposal(name, is_line=True), currency)
            for name, number in on_lines.items()
        ),
    ]


def _told(name: str, place: str, proposal: str, currency: str) -> dict[str, Any]:
    """The finding in the form of all others; what a sender wrote is shown short."""
    shown = {"named": f"'{name[:SHOWN]}'", "place": place, "proposal": proposal}
    kind = UNKNOWN_FIELD
    return {
        "code": kind.code, "severity": kind.severity, "item_no": None, "title": kind.title,
        "sentence": filled(kind.sentence, shown, currency), "field": name[:SHOWN], "evidence": shown,
    }  # fmt: skip


@lru_cache(maxsize=1024)
def _unknown(names: tuple[str, ...], *, is_line: bool) -> tuple[str, ...]:
    """Those of an object's keys that fill no field; filings of one sender have the same keys."""
    sheet = canonical_sheet()
    if is_line:
        return tuple(name for name in names if not sheet.fills(sheet.on_item(name)))
    known = {*OWN, ITEMS}
    return tuple(name for name in names if name not in known and not sheet.fills(name))


@lru_cache(maxsize=1024)
def _proposal(name: str, *, is_line: bool) -> str:
    """What may have been meant: the nearest field here, or the field of the other level."""
    plain = name.strip().lower().replace("-", "_").replace(" ", "_").removeprefix("items.")
    here, there = (OF_LINE, OF_FILING) if is_line else ((*OF_FILING, *OWN, ITEMS), OF_LINE)
    if plain in there:
        return f"{plain} belongs to the filing itself" if is_line else f"{plain} belongs to a line of items"
    near = next(_nearest(plain[:SHOWN], here), None)
    return f"the nearest one is {near}" if near else "no field is like it"


def _nearest(name: str, known: tuple[str, ...]) -> Iterator[str]:
    yield from (one for one in known if one == name)
    yield from get_close_matches(name, known, 1, ALIKE)
