"""Text becomes type: amounts, masses, counts and instants are read exactly, and what cannot be read is named.

A row is a goods line with its filing beside it, every value text under its door name. Added are the typed columns
under their inner names; the text goes. A value that cannot be what its field is yields a fault, not a guess.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

import polars as pl

from tidewaiter.model.columns import BY_DOOR, INSTANT, Field, Kind
from tidewaiter.model.dates import FIRST_PLAUSIBLE_YEAR, LAST_PLAUSIBLE_YEAR
from tidewaiter.model.money import MINOR_MAX
from tidewaiter.model.worded import Worded

FINE = pl.Decimal(38, 12)
FINE_PER_UNIT = 1_000_000
"""Decimals are read to 12 places and kept to 6: what lies beyond the sixth is a fault, never rounded away."""

BEYOND_FINE = r"[eE]-0*([7-9]|\d{2,})$|\.\d{12,}[1-9]"
"""Texts whose tail the 12 places cut off: they look whole after reading and are not."""

CALENDAR_DAY = r"^\d{4}-\d{2}-\d{2}$"
COMPACT_DAY = r"^\d{8}$"
WITHOUT_ZONE = (
    "%Y-%m-%dT%H:%M:%S%.f", "%Y-%m-%d %H:%M:%S%.f", "%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M", "%Y-%m-%dT%H:%MZ",
)  # fmt: skip
WITH_ZONE = ("%Y-%m-%dT%H:%M:%S%.f%z", "%Y-%m-%dT%H:%M%z", "%Y-%m-%d %H:%M%z")
INSTANT_SHAPE = r"^\d{4}-\d{2}-\d{2}[Tt ]\d{2}:\d{2}"


@dataclass(frozen=True)
class Fault:
    """One way a value cannot be what its field is; ``is_hit`` is a boolean over the text rows."""

    code: str
    field: Field
    is_hit: pl.Expr
    sentence: str


@dataclass(frozen=True)
class TypedRows:
    """Rows that could be read, and per unreadable value: row position in the batch, field, code, value, sentence.

    ``words``: columns that are of few words, by inner name; ``rows`` has all others.
    """

    rows: pl.DataFrame
    is_good: pl.Series
    faults: pl.DataFrame
    words: Mapping[str, Worded]


FAULT_SCHEMA = {"at": pl.UInt32, "code": pl.String, "pointer": pl.String, "value": pl.String, "message": pl.String}


def typed(text: pl.DataFrame, words: Mapping[str, Worded] | None = None) -> TypedRows:
    """Read a batch of text rows. ``rows`` keeps every row in order; ``is_good`` is false where a fault was found.

    ``words`` are further columns, of few words each, which are read word by word. Rows that have no column
    ``consignment_id`` at all name no filing, as if it stood there empty.
    """
    by_word = {name: _words_read(column, BY_DOOR[name]) for name, column in (words or {}).items()}
    read = {BY_DOOR[name].inner: column for name, column in by_word.items() if column is not None}
    text = text.with_columns(column.told(name) for name, column in (words or {}).items() if by_word[name] is None)
    if "consignment_id" not in text.columns:
        text = text.with_columns(consignment_id=pl.lit(None, dtype=pl.String))
    fields = [BY_DOOR[name] for name in text.columns if name in BY_DOOR]
    known = {field.door for field in fields}
    passing = [pl.col(name) for name in text.columns if name not in known]
    odd = _odd(text, fields)
    rows = text.select(*passing, *(_read(field, is_odd=field.door in odd) for field in fields))
    rows = _read_again(text, rows, _lost(text, rows, [field for field in fields if field.kind is Kind.INSTANT]))
    lost = _lost(text, rows, fields)
    if not lost and not rows["consignment_id"].has_nulls():
        is_good = pl.repeat(value=True, n=rows.height, eager=True)
        return TypedRows(rows, is_good, pl.DataFrame(schema=FAULT_SCHEMA), read)
    found = pl.concat([*(_found(text, rows, field) for field in lost), _without_id(text)])
    bad = found["at"].unique()
    is_good = ~pl.int_range(rows.height, dtype=pl.UInt32, eager=True).is_in(bad.implode())
    return TypedRows(rows, is_good, found.sort("at", "pointer"), read)


def _words_read(column: Worded, field: Field) -> Worded | None:
    """A column of few words, typed word by word; None where a word cannot be read, and for what names a filing."""
    if field.door == "consignment_id":
        return None
    read = column.words.alias(field.door).to_frame().select(_read(field, is_odd=True)).to_series()
    return None if read.has_nulls() else Worded(read, column.at)


NUMERIC = frozenset({Kind.AMOUNT, Kind.MASS, Kind.NUMBER, Kind.COUNT})


def _odd(text: pl.DataFrame, fields: list[Field]) -> set[str]:
    """Numeric columns with an exponent or a text so long that its tail may be cut: rare, and dear to check."""
    numeric = [field.door for field in fields if field.kind in NUMERIC]
    if not numeric:
        return set()
    signs = text.select(_has_odd(name) for name in numeric).row(0)
    return {name for name, is_odd in zip(numeric, signs, strict=True) if is_odd}


@cache
def _has_odd(name: str) -> pl.Expr:
    """Whether a column of text has a value whose tail may be cut; ``name`` is that of a field."""
    text = pl.col(name)
    return ((text.str.len_bytes().max() > FINE.scale) | text.str.contains("[eE]").any()).alias(name)


@cache
def _read(field: Field, *, is_odd: bool = False) -> pl.Expr:
    """The typed column of a field; null where the text is empty or cannot be read."""
    text = pl.col(field.door)
    if field.kind is Kind.CODE:
        return text.str.to_uppercase().alias(field.inner)
    if field.kind is Kind.WORD:
        return text.str.to_lowercase().alias(field.inner)
    if field.kind is Kind.INSTANT:
        return _instant(text).alias(field.inner)
    if field.kind is Kind.COUNT:
        is_exact = _is_whole(text) & ~text.str.contains(BEYOND_FINE) if is_odd else _is_whole(text)
        return _within(text.cast(pl.Decimal(38, 0), strict=False).to_physical(), is_exact).alias(field.inner)
    if field.kind in {Kind.AMOUNT, Kind.MASS, Kind.NUMBER}:
        fine = text.cast(FINE, strict=False).to_physical()
        is_exact = fine % FINE_PER_UNIT == 0
        is_exact = is_exact & ~text.str.contains(BEYOND_FINE) if is_odd else is_exact
        return _within(fine // FINE_PER_UNIT, is_exact).alias(field.inner)
    return text.alias(field.inner)


def _within(value: pl.Expr, is_exact: pl.Expr) -> pl.Expr:
    """The value where it is exact, not negative and not absurdly large; else null."""
    is_good = is_exact & (value >= 0) & (value <= MINOR_MAX)
    return pl.when(is_good).then(value).cast(pl.Int64)


def _is_whole(text: pl.Expr) -> pl.Expr:
    return text.cast(FINE, strict=False).to_physical() % (FINE_PER_UNIT * FINE_PER_UNIT) == 0


def _instant(text: pl.Expr) -> pl.Expr:
    """ISO 8601 to the second in UTC: the common way, and five times as fast to read as all others."""
    read = text.str.to_datetime("%Y-%m-%dT%H:%M:%SZ", strict=False, time_unit="us", cache=False)
    return _plausible(read.dt.replace_time_zone("UTC"))


def _any_instant(text: pl.Expr) -> pl.Expr:
    """ISO 8601 with zone, without zone (taken as UTC) or a bare day (its first moment, UTC)."""
    read = pl.coalesce(
        text.str.to_datetime("%+", strict=False, time_unit="us", time_zone="UTC"),
        *(
            text.str.to_datetime(shape, strict=False, time_unit="us").dt.replace_time_zone("UTC")
            for shape in WITHOUT_ZONE
        ),
        *(text.str.to_datetime(shape, strict=False, time_unit="us") for shape in WITH_ZONE),
        _day(text).cast(pl.Datetime("us")).dt.replace_time_zone("UTC"),
    )
    return _plausible(read)


def _day(text: pl.Expr) -> pl.Expr:
    """A calendar day, with hyphens or as eight digits."""
    compact = pl.when(text.str.contains(COMPACT_DAY)).then(text)
    return pl.coalesce(text.str.to_date("%Y-%m-%d", strict=False), compact.str.to_date("%Y%m%d", strict=False))


def _plausible(read: pl.Expr) -> pl.Expr:
    year = read.dt.year()
    return pl.when(year.is_between(FIRST_PLAUSIBLE_YEAR, LAST_PLAUSIBLE_YEAR)).then(read).cast(INSTANT)


def _lost(text: pl.DataFrame, rows: pl.DataFrame, fields: list[Field]) -> list[Field]:
    """Fields in which some text was lost on reading."""
    plain = {Kind.TEXT, Kind.CODE, Kind.WORD}
    return [
        field
        for field in fields
        if field.kind not in plain and rows[field.inner].null_count() > text[field.door].null_count()
    ]


def _read_again(text: pl.DataFrame, rows: pl.DataFrame, instants: list[Field]) -> pl.DataFrame:
    """Instants that are not written the common way, read in every way there is."""
    for field in instants:
        at = (rows[field.inner].is_null() & text[field.door].is_not_null()).arg_true()
        again = pl.select(_any_instant(pl.lit(text[field.door].gather(at)))).to_series()
        rows = rows.with_columns(rows[field.inner].scatter(at, again))
    return rows


def _found(text: pl.DataFrame, rows: pl.DataFrame, field: Field) -> pl.DataFrame:
    """The faults of a field, with the value as it was written; only rows whose value was lost are looked at."""
    is_lost = rows[field.inner].is_null() & text[field.door].is_not_null()
    return _hit(text, is_lost.arg_true(), _faults(field))


def _hit(text: pl.DataFrame, at: pl.Series, faults: list[Fault]) -> pl.DataFrame:
    """Which of the rows ``at`` each of these faults of one field hits."""
    door = faults[0].field.door
    suspects = pl.DataFrame({"at": at.cast(pl.UInt32), door: text[door].gather(at)})
    hits = suspects.select(fault.is_hit.alias(str(number)) for number, fault in enumerate(faults))
    found = [
        suspects.filter(hit).select(
            "at",
            code=pl.lit(fault.code),
            pointer=pl.lit(door),
            value=pl.col(door).str.slice(0, 200),
            message=pl.lit(fault.sentence),
        )
        for hit, fault in zip(hits, faults, strict=True)
        if hit.any()
    ]
    return pl.concat(found) if found else pl.DataFrame(schema=FAULT_SCHEMA)


def _faults(field: Field) -> list[Fault]:
    """The ways a field of this kind can be unreadable, each value in exactly one of them."""
    text = pl.col(field.door)
    name = field.door
    if field.kind is Kind.INSTANT:
        shaped = pl.any_horizontal(text.str.contains(shape) for shape in (CALENDAR_DAY, COMPACT_DAY, INSTANT_SHAPE))
        early = shaped & (
            text.str.slice(0, 4).cast(pl.Int32, strict=False).is_between(1900, 2200).not_() | _reads(text)
        )
        years = f"{FIRST_PLAUSIBLE_YEAR} to {LAST_PLAUSIBLE_YEAR}"
        return [
            Fault("DAT-91", field, early, f"{name} lies outside {years}. Write the true date."),
            Fault("DAT-90", field, ~early, f"{name} is no date. Write it like 2026-10-20T14:30:00Z."),
        ]
    return _number_faults(field, text, name)


def _reads(text: pl.Expr) -> pl.Expr:
    """True where the text is a calendar day or instant at all, whatever its year."""
    day = _day(text.str.slice(0, 10))
    return day.is_not_null() & ~day.dt.year().is_between(FIRST_PLAUSIBLE_YEAR, LAST_PLAUSIBLE_YEAR)


def _number_faults(field: Field, text: pl.Expr, name: str) -> list[Fault]:
    number = text.cast(pl.Float64, strict=False)
    is_number = number.is_finite().fill_null(value=False)
    is_count, is_amount = field.kind is Kind.COUNT, field.kind is Kind.AMOUNT
    limit = MINOR_MAX if is_count else MINOR_MAX / FINE_PER_UNIT
    too_large = (is_number & (number.abs() > limit)) | (number.is_finite() == False)  # noqa: E712 - null-safe
    too_large = too_large.fill_null(value=False) | text.str.contains(r"^[+-]?\d+([.]\d+)?[eE]\+?\d{3,}$")
    negative = is_number & (number < 0) & ~too_large
    # A number that was lost and is neither negative nor too large can only be too fine.
    too_fine = is_number & ~negative & ~too_large
    unread = text.is_not_null() & ~is_number & ~too_large
    codes = {Kind.AMOUNT: ("NUM-01", "NUM-02", "NUM-03"), Kind.MASS: ("NUM-04",) * 3}.get(field.kind, ("NUM-05",) * 3)
    places = "a whole number" if is_count else "at most 6 decimals"
    like = "12" if is_count else "12.50, with a point and no thousands mark"
    mend = "Write it like 12." if is_count else "Write it in full."
    instead = "Write what was declared; credits are separate filings." if is_amount else "Write the true figure."
    return [
        Fault(codes[0], field, unread, f"{name} is no number. Write it like {like}."),
        Fault(codes[1], field, negative, f"{name} is negative. {instead}"),
        Fault(codes[2], field, too_large, f"{name} is not finite or too large. Write the true figure."),
        Fault(codes[0], field, too_fine, f"{name} is finer than it can be: {places}. {mend}"),
    ]


def _without_id(text: pl.DataFrame) -> pl.DataFrame:
    """Rows that name no filing: nothing could ever be said about them."""
    sentence = "consignment_id is empty. Give every filing its own reference, on each of its rows."
    fault = Fault("KEY-01", BY_DOOR["consignment_id"], pl.col("consignment_id").is_null(), sentence)
    return _hit(text, text["consignment_id"].is_null().arg_true(), [fault])
