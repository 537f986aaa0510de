"""The sheet of what TARIC's codes mean for the calculation: types of measures, preference codes, duty expressions."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from importlib.resources import files


@dataclass(frozen=True, slots=True)
class Meaning:
    """What a type of measure is for. ``role``: ``mfn`` ``mfn_end_use`` ``preference`` ``quota`` ``suspension``
    ``addition``; the rest is told of additions: the charge, its tax type, its base, options it does not stand beside.
    """

    role: str
    charge: str | None = None
    tax_type: str | None = None
    base: str = "value"
    not_under: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Option:
    """What a claimed preference code opens: types of measures, and whether it wants a proof of origin."""

    option: str
    types: tuple[str, ...]
    needs_proof: bool


@dataclass(frozen=True, slots=True)
class MeasureSheet:
    """The sheet, read; ``hash`` names its edition."""

    source: str
    evidence: str
    erga_omnes: tuple[str, ...]
    generalised: tuple[str, ...]
    amount_actions: tuple[str, ...]
    types: Mapping[str, Meaning]
    preferences: Mapping[str, Option]
    expressions: Mapping[str, str]
    hash: str


@cache
def measure_sheet() -> MeasureSheet:
    """The sheet that comes with the product."""
    text = files("tidewaiter.reference.measures").joinpath("sheet.toml").read_text(encoding="utf-8")
    raw = tomllib.loads(text)
    return MeasureSheet(
        source=raw["source"],
        evidence=raw["evidence"],
        erga_omnes=tuple(raw["erga_omnes"]),
        generalised=tuple(raw["generalised"]),
        amount_actions=tuple(raw["amount_actions"]),
        types={one: _meaning(row) for row in raw["type"] for one in row["ids"]},
        preferences={
            code: Option(row["option"], tuple(row["types"]), row.get("proof", False))
            for row in raw["preference"]
            for code in row["codes"]
        },
        expressions=raw["expression"],
        hash=sha256(text.encode()).hexdigest(),
    )


def _meaning(row: Mapping[str, object]) -> Meaning:
    told = {name: row[name] for name in ("charge", "tax_type", "base") if name in row}
    not_under = row.get("not_under", ())
    assert isinstance(not_under, list | tuple)  # noqa: S101 - the sheet is ours and tested
    return Meaning(
        str(row["role"]), **{name: str(text) or None for name, text in told.items()}, not_under=tuple(not_under)
    )  # type: ignore[arg-type]
