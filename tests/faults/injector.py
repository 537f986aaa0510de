"""The injector: clean text rows in, rows with one fault a filing out, and the truth of it."""

from dataclasses import dataclass

import numpy as np
import polars as pl

from tests.faults import impossible, missing, unknown, unlawful, unreadable, wordless
from tests.faults.kind import Fault

KINDS: tuple[Fault, ...] = (
    *unreadable.KINDS, *missing.KINDS, *unknown.KINDS, *impossible.KINDS, *wordless.KINDS, *unlawful.KINDS,
)  # fmt: skip

TRUTH = {
    "consignment_id": pl.String,
    "item_no": pl.Int64,
    "fault": pl.String,
    "code": pl.String,
    "pointer": pl.String,
    "shown": pl.String,
}


@dataclass(frozen=True)
class Faulty:
    """Rows in the order of the file, and per fault its filing, its line, and the code and pointer it deserves."""

    rows: pl.DataFrame
    truth: pl.DataFrame


def kinds_of(traffic: str) -> tuple[Fault, ...]:
    """The kinds that go into the traffic of a jurisdiction."""
    return tuple(kind for kind in KINDS if kind.traffic in {"any", traffic})


def inject(rows: pl.DataFrame, kinds: tuple[Fault, ...], each: int, seed: int) -> Faulty:
    """Put ``each`` faults of every kind into as many filings, fewer where too few filings can have it.

    ``rows``: clean text under door names, one row a line, lines of a filing together. No filing gets two faults.
    """
    asked = {name for kind in kinds for name in (*kind.filing, *kind.item)} - set(rows.columns)
    whole = rows.with_columns(pl.lit(None, dtype=pl.String).alias(name) for name in sorted(asked))
    marked = whole.with_row_index("at").with_columns(_drawn(whole, kinds, each, seed))
    struck = [_struck(marked.filter(pl.col("fault_no") == number), kind) for number, kind in enumerate(kinds)]
    clean = marked.filter(pl.col("fault_no").is_null())
    told = pl.concat([clean, *(frame for frame, _ in struck)]).sort("at", maintain_order=True)
    return Faulty(told.select(whole.columns), pl.concat([truth for _, truth in struck]))


def _drawn(rows: pl.DataFrame, kinds: tuple[Fault, ...], each: int, seed: int) -> list[pl.Series]:
    """Per row the number of its filing's fault, and whether it is the line at fault; scarce kinds choose first."""
    rng = np.random.default_rng(seed)
    filing = (rows["consignment_id"].rle_id()).to_numpy()
    order = rng.permutation(rows.height)
    can = rows.select(kind.may.fill_null(value=False).alias(str(number)) for number, kind in enumerate(kinds))
    fault_of = np.full(int(filing.max()) + 1, -1)
    is_line = np.zeros(rows.height, dtype=bool)
    for name in sorted(can.columns, key=lambda name: int(can[name].sum())):
        able = order[can[name].to_numpy()[order] & (fault_of[filing[order]] < 0)]
        _, firsts = np.unique(filing[able], return_index=True)
        chosen = able[np.sort(firsts)[:each]]
        fault_of[filing[chosen]] = int(name)
        is_line[chosen] = True
    of_row = fault_of[filing]
    number = pl.Series("fault_no", of_row).cast(pl.Int64)
    return [number.set(number < 0, None), pl.Series("is_line", is_line)]


def _struck(rows: pl.DataFrame, kind: Fault) -> tuple[pl.DataFrame, pl.DataFrame]:
    """The rows of filings with this fault, and its truth."""
    is_line = pl.col("is_line")
    changed = rows.with_columns(
        *(new.alias(name) for name, new in kind.filing.items()),
        *(pl.when(is_line).then(new).otherwise(pl.col(name)).alias(name) for name, new in kind.item.items()),
    )
    at_fault = changed.filter(is_line)
    names = rows.filter(is_line)["consignment_id"]
    truth = at_fault.select(
        consignment_id=names,
        item_no=pl.col("item_no").cast(pl.Int64) if kind.level == "item" else pl.lit(None, dtype=pl.Int64),
        fault=pl.lit(kind.name), code=pl.lit(kind.code), pointer=pl.lit(kind.pointer), shown=pl.lit(kind.shown),
    )  # fmt: skip
    if not kind.again:
        return changed, truth
    again = changed if kind.again == "filing" else at_fault
    last = pl.col("at").max().over("consignment_id")
    return pl.concat([rows, again.with_columns(at=last)]).sort("at", maintain_order=True), truth
