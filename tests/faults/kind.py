"""What a kind of fault is, and the words in which kinds are written down."""

from dataclasses import dataclass, field
from typing import Literal

import polars as pl

ANY = pl.lit(value=True)
NOTHING = pl.lit(None, dtype=pl.String)

Traffic = Literal["any", "EU", "GB"]
Level = Literal["filing", "item"]


@dataclass(frozen=True)
class Fault:
    """A mistake and how it is made.

    ``filing`` are new texts by door name for every row of a filing, ``item`` those for one line of it; ``may`` says, on
    the row of a line, whether a filing can have the fault at that line. ``again`` leaves the filing as it is and adds
    the changed line, or all changed rows, once more.
    """

    name: str
    code: str
    pointer: str
    filing: dict[str, pl.Expr] = field(default_factory=dict)
    item: dict[str, pl.Expr] = field(default_factory=dict)
    may: pl.Expr = ANY
    again: Literal["", "line", "filing"] = ""
    traffic: Traffic = "any"
    shown: Literal["findings", "quarantine"] = "findings"
    of: Level | None = None

    @property
    def level(self) -> Level:
        """Whether a line or the filing as a whole is at fault."""
        return self.of or ("item" if self.item else "filing")


def text(word: str) -> pl.Expr:
    """A fixed text."""
    return pl.lit(word, dtype=pl.String)


def one_of(*words: str) -> pl.Expr:
    """One of some texts, told by the filing's reference."""
    at = pl.col("consignment_id").hash(seed=7) % len(words)
    return at.replace_strict(list(range(len(words))), list(words), return_dtype=pl.String)


def is_told(*names: str) -> pl.Expr:
    """True where all of these fields say something."""
    return pl.all_horizontal(pl.col(name).is_not_null() for name in names)


def number(name: str) -> pl.Expr:
    """A figure of clean traffic."""
    return pl.col(name).cast(pl.Float64)


def written(value: pl.Expr, places: int) -> pl.Expr:
    """A figure as text with so many decimals."""
    whole = (value * 10**places).round().cast(pl.Int64).cast(pl.String).str.zfill(places + 1)
    return pl.concat_str(whole.str.head(-places), pl.lit("."), whole.str.tail(places))


def of_all_lines(value: pl.Expr) -> pl.Expr:
    """The sum over the lines of a filing."""
    return value.sum().over("consignment_id")


def lines() -> pl.Expr:
    """How many lines the filing has."""
    return pl.len().over("consignment_id").cast(pl.Int64)


def later(name: str, days: int) -> pl.Expr:
    """The instant of a field, days later."""
    moment = pl.col(name).str.to_datetime("%Y-%m-%dT%H:%M:%SZ")
    return (moment + pl.duration(days=days)).dt.strftime("%Y-%m-%dT%H:%M:%SZ")
