"""Canonical JSON: the same value is the same bytes, and what has no exact form is refused."""

import json
import math
from enum import IntEnum, StrEnum
from types import MappingProxyType

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tidewaiter.model.canonical import LARGEST_NUMBER, canonical, canonical_rows, read_canonical
from tidewaiter.model.errors import NotCanonical

TEXTS = st.text(st.characters(codec="utf-8"))
WHOLE = st.integers(-LARGEST_NUMBER, LARGEST_NUMBER)
VALUES = st.recursive(
    st.none() | st.booleans() | WHOLE | TEXTS,
    lambda inner: st.lists(inner) | st.dictionaries(TEXTS, inner),
    max_leaves=20,
)


class Word(StrEnum):
    RELEASE = "release"


class Rank(IntEnum):
    HIGH = 7


@given(VALUES)
def test_what_is_written_is_read_as_the_same_value(value):
    assert read_canonical(canonical(value)) == value


@given(st.dictionaries(TEXTS, VALUES, min_size=2))
def test_the_order_in_which_an_object_was_filled_does_not_matter(value):
    assert canonical(dict(reversed(value.items()))) == canonical(value)


def test_the_published_example_of_order_and_escapes():
    """The keys of RFC 8785, section 3.2.3, which are in the order of their UTF-16 units."""
    keys = ["\r", "1", "\x80", "ö", "€", "\U0001f600", "\ufb33"]

    told = canonical({"outer": dict.fromkeys(reversed(keys), "x"), "a": {"c": 1, "b": 2}})

    assert list(json.loads(told)["outer"]) == keys
    assert told.startswith(b'{"a":{"b":2,"c":1},"outer":{"\\r":"x","1":')
    assert canonical('\u20ac$\u000f\u000a\u0041\'\u0042"\\\\"/') == '"€$\\u000f\\nA\'B\\"\\\\\\\\\\"/"'.encode()


@pytest.mark.parametrize(
    "value",
    [0.5, math.nan, math.inf, 1.0, b"bytes", {"a": {1, 2}}, {1: "a"}, {None: "a"}, {True: 1}, "\ud800", {"\ud800": 1}],
    ids=repr,
)
def test_what_has_no_exact_form_is_refused(value):
    with pytest.raises(NotCanonical):
        canonical([value])


@pytest.mark.parametrize(("number", "is_exact"), [(LARGEST_NUMBER, True), (LARGEST_NUMBER + 1, False)])
@pytest.mark.parametrize("sign", [1, -1])
def test_a_number_that_others_would_round_is_refused(number, is_exact, sign):
    if is_exact:
        assert canonical(sign * number) == str(sign * number).encode()
    else:
        with pytest.raises(NotCanonical, match="write it as text"):
            canonical(sign * number)


def test_closed_lists_and_read_only_objects_are_written_as_what_they_hold():
    assert canonical(MappingProxyType({"b": (Word.RELEASE, Rank.HIGH), "a": None})) == b'{"a":null,"b":["release",7]}'


@pytest.mark.parametrize("depth", [64, 65])
def test_a_value_nested_too_deep_is_refused(depth):
    value = 1
    for _ in range(depth):
        value = [value]

    if depth > 64:
        with pytest.raises(NotCanonical, match="deeper"):
            canonical(value)
    else:
        assert canonical(value) == b"[" * depth + b"1" + b"]" * depth


@pytest.mark.parametrize(
    "data",
    [
        b'{"a":1,"a":1}',
        b'{"b":1,"a":2}',
        b'{"a": 1}',
        b"[1.0]",
        b"[1e3]",
        b"[-0]",
        b"[NaN]",
        b'["\\u0041"]',
        b'["\\/"]',
        b"[9007199254740992]",
        b'["\\ud800"]',
        b"\xff",
        b"",
        b"[" * 5000,
        b"\xef\xbb\xbf1",
    ],
    ids=repr,
)
def test_bytes_that_are_not_the_one_form_of_their_value_are_refused(data):
    with pytest.raises(NotCanonical):
        read_canonical(data)


ROWS = st.lists(
    st.fixed_dictionaries(
        {"consignment_id": TEXTS, "due_minor": st.none() | WHOLE, "is_held": st.booleans() | st.none(), "\ufb33": TEXTS}
    ),
    min_size=1,
)


@given(ROWS)
def test_rows_of_a_frame_are_the_same_bytes_as_one_by_one(rows):
    schema = {"consignment_id": pl.String, "due_minor": pl.Int64, "is_held": pl.Boolean, "\ufb33": pl.String}

    written = canonical_rows(pl.DataFrame(rows, schema=schema))

    assert written.to_list() == [canonical(row) for row in rows]


@pytest.mark.parametrize(
    "column", [pl.Series([0.5]), pl.Series([b"x"]), pl.Series([[1]]), pl.Series([LARGEST_NUMBER + 1])], ids=str
)
def test_a_column_without_an_exact_form_is_refused(column):
    with pytest.raises(NotCanonical):
        canonical_rows(pl.DataFrame({"a": column}))


def test_a_frame_without_columns_has_no_canonical_rows():
    with pytest.raises(NotCanonical):
        canonical_rows(pl.DataFrame())
