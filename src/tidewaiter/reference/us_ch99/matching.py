"""Provisions that speak of a code, an origin and a day: by prefix of the code, by origin or for all."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final

import polars as pl

SPEAKS: Final = ("rate", "floor", "exempt", "perhaps")
CLAIMS: Final = {"USMCA": ("S", "S+")}
"""Claimed preferences that free under an agreement, as the tariff's special column writes them."""

MATCH: Final = (
    "row", "authority", "program", "heading", "kind", "rate", "content", "source", "evidence", "unresolved_reason",
    "digits", "is_named",
)  # fmt: skip


@dataclass(frozen=True, slots=True, eq=False)
class Book:
    """Provisions by how they are found: those that name origins (one row each), those for all, and displacements."""

    named: Mapping[int, pl.DataFrame]
    general: Mapping[int, pl.DataFrame]
    displaces: pl.DataFrame
    codes: tuple[str, ...]


def book_of(provisions: pl.DataFrame) -> Book:
    """Provisions made ready for matching."""
    speaking = provisions.filter(pl.col("kind").is_in(SPEAKS)).with_columns(
        digits=pl.col("code").str.len_chars(),
        valid_from=pl.col("valid_from").fill_null(date.min),
        valid_to=pl.col("valid_to").fill_null(date.max),
    )
    is_named = pl.col("origins").list.len() > 0
    named = speaking.filter(is_named).explode("origins").rename({"origins": "origin"}).drop("except_origins")
    general = speaking.filter(~is_named).drop("origins")
    return Book(
        _by_digits(named),
        _by_digits(general),
        provisions.filter(pl.col("kind") == "displaces"),
        tuple(speaking["code"].unique().sort().to_list()),
    )


def matched(book: Book, rows: pl.DataFrame) -> pl.DataFrame:
    """Every provision that speaks of a row (row, code, origin, duty_day, preference), in the columns of ``MATCH``."""
    found = []
    keys = rows.select("row", "code", "origin", "duty_day", "preference")
    for table, by, is_named in ((book.named, ["prefix", "origin"], True), (book.general, ["prefix"], False)):
        for digits, provisions in table.items():
            cut = keys.filter(pl.col("code").str.len_chars() >= digits)
            cut = cut.with_columns(prefix=pl.col("code").str.slice(0, digits))
            met = cut.join(provisions.rename({"code": "prefix"}), on=by)
            met = met.filter(pl.col("duty_day").is_between("valid_from", "valid_to"))
            if not is_named:
                met = met.filter(~pl.col("except_origins").list.contains(pl.col("origin")))
            found.append(met.with_columns(_kind(), is_named=pl.lit(is_named)).select(MATCH))
    return pl.concat(found)


def _kind() -> pl.Expr:
    """A claimed preference that frees makes an exemption of a rate."""
    frees = [
        (pl.col("freed_by") == agreement) & pl.col("preference").is_in(claims) for agreement, claims in CLAIMS.items()
    ]
    is_free = pl.any_horizontal(frees).fill_null(value=False)
    return pl.when(is_free).then(pl.lit("exempt")).otherwise("kind").alias("kind")


def _by_digits(provisions: pl.DataFrame) -> dict[int, pl.DataFrame]:
    lengths = provisions["digits"].unique().sort().to_list()
    return {int(length): provisions.filter(pl.col("digits") == length) for length in lengths}
