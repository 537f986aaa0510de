"""A run under which editions change: two tariffs that take turns on a shelf, and many small filings that name them."""

from contextlib import contextmanager
from dataclasses import dataclass
from itertools import cycle
from pathlib import Path
from threading import Event, Thread

import polars as pl

from tests.builders_imports import imported
from tests.builders_imports import written as files_written
from tests.builders_runs import DAY, HEADER, a_list, a_row, written
from tidewaiter.reference import own_tariff
from tidewaiter.reference.shelf import Shelf
from tidewaiter.service.clear import clear_files

CODES = ("640351", "950300")
RATES = {"low": ("3 %", "5 %"), "high": ("8 %", "40 %")}
"""Duty of both codes in two editions; no filing may have one of this and one of that."""

SALE = ",B2C,sale,CN"
CHUNK_ROWS = 64
FILINGS_A_CHUNK = CHUNK_ROWS // len(CODES)
TABLES = ("consignments", "items", "charges", "findings")
LAW = "law_version"


@dataclass(frozen=True)
class Turns:
    """A home with both editions on one shelf, by their word."""

    home: Path
    shelf: Shelf
    names: dict[str, str]

    def use(self, word: str) -> None:
        """Take the edition into use in the other's place."""
        self.shelf.activate(self.names[word])

    @contextmanager
    def taken(self):
        """While it lasts the editions take turns as fast as the shelf allows; gives the list of turns."""
        ended, turns = Event(), []

        def turn():
            for word in cycle(("high", "low")):
                if ended.is_set():
                    return
                self.use(word)
                turns.append(word)

        thread = Thread(target=turn)
        thread.start()
        try:
            yield turns
        finally:
            ended.set()
            thread.join()


def a_home(folder: Path) -> Turns:
    """Both editions on the shelf of the EU's own tariff, the low one in use."""
    names = {}
    for word, rates in RATES.items():
        lines = [f"{code},{rate},2020-01-01,{word} edition" for code, rate in zip(CODES, rates, strict=True)]
        text = "\n".join(["code,rate,valid_from,source", *lines]) + "\n"
        files = files_written(folder / word, {f"{word}.csv": text})
        names[word] = imported(own_tariff.staged, folder, *files, jurisdiction="EU").manifest.edition
    turns = Turns(folder, Shelf(folder, f"{own_tariff.SOURCE}-eu"), names)
    turns.use("low")
    return turns


def parcels(folder: Path, filings: int) -> Path:
    """Filings above every low value, with a line of each code, whose amounts tell the edition."""
    rows = [
        a_row(consignment_id=f"S{number:05d}", item_no=str(item), item_commodity_code=code,
              item_value_amount=f"{200 + number % 90}.{item}0", consignee_name=f"Person {number}") + SALE
        for number in range(filings)
        for item, code in enumerate(CODES, start=1)
    ]  # fmt: skip
    return written(folder, a_list(*rows, header=f"{HEADER},party_relation,nature,item_origin"), "parcels.csv")


def run(turns: Turns, source: Path, target: Path, **more):
    """Clear the parcels in small chunks."""
    return clear_files([str(source)], "EU", target, on=DAY, home=turns.home, chunk_rows=CHUNK_ROWS, **more)


def lake(target: Path) -> dict[str, pl.DataFrame]:
    """The tables of a run."""
    return {name: pl.read_parquet(target / f"{name}.parquet") for name in TABLES}


def named(tables: dict[str, pl.DataFrame], version: str) -> dict[str, pl.DataFrame]:
    """Of each table the rows of filings decided under a law version."""
    own = tables["consignments"].filter(pl.col(LAW) == version)["consignment_id"].implode()
    return {name: table.filter(pl.col("consignment_id").is_in(own)) for name, table in tables.items()}


def whole_runs(turns: Turns, source: Path, folder: Path) -> dict[str, dict[str, pl.DataFrame]]:
    """What runs under one edition each say, by the law version they name."""
    found = {}
    for word in RATES:
        turns.use(word)
        done = run(turns, source, folder / f"whole-{word}")
        found[done.summary[LAW]] = lake(done.folder)
    turns.use("low")
    return found


def home_and_whole_runs(folder: Path, filings: int) -> dict[str, dict[str, pl.DataFrame]]:
    """The whole runs of so many parcels; the same editions have the same names on any home."""
    return whole_runs(a_home(folder / "home"), parcels(folder, filings), folder)


def of_the_same(whole: pl.DataFrame, part: pl.DataFrame) -> pl.DataFrame:
    """Rows of a whole run for the filings that a part of another has."""
    return whole.filter(pl.col("consignment_id").is_in(part["consignment_id"].unique().implode()))
