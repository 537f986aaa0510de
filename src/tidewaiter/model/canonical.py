"""Canonical JSON: one value, one row of bytes, so that a hash over it means the value."""

import json
from collections.abc import Mapping, Sequence
from typing import Any, Final, NoReturn

import polars as pl

from tidewaiter.model.errors import NotCanonical

LARGEST_NUMBER: Final = 2**53 - 1
"""Beyond it readers that know only binary fractions see another number; such a figure is written as text."""

DEEPEST: Final = 64

_AS_GIVEN: Final = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), allow_nan=False)
_SORTED: Final = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), allow_nan=False, sort_keys=True)
_WHOLE: Final = (pl.Int8, pl.Int16, pl.Int32, pl.Int64, pl.UInt8, pl.UInt16, pl.UInt32, pl.UInt64)
_PLAIN: Final = (pl.String, pl.Boolean, *_WHOLE)


def canonical(value: object) -> bytes:
    r"""The canonical bytes of texts, whole numbers, truth values, nulls, lists and objects of them.

    As RFC 8785 writes them: no blanks, keys in the order of their UTF-16 units, the shortest escapes, UTF-8. Stricter
    in three ways: no fractions at all, no whole number beyond 2^53 - 1, keys are texts and nothing else.

    >>> canonical({"seq": 7, "kind": "release", "note": "é\n"}).decode()
    '{"kind":"release","note":"é\\n","seq":7}'
    """
    try:
        if _is_plain(value, DEEPEST):
            return _SORTED.encode(value).encode()
        return _AS_GIVEN.encode(_ordered(value)).encode()
    except UnicodeEncodeError as fault:
        raise NotCanonical("A text holds half a surrogate pair, which is no character. Mend the text.") from fault


def read_canonical(data: bytes) -> Any:  # noqa: ANN401 - JSON has no narrower type
    """The value of canonical bytes; refuses bytes that ``canonical`` would not have written for it."""
    try:
        value = json.loads(data, object_pairs_hook=_object, parse_float=_no_fraction, parse_constant=_no_fraction)
    except (ValueError, RecursionError) as fault:
        raise NotCanonical(f"This is not canonical JSON: {fault}.") from fault
    if canonical(value) != data:
        raise NotCanonical("This is JSON, but not in its canonical form: order of keys, blanks or escapes differ.")
    return value


def canonical_rows(frame: pl.DataFrame) -> pl.Series:
    """A canonical object for each row of a frame, as binary; keys are the names of its columns, empty cells null.

    The same bytes as ``canonical`` of each row, without a loop. Columns hold text, whole numbers or truth values;
    anything else is refused before a row is written.
    """
    odd = [name for name, dtype in frame.schema.items() if dtype not in _PLAIN]
    if odd or not frame.width:
        raise NotCanonical(f"Columns without a canonical form: {', '.join(odd) or 'there are none at all'}.")
    for name, dtype in frame.schema.items():
        if dtype in (pl.Int64, pl.UInt64) and not frame[name].is_between(-LARGEST_NUMBER, LARGEST_NUMBER).all():
            raise NotCanonical(f"Column {name} holds a number beyond {LARGEST_NUMBER:,}; write it as text.")
    names = sorted(frame.columns, key=_utf16)
    rows = frame.select(pl.struct(names).struct.json_encode().cast(pl.Binary).alias("canonical"))
    return rows.to_series()


def _is_plain(value: object, depth: int) -> bool:
    """True where the encoder alone writes the value right; False where order or kinds need a copy; refuses the rest."""
    kind = type(value)
    if kind is str or value is None or kind is bool:
        return True
    if isinstance(value, int):
        return _is_exact(value)
    if isinstance(value, str):
        return True
    if depth == 0:
        raise NotCanonical(f"The value is nested deeper than {DEEPEST} levels.")
    if isinstance(value, Mapping):
        if not all(isinstance(key, str) for key in value):
            raise NotCanonical("Keys of an object are texts; a number or a null is no key.")
        items = [_is_plain(item, depth - 1) for item in value.values()]
        return kind is dict and all(map(str.isascii, value)) and all(items)
    if isinstance(value, Sequence) and not isinstance(value, bytes | bytearray | memoryview):
        items = [_is_plain(item, depth - 1) for item in value]
        return isinstance(value, list | tuple) and all(items)
    raise NotCanonical(f"A {kind.__name__} has no canonical form: amounts are whole minor units, other figures text.")


def _is_exact(value: int) -> bool:
    if not -LARGEST_NUMBER <= value <= LARGEST_NUMBER:
        raise NotCanonical(f"{value} is beyond {LARGEST_NUMBER:,}; write it as text.")
    return True


def _ordered(value: object) -> object:
    """A copy of checked content with its keys in order."""
    if isinstance(value, Mapping):
        return {key: _ordered(value[key]) for key in sorted(value, key=_utf16)}
    if isinstance(value, Sequence) and not isinstance(value, str):
        return [_ordered(item) for item in value]
    return value


def _utf16(text: str) -> bytes:
    return text.encode("utf-16-be", "surrogatepass")


def _object(pairs: list[tuple[str, object]]) -> dict[str, object]:
    told = dict(pairs)
    if len(told) != len(pairs):
        raise ValueError("a key stands twice in one object")
    return told


def _no_fraction(text: str) -> NoReturn:
    raise ValueError(f"{text} is no whole number")
