"""The sheet of our own facts on chapter 99: read once, proven to be whole."""

import tomllib
from collections.abc import Mapping
from datetime import date
from functools import cache
from hashlib import sha256
from importlib.resources import files
from typing import Any, Final

from tidewaiter.model.errors import SheetRefused
from tidewaiter.reference.us_ch99.provisions import Provision
from tidewaiter.reference.us_ch99.words import EU

EVIDENCE: Final = ("read", "recalled", "assumed")
SOURCED: Final = ("displaces", "rate", "by_country", "program", "heading", "takes_the_place", "exempt_group",
                  "metal")  # fmt: skip

Sheet = Mapping[str, Any]


@cache
def sheet() -> Sheet:
    """The sheet that comes with the product."""
    return read_sheet(_text())


@cache
def sheet_hash() -> str:
    """SHA-256 of it."""
    return sha256(_text().encode()).hexdigest()


def read_sheet(text: str) -> Sheet:
    """Read a sheet; ``SheetRefused`` names a fact without source or evidence."""
    whole = tomllib.loads(text)
    for part in SOURCED:
        for fact in whole.get(part, ()):
            if not fact.get("source") or fact.get("evidence") not in EVIDENCE:
                raise SheetRefused(f"A fact of '{part}' lacks its source or evidence: {fact}.")
    return whole


def countries(names: list[str]) -> tuple[str, ...]:
    """Countries of a fact; ``EU`` stands for its members."""
    return tuple(country for name in names for country in (EU if name == "EU" else [name]))


def provision(fact: Mapping[str, Any], **more: Any) -> Provision:  # noqa: ANN401 - any field of a provision
    """A fact of the sheet as a provision, with what a file says of it."""
    fields = {
        "kind": "perhaps" if fact.get("is_perhaps") else "rate",
        "authority": fact.get("authority", ""),
        "heading": fact.get("heading", ""),
        "program": fact.get("program", ""),
        "origins": countries(fact.get("origins", [])),
        "except_origins": countries(fact.get("except_origins", [])),
        "rate": fact.get("rate"),
        "content": fact.get("content", ""),
        "freed_by": fact.get("freed_by", ""),
        "valid_from": fact.get("valid_from"),
        "valid_to": fact.get("valid_to"),
        "source": fact["source"],
        "evidence": fact["evidence"],
        "reason": fact.get("reason"),
    }
    return Provision(**{**fields, **more})


def named(part: str, key: str) -> dict[str, Mapping[str, Any]]:
    """Facts of a part by one of their words."""
    return {fact[key]: fact for fact in sheet().get(part, ())}


def day_or_none(fact: Mapping[str, Any] | None, name: str) -> date | None:
    """A day of a fact that may be absent."""
    return fact.get(name) if fact else None


def _text() -> str:
    return files("tidewaiter.reference.us_ch99").joinpath("sheet.toml").read_text(encoding="utf-8")
