"""Days of law and keys of identities: both ends of a span count, one letter makes another key."""

from dataclasses import dataclass
from datetime import date

import pytest

from tidewaiter.model import dates
from tidewaiter.model.dates import in_force, overlaps
from tidewaiter.model.ids import filing_key, key64, keys64, parcel_key


@dataclass(frozen=True)
class Span:
    valid_from: date
    valid_to: date | None = None


def span(start, end=None):
    return Span(date.fromisoformat(start), date.fromisoformat(end) if end else None)


@pytest.mark.parametrize(
    ("day", "answer"),
    [
        ("2026-06-30", False),
        ("2026-07-01", True),
        ("2026-07-02", True),
        ("2028-06-29", True),
        ("2028-06-30", True),
        ("2028-07-01", False),
    ],
)
def test_a_span_is_in_force_on_both_its_days(day, answer):
    assert in_force(span("2026-07-01", "2028-06-30"), date.fromisoformat(day)) is answer


@pytest.mark.parametrize(("day", "answer"), [("2026-06-30", False), ("2026-07-01", True), ("2999-01-01", True)])
def test_an_empty_end_means_still_in_force(day, answer):
    assert in_force(span("2026-07-01"), date.fromisoformat(day)) is answer


@pytest.mark.parametrize(
    ("first", "second", "shared"),
    [
        (("2020-01-01", "2020-12-31"), ("2021-01-01", None), False),
        (("2020-01-01", "2021-01-01"), ("2021-01-01", None), True),
        (("2020-01-01", "2021-01-02"), ("2021-01-01", None), True),
        (("2020-01-01", None), ("2021-01-01", None), True),
        (("2021-01-01", None), ("2020-01-01", "2020-12-31"), False),
    ],
)
def test_neighbours_overlap_where_they_share_a_day_in_whatever_order_they_come(first, second, shared):
    assert bool(overlaps([span(*first), span(*second)])) is shared


def test_only_the_neighbours_that_overlap_are_told():
    one, two, three = span("2020-01-01", "2020-12-31"), span("2021-01-01", "2021-12-31"), span("2021-12-31")

    assert overlaps([three, one, two]) == [(two, three)]
    assert overlaps([one]) == []


def test_parcels_live_in_plausible_years():
    assert (dates.FIRST_PLAUSIBLE_YEAR, dates.LAST_PLAUSIBLE_YEAR) == (1990, 2100)


def test_a_key_is_the_same_for_one_text_however_its_accents_are_written():
    assert key64("Jose\N{COMBINING ACUTE ACCENT}") == key64("Jos\N{LATIN SMALL LETTER E WITH ACUTE}")


def test_a_key_is_the_same_in_every_run_since_history_keeps_it():
    assert key64("LX000000005CN") == 8_980_119_041_183_596_582
    assert key64("") == -5_426_141_060_434_712_860


def test_keys_differ_with_every_part_of_a_filing():
    keys = {
        filing_key("D1", "import", "A", 1),
        filing_key("D2", "import", "A", 1),
        filing_key("D1", "ens", "A", 1),
        filing_key("D1", "import", "B", 1),
        filing_key("D1", "import", "A", 2),
        filing_key("D1import", "", "A", 1),
    }

    assert len(keys) == 6
    assert all(-(2**63) <= key < 2**63 for key in keys)


def test_keys_of_many_texts_are_those_of_each():
    assert keys64(["a", "b", ""]) == [key64("a"), key64("b"), key64("")]
    assert parcel_key("a") == key64("a")
