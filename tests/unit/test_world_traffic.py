from datetime import date

import numpy as np
import polars as pl
import pytest

from tidewaiter.world.campaigns import Scheme, schemes_to
from tidewaiter.world.lists import read
from tidewaiter.world.messages import world_slices
from tidewaiter.world.setting import World
from tidewaiter.world.sheet import world_sheet
from tidewaiter.world.truth import campaign_rows, truth

PARCELS, WEEKS = 16_000, 2
SHEET = "[schemes]\nshare = 0.3\n"
EUR_PER = read("destinations")["eur_per"]


def made(destination="EU", parcels=PARCELS, seed=5, sheet=SHEET):
    world = World(destination, seed, world_sheet(sheet), date(2026, 8, 3), WEEKS, parcels)
    rows, truths, events = [], [], []
    for part_of, traffic, said, fates, others in world_slices(world, 3_000):
        rows.append(said.rows)
        truths.append(truth(world, part_of, traffic, said, fates, others))
        events.append(fates.events)
    return world, pl.concat(rows), pl.concat(truths), pl.concat(events)


@pytest.fixture(scope="module")
def eu():
    return made()


@pytest.fixture(scope="module")
def told(eu):
    """A row a filed parcel, what is said beside what is true; told once."""
    _, rows, truths, _ = eu
    value = pl.col("item_value_amount").cast(pl.Float64, strict=False)
    said = rows.unique(["consignment_id", "item_no"], maintain_order=True).group_by(
        "consignment_id", maintain_order=True
    )
    return said.agg(
        pl.exclude("item_value_amount").first(),
        descriptions=pl.col("item_description"),
        codes=pl.col("item_commodity_code").str.join(";"),
        value=value.sum(),
    ).join(truths, on="consignment_id", suffix="_true")


def euros(name):
    rate = pl.col("currency").replace_strict(EUR_PER, return_dtype=pl.Float64)
    return pl.col(name) / 100 * rate


def test_every_filed_parcel_stands_in_the_truth_once(eu):
    _, rows, truths, _ = eu
    filed = truths.filter(pl.col("consignment_id").is_not_null())

    assert filed.height == PARCELS == filed["parcel_id"].n_unique()
    assert set(rows["consignment_id"]) == set(filed["consignment_id"])
    assert truths["parcel_id"].is_unique().all()


def test_the_same_world_is_told_in_the_same_words_and_another_seed_in_others(eu):
    _, rows, truths, events = eu
    _, again, true_again, events_again = made()
    _, other, _, _ = made(seed=6, parcels=2_000)

    assert again.equals(rows)
    assert true_again.equals(truths)
    assert events_again.equals(events)
    assert not set(other["parcel_id"]) & set(rows["parcel_id"])


def test_each_scheme_has_about_its_share(eu):
    _, _, truths, _ = eu
    weight = read("world")["schemes"]["weight"]
    filed = truths.filter(pl.col("consignment_id").is_not_null())

    for scheme, count in filed["scheme"].drop_nulls().value_counts().rows():
        expected = 0.3 * PARCELS * weight[scheme] / sum(weight.values())
        assert 0.85 * expected < count < 1.15 * expected, scheme
    assert (filed["is_illicit"] == filed["scheme"].is_not_null()).all()


def test_nothing_of_the_truth_is_told(eu):
    _, rows, truths, _ = eu
    known = {"is_illicit", "scheme", "movement", "true_order", "household", "buyer_person", "consignee_person"}

    assert known <= set(truths.columns)
    assert not known & set(rows.columns)


def test_a_split_order_is_above_the_limit_and_none_of_its_parcels_is(told):
    split = told.filter(scheme="split_order")
    orders = split.group_by("true_order").agg(
        pl.len(), whole=euros("true_value_minor").sum(), most=euros("true_value_minor").max(),
        told=pl.col("parcel_of_order").unique(), of=pl.col("parcels_of_true_order").first(),
    )  # fmt: skip

    assert (orders["len"] == orders["of"]).all()
    assert orders["len"].min() == 2
    assert orders["len"].max() == 6
    assert orders["whole"].min() > 150
    assert orders["most"].max() <= 150
    assert set(orders["told"].explode()) == {"1/1"}
    assert split["parcel_of_order"].n_unique() == 1


def test_a_split_order_goes_to_one_name_or_to_several_and_to_one_door_or_to_others(told):
    orders = (
        told.filter(scheme="split_order")
        .group_by("true_order")
        .agg(
            names=pl.col("consignee_person").n_unique(),
            doors=pl.col("household").n_unique(),
            buyers=pl.col("buyer_person").n_unique(),
        )
    )

    assert set(orders["buyers"]) == {1}
    assert 0.1 < (orders["names"] == 1).mean() < 0.7
    assert 0.2 < (orders["doors"] > 1).mean() < 0.8


def test_an_honest_order_in_several_parcels_says_so_and_stays_within_the_limit_or_pays_by_the_tariff(told):
    honest = told.filter(~pl.col("is_illicit"), pl.col("parcels_of_true_order") > 1, pl.col("fault").is_null())
    orders = honest.group_by("true_order").agg(
        pl.len(), pl.col("parcels_of_true_order").first(), told=pl.col("parcel_of_order").n_unique(),
        whole=euros("true_value_minor").sum(), dear=(pl.col("deal") == "dear").all(),
        sets=pl.col("reduced_set").unique(),
    )  # fmt: skip
    whole = orders.filter(pl.col("len") == pl.col("parcels_of_true_order"))

    assert whole.height > 50
    assert (whole["told"] == whole["len"]).all()
    assert whole.filter(~pl.col("dear"))["whole"].max() <= 150
    assert set(whole.filter("dear")["sets"].explode()) == {"H1"}


def test_an_undervalued_parcel_declares_a_part_of_what_was_paid_and_stays_within_the_limit(told):
    under = told.filter(scheme="undervaluation")
    share = under["declared_value_minor"] / under["true_value_minor"]
    others = told.filter(pl.col("scheme").is_null() | (pl.col("scheme") != "undervaluation"))

    assert share.min() > 0.05
    assert share.max() < 0.75
    assert 0.25 < share.mean() < 0.5
    assert under.select(euros("declared_value_minor").max()).item() <= 150
    assert (others["declared_value_minor"] == others["true_value_minor"]).all()


def test_a_vague_text_is_one_of_the_list_and_honest_texts_are_none(told):
    listed = pl.Series([word for words in read("lies")["vague"].values() for word in words])
    clean = told.filter(pl.col("fault").is_null(), pl.col("dirt").is_null())
    is_vague = pl.col("descriptions").list.eval(pl.element().is_in(listed.implode())).list.all()

    vague, others = clean.filter(scheme="vague_text"), clean.filter(pl.col("scheme").is_null())

    assert vague.filter(is_vague).height == vague.height > 300
    assert vague["item_description"].n_unique() > 60
    assert others.filter(is_vague).is_empty()


def test_some_honest_texts_are_a_word_or_two(told):
    short = {word for words in read("lies")["short"].values() for word in words.values()}

    honest = told.filter(~pl.col("is_illicit"))["item_description"].is_in(list(short)).mean()

    assert 0.04 < honest < 0.1


def test_a_swapped_code_is_one_of_lower_duty_and_the_text_tells_the_truth(told):
    lower = read("lies")["lower_duty"]
    told = told.filter(~pl.col("fault").is_in(["no_code", "code_without_end"]).fill_null(value=False))
    swapped = told.filter(scheme="hs_swap")

    for told_codes, right in swapped.select("codes", "true_commodity_codes").rows():
        for code, true in zip(told_codes.split(";"), right.split(";"), strict=True):
            assert code in lower[true[:2]]
    wrong = told.filter(pl.col("codes") != pl.col("true_commodity_codes"), ~pl.col("is_illicit"))
    assert 0 < wrong.height < 0.01 * PARCELS


def test_a_company_calls_a_sale_a_gift_between_persons(told):
    gifts = told.filter(scheme="gift_from_company")
    firms = gifts["consignor_person_type"].value_counts().drop_nulls()

    assert set(gifts["nature"]) == {"gift"}
    assert set(gifts["party_relation"]) == {"C2C"}
    assert gifts["seller_name"].null_count() == gifts.height
    assert dict(firms.rows())["legal"] > 2 * dict(firms.rows())["natural"] > 0
    honest = told.filter(deal="gift", is_illicit=False)
    assert 0 < honest.filter(consignor_person_type="legal").height < 0.04 * honest.height


def test_an_abused_number_is_held_by_somebody_else_or_by_nobody(told):
    own = {}
    sold = told.filter(~pl.col("is_illicit"), pl.col("vat_scheme") == "IOSS")
    for market, number in sold.select("marketplace", "vat_scheme_id").unique().drop_nulls().rows():
        own.setdefault(market, set()).add(number)
    abused = told.filter(scheme="scheme_number_abuse")
    known = set(sold["vat_scheme_id"])

    assert set(abused["vat_scheme"]) == {"IOSS"}
    assert abused["vat_scheme_id"].str.contains(r"^IM\d{10}$").all()
    for market, number in abused.select("marketplace", "vat_scheme_id").drop_nulls().rows():
        assert number not in own.get(market, ())
    assert 0.1 < abused["vat_scheme_id"].is_in(list(known)).mean() < 0.9
    assert abused.group_by("seller").agg(pl.col("vat_scheme_id").n_unique())["vat_scheme_id"].max() == 1


def test_schemes_are_run_by_sellers_in_their_campaigns_and_by_no_others(eu, told):
    world, *_ = eu
    campaigns = campaign_rows(world)
    weeks = campaigns.with_columns(
        (pl.col("start") - world.begins).dt.total_days() // 7, (pl.col("end") - world.begins).dt.total_days() // 7
    )

    caught = told.filter("is_illicit").join(weeks, on=["scheme", "seller"])

    is_active = pl.col("week").is_between(pl.col("start"), pl.col("end"))
    assert caught.filter(is_active)["consignment_id"].n_unique() == told["is_illicit"].sum()
    assert campaigns["intensity"].is_between(0.3, 0.95).all()
    honest = told.filter(~pl.col("is_illicit"))
    assert honest["seller"].is_in(campaigns["seller"].implode()).mean() > 0.02


def test_households_families_and_hubs_are_as_the_sheet_says(told):
    homes = told.filter(~pl.col("is_illicit"))

    assert 0.06 < homes["is_repeat_buyer"].mean() < 0.1
    assert 0.55 < homes["is_family"].mean() < 0.65
    assert 0.015 < homes["hub"].eq_missing("pick_up_point").mean() < 0.025
    assert 0.006 < homes["hub"].eq_missing("forwarder").mean() < 0.014
    doors = (
        homes.filter(pl.col("hub").is_not_null())
        .group_by("consignee_street", "consignee_postcode")
        .agg(pl.len(), names=pl.col("consignee_name").n_unique())
    )
    assert doors.filter(pl.col("len") > 3)["names"].min() > 2


def test_repeat_buyers_get_several_parcels_a_week(told):
    houses = told.filter("is_repeat_buyer").group_by("household").len()

    assert 3 * WEEKS < houses["len"].mean() < 8 * WEEKS


def test_no_scheme_number_is_abused_where_there_are_none():
    assert Scheme.SCHEME_NUMBER_ABUSE not in schemes_to("US")

    _, rows, truths, _ = made("US", 3_000)

    assert "scheme_number_abuse" not in set(truths["scheme"])
    assert rows["vat_scheme_id"].null_count() == rows.height
    assert 0.25 < truths["is_illicit"].mean() < 0.35


def test_more_parcels_arrive_at_night_than_at_noon(eu):
    _, _, _, events = eu
    hours = events.filter(event="arrived")["at"].str.slice(11, 2).cast(pl.Int64).to_numpy()
    count = np.bincount(hours, minlength=24)

    assert count[1:5].sum() > 3 * count[10:14].sum()
