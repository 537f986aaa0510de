"""Gathering: assertions told once, joined to filings by the number they are about, the others kept for their parcel."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
import polars as pl
import pyarrow.parquet as pq

from tidewaiter.model.assertions import ASSERTED
from tidewaiter.model.columns import Schema
from tidewaiter.model.errors import UnusableInput
from tidewaiter.runners.assertions.facts import BLOCK, AssertionFacts
from tidewaiter.runners.assertions.filed import FILED, KEY, deal_filings
from tidewaiter.runners.assertions.joining import WAYBILL, pairs
from tidewaiter.runners.assertions.taking import NAME, TOLD, Progress, TakenAssertions, named, take_assertions
from tidewaiter.runners.landing import Landed
from tidewaiter.runners.movements.shards import Shards, shards_for
from tidewaiter.runners.spool import Spool
from tidewaiter.runners.workspace import told_plainly

FILE: Final = "assertions.parquet"
JOINED, WAITING, REPLACED = "joined", "waiting", "replaced"
KEPT: Final[Schema] = {
    **ASSERTED, "source_file": pl.String(), "source_position": pl.Int64(), "status": pl.String(),
    "filings": pl.Int64(),
}  # fmt: skip
"""A row of ``assertions.parquet``: what is claimed, its status, and of how many filings of this run it is about."""

JOINED_FILE: Final = "assertions_joined.parquet"
BESIDE: Final[Schema] = {"consignment_id": pl.String(), "version": pl.Int64(), **ASSERTED}
"""A row of ``assertions_joined.parquet``: an assertion beside a filing it is about."""

NUMBERED: Final[Schema] = {**TOLD, "assertion_no": pl.Int64(), KEY: pl.String()}


@dataclass
class Gathered:
    """Assertions told once lie in ``shards`` files of ``folder``; ``joined`` counts the filings of each, by number."""

    taken: TakenAssertions
    facts: AssertionFacts
    folder: Path
    shards: int
    joined: np.ndarray
    counts: dict[str, int]

    def once_path(self, number: int) -> Path:
        """Where the assertions of a shard lie."""
        return self.folder / f"once-{number:03d}.arrow"

    def write(self, folder: Path) -> dict[str, Any]:
        """Write ``assertions.parquet`` and what was set aside into ``folder``; give what the summary says of it."""
        counts = {JOINED: 0, WAITING: 0, REPLACED: 0}
        schema = pl.DataFrame(schema=KEPT).to_arrow(compat_level=pl.CompatLevel.oldest()).schema
        with told_plainly(folder), pq.ParquetWriter(folder / FILE, schema, compression="zstd") as writer:
            for number in range(self.shards):
                rows = self._kept(pl.read_ipc(self.once_path(number)))
                counts |= {word: counts[word] + int((rows["status"] == word).sum()) for word in counts}
                writer.write_table(rows.to_arrow(compat_level=pl.CompatLevel.oldest()))
        self._write_joined(folder)
        aside = self.taken.quarantine()
        with told_plainly(folder):
            aside.write_parquet(folder / "assertions_quarantine.parquet", compression="zstd")
            aside.write_csv(folder / "assertions_quarantine.csv")
        return {"rows": self.rows(), "status": counts}

    def _write_joined(self, folder: Path) -> None:
        """``assertions_joined.parquet``: rows of the lake stand in the order of ``filing_no``."""
        filings = pl.scan_parquet(folder / "consignments.parquet").select("consignment_id", "version")
        schema = pl.DataFrame(schema=BESIDE).to_arrow(compat_level=pl.CompatLevel.oldest()).schema
        with told_plainly(folder), pq.ParquetWriter(folder / JOINED_FILE, schema, compression="zstd") as writer:
            for first, pairs in self.facts.blocks():
                own = filings.slice(first, BLOCK).collect()[(pairs["filing_no"] - first).cast(pl.UInt32)]
                told = pairs.with_columns(own.get_columns()).select(list(BESIDE))
                writer.write_table(told.to_arrow(compat_level=pl.CompatLevel.oldest()))

    def rows(self) -> dict[str, int]:
        """Counts of rows: in = taken + duplicates + quarantined; ``earlier`` were told to earlier runs."""
        again = self.counts["again"]
        taken = self.taken.rows_in - self.taken.quarantined - again
        return {
            "in": self.taken.rows_in, "taken": taken, "duplicates": again, "quarantined": self.taken.quarantined,
            "earlier": self.counts["earlier"],
        }  # fmt: skip

    def _kept(self, rows: pl.DataFrame) -> pl.DataFrame:
        number = rows["assertion_no"].fill_null(-1).to_numpy()
        filings = np.where(number >= 0, self.joined[np.maximum(number, 0)], 0)
        status = pl.when(pl.col("assertion_no").is_null()).then(pl.lit(REPLACED))
        return rows.with_columns(
            pl.Series("filings", filings, dtype=pl.Int64)
        ).with_columns(
            status=status.when(pl.col("filings") > 0).then(pl.lit(JOINED)).otherwise(pl.lit(WAITING))
        ).select(list(KEPT))  # fmt: skip


def gather(
    landed: list[Landed], spool: Spool, filings: int, earlier: Sequence[Path], folder: Path, progress: Progress | None
) -> Gathered:
    """Take assertions in and lay them beside filings; ``folder`` is scratch. Memory is one shard at a time.

    ``earlier`` are folders of runs whose assertions are known as well.
    """
    count = shards_for(landed, filings)
    told = Shards(folder / "told", count, TOLD, by=NAME)
    before = 0
    for rows in _of_earlier_runs(earlier):
        told.deal(named(rows))
        before += rows.height
    taken = take_assertions(landed, told, progress)
    told.close()
    by_order = Shards(folder / "orders", count, FILED, by=KEY)
    by_parcel = Shards(folder / "parcels", count, FILED, by=KEY)
    deal_filings(spool, by_order, by_parcel)
    counts = {"again": 0, "earlier": before}
    gathered = Gathered(taken, AssertionFacts(folder / "pairs"), folder, count, np.zeros(1, dtype=np.int64), counts)
    _told_once(gathered, told)
    _join(gathered, by_order, by_parcel, "first")
    _join(gathered, by_order, by_parcel, "second")
    gathered.facts.close()
    return gathered


def _of_earlier_runs(folders: Sequence[Path]) -> Iterator[pl.DataFrame]:
    """What earlier runs were told, whether it was joined or still waits."""
    for path in (folder / FILE for folder in folders):
        if path.is_file():
            try:
                yield pl.read_parquet(path)
            except (pl.exceptions.PolarsError, OSError) as fault:
                reason = str(fault).partition("\n")[0]
                raise UnusableInput(
                    f"{path} is damaged ({reason}). Move its folder out of --history, or clear its files again."
                ) from fault


def _told_once(gathered: Gathered, told: Shards) -> None:
    """What was told again is counted; of what a party says otherwise later, the last word counts and gets a number."""
    following = 0
    for number in range(told.count):
        rows = told.read(number)
        distinct = rows.unique(list(ASSERTED), keep="first", maintain_order=True)
        gathered.counts["again"] += (
            rows.filter(~pl.col("is_earlier")).height - distinct.filter(~pl.col("is_earlier")).height
        )
        ordered = distinct.sort(NAME, "asserted_at", *(name for name in ASSERTED if name != "asserted_at"))
        is_last = pl.col(NAME) != pl.col(NAME).shift(-1)
        ordered = ordered.with_columns(is_last=is_last.fill_null(value=True))
        ordered = ordered.with_columns(
            assertion_no=pl.when("is_last").then(pl.col("is_last").cast(pl.Int64).cum_sum() - 1 + following)
        )
        following += int(ordered["is_last"].sum())
        with told_plainly(gathered.folder):
            ordered.select(*TOLD, "assertion_no").write_ipc(gathered.once_path(number), compression="uncompressed")
    gathered.joined = np.zeros(max(following, 1), dtype=np.int64)


def _join(gathered: Gathered, by_order: Shards, by_parcel: Shards, turn: str) -> None:
    """One turn over all assertions that are not joined yet, by the number that counts in this turn.

    A waybill is about its parcel, what else is told about the order; the other number is asked where that is no help.
    """
    for name, filed in {"order_id": by_order, "parcel_id": by_parcel}.items():
        dealt = Shards(gathered.folder / f"{turn}-{name}", filed.count, NUMBERED, by=KEY)
        for number in range(gathered.shards):
            rows = pl.read_ipc(gathered.once_path(number)).filter(pl.col("assertion_no").is_not_null())
            is_open = gathered.joined[rows["assertion_no"].to_numpy()] == 0
            dealt.deal(rows.filter(pl.Series(is_open), _is_of(name, turn)).with_columns(pl.col(name).alias(KEY)))
        dealt.close()
        for number in range(filed.count):
            found = pairs(dealt.read(number), filed.read(number))
            gathered.facts.add(found)
            np.add.at(gathered.joined, found["assertion_no"].to_numpy(), 1)


def _is_of(name: str, turn: str) -> pl.Expr:
    """True for assertions that this number joins in this turn."""
    is_waybill = pl.col("kind") == WAYBILL
    own = is_waybill if name == "parcel_id" else ~is_waybill
    other = {"order_id": "parcel_id", "parcel_id": "order_id"}[name]
    first = pl.col(name).is_not_null() & (own | pl.col(other).is_null())
    return first if turn == "first" else pl.col(name).is_not_null() & ~first
