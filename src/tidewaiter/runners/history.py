"""History: what earlier runs accepted, for windows that look back and for filings that come again."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import polars as pl

from tidewaiter.kit.format import SenderSheet
from tidewaiter.model.columns import FIELDS
from tidewaiter.model.errors import WrongUse
from tidewaiter.runners.identity import filing_keys, with_defaults
from tidewaiter.runners.reading import Source, open_source
from tidewaiter.runners.spool import complete
from tidewaiter.runners.workspace import RECEIPT
from tidewaiter.stages.typed import typed

FILE = "history.parquet"
CONTENT = [field.inner for field in FIELDS]


@dataclass(frozen=True)
class History:
    """The narrow rows of all runs found, and the folder each row came from."""

    rows: pl.DataFrame
    folders: tuple[Path, ...]


def load_history(folder: Path) -> History:
    """Read a run's folder, or every run's folder below one; ``WrongUse`` where there is none."""
    runs = [folder] if (folder / FILE).is_file() else sorted(path.parent for path in folder.glob(f"*/{FILE}"))
    if not runs:
        raise WrongUse(f"{folder} holds no earlier run. Name a folder that 'tidewaiter clear' wrote, or one above such.")
    frames = [pl.read_parquet(run / FILE).with_columns(run_no=pl.lit(number, dtype=pl.Int32)) for number, run in enumerate(runs)]
    return History(pl.concat(frames), tuple(runs))


def rows_told_before(
    history: History, keys: pl.Series, sheets: Sequence[SenderSheet]
) -> tuple[pl.DataFrame, set[int]]:
    """Typed rows, as the originals of earlier runs tell them, of the filings with these keys.

    Also the keys whose original is gone, so that their content cannot be compared. Originals are read again, whole,
    but only those that hold one of the filings.
    """
    known = history.rows.filter(pl.col("filing_key").is_in(keys.implode()))
    found, lost = [], set()
    for (run_no, name), part in known.group_by("run_no", "source_file", maintain_order=True):
        run = history.folders[int(run_no)]  # type: ignore[call-overload]
        wanted = part["filing_key"]
        rows = _read_again(run, str(name), wanted, sheets)
        if rows is None:
            lost |= set(wanted.to_list())
        else:
            found.append(rows.with_columns(of_file=pl.lit(str(name))))
    schema = {"filing_key": pl.Int64, "of_file": pl.String}
    return (pl.concat(found, how="diagonal") if found else pl.DataFrame(schema=schema)), lost


def _read_again(run: Path, name: str, wanted: pl.Series, sheets: Sequence[SenderSheet]) -> pl.DataFrame | None:
    receipt = json.loads((run / RECEIPT).read_text(encoding="utf-8"))
    told = next((source for source in receipt["sources"] if source["name"] == name), None)
    original = run / "originals" / (told["sha256"] if told else "")
    if told is None or not original.is_file():
        return None
    parts = []
    for batch in open_source(Source(original, name, told.get("member", "")), sheets, told["sheet"]).batches():
        if batch.rows.height:
            rows = with_defaults(typed(batch.rows).rows)
            rows = rows.with_columns(filing_keys(rows, receipt["run"]["submitter"]))
            parts.append(complete(rows.filter(pl.col("filing_key").is_in(wanted.implode()))))
    return pl.concat(parts) if parts else None


def same_content(now: pl.DataFrame, before: pl.DataFrame) -> bool:
    """True where two tellings of one filing say the same in every field, whatever the order of their lines."""
    first, second = (_sorted(rows) for rows in (now, before))
    return first.equals(second)


def _sorted(rows: pl.DataFrame) -> pl.DataFrame:
    content = complete(rows.select(name for name in rows.columns if name in set(CONTENT)), CONTENT).unique()
    order = np.argsort([str(row) for row in content.rows()], kind="stable")
    return content[order]
