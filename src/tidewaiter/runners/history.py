"""History: what earlier runs accepted, for windows that look back and for filings that come again."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import polars as pl

from tidewaiter.kit.format import SenderSheet
from tidewaiter.kit.risk_rule import MARK
from tidewaiter.model.errors import UnusableInput, WrongUse
from tidewaiter.runners.identity import CONTENT, contents, filing_keys, with_defaults
from tidewaiter.runners.reading import Source, open_source
from tidewaiter.runners.workspace import RECEIPT
from tidewaiter.stages.typed import typed

FILE = "history.parquet"
TOLD = {"filing_key": pl.Int64, "of_file": pl.String, "of_position": pl.Int64, **CONTENT}
"""A row as an earlier run's original tells it: whose, where, and what it says as two numbers."""


@dataclass(frozen=True)
class History:
    """The narrow rows of all runs found, and the folder each row came from."""

    rows: pl.DataFrame
    folders: tuple[Path, ...]


def load_history(folder: Path, jurisdiction: str) -> History:
    """Read a run's folder, or every run's folder below one, of this jurisdiction; ``WrongUse`` where there is none.

    A folder without a receipt is none: it is of a run that is being written, or that died. Runs of another
    jurisdiction are another administration's: its references and its currency mean nothing here.
    """
    finished = [run for run in (folder, *sorted(folder.glob("*"))) if _is_finished(run)]
    runs = [run for run in finished if _jurisdiction(run) == jurisdiction]
    if not runs:
        others = ", ".join(sorted({_jurisdiction(run) for run in finished}))
        raise WrongUse(
            f"{folder} holds no earlier run of {jurisdiction}{f' (but of {others})' if others else ''}. "
            "Name a folder that 'tidewaiter clear' wrote, or one above such."
        )
    frames = [
        _rows_of(run / FILE).with_columns(run_no=pl.lit(number, dtype=pl.Int32)) for number, run in enumerate(runs)
    ]
    return History(pl.concat(_with_same_marks(frames)), tuple(runs))


def _with_same_marks(frames: Sequence[pl.DataFrame]) -> Iterator[pl.DataFrame]:
    """The frames with the marks of all of them: a run that did not know a rule's mark has marked nothing."""
    named = (name for frame in frames for name in frame.columns if name.startswith(MARK))
    marks = list(dict.fromkeys(named))
    for frame in frames:
        unmarked = [pl.lit(value=False).alias(mark) for mark in marks if mark not in frame.columns]
        yield frame.with_columns(unmarked).select(pl.exclude(marks), *marks)


def _rows_of(path: Path) -> pl.DataFrame:
    try:
        return pl.read_parquet(path)
    except (pl.exceptions.PolarsError, OSError) as fault:
        raise _damaged(path, fault) from fault


def _damaged(path: Path, fault: object) -> UnusableInput:
    reason = str(fault).partition("\n")[0]
    return UnusableInput(f"{path} is damaged ({reason}). Move its folder out of --history, or clear its files again.")


def _is_finished(run: Path) -> bool:
    return not run.name.startswith(".") and (run / RECEIPT).is_file() and (run / FILE).is_file()


def _jurisdiction(run: Path) -> str:
    try:
        return str(_receipt(run)["run"]["jurisdiction"]).partition("/")[0]
    except (OSError, ValueError, KeyError, TypeError) as fault:
        raise _damaged(run / RECEIPT, f"{type(fault).__name__}: {fault}") from fault


def rows_told_before(
    history: History, keys: pl.Series, sheets: Sequence[SenderSheet]
) -> tuple[pl.DataFrame, pl.Series]:
    """What the originals of earlier runs tell of the filings with these keys, row by row.

    Also the keys whose original is gone, so that their content cannot be compared. Originals are read again, whole,
    but only those that hold one of the filings; of their rows only what must be compared is kept.
    """
    known = history.rows.filter(pl.col("filing_key").is_in(keys.implode()))
    found, lost = [pl.DataFrame(schema=TOLD)], [pl.Series("filing_key", [], dtype=pl.Int64)]
    for (run_no, name), part in known.group_by("run_no", "source_file", maintain_order=True):
        run = history.folders[int(str(run_no))]
        source = _original(run, str(name))
        if source is None:
            lost.append(part["filing_key"])
        else:
            found += _read_again(run, *source, part["filing_key"], sheets)
    return pl.concat(found), pl.concat(lost).unique()


def _original(run: Path, name: str) -> tuple[Source, str] | None:
    """The original that an earlier run kept under this name and the sheet it was read by; None where it is gone."""
    told = next((source for source in _receipt(run)["sources"] if source["name"] == name), None)
    if told is None or not (run / "originals" / told["sha256"]).is_file():
        return None
    return Source(run / "originals" / told["sha256"], name, told.get("member", "")), told["sheet"]


def originals_of(run: Path) -> Iterator[tuple[Source, str, str]]:
    """The originals that a run kept and that are still there, each with its sheet and submitter."""
    told = _receipt(run)
    for source in told["sources"]:
        if (run / "originals" / source["sha256"]).is_file():
            path = run / "originals" / source["sha256"]
            yield Source(path, source["name"], source.get("member", "")), source["sheet"], told["run"]["submitter"]


def submitter_of(run: Path) -> str:
    """Who sent the files of a run, as at its order."""
    return str(_receipt(run)["run"]["submitter"] or "")


def _read_again(
    run: Path, source: Source, sheet: str, wanted: pl.Series, sheets: Sequence[SenderSheet]
) -> Iterator[pl.DataFrame]:
    submitter = _receipt(run)["run"]["submitter"]
    for batch in open_source(source, sheets, sheet).batches():
        if batch.rows.height:
            rows = with_defaults(typed(batch.rows).rows)
            told = contents(rows).with_columns(
                filing_keys(rows, submitter), rows["source_position"].alias("of_position"), of_file=pl.lit(source.name)
            )
            yield told.filter(pl.col("filing_key").is_in(wanted.implode())).select(list(TOLD))


def _receipt(run: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((run / RECEIPT).read_text(encoding="utf-8"))
    return found


def told_otherwise(now: pl.DataFrame, before: pl.DataFrame) -> pl.Series:
    """Keys of the filings of ``now`` of which ``before`` tells something else, whatever the order of their lines."""
    said = ["filing_key", *CONTENT]
    first, second = now.select(said).unique(), before.select(said).unique()
    new, gone = first.join(second, on=said, how="anti"), second.join(first, on=said, how="anti")
    return pl.concat([new["filing_key"], gone["filing_key"]]).unique()
