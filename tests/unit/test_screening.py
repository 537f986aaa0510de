"""Screening: whole stories of parcels, from what senders write to what the rules make of it."""

import polars as pl
import pytest

from tests.builders_risk import DAY_S, LIMIT_MINOR, NOW_S, parties, seen
from tidewaiter.model.errors import PlanError
from tidewaiter.pipeline.tables import RULE_COLUMNS
from tidewaiter.service.discovery import risk_rules
from tidewaiter.stages.parties import party_keys
from tidewaiter.stages.screening import screen
from tidewaiter.stages.windows import facts

RULES = [rule for rule in risk_rules().values() if rule.finding.level == "filing"]
WINDOWS = list({window.fact: window for rule in RULES for window in rule.windows}.values())


def screened(*parcels):
    """Flags of parcels in the words of ``parties``, with ``worth`` in cents and ``days_ago``; no more is told."""
    told = [{name: value for name, value in parcel.items() if name not in {"worth", "days_ago"}} for parcel in parcels]
    values = seen(
        *(
            {
                "intrinsic_value_minor": parcel.get("worth", 1_000),
                "accepted_s": NOW_S - parcel.get("days_ago", 0) * DAY_S,
            }
            for parcel in parcels
        )
    )
    keyed = party_keys(parties(*told)).collect()
    narrow = values.with_columns(keyed[name] for name in keyed.columns if name.endswith("_key"))
    filings = pl.concat(
        [keyed, values.drop(keyed.columns, strict=False), facts(narrow, WINDOWS, None)], how="horizontal"
    )
    filings = filings.with_columns(
        pl.lit(None, RULE_COLUMNS[name]).alias(name)
        for rule in RULES
        for name in rule.takes
        if name not in filings.columns
    )
    return screen(filings.lazy(), RULES).collect().select(rule.finding.flag for rule in RULES)


def hits(flag, *parcels):
    return screened(*parcels)[flag].to_list()


def times(count, **parcel):
    """The same parcel several times, each with an order of its own unless it says otherwise."""
    return [{"order_id": f"T{number:04}", **parcel} for number in range(count)]


def test_an_order_in_two_parcels_is_seen_on_both_and_on_nobody_elses():
    split = times(2, order_id="A7", worth=9_000)

    assert hits("spl_01", *split, {"order_id": "A8", "worth": 9_000}) == [True, True, False]


def test_the_first_half_of_an_order_cannot_be_told_before_the_second_comes():
    early, late = ({"order_id": "A7", "worth": 9_000, "days_ago": days} for days in (3, 0))

    assert hits("spl_01", early, late) == [False, True]


def test_an_order_split_over_two_names_and_addresses_is_one_order():
    first, second = times(2, order_id="A7", worth=9_000)
    second |= {"consignee_name": "Paul Petit", "consignee_street": "3 rue Basse", "consignee_postcode": "75001"}

    assert hits("spl_01", first, second) == [True, True]


def test_a_basket_from_two_shops_of_a_marketplace_is_two_consignments():
    first, second = times(2, order_id="A7", worth=9_000)
    second["seller_id"] = "S200"

    assert hits("spl_01", first, second) == [False, False]


def test_a_safety_filing_and_a_withdrawal_are_not_the_other_half_of_an_order():
    parcel = {"order_id": "A7", "worth": 9_000}
    gone, before = {**parcel, "function": "cancellation"}, {**parcel, "filing_kind": "ens"}

    assert hits("spl_01", parcel, gone, before) == [False, False, False]


def test_a_filler_in_the_order_field_makes_no_order():
    assert hits("spl_01", *times(5, order_id="N/A", worth=9_000)) == [False] * 5


def test_invented_orders_to_several_names_at_one_door_are_seen_from_the_fifth_on():
    names = ["Anne Moreau", "Paul Petit", "Luc Blanc", "Eva Noir", "Max Brun"]
    split = [{**parcel, "consignee_name": name} for parcel, name in zip(times(5, worth=12_000), names, strict=True)]

    assert hits("spl_02", *split) == [True] * 5
    assert hits("spl_02", *split[:4]) == [False] * 4


def test_without_order_numbers_three_are_enough():
    split = times(3, order_id=None, worth=12_000)

    assert hits("spl_02", *split) == [True] * 3
    assert hits("spl_02", *split[:2]) == [False] * 2


def test_a_weekly_buyer_at_one_shop_is_let_be():
    weekly = [{**parcel, "days_ago": 7 * week} for week, parcel in enumerate(times(9, worth=6_500))]

    assert hits("spl_02", *weekly) == [False] * 9


def test_a_family_that_orders_everywhere_is_let_be():
    family = [
        {**parcel, "seller_id": f"S{number % 4}", "days_ago": number, "consignee_name": f"Child{number % 3} Moreau"}
        for number, parcel in enumerate(times(16, worth=5_500))
    ]

    assert screened(*family).sum().row(0) == (0,) * len(RULES)


def test_a_pick_up_point_is_let_be():
    locker = {"consignee_street": "Locker 7, Station Road", "worth": 2_200, "order_id": None}
    parcels = [
        {**locker, "seller_id": f"S{number % 3}", "consignee_name": f"Guest{number} Moreau"} for number in range(60)
    ]

    assert screened(*parcels).sum().row(0) == (0,) * len(RULES)


def test_a_big_seller_is_not_suspect_for_its_many_parcels():
    prices = [900 + 310 * number % 16_000 for number in range(400)]
    parcels = [
        {**parcel, "worth": price, "consignee_street": f"{number} rue Haute", "consignee_name": f"Guest{number} Moreau"}
        for number, (parcel, price) in enumerate(zip(times(400), prices, strict=True))
    ]

    assert screened(*parcels).sum().row(0) == (0,) * len(RULES)


def test_a_seller_with_a_wall_under_the_limit_is_noted_on_the_parcels_at_the_wall():
    parcels = [
        {**parcel, "worth": 14_900 if number < 20 else 3_000, "consignee_street": f"{number} rue Haute"}
        for number, parcel in enumerate(times(60))
    ]

    assert hits("val_90", *parcels) == [True] * 20 + [False] * 40


def test_flags_are_never_empty_whatever_is_not_known():
    nobody = dict.fromkeys(["seller_id", "seller_name", "consignor_id", "consignor_name", "consignee_street"])

    flags = screened({**nobody, "worth": None}, {"worth": LIMIT_MINOR})

    assert sum(flags.null_count().row(0)) == 0


def test_a_rule_whose_column_nobody_adds_is_refused_before_a_row_is_read():
    frame = pl.LazyFrame(schema={"intrinsic_value_minor": pl.Int64})

    with pytest.raises(PlanError, match="VAL-90 takes count_above_band_seller_key_30d"):
        screen(frame, [rule for rule in RULES if rule.finding.code == "VAL-90"])


def test_no_rules_add_nothing():
    frame = pl.LazyFrame({"filing_row": [0]})

    assert screen(frame, []).collect().columns == ["filing_row"]
