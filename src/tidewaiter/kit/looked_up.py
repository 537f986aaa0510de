"""Looked up: a table's columns beside rows, each distinct key of the rows looked for once."""

from collections.abc import Sequence
from typing import Final

import polars as pl

from tidewaiter.kit.key_numbers import key_numbers

FEW: Final = 2**13
"""Rows up to which it costs less to look for each than to tell their keys apart."""


def looked_up(rows: pl.DataFrame, table: pl.DataFrame, on: Sequence[str]) -> pl.DataFrame:
    """The columns of ``table`` other than ``on``, a row for each of ``rows`` in their order; empty where none is found.

    ``table`` has each key once; an empty cell in a key finds nothing. Where all rows ask the same, the answer stands
    once for all of them.
    """
    keys, names = rows.select(on), [name for name in table.columns if name not in on]
    if rows.height <= FEW:
        return _found(keys, table, on).select(names)
    number, first = key_numbers(keys)
    told = _found(keys[first], table, on).select(names)
    if told.height > 1:
        return told[number]
    once = (pl.lit(told[name][0], dtype=dtype).alias(name) for name, dtype in told.schema.items())
    return keys.with_columns(once).select(names)


def _found(keys: pl.DataFrame, table: pl.DataFrame, on: Sequence[str]) -> pl.DataFrame:
    asked = keys.lazy().join(table.lazy(), on=list(on), how="left", maintain_order="left")
    return asked.collect(engine="in-memory")
