"""Another system's outcomes as a table: CSV or Parquet, whatever the delimiter, amounts as exact minor units."""

import io
from pathlib import Path
from typing import Final

import polars as pl
from polars import selectors

from tidewaiter.model.errors import UnusableInput
from tidewaiter.runners.reading.parquet_rows import MAGIC

KEY: Final = "consignment_id"
ANSWERS: Final = ("decision", "route")
AMOUNTS: Final = ("duty", "tax")
RESULT: Final = "result"
FOUND: Final = "is_found"
DELIMITERS: Final = (",", ";", "\t", "|")
WORDS_FOUND: Final = ("found", "hit", "yes", "true", "1", "y")
WORDS_NOTHING: Final = ("not_found", "nothing", "no", "false", "0", "n", "none", "clear")
SCALE: Final = 6
AMOUNT: Final = r"^-?[0-9]{1,12}(\.[0-9]{1,6})?$"
MINOR: Final = r"^-?[0-9]{1,18}$"
IN_MINOR: Final = {name: f"{name}_minor" for name in AMOUNTS}
"""What our own ``consignments.parquet`` calls an amount, which it has in whole minor units."""

VERSION: Final = "version"


def read_actual(path: Path, digits: int) -> tuple[pl.DataFrame, int]:
    """One row an id, and how many rows repeat another's id; of those the highest version counts, else the last one.

    Columns, as far as the file has them: ``decision``, ``route``, ``<amount>_text`` and ``<amount>_theirs_minor`` for
    duty and tax (``digits`` is the number of decimals of the currency's minor unit), ``result`` and ``is_found``. An
    amount that is no plain number, or finer than the minor unit, is empty, and so is ``is_found`` where the result is
    no word we know. Raises ``UnusableInput`` for a file that cannot be compared.
    """
    rows = _text(path)
    charged = {name: column for name in AMOUNTS for column in (IN_MINOR[name], name) if column in rows.columns}
    known = [*(name for name in (*ANSWERS, RESULT) if name in rows.columns), *charged.values()]
    if KEY not in rows.columns or not known:
        raise UnusableInput(
            f"{path.name} has the columns {', '.join(rows.columns) or 'none'}. To compare, it needs {KEY} and any of "
            f"{', '.join((*ANSWERS, *AMOUNTS, RESULT))}."
        )
    if VERSION in rows.columns:
        rows = rows.sort(pl.col(VERSION).cast(pl.Int64, strict=False), maintain_order=True)
    rows = rows.select(KEY, *known).filter(pl.col(KEY).is_not_null())
    once = rows.unique(KEY, keep="last", maintain_order=True)
    words = [_word(name).alias(name) for name in known if name in ANSWERS]
    amounts = [part for name, column in charged.items() for part in _amount(name, column, digits)]
    found = [pl.col(RESULT), _is_found().alias(FOUND)] if RESULT in known else []
    return once.select(KEY, *words, *amounts, *found), rows.height - once.height


def _text(path: Path) -> pl.DataFrame:
    """All columns as text under lower-case names; what is blank is empty, lists and objects are left out."""
    try:
        raw = path.read_bytes()
    except OSError as fault:
        raise UnusableInput(f"{path} cannot be read: {fault.strerror or fault}.") from fault
    try:
        if raw.startswith(MAGIC):
            rows = pl.read_parquet(io.BytesIO(raw)).select(~selectors.nested()).with_columns(pl.all().cast(pl.String))
        else:
            rows = _csv(raw)
        plain = pl.all().str.strip_chars()
        tidy = rows.rename(lambda name: name.strip().lower()).with_columns(plain)
    except (pl.exceptions.PolarsError, UnicodeDecodeError) as fault:
        reason = str(fault).splitlines()[0]
        raise UnusableInput(f"{path.name} is no CSV in UTF-8 and no Parquet that can be read ({reason}).") from fault
    return tidy.with_columns(pl.when(pl.all() != "").then(pl.all()))


def _csv(raw: bytes) -> pl.DataFrame:
    text = raw.decode("utf-8-sig")
    head = text.partition("\n")[0]
    delimiter = max(DELIMITERS, key=head.count)
    return pl.read_csv(text.encode(), separator=delimiter, infer_schema=False)


def _word(name: str) -> pl.Expr:
    """``Document check`` is ``document_check``."""
    return pl.col(name).str.to_lowercase().str.replace_all("[ -]+", "_")


def _amount(name: str, column: str, digits: int) -> list[pl.Expr]:
    """The text as it stands, and its exact minor units where it is one amount and no finer than they are."""
    text = pl.col(column)
    minor = _from_major(text, digits) if column == name else _whole(text)
    return [text.alias(f"{name}_text"), minor.alias(f"{name}_theirs_minor")]


def _whole(text: pl.Expr) -> pl.Expr:
    return pl.when(text.str.contains(MINOR)).then(text).cast(pl.Int64)


def _from_major(text: pl.Expr, digits: int) -> pl.Expr:
    plain = pl.when(text.str.contains(AMOUNT)).then(text)
    micro = (plain.cast(pl.Decimal(38, SCALE)) * 10**SCALE).cast(pl.Int64)
    finest = 10 ** (SCALE - digits)
    return pl.when(micro % finest == 0).then(micro // finest)


def _is_found() -> pl.Expr:
    """True or false where the result is a word that says so, else empty."""
    word = _word(RESULT)
    return (
        pl.when(word.is_in(WORDS_FOUND))
        .then(pl.lit(value=True))
        .when(word.is_in(WORDS_NOTHING))
        .then(pl.lit(value=False))
    )
