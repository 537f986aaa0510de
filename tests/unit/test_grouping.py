"""Every row has one fate: accepted, a duplicate of another, contradicted, or spoilt with its filing."""

import polars as pl
import pytest

from tidewaiter.runners.grouping import ACCEPTED, CONTRADICTED, DUPLICATE, SPOILT, fates
from tidewaiter.runners.identity import ROW_IDENTITY

SCHEMA = {**ROW_IDENTITY, "unit": pl.Int64, "is_spoilt": pl.Boolean, "source_no": pl.Int32}


def settled(*rows):
    """Rows of (filing, item number, what the line says), with unit, what the filing says and spoilt by name."""
    told = []
    for position, (filing, item_no, goods, more) in enumerate(rows, start=1):
        said = {"filing_hash": more.get("says", 0), "item_hash": goods, "is_spoilt": more.get("spoilt", False)}
        place = {"item_no": item_no, "source_position": position, "unit": more.get("unit", 0), "source_no": 0}
        told.append({**dict.fromkeys(("identity_key", "identity_hash", "id_hash"), filing), **said, **place})
    return fates(pl.DataFrame(told, schema=SCHEMA))


def row(filing, item_no=1, goods=7, **more):
    return filing, item_no, goods, more


def test_no_rows_have_no_fates():
    found = settled()

    assert (found.filings, found.counts) == (0, {"accepted": 0, "quarantined": 0, "duplicates": 0})
    assert found.is_contiguous


def test_filings_are_numbered_as_they_come():
    found = settled(row(9), row(9, 2), row(4), row(5))

    assert found.filing_no.tolist() == [0, 0, 1, 2]
    assert found.counts == {"accepted": 3, "quarantined": 0, "duplicates": 0}
    assert found.is_contiguous


def test_scattered_rows_find_their_filing_and_are_said_to_be_scattered():
    found = settled(row(9), row(4), row(9, 2))

    assert found.filing_no.tolist() == [0, 1, 0]
    assert not found.is_contiguous


def test_a_row_told_twice_is_a_duplicate_of_the_first():
    found = settled(row(9), row(4), row(9))

    assert found.fate.tolist() == [ACCEPTED, ACCEPTED, DUPLICATE]
    assert found.of_row.tolist() == [-1, -1, 0]
    assert found.counts == {"accepted": 2, "quarantined": 0, "duplicates": 1}
    assert found.is_contiguous


def test_two_tellings_of_the_same_are_one_filing_whatever_the_order_of_their_lines():
    found = settled(row(9, 1, 7), row(9, 2, 8), row(9, 2, 8, unit=1), row(9, 1, 7, unit=1))

    assert found.fate.tolist() == [ACCEPTED, ACCEPTED, DUPLICATE, DUPLICATE]
    assert found.of_row.tolist() == [-1, -1, 1, 0]


@pytest.mark.parametrize(
    "other",
    [
        [row(9, 1, 7, says=1, unit=1)],
        [row(9, 1, 8, unit=1)],
        [row(9, 1, 7, unit=1), row(9, 2, 7, unit=1)],
        [row(9, 1, 8)],
        [row(9, 2, 7, says=1)],
    ],
    ids=["the filing says else", "the line says else", "a line more", "one number twice", "the filing says two things"],
)
def test_a_filing_told_in_two_ways_is_taken_in_none(other):
    found = settled(row(9, 1, 7), *other, row(4))

    assert set(found.fate[:-1].tolist()) == {CONTRADICTED}
    assert found.fate[-1] == ACCEPTED
    assert found.filing_no.tolist()[-1] == 0
    assert found.counts["accepted"] == 1


def test_one_spoilt_row_spoils_its_filing_and_no_other():
    found = settled(row(9), row(4), row(9, 2, spoilt=True))

    assert found.fate.tolist() == [SPOILT, ACCEPTED, SPOILT]
    assert found.filing_no.tolist() == [-1, 0, -1]
    assert found.counts == {"accepted": 1, "quarantined": 1, "duplicates": 0}


def test_lines_without_a_number_may_say_different_things():
    found = settled(row(9, None, 7), row(9, None, 8))

    assert found.fate.tolist() == [ACCEPTED, ACCEPTED]


def test_filings_whose_keys_fall_together_are_still_two():
    one = {"identity_key": 9, "id_hash": 1, "item_no": 1, "unit": 0, "is_spoilt": False, "source_no": 0}
    twins = [
        {**one, "identity_hash": number, "filing_hash": number, "item_hash": 7, "source_position": number}
        for number in (1, 2)
    ]

    assert fates(pl.DataFrame(twins, schema=SCHEMA)).filings == 2
