"""Amounts whatever the lines: shares add up, order and neighbours change nothing, more is never less."""

import polars as pl
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.builders import rates
from tests.builders_stages import DUTIABLE, between_items
from tests.builders_tariff import additions, an_answer, answers
from tidewaiter.kit.filing_shares import apportioned
from tidewaiter.model import money
from tidewaiter.stages.duty import DutyLaw, assess_duty
from tidewaiter.stages.value import total_lines, value_for_customs, value_lines

MINOR = st.one_of(st.integers(0, 20), st.integers(0, 10**9))
WORTHS = st.lists(MINOR, min_size=1, max_size=12)
SOUND = settings(max_examples=40, deadline=None)


def for_customs(filings):
    """Customs values by filing; a filing is its costs and the worth of its lines."""
    rows = [
        {"filing_row": at, "line_value_minor": worth, "intrinsic_value_minor": sum(worths),
         "dutiable_costs_minor": costs, "has_assumed_costs": False, "line_exchange_status": "legal"}
        for at, (costs, worths) in enumerate(filings) for worth in worths
    ]  # fmt: skip
    made = value_for_customs(between_items(*rows)).collect()
    return [made.filter(pl.col("filing_row") == at)["customs_value_minor"].to_list() for at in range(len(filings))]


@SOUND
@given(total=MINOR, weights=WORTHS)
def test_shares_add_up_to_the_whole_and_are_those_of_the_twin(total, weights):
    frame = pl.DataFrame({"group": [0] * len(weights), "total": [total] * len(weights), "weight": weights})

    shares = apportioned(frame.lazy(), "share", pl.col("total"), pl.col("weight"), "group").collect()["share"].to_list()

    assert sum(shares) == total
    assert shares == money.apportioned(total, weights)


@SOUND
@given(total=MINOR, weights=WORTHS)
def test_no_share_is_negative_nor_a_whole_unit_off_its_exact_part(total, weights):
    whole = sum(weights)

    for weight, share in zip(weights, money.apportioned(total, weights), strict=True):
        exact, parts = (total * weight, whole) if whole else (total, len(weights))
        assert share >= 0
        assert abs(share * parts - exact) < parts


@SOUND
@given(costs=MINOR, worths=WORTHS)
def test_customs_values_add_up_to_goods_and_costs(costs, worths):
    assert sum(for_customs([(costs, worths)])[0]) == costs + sum(worths)


@SOUND
@given(filings=st.lists(st.tuples(MINOR, WORTHS), min_size=1, max_size=5))
def test_a_filing_is_valued_the_same_alone_and_among_others(filings):
    together = for_customs(filings)

    assert together == [for_customs([filing])[0] for filing in filings]


@SOUND
@given(micros=st.lists(st.one_of(st.none(), st.integers(0, 10**12)), min_size=1, max_size=10), order=st.randoms())
def test_a_filing_is_worth_the_same_in_whatever_order_its_lines_stand(micros, order):
    def worth(lines):
        told = [{"value_micro": micro, "value_currency": "USD", "commodity_code": None} for micro in lines]
        return total_lines(value_lines(between_items(*told), rates(("USD", 1_000, 1_169)), 2)).collect().row(0)

    mixed = order.sample(micros, len(micros))

    assert worth(micros) == worth(mixed)
    assert (worth(micros)[1] is None) == (None in micros)


@SOUND
@given(value=MINOR, more=st.integers(0, 1_000), ppm=st.integers(0, 2_000_000), steeper=st.integers(0, 1_000_000))
def test_a_higher_value_or_rate_never_owes_less_duty(value, more, ppm, steeper):
    def duty(customs_value, rate):
        row = {
            **DUTIABLE, "duty_rule": "tariff", "customs_value_minor": customs_value, "commodity_code": "610910",
            "flat_duty_by_hs6": True, "exchange_status": "legal", "law_flat_duty_minor": None, "tariff_row": 0,
            "law_period": 0, "duty_collected_from": "border",
        }  # fmt: skip
        told = answers({**an_answer("1 %"), "duty_num": rate})
        made = assess_duty(between_items(row), told.lazy(), additions().lazy(), DutyLaw("EUR", 2))
        return made.collect()["duty_minor"][0]

    owed = duty(value, ppm)

    assert duty(value + more, ppm) >= owed
    assert duty(value, ppm + steeper) >= owed
    assert abs(owed * 1_000_000 - value * ppm) <= 500_000
