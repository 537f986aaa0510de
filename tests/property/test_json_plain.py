"""Plain lines read column by column say what reading them object by object says, whatever is done to them."""

import json
import random

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.builders_hostile import mutants
from tests.builders_reading import a_sheet
from tidewaiter.kit.format import canonical_sheet
from tidewaiter.runners.reading.json_columns import plain_rows
from tidewaiter.runners.reading.json_lines import Objects, Stretch
from tidewaiter.runners.reading.json_rows import Flattening
from tidewaiter.runners.reading.rejects import Rejects

SHEET = canonical_sheet()
EVENTS = a_sheet(top='items = ""')


def both(block, sheet=SHEET):
    """How many lines were plain; they must be sound to the slow way and say the same to it."""
    raw, is_plain = plain_rows(block, 3, sheet)
    lines, rejects = Stretch(block, 3).lines(is_plain), Rejects()
    places, filings = Objects(".").decoded(lines, "utf-8", rejects)
    texts = [lines.texts[place] for place in places]
    slow = Flattening(sheet).rows([lines.numbers[place] for place in places], filings, texts, rejects)
    assert slow.rejects.height == 0, (block, slow.rejects.to_dicts())
    assert raw.positions.to_list() == slow.positions.to_list(), block
    assert set(raw.frame.columns) == set(slow.frame.columns), block
    assert raw.frame.select(sorted(raw.frame.columns)).equals(slow.frame.select(sorted(slow.frame.columns))), block
    return int(is_plain.sum())


PLAIN = b"""{"consignment_id": "A1", "gross_mass_kg": 0.10, "items": [{"description": "toy", "quantity": 3}]}
{"consignment_id":"A2","mode":"post","items":[{"description":" M\\u00fctze ","value_amount":-1.5e3},{"hs":null}]}
{"consignment_id": "A3", "items": [{"description": "a \\"b\\", c: {"}], "is_gift": true, "consignee_name": "Zo\xc3\xab"}
{ "consignment_id": "", "a_name_that_is_longer_than_thirty-two_bytes": "x", "items": [ {"a": "b"} , {"c": 1}]}\r
"""


def test_all_that_is_plain_is_read_in_columns():
    assert both(PLAIN) == 4


@pytest.mark.parametrize(
    "line",
    [
        "", "   ", "{}", "[]", "12", '"a"', '{"a": "b"}', '{"a": "b", "items": []}', '{"a": "b", "items": [{}]}',
        '{"a": "b", "items": [{"c": "d"}, {}]}', '{"a": {"b": "c"}, "items": [{"c": "d"}]}',
        '{"a": ["b"], "items": [{"c": "d"}]}', '{"a": "b" "items": [{"c": "d"}]}', '{"a": "b", "items": [{"c": "d"}]',
        '{"a": "b", "items": [{"c": "d"}]}}', '{"a": "b", "items": [{"c": 01}]}', '{"a": -0, "items": [{"c": "d"}]}',
        '{"a": 1., "items": [{"c": "d"}]}', '{"a": .5, "items": [{"c": "d"}]}', '{"a": NaN, "items": [{"c": "d"}]}',
        '{"a": "b", "a": "c", "items": [{"c": "d"}]}', '{"a": "b", "items": [{"c": "d", "c": "e"}]}',
        '{"items": 1, "a": "b", "items": [{"c": "d"}]}', '{"a": "b", "items": [{"c": "d"}], "items": [{"c": "d"}]}',
        '{"a": "\\u0000", "items": [{"c": "d"}]}', '{"a": "\\x", "items": [{"c": "d"}]}',
        '{"a": "\\ud800", "items": [{"c": "d"}]}', '{"\\u0061": "b", "items": [{"c": "d"}]}',
        '{"a": "tab\there", "items": [{"c": "d"}]}', '{"a": "b", "items": [{"c": "d"}]} {"a": "b"}',
        '{"a": "b", "goods": [{"c": "d"}]}', '{"a": "b", "items": [{"c": "d"}] "x": 1}',
        '{"a": tru, "items": [{"c": 1}]}',
        '{"a" "b": "c", "items": [{"c": "d"}]}', '{"a": "b", "items": [{"c": [{"d": "e"}]}]}',
        '{"a": "' + "x" * 70_000 + '", "items": [{"c": "d"}]}', '{"a": "b", "c": [{"d": "e"}]}',
        '{"a": "b", "items": [{"c": "d"}], }', '{, "a": "b", "items": [{"c": "d"}]}', '{"a": "b", "items": {"c": "d"}}',
        '{"a": "b", "items": [{"c": "d"},{"c": "d"],{"c": "d"}]}', '{"a": 5[{"b": "c"}]}', '{"a"[{"b": "c"}]}',
    ],
)  # fmt: skip
def test_a_line_that_is_not_plain_is_left_and_spoils_no_other(line):
    sound = b'{"a": "b", "items": [{"c": "d"}]}\n'

    assert both(sound + line.encode() + b"\n" + sound) == 2


@pytest.mark.parametrize("encoding", ["latin-1", "utf-16-le"])
def test_bytes_that_are_no_utf_8_spoil_their_line_alone(encoding):
    sound = b'{"a": "\xc3\xa9", "items": [{"c": "d"}]}\n'

    assert both(sound + sound.decode().encode(encoding).replace(b"\n", b"") + b"\n" + sound) >= 2


def test_messages_without_goods_lines_are_one_row_each():
    assert both(b'{"ref": "A1", "at": 1}\n{"ref": "A2"}\n', EVENTS) == 2


VALUES = st.one_of(
    st.text(alphabet='ab "\\\n{}[],:é界\u2028\u00a0\0', max_size=6), st.integers(), st.none(), st.booleans(),
    st.decimals(allow_nan=False, allow_infinity=False, places=3).map(float), st.floats(),
)  # fmt: skip
NAMES = st.sampled_from(["a", "b", "item_no", "description", "a_rather_long_name_of_a_column", "items", 'k"', "é"])
OBJECTS = st.dictionaries(NAMES, VALUES, max_size=5)
FILINGS = st.builds(lambda told, goods: {**told, "items": goods}, OBJECTS, st.lists(OBJECTS, max_size=3))


@settings(max_examples=100, deadline=None)
@given(
    filings=st.lists(FILINGS, max_size=5),
    is_tight=st.booleans(),
    is_ascii=st.booleans(),
    end=st.sampled_from(["\n", "\r\n"]),
)
def test_whatever_is_written_is_read_alike(filings, is_tight, is_ascii, end):
    marks = (",", ":") if is_tight else (", ", ": ")
    lines = [json.dumps(filing, ensure_ascii=is_ascii, separators=marks) for filing in filings]

    both("".join(line + end for line in lines).encode("utf-8", "replace") or b"\n")


def test_mutants_are_never_read_otherwise():
    plain = 0
    for mutant in mutants(PLAIN, 7, 400):
        plain += both(mutant + b"\n")

    assert plain > 600


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(20))
def test_many_mutants_are_never_read_otherwise(seed):
    for mutant in mutants(PLAIN, 1_000 + seed, 20_000):
        both(mutant + b"\n")


def test_rows_are_the_same_however_many_columns_some_of_them_have():
    chance = random.Random(3)
    names = [f"name_{number}" for number in range(40)]
    lines = [
        json.dumps(
            {"consignment_id": str(number), **{name: name for name in chance.sample(names, 9)}, "items": [{"a": 1}]}
        )
        for number in range(300)
    ]

    assert both(("\n".join(lines) + "\n").encode()) == 300
    assert plain_rows(b"{}\n", 0, SHEET)[0].frame.equals(pl.DataFrame())
