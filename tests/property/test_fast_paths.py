"""What is fast equals what is slow: numbers of keys, 64-bit products and shares, law that stands once for a chunk."""

from datetime import date, timedelta

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tidewaiter.kit import expressions, filing_shares
from tidewaiter.kit import key_numbers as numbering
from tidewaiter.kit import looked_up as lookups
from tidewaiter.kit.expressions import times_rate
from tidewaiter.kit.filing_shares import apportioned
from tidewaiter.kit.filing_sums import filing_least
from tidewaiter.kit.key_numbers import key_numbers
from tidewaiter.kit.looked_up import looked_up
from tidewaiter.model import money
from tidewaiter.model.money import Rounding, divided_decimal
from tidewaiter.pipeline.tariff_index import TariffIndex
from tidewaiter.stages import law as laws
from tidewaiter.stages import parties
from tidewaiter.stages.law import lay_law_beside

SOUND = settings(max_examples=60, deadline=None)
TEXTS = st.sampled_from([None, "", "61", "6109", "\u00e9"])
DAYS = st.one_of(
    st.none(), st.integers(-700_000, 2_900_000).map(lambda days: date(1970, 1, 1) + timedelta(days % 9_000))
)
KEYS = st.lists(st.tuples(TEXTS, TEXTS, DAYS, st.one_of(st.none(), st.integers(-(2**31), 2**31 - 1))), max_size=30)
LARGE, SMALL = st.integers(0, 2**40), st.integers(0, 10**6)
SCHEMA = {"code": pl.String, "origin": pl.String, "day": pl.Date, "period": pl.Int32}


@SOUND
@given(keys=KEYS, spare=st.sampled_from([0, 2**16]))
def test_rows_have_one_number_where_they_are_the_same_and_another_where_not(keys, spare):
    rows = pl.DataFrame(keys, schema=SCHEMA, orient="row")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(numbering, "SPARE", spare)
        number, first = key_numbers(rows)

    assert [keys[at] for at in first.gather(number).to_list()] == keys
    assert len(first) == len(set(keys))
    assert all(keys.index(keys[at]) == at for at in first)


@SOUND
@given(
    keys=KEYS,
    known=st.lists(st.tuples(st.sampled_from(["", "61", "6109"]), st.integers(0, 3)), unique_by=lambda row: row[0]),
    few=st.sampled_from([0, 2**13]),
)
def test_what_is_looked_up_once_is_what_a_join_lays_beside_each_row(keys, known, few):
    rows = pl.DataFrame(keys, schema=SCHEMA, orient="row")
    table = pl.DataFrame(known, schema={"code": pl.String, "rate": pl.Int64}, orient="row")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(lookups, "FEW", few)
        told = looked_up(rows, table, ["code"])

    assert told.columns == ["rate"]
    assert told["rate"].to_list() == [dict(known).get(code) for code, *_ in keys]


LETTERS = st.one_of(st.none(), st.sampled_from(["CN", "US", "\u00e9"]))


@SOUND
@given(keys=st.lists(LETTERS, max_size=20), few=st.sampled_from([0, 64]))
def test_codes_of_two_letters_have_one_number_each(keys, few):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(numbering, "FEW", few)
        number, first = key_numbers(pl.DataFrame({"origin": keys}, schema={"origin": pl.String}))

    assert [keys[at] for at in first.gather(number).to_list()] == keys
    assert len(first) == len(set(keys))


@SOUND
@given(
    days=st.lists(st.one_of(st.none(), st.integers(0, 40).map(lambda back: date(2026, 10, 31) - timedelta(back)))),
    changes=st.lists(st.integers(0, 40).map(lambda back: date(2026, 10, 31) - timedelta(back)), unique=True),
)
def test_a_day_is_asked_as_the_first_of_its_span(days, changes):
    index = TariffIndex(lambda keys: (keys, keys), changes=tuple(sorted(changes)))

    told = index.days(pl.Series("duty_day", days, dtype=pl.Date)).to_list()

    begun = [[start for start in changes if day is not None and start <= day] for day in days]
    assert told == [max(starts, default=day) for starts, day in zip(begun, days, strict=True)]


@SOUND
@given(
    rows=st.lists(
        st.tuples(st.integers(0, 2**40), st.integers(0, 2**40), st.integers(1, 2**40)), min_size=1, max_size=5
    ),
    small=st.lists(st.tuples(st.integers(0, 10**6), st.integers(0, 10**6), st.integers(1, 10**6)), max_size=5),
    rounding=st.sampled_from(list(Rounding)),
)
def test_products_of_any_width_round_like_the_twin(rows, small, rounding):
    for told in (rows, small, [*small, *rows]):
        frame = pl.DataFrame(told, schema=dict.fromkeys(("base", "num", "den"), pl.Int64), orient="row")
        made = frame.select(times_rate(pl.col("base"), pl.col("num"), pl.col("den"), rounding)).to_series().to_list()
        exact = [int(divided_decimal(base * num, den, rounding)) for base, num, den in told]
        assert made == [amount if amount < 2**63 else None for amount in exact]


AMOUNT = st.one_of(st.integers(0, 9), st.integers(0, 10**13))


@SOUND
@given(
    groups=st.lists(st.tuples(st.one_of(st.none(), AMOUNT), st.lists(AMOUNT, min_size=1, max_size=4)), max_size=6),
    fits=st.sampled_from([0, 2**62]),
)
def test_shares_in_64_bits_are_those_in_128_and_of_the_twin(groups, fits):
    rows = [(at, total, weight) for at, (total, weights) in enumerate(groups) for weight in weights]
    frame = pl.DataFrame(rows, schema={"at": pl.UInt32, "total": pl.Int64, "weight": pl.Int64}, orient="row")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(filing_shares, "FITS", fits)
        patch.setattr(expressions, "FITS", fits)
        told = apportioned(frame.lazy(), "share", pl.col("total"), pl.col("weight"), "at").collect()["share"].to_list()

    expected = [
        share
        for total, weights in groups
        for share in ([None] * len(weights) if total is None else money.apportioned(total, weights))
    ]
    assert told == expected


@SOUND
@given(filings=st.lists(st.lists(st.one_of(st.none(), st.integers(-9, 2**60)), min_size=1, max_size=4), max_size=6))
def test_the_least_line_of_a_filing_is_empty_as_soon_as_one_is(filings):
    rows = [(at, worth) for at, worths in enumerate(filings) for worth in worths]
    frame = pl.DataFrame(rows, schema={"filing_row": pl.UInt32, "worth": pl.Int64}, orient="row")

    assert filing_least(frame, "worth").to_list() == [None if None in worths else min(worths) for worths in filings]


@SOUND
@given(periods=st.lists(st.one_of(st.none(), st.integers(0, 4)), max_size=8), few=st.sampled_from([0, 256]))
def test_law_that_stands_once_for_a_chunk_is_that_of_each_filing(periods, few):
    law = pl.DataFrame(
        {
            "law_period": [0, 1, 2],
            "law_limit": [5, 5, None],
            "law_text": ["a", "b", "b"],
            "law_flag": [True, None, True],
        },
        schema_overrides={"law_period": pl.Int32},
    )
    filings = pl.DataFrame(
        {"law_period": periods, "no": range(len(periods))}, schema_overrides={"law_period": pl.Int32}
    )

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(laws, "FEW", few)
        made = lay_law_beside(filings.lazy(), law.lazy()).collect()

    assert made.select(filings.join(law, on="law_period", how="left", maintain_order="left").columns).equals(
        filings.join(law, on="law_period", how="left", maintain_order="left")
    )


SAID = st.one_of(st.none(), st.sampled_from(["Anne Moreau", "moreau ANNE", "12a rue Haute", "0000", "ab-12", "Łódź 7"]))


@SOUND
@given(
    told=st.lists(st.fixed_dictionaries(dict.fromkeys(parties.TAKES, SAID)), max_size=6), few=st.sampled_from([0, 3])
)
def test_parties_told_together_are_those_told_one_by_one(told, few):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(parties, "FEW", few)
        together = parties.party_keys(pl.LazyFrame(told, schema=parties.TAKES)).collect()
        alone = [parties.party_keys(pl.LazyFrame([one], schema=parties.TAKES)).collect() for one in told]

    assert together.rows() == [one.row(0) for one in alone]
