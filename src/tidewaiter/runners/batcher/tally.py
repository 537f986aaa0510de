"""Tallies: what a finished run adds to windows, as running sums by key and time, mapped from disk.

A window over the past is then two look-ups and a difference, however many filings a key has; what several tallies and
the messages since add is simply added up. Beside the sums stands what the run's filings say, to know them again.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from shutil import rmtree
from typing import Final

import numpy as np
import polars as pl

from tidewaiter.kit.risk_rule import Window
from tidewaiter.model.errors import WrongUse
from tidewaiter.runners.workspace import sync_folder, told_plainly
from tidewaiter.stages.windows import (
    DAY_S,
    NARROW,
    PERSON,
    PERSON_DAY,
    TIME_BITS,
    counted_value,
    keys_of,
    measures,
    refuse_what_does_not_fit,
    windows_of,
)

Ints = np.ndarray
ABOUT: Final = "about.json"
COUNT: Final = "count"
TIME_MAX: Final = (1 << TIME_BITS) - 1
FILING: Final = np.dtype([("key", np.int64), ("content", np.int64)])
"""What a run's filing is known by, and what it says as one number."""

UNTOLD: Final = 0
"""Stands for what a filing says where its original was gone when the tally was made."""


@dataclass
class Tally:
    """A tally in its folder; files are mapped when they are first asked for.

    ``name`` says whose: the folder of the run. ``measured``: the measures of each key, ``earliest_s`` its first moment.
    """

    folder: Path
    name: str
    measured: Mapping[str, Sequence[str]]
    earliest_s: Mapping[str, int]
    mapped: dict[str, Ints] = field(default_factory=dict, repr=False)

    def serves(self, windows: Sequence[Window]) -> bool:
        """Whether it was made for all that these windows measure."""
        return all(
            window.measured in self.measured.get(key, ())
            for key in keys_of(windows)
            for window in windows_of(key, windows)
        )

    def contents(self, filing_keys: Sequence[int]) -> dict[int, int]:
        """What the filings among these say that the run accepted, as ``content_prints`` adds it up."""
        known = self._map("filings")
        wanted = np.array(sorted(filing_keys), dtype=np.int64)
        at, is_there = _found(known["key"], wanted)
        return dict(zip(wanted[is_there].tolist(), known["content"][at[is_there]].tolist(), strict=True))

    def add_to(self, facts: pl.DataFrame, narrow: pl.DataFrame, windows: Sequence[Window]) -> pl.DataFrame:
        """The facts of narrow rows, this run's filings seen as well; what is empty stays empty."""
        if not self.serves(windows):
            raise WrongUse(f"The tally of {self.name} was made for other risk rules. Make it again.")
        more: list[pl.Series] = []
        for key in keys_of(windows):
            own = narrow[key].is_not_null().arg_true().to_numpy()
            at, is_there = _found(self._map(f"{key}-keys"), narrow[key].gather(own).to_numpy())
            places, ranks = own[is_there], at[is_there].astype(np.int64)
            if not len(places):
                continue
            times = narrow["accepted_s"].gather(places).to_numpy() - self.earliest_s[key]
            upto = self._before(key, ranks, times)
            more += [
                facts[window.fact].scatter(places, facts[window.fact].gather(places) + pl.Series(seen))
                for window in windows_of(key, windows)
                if (seen := self._seen(key, window, upto, self._before(key, ranks, times - window.days * DAY_S))).any()
            ]
            if key == PERSON:
                more.append(self._with_days(facts[PERSON_DAY], narrow["day"], places, ranks))
        return facts.with_columns(more) if more else facts

    def _seen(self, key: str, window: Window, upto: Ints, since: Ints) -> Ints:
        if window.measured == COUNT:
            counted: Ints = upto - since
            return counted
        sums = self._map(f"{key}-{window.measured}")
        seen: Ints = sums[upto] - sums[since]
        return seen

    def _before(self, key: str, ranks: Ints, times: Ints) -> Ints:
        """How many filings come before or at each time of a key, in the order of keys and times."""
        packed = (ranks << TIME_BITS) | np.clip(times + 1, 0, TIME_MAX)
        before: Ints = np.searchsorted(self._map(f"{key}-moments"), packed, side="right")
        return before

    def _with_days(self, values: pl.Series, days: pl.Series, places: Ints, ranks: Ints) -> pl.Series:
        """Values of a person's day with those of the run; empty where any of them is unknown."""
        own = days.gather(places).to_physical().cast(pl.Int64).fill_null(-1).to_numpy()
        at, is_there = _found(self._map("days"), (ranks << TIME_BITS) | np.clip(own, 0, None))
        is_there &= own >= 0
        places, at = places[is_there], at[is_there]
        sums = pl.Series(self._map("days-sum")[at]).set(pl.Series(~self._map("days-whole")[at]), None)
        return values.scatter(places, values.gather(places) + sums)

    def _map(self, name: str) -> Ints:
        if name not in self.mapped:
            with told_plainly(self.folder):
                self.mapped[name] = np.load(self.folder / f"{name}.npy", mmap_mode="r")
        return self.mapped[name]


def open_tally(folder: Path) -> Tally:
    """The tally that lies in a folder."""
    about = json.loads((folder / ABOUT).read_text(encoding="utf-8"))
    return Tally(folder, about["name"], about["measured"], about["earliest_s"])


def write_tally(folder: Path, name: str, narrow: pl.DataFrame, filings: Ints, windows: Sequence[Window]) -> Tally:
    """Make a tally of narrow rows (as ``history.parquet`` has them) and ``filings`` (``FILING``, by key ascending).

    The folder is there when all of it is on disk, or not at all; one that stood there gives way to it.
    """
    half = folder.with_name(f".{folder.name}.half")
    with told_plainly(folder):
        rmtree(half, ignore_errors=True)
        half.mkdir(parents=True)
        earliest = {key: _write_key(half, key, narrow, windows_of(key, windows)) for key in keys_of(windows)}
        measured = {key: sorted({window.measured for window in windows_of(key, windows)}) for key in keys_of(windows)}
        np.save(half / "filings.npy", filings)
        (half / ABOUT).write_text(json.dumps({"name": name, "measured": measured, "earliest_s": earliest}))
        sync_folder(half)
        old = folder.with_name(f".{folder.name}.old")
        rmtree(old, ignore_errors=True)
        if folder.exists():
            folder.rename(old)
        half.rename(folder)
        rmtree(old, ignore_errors=True)
        sync_folder(folder.parent, is_deep=False)
    return open_tally(folder)


def _write_key(folder: Path, key: str, narrow: pl.DataFrame, windows: Sequence[Window]) -> int:
    """Keys, moments and running sums of one key; gives its earliest moment."""
    marks = [window.mark_column for window in windows if window.marked_by]
    unmarked = [pl.lit(value=False).alias(mark) for mark in dict.fromkeys(marks) if mark not in narrow.columns]
    rows = narrow.filter(pl.col(key).is_not_null()).with_columns(unmarked).sort(key, "accepted_s")
    keys, ranks = np.unique(rows[key].to_numpy(), return_inverse=True)
    times = rows["accepted_s"].to_numpy()
    earliest = int(times.min()) if len(times) else 0
    refuse_what_does_not_fit(int(times.max()) - earliest + 1 if len(times) else 0, len(keys))
    np.save(folder / f"{key}-keys.npy", keys)
    np.save(folder / f"{key}-moments.npy", (ranks.astype(np.int64) << TIME_BITS) | (times - earliest + 1))
    for values in rows.select(measures(windows)).get_columns() if windows else ():
        if values.name != COUNT:
            np.save(folder / f"{key}-{values.name}.npy", np.concatenate(([0], np.cumsum(values.to_numpy()))))
    if key == PERSON:
        _write_days(folder, rows.select(*NARROW, rank=pl.Series(ranks, dtype=pl.Int64)))
    return earliest


def _write_days(folder: Path, rows: pl.DataFrame) -> None:
    """The value of each person's days, and whether all of it is known."""
    value = pl.col("intrinsic_value_minor")
    days = (
        rows.filter(pl.col("day").is_not_null())
        .with_columns(packed=pl.col("rank") * (1 << TIME_BITS) + pl.col("day").to_physical().cast(pl.Int64))
        .group_by("packed")
        .agg(sum=counted_value().sum(), whole=value.is_not_null().all())
        .sort("packed")
    )
    for name, own in (("days", "packed"), ("days-sum", "sum"), ("days-whole", "whole")):
        np.save(folder / f"{name}.npy", days[own].to_numpy())


def _found(known: Ints, wanted: Ints) -> tuple[Ints, Ints]:
    """Where each wanted number stands among ascending ones, and whether it does."""
    at = np.searchsorted(known, wanted)
    if not len(known):
        return at, np.zeros(len(wanted), dtype=bool)
    at = np.minimum(at, len(known) - 1)
    return at, known[at] == wanted
