"""How fast a tariff is there: from the official file to active, from the shelf to the first answer, answers a second.

``python -m bench.tariff FILE`` takes a US export; ``--tables FOLDER`` adds an edition of measures. Best of five each.
"""

import argparse
import time
from collections.abc import Callable
from datetime import date
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

import polars as pl

from tidewaiter.reference.measures.editions import import_tables
from tidewaiter.reference.tariff import open_tariff
from tidewaiter.reference.us_hts import import_us_hts
from tidewaiter.service.tariff_search import catalogue

ROUNDS: Final = 5
QUESTIONS: Final = (
    "cotton t-shirts for women", "leather handbag", "smart phone", "toy robot of plastics", "silicone phone case",
    "stainless steel water bottle", "lithium ion battery", "sunglasses", "parts", "articles of plastics", "led lamp",
    "wireless headphones", "running shoes with rubber soles", "roasted coffee", "zxqv wibble",
)  # fmt: skip
ORIGINS: Final = ("CN", "VN", "NO", "US", "IN")


def best(work: Callable[[int], object]) -> float:
    """Seconds of the fastest of some rounds; each is told its number."""
    found = []
    for number in range(ROUNDS):
        started = time.perf_counter()
        work(number)
        found.append(time.perf_counter() - started)
    return min(found)


def us(file: Path, folder: Path) -> None:
    """A US export from the file to active, and the compiled shelf."""
    active = best(lambda number: import_us_hts(file, folder / str(number), date(2026, 2, 24)))
    opened = best(lambda _: open_tariff(folder / "0", "US"))
    print(f"US export to active      {active:8.3f} s   (bar 2 s)")
    print(f"US shelf opened          {opened * 1000:8.1f} ms  (bar 100 ms)")
    words(folder / "0")


def words(home: Path) -> None:
    """Words to lines: the catalogue opened, and how long a question takes, all but the slowest twentieth."""
    started = time.perf_counter()
    lines = catalogue("US", home)
    opened = time.perf_counter() - started
    took = sorted(_timed(partial(lines.search, text)) for text in QUESTIONS for _ in range(ROUNDS))
    print(f"{len(lines.told.lines):,} wordings opened   {opened:8.3f} s")
    print(f"question, p95            {took[len(took) * 95 // 100] * 1000:8.1f} ms  (bar 150 ms)")


def _timed(work: Callable[[], object]) -> float:
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


def measures(tables: Path, folder: Path) -> None:
    """An edition of measures: import, opening, the slice of a day, answers a second."""
    started = time.perf_counter()
    import_tables([tables], folder, "GB", date(2019, 4, 13), repair=True)
    print(f"tables to active         {time.perf_counter() - started:8.3f} s")
    print(f"measures opened          {best(lambda _: open_tariff(folder, 'GB')) * 1000:8.1f} ms")
    tariff = open_tariff(folder, "GB")
    codes = pl.DataFrame({"commodity_code": [code for code in tariff.codes() if len(code) == 10]})  # noqa: PLR2004 - a full code
    keys = codes.join(pl.DataFrame({"origin": ORIGINS}), how="cross").with_columns(duty_day=pl.lit(date(2019, 6, 1)))
    first = time.perf_counter()
    tariff.answers(keys.head(1))
    print(f"slice and first answer   {(time.perf_counter() - first) * 1000:8.1f} ms")
    asked = best(lambda _: tariff.answers(keys))
    print(f"distinct keys a second   {keys.height / asked:8,.0f}")


def main() -> None:
    """Read what to measure and print the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("file", type=Path)
    parser.add_argument("--tables", type=Path)
    asked = parser.parse_args()
    with TemporaryDirectory() as folder:
        us(asked.file, Path(folder))
        if asked.tables:
            measures(asked.tables, Path(folder))


if __name__ == "__main__":
    main()
