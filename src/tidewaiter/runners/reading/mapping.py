"""Mapping: a sender's columns become canonical text columns, as the sheet says and nothing beyond it."""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Final, NamedTuple

import polars as pl

from tidewaiter.kit.format import ANY_WORD, MASS_UNITS, SenderSheet
from tidewaiter.model.columns import BY_DOOR, Kind
from tidewaiter.model.worded import Worded
from tidewaiter.runners.reading.carrier import Raw

NUMERIC: Final = frozenset({Kind.AMOUNT, Kind.MASS, Kind.NUMBER, Kind.COUNT})
POINT_AND_COMMA: Final = {".": ",", ",": "."}
INSTANTS: Final = frozenset(name for name, field in BY_DOOR.items() if field.kind is Kind.INSTANT)
DAY: Final = r"^(\d{1,2})[./-](\d{1,2})[./-](\d{4})((?:[T ].*)?)$"
COMPACT_DAY: Final = r"(\d{4})(\d{2})(\d{2})"
COMPACT: Final = rf"^{COMPACT_DAY}(\d{{2}})(\d{{2}})(\d{{2}})(Z|[+-]\d\d)?$"
HOURS_AWAY: Final = r"(T\d\d:\d\d:\d\d[+-]\d\d)$"
DECIMAL: Final = r"^([+-]?)(\d*)\.?(\d*)((?:[eE][+-]?\d+)?)$"


class Mapped(NamedTuple):
    """Canonical text columns of a batch, those of few ``words`` apart; ``order`` names them as the file has them."""

    rows: pl.DataFrame
    words: Mapping[str, Worded]
    order: Sequence[str]


def mapped(raw: Raw, columns: Sequence[str], sheet: SenderSheet) -> Mapped:
    """Canonical text columns of a raw batch, its positions, what was defaulted and what nobody mapped.

    ``columns`` are those of the file, in its order.
    """
    there = _items_first([name for name in columns if name in raw.words or name in raw.frame.columns])
    passing = [column for column in _passing(there, sheet) if column in raw.words]
    words = {name: raw.words[column] for column in passing for name in sheet.fills(column)}
    rows = _in_our_words(raw.plain([name for name in there if name not in passing]), raw, sheet)
    return Mapped(rows, words, [name for column in there for name in sheet.fills(column)])


def _in_our_words(frame: pl.DataFrame, raw: Raw, sheet: SenderSheet) -> pl.DataFrame:
    told: dict[str, list[pl.Expr]] = {}
    for column in frame.columns:
        for name in sheet.fills(column):
            told.setdefault(name, []).append(_as_meant(name, column, sheet, is_text=column not in raw.numeric))
    strangers = [column for column in frame.columns if not sheet.fills(column)]
    canonical = [(texts[0] if len(texts) == 1 else pl.coalesce(texts)).alias(name) for name, texts in told.items()]
    rows = frame.select(*canonical, *_kept(strangers)).with_columns(raw.positions.alias("source_position"))
    return _with_defaults(rows, sheet)


def _passing(columns: Sequence[str], sheet: SenderSheet) -> list[str]:
    """Columns that mean what they say: nothing is translated in them, put into their place or laid over them."""
    filled = Counter(name for column in columns for name in sheet.fills(column))
    changed = {*sheet.values, *sheet.mass_units, *sheet.defaults, *sheet.constants}
    changed |= set(INSTANTS) if sheet.dates else set()

    def passes(column: str) -> bool:
        names = sheet.fills(column)
        return bool(names) and not changed & set(names) and all(filled[name] == 1 for name in names)

    return [column for column in columns if sheet.decimal != "," and passes(column)]


def _items_first(columns: list[str]) -> list[str]:
    """Columns of goods lines before those of the filing: what a line says of itself goes first."""
    return sorted(columns, key=lambda column: "." not in column)


def _kept(strangers: list[str]) -> list[pl.Expr]:
    """Values of unknown columns as one JSON text; null where they say nothing."""
    if not strangers:
        return []
    says_something = pl.any_horizontal(pl.col(name).is_not_null() for name in strangers)
    return [pl.when(says_something).then(pl.struct(strangers).struct.json_encode()).alias("unmapped")]


def _as_meant(name: str, column: str, sheet: SenderSheet, *, is_text: bool) -> pl.Expr:
    """One column in our words: the sender's values translated, the point a point, the mass in kilograms."""
    text = pl.col(column)
    if name in sheet.values:
        text = _translated(text, sheet.values[name])
    if sheet.decimal == "," and is_text and BY_DOOR[name].kind in NUMERIC:
        text = _with_point(text)
    if sheet.dates and BY_DOOR[name].kind is Kind.INSTANT:
        text = _year_first(text, sheet.dates)
    places = MASS_UNITS[sheet.mass_units.get(name, "kg")]
    return _point_moved(text, places) if places else text


def _translated(text: pl.Expr, words: Mapping[str, str]) -> pl.Expr:
    listed = {word: meant for word, meant in words.items() if word != ANY_WORD}
    if ANY_WORD not in words:
        return text.replace(listed)
    known = text.replace_strict(listed, default=words[ANY_WORD], return_dtype=pl.String)
    return pl.when(text.is_not_null()).then(known)


def _with_point(text: pl.Expr) -> pl.Expr:
    """12,5 is 12.5. A point becomes a comma, which is no number: nobody can tell a thousand from a decimal."""
    comma, point = POINT_AND_COMMA["."], POINT_AND_COMMA[","]
    is_odd = text.str.contains(point, literal=True)
    swapped = text.str.replace_many(list(POINT_AND_COMMA), list(POINT_AND_COMMA.values()))
    return pl.when(is_odd).then(swapped).otherwise(text.str.replace(comma, point, literal=True))


def _year_first(text: pl.Expr, order: str) -> pl.Expr:
    """31.12.2026 is 2026-12-31; what is written otherwise stays as it is."""
    if order == "compact":
        told = text.str.replace(f"^{COMPACT_DAY}$", "${1}-${2}-${3}")
        told = told.str.replace(COMPACT, "${1}-${2}-${3}T${4}:${5}:${6}${7}")
        return told.str.replace(HOURS_AWAY, "${1}:00")
    parts = text.str.extract_groups(DAY).struct
    first, second, year, rest = (parts.field(str(place)) for place in range(1, 5))
    day, month = (first, second) if order == "dmy" else (second, first)
    moved = pl.concat_str(year, pl.lit("-"), month.str.zfill(2), pl.lit("-"), day.str.zfill(2), rest)
    return pl.when(year.is_not_null()).then(moved).otherwise(text)


def _point_moved(text: pl.Expr, places: int) -> pl.Expr:
    """Decimal text with its point moved to the left, exactly; text that is no plain number stays as it is."""
    parts = text.str.extract_groups(DECIMAL).struct
    sign, whole, fraction, exponent = (parts.field(str(place)) for place in range(1, 5))
    padded = whole.str.zfill(places + 1)
    moved = pl.concat_str(sign, padded.str.head(-places), pl.lit("."), padded.str.tail(places), fraction, exponent)
    return pl.when(whole.str.len_bytes() + fraction.str.len_bytes() > 0).then(moved).otherwise(text)


def _with_defaults(rows: pl.DataFrame, sheet: SenderSheet) -> pl.DataFrame:
    """Fill what the sheet supplies and say so in ``defaulted``."""
    if not sheet.constants and not sheet.defaults:
        return rows
    present = set(rows.columns)
    filled = [pl.lit(value).alias(name) for name, value in sheet.constants.items()]
    marks = [pl.lit(name) for name in sheet.constants]
    for name, value in sheet.defaults.items():
        own = pl.col(name) if name in present else pl.lit(None, dtype=pl.String)
        filled.append(own.fill_null(value).alias(name))
        marks.append(pl.when(own.is_null()).then(pl.lit(name)))
    defaulted = pl.concat_str(marks, separator=";", ignore_nulls=True)
    return rows.with_columns(*filled, pl.when(defaulted != "").then(defaulted).alias("defaulted"))
