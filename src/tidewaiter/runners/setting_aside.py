"""Setting aside: what is not accepted, as people read it: quarantine and duplicates, each row with its place."""

from collections.abc import Sequence

import numpy as np
import polars as pl

from tidewaiter.runners.grouping import CONTRADICTED, DUPLICATE, SPOILT
from tidewaiter.runners.reading import REJECTS
from tidewaiter.runners.settling import Settled
from tidewaiter.runners.spool import Ints, Spool, complete, let_go

QUARANTINE = {"source_file": pl.String, **REJECTS}
DUPLICATES = {
    "source_file": pl.String,
    "source_position": pl.Int64,
    "consignment_id": pl.String,
    "of_file": pl.String,
    "of_position": pl.Int64,
}
CONTRADICTION = (
    "The rows of this filing contradict each other (its own fields differ, or an item number is used twice), or it is "
    "told twice with different content. Send what holds, once; what changes it goes under the next version."
)
SPOILT_FILING = "Another row of this filing could not be taken, and half a filing is never accepted."


NAMED = {"parcel_id": pl.String, "consignment_id": pl.String, "filing_kind": pl.String}
FATES_ASIDE = {"duplicates": (DUPLICATE,), "quarantined": (SPOILT, CONTRADICTED)}


def all_rejects(rejects: Sequence[pl.DataFrame]) -> pl.DataFrame:
    """All rejects as one table; ``is_in_spool`` where a row was read but one of its values was not."""
    empty = pl.DataFrame(schema={"source_no": pl.Int32, **QUARANTINE, "is_in_spool": pl.Boolean})
    told = pl.concat([empty, *rejects], how="diagonal_relaxed")
    return told.with_columns(pl.col("is_in_spool").fill_null(value=False))


def named_in(unread: pl.DataFrame) -> pl.DataFrame:
    """Filings named by rows that could not even be split into fields: ``source_no`` and ``id_hash``."""
    named = unread.filter(pl.col("consignment_id").is_not_null())
    return named.select("source_no", id_hash=pl.col("consignment_id").str.strip_chars().str.to_uppercase().hash(seed=2))


def faulty(told: pl.DataFrame, faults: pl.DataFrame, source_no: int) -> pl.DataFrame:
    """Quarantine rows for unreadable values: ``told`` is for each fault the row as it was told."""
    return faults.select("code", "pointer", "value", "message").with_columns(
        source_position=told["source_position"],
        consignment_id=told["consignment_id"],
        original=pl.Series([_as_told(row) for row in told.iter_rows(named=True)], dtype=pl.String),
        source_no=pl.lit(source_no, dtype=pl.Int32),
        is_in_spool=pl.lit(value=True),
    )


def _as_told(row: dict[str, object]) -> str:
    """A row as readable text: the fields that say something."""
    return "; ".join(
        f"{name}={value}" for name, value in row.items() if value is not None and name != "source_position"
    )


def quarantine(spool: Spool, rejects: pl.DataFrame, settled: Settled, names: list[str]) -> pl.DataFrame:
    """All rows not accepted: those with a fault of their own, and the rest of their filings."""
    own = rejects.select("source_no", *(name for name in QUARANTINE if name != "source_file"))
    place = ["source_no", "source_position"]
    rest = settled.of(SPOILT, CONTRADICTED).join(
        rejects.filter("is_in_spool"), on=place, how="anti", maintain_order="left"
    )
    is_contradicted = pl.Series(rest["fate"] == CONTRADICTED)
    told = rows_as_told(spool, rest["row"].to_numpy()).with_columns(
        code=_either(is_contradicted, "DUP-01", "ROW-90"),
        pointer=pl.lit("consignment_id"),
        value=pl.col("consignment_id"),
        message=_either(is_contradicted, CONTRADICTION, SPOILT_FILING),
    )
    both = pl.concat([own, told.select(own.columns)])
    return _with_file(both, names).select(list(QUARANTINE)).sort("source_file", "source_position", "code", "pointer")


def _either(is_first: pl.Series, first: str, second: str) -> pl.Expr:
    return pl.when(is_first).then(pl.lit(first)).otherwise(pl.lit(second))


def duplicates(spool: Spool, settled: Settled, names: list[str]) -> pl.DataFrame:
    """Rows that repeat another row, each with the one it repeats."""
    repeats = settled.of(DUPLICATE)
    if repeats.is_empty():
        return pl.DataFrame(schema=DUPLICATES)
    kept = repeats.select(row="of_row").join(settled.suspects, on="row", how="left", maintain_order="left")
    return (
        _with_file(rows_as_told(spool, repeats["row"].to_numpy()), names)
        .with_columns(
            of_file=pl.Series([names[number] for number in kept["source_no"]], dtype=pl.String),
            of_position=kept["source_position"],
        )
        .select(list(DUPLICATES))
    )


def filings_aside(spool: Spool, settled: Settled) -> pl.DataFrame:
    """What the rows in quarantine that could be read say of their parcel and filing (``NAMED``), each once."""
    names = list(NAMED)
    at, found, start = settled.of(SPOILT, CONTRADICTED)["row"].to_numpy(), [pl.DataFrame(schema=NAMED)], 0
    for number, height in enumerate(spool.heights):
        low, high = np.searchsorted(at, (start, start + height))
        if low < high:
            rows = complete(spool.read(number, names, at[low:high] - start), names)
            found.append(let_go(rows.select(names).unique(maintain_order=True)))
        start += height
    return pl.concat(found)


def rows_as_told(spool: Spool, at: Ints) -> pl.DataFrame:
    """Rows of the spool by position, as text for people; ``at`` ascends."""
    schema = {"source_no": pl.Int32, "source_position": pl.Int64, "consignment_id": pl.String, "original": pl.String}
    found, start = [pl.DataFrame(schema=schema)], 0
    for number, height in enumerate(spool.heights):
        low, high = np.searchsorted(at, (start, start + height))
        if low < high:
            rows = spool.read(number, at=at[low:high] - start)
            originals = [_as_told(row) for row in rows.drop("source_no").iter_rows(named=True)]
            told = rows.select("source_no", "source_position", "consignment_id")
            found.append(let_go(told).with_columns(original=pl.Series(originals, dtype=pl.String)))
        start += height
    return pl.concat(found)


def _with_file(rows: pl.DataFrame, names: list[str]) -> pl.DataFrame:
    file = pl.Series("source_file", [names[number] for number in rows["source_no"]], dtype=pl.String)
    return rows.with_columns(file)
