"""A finished run as its readers see it: words, and tables by name, also those without a row."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, Final

import polars as pl

from tidewaiter.model.errors import UnusableInput, WrongUse
from tidewaiter.runners.workspace import RECEIPT

TABLES: Final = (
    "consignments", "items", "charges", "findings", "quarantine", "duplicates", "movements", "assertions_joined",
)  # fmt: skip
RULE: Final = "rule "
"""How the edition of a risk rule is named in a summary, its code behind it."""


@dataclass(frozen=True)
class Results:
    """The folder of a finished run."""

    folder: Path

    @cached_property
    def summary(self) -> dict[str, Any]:
        """Totals, titles, editions."""
        return self._words("summary.json")

    @cached_property
    def receipt(self) -> dict[str, Any]:
        """What came in and what became of it."""
        return self._words(RECEIPT)

    @cached_property
    def secret(self) -> frozenset[str]:
        """Codes of the risk rules: what the house looks for, which no sender is told."""
        return frozenset(name.removeprefix(RULE) for name in self.summary["editions"] if name.startswith(RULE))

    def rows(self, table: str, asked: Callable[[pl.LazyFrame], pl.LazyFrame]) -> pl.DataFrame | None:
        """What is ``asked`` of a table, which is read in part; none where the run wrote no row of it."""
        path = self.folder / f"{table}.parquet"
        if not path.is_file():
            return None
        try:
            return asked(pl.scan_parquet(path)).collect()
        except (pl.exceptions.PolarsError, OSError) as fault:
            raise _unreadable(path, fault) from fault

    def where(self, table: str, *predicates: pl.Expr) -> list[dict[str, Any]]:
        """Rows of a table that fulfil all predicates, as plain records."""
        rows = self.rows(table, lambda every: every.filter(*predicates))
        return rows.to_dicts() if rows is not None else []

    def _words(self, name: str) -> dict[str, Any]:
        path = self.folder / name
        try:
            found: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        except (OSError, ValueError) as fault:
            raise _unreadable(path, fault) from fault
        if not isinstance(found, dict):
            raise _unreadable(path, "it is no object")
        return found


def _unreadable(path: Path, fault: object) -> UnusableInput:
    reason = str(fault).partition("\n")[0]
    return UnusableInput(f"{path} cannot be read ({reason}). Clear the files into another folder.")


def open_results(folder: Path) -> Results:
    """The run in ``folder``; ``WrongUse`` where no finished run lies there."""
    if not (folder / RECEIPT).is_file():
        raise WrongUse(f"{folder} holds no finished run. Name a folder that 'tidewaiter clear' wrote.")
    return Results(folder)
