"""Sheets of programmes: whose goods a programme is for, from when to when, and what it leaves open."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from hashlib import sha256
from importlib.resources import files
from typing import Any, Final

from tidewaiter.model.dates import in_force
from tidewaiter.model.errors import SheetRefused

EVIDENCE: Final = ("read", "recalled", "assumed")
"""From the surest to the least sure."""

EVERYBODY: Final = "*"
"""Stands for the goods of any country."""


@dataclass(frozen=True, slots=True)
class Programme:
    """For goods of ``origins`` the rates marked ``columns``; without one the rate ``otherwise``, else the general one.

    ``open_question`` says what nobody tells of the goods: about ``open_columns``, or about all where none are named.
    """

    symbol: str
    origins: frozenset[str]
    valid_from: date
    valid_to: date | None
    source: str
    evidence: str
    columns: tuple[str, ...]
    otherwise: str | None = None
    open_question: str | None = None
    open_columns: tuple[str, ...] = ()
    needs_proof: bool = True

    def is_for(self, origin: str | None) -> bool:
        """True where goods of ``origin`` come under it."""
        return EVERYBODY in self.origins or origin in self.origins


@dataclass(frozen=True, slots=True)
class PenaltyOrigins:
    """Countries whose goods pay the rates of the second column."""

    origins: frozenset[str]
    valid_from: date
    valid_to: date | None
    source: str
    evidence: str


@dataclass(frozen=True, slots=True)
class Programmes:
    """The sheet of a jurisdiction; nothing is told of days before ``told_from``."""

    title: str
    told_from: date
    programmes: Mapping[str, tuple[Programme, ...]]
    column_2: tuple[PenaltyOrigins, ...]
    hash: str

    def penalty(self, origin: str | None, day: date) -> PenaltyOrigins | None:
        """The fact by which goods of an origin pay column 2 on a day; none: they do not."""
        return next((one for one in self.column_2 if origin in one.origins and in_force(one, day)), None)


@cache
def programmes_of(jurisdiction: str) -> Programmes | None:
    """The sheet that comes with the product, where there is one."""
    path = files("tidewaiter.reference.programmes").joinpath(f"{jurisdiction.lower()}.toml")
    return read_programmes(path.read_text(encoding="utf-8")) if path.is_file() else None


def read_programmes(text: str) -> Programmes:
    """Read a sheet; ``SheetRefused`` names a fact without source, evidence or start, and an origin told twice a day."""
    raw = tomllib.loads(text)
    found: dict[str, list[Programme]] = {}
    for row in raw.get("programme", ()):
        found.setdefault(row["symbol"], []).append(_programme(row))
    for symbol, spans in found.items():
        _refuse_overlaps(symbol, spans)
    return Programmes(
        title=raw["title"],
        told_from=raw["told_from"],
        programmes={symbol: tuple(spans) for symbol, spans in found.items()},
        column_2=tuple(
            PenaltyOrigins(origins=frozenset(row["origins"]), **_dated(row)) for row in raw.get("column_2", ())
        ),
        hash=sha256(text.encode()).hexdigest(),
    )


def _programme(row: Mapping[str, Any]) -> Programme:
    known = ("symbol", "otherwise", "open_question", "needs_proof")
    return Programme(
        **{name: row[name] for name in known if name in row},
        origins=frozenset(row["origins"]),
        columns=tuple(row.get("columns", [row["symbol"]])),
        open_columns=tuple(row.get("open_columns", ())),
        **_dated(row),
    )


def _dated(row: Mapping[str, Any]) -> dict[str, Any]:
    missing = [name for name in ("valid_from", "source", "evidence") if not row.get(name)]
    if missing or row["evidence"] not in EVIDENCE:
        raise SheetRefused(f"The programme {dict(row)!r} lacks {missing or 'evidence: one of ' + ', '.join(EVIDENCE)}.")
    return {name: row.get(name) for name in ("valid_from", "valid_to", "source", "evidence")}


def _refuse_overlaps(symbol: str, spans: list[Programme]) -> None:
    ordered = sorted(spans, key=lambda one: one.valid_from)
    for at, one in enumerate(ordered):
        for later in ordered[at + 1 :]:
            shared = sorted(one.origins & later.origins)
            if shared and later.valid_from <= (one.valid_to or date.max):
                raise SheetRefused(f"Programme {symbol} tells {', '.join(shared)} twice on {later.valid_from}.")
