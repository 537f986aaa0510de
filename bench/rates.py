"""How fast duties are computed from programs, by shape, beside a plain numpy loop over the same numbers.

Run it with ``POLARS_MAX_THREADS=1``; figures are items per second of processor time, the best of three, each round
of the product followed by one of the reference.
"""

import time
from collections.abc import Callable
from typing import Final

import numpy as np
import polars as pl

from tidewaiter.kit.rates.evaluate import Bases, evaluate
from tidewaiter.kit.rates.parse import parse
from tidewaiter.kit.rates.program import programs

ITEMS: Final = 1_000_000
ROUNDS: Final = 3
SHAPES: Final = {
    "free": ("free",),
    "ad valorem": ("12 %", "3.7 %", "33 1/3 %"),
    "specific": ("0.204 EUR/kg", "0.96 EUR/12 piece"),
    "compound": ("8 % + 0.08 EUR/piece", "6 % + 1.53 EUR/kg"),
    "minimum and maximum": ("9 % MIN 0.2 EUR/kg MAX 0.22 EUR/kg - 0.04 EUR/kg",),
    "mixture": ("free",) * 8 + ("12 %", "3.7 %", "6.5 %", "2.7 %") * 2 + ("0.204 EUR/kg", "8 % + 0.08 EUR/piece",
                "6 % + 1.53 EUR/kg", "9 % MIN 0.2 EUR/kg MAX 0.22 EUR/kg"),
}  # fmt: skip
"""The mixture is about that of tariffs: 40 % free, 40 % of the value, 5 % an amount, 15 % of several terms."""
BASES: Final = Bases("EUR", 2, {"value": "value_minor", "kg": "mass_mg", "piece": "pieces_micro"})


def items(texts: tuple[str, ...], count: int = ITEMS, seed: int = 7) -> pl.DataFrame:
    """Goods lines of these duties in no order, with a value, a mass and a number of pieces each."""
    draw = np.random.default_rng(seed)
    rates = programs([parse(text) for text in texts])[draw.integers(0, len(texts), count)]
    return rates.with_columns(
        value_minor=pl.Series(draw.integers(1, 100_000, count)),
        mass_mg=pl.Series(draw.integers(1, 3_000_000, count)),
        pieces_micro=pl.Series(draw.integers(1, 10, count) * 1_000_000),
    )


def reference(rows: pl.DataFrame) -> Callable[[], np.ndarray]:
    """A share of the value of every line, halves upwards, on plain arrays."""
    value = rows["value_minor"].to_numpy()
    share = np.full(len(value), 37_000)
    return lambda: (value * share + 500_000) // 1_000_000


def rate_of(run: Callable[[], object]) -> float:
    """Items a second of processor time."""
    start = time.process_time()
    run()
    return ITEMS / (time.process_time() - start)


def main() -> None:
    """Print one line a shape."""
    for name, texts in SHAPES.items():
        rows = items(texts)
        told = rows.lazy().select(evaluate(BASES).alias("told")).unnest("told")
        plain = reference(rows)
        rounds = [(rate_of(told.collect), rate_of(plain)) for _ in range(ROUNDS)]
        ours, theirs = (max(column) / 1e6 for column in zip(*rounds, strict=True))
        print(f"{name:20} {ours:7.1f} M items/s   numpy, one share: {theirs:7.1f} M items/s")


if __name__ == "__main__":
    main()
