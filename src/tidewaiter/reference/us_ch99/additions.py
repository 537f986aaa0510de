"""Which additional duties come on top for goods of a code and origin on a day: provisions matched, chosen, stacked."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Final

import polars as pl

from tidewaiter.kit.rates.parse import parse
from tidewaiter.kit.rates.program import PROGRAM, programs
from tidewaiter.reference.shelf import Shelf
from tidewaiter.reference.tariff_answers import ADDITIONS, in_form
from tidewaiter.reference.us_ch99.below import codes_below, joined
from tidewaiter.reference.us_ch99.choosing import chosen
from tidewaiter.reference.us_ch99.matching import Book, book_of, matched
from tidewaiter.reference.us_ch99.provisions import SHELF
from tidewaiter.reference.us_ch99.sheet import sheet, sheet_hash
from tidewaiter.reference.us_ch99.stacking import stacked

KEYS: Final = {
    "commodity_code": pl.String(),
    "origin": pl.String(),
    "duty_day": pl.Date(),
    "preference": pl.String(),
    "mfn_duty_kind": pl.String(),
    "mfn_duty_num": pl.Int64(),
    "mfn_duty_den": pl.Int64(),
}
"""What a key may say; all but the first three may be absent or empty."""


@dataclass(frozen=True, slots=True, eq=False)
class Additions:
    """The provisions in use, ready to be asked; ``editions`` are titles with their hashes.

    ``first_day`` is the first revision of the calendar: what was law before it is not told. Empty without a calendar.
    """

    book: Book
    title: str
    editions: Mapping[str, str]
    first_day: date | None

    def for_keys(self, keys: pl.DataFrame, known: Sequence[str] = ()) -> pl.DataFrame:
        """The additional duties of each key, in the columns of ``ADDITIONS``; ``tariff_row`` is the key's row number.

        ``known`` are the codes of the tariff: a code of fewer digits has a duty where all codes below it have the
        same one, else it is unresolved and says so. Nothing is padded.
        """
        asked = keys.select(
            pl.col(name).cast(dtype) if name in keys.columns else pl.lit(None, dtype=dtype).alias(name)
            for name, dtype in KEYS.items()
        ).with_columns(pl.col("commodity_code").str.replace_all("[ .]", "")).with_row_index("tariff_row")  # fmt: skip
        asked = asked.drop_nulls(["commodity_code", "origin", "duty_day"])
        below = codes_below(asked["commodity_code"].unique().to_list(), self.book.codes, known)
        rows = asked.join(below, on="commodity_code").with_row_index("row")
        found = stacked(chosen(matched(self.book, rows)), rows, self.book.displaces)
        return self._told(joined(found, rows))

    def _told(self, found: pl.DataFrame) -> pl.DataFrame:
        order = {fact["name"]: number for number, fact in enumerate(sheet()["authority"])}
        charges = {fact["name"]: fact["charge"] for fact in sheet()["authority"]}
        texts = found["rate"].drop_nulls().unique().sort()
        compiled = programs([parse(text) for text in texts]).with_columns(rate=texts)
        nothing = programs([parse("")]).row(0)
        unresolved = [
            pl.lit(cell, dtype=PROGRAM[name]).alias(name) for name, cell in zip(PROGRAM, nothing, strict=True)
        ]
        resolved = found.filter(pl.col("rate").is_not_null()).join(compiled, on="rate", how="left")
        others = found.filter(pl.col("rate").is_null()).with_columns(unresolved)
        told = (
            pl.concat([resolved, others.select(resolved.columns)])
            .with_columns(
                position=pl.col("authority").replace_strict(order, return_dtype=pl.Int32),
                charge=pl.col("authority").replace_strict(charges, return_dtype=pl.String),
                tax_type=pl.col("heading"),
                rate_text="rate",
                measure_id="heading",
                source=pl.format(f"{{}}; {self.title} ({{}})", "source", "evidence"),
            )
            .sort("tariff_row", "position", "heading")
            .with_columns(position=pl.int_range(pl.len(), dtype=pl.Int32).over("tariff_row"))
        )
        return in_form(told, ADDITIONS)


def open_additions(home: Path) -> Additions | None:
    """The additional duties of the last edition in use under ``home``; nothing where none was imported."""
    shelf = Shelf(home, SHELF)
    used = shelf.in_use()
    return additions_of(shelf.read(used[-1].edition), used[-1].title, used[-1].hash) if used else None


def additions_of(provisions: pl.DataFrame, title: str, digest: str) -> Additions:
    """The same from rows of ``PROVISIONS``."""
    seen = provisions.filter(pl.col("kind") == "edition")["valid_from"].to_list()
    editions = {title: digest, sheet()["title"]: sheet_hash()}
    return Additions(book_of(provisions), title, editions, min(seen, default=None))
