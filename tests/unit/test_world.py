from datetime import date
from itertools import pairwise

import polars as pl
import pytest

from tidewaiter.model.columns import BY_DOOR
from tidewaiter.model.ids import keys64
from tidewaiter.world import day as room
from tidewaiter.world.day import sample_day, sample_days_chunks
from tidewaiter.world.lists import read

DAY = date(2026, 10, 20)
DESTINATIONS = ("EU", "GB", "US")
OF_ITEM = [name for name, field in BY_DOOR.items() if field.level == "item"]


@pytest.fixture(scope="module", params=DESTINATIONS)
def destination(request):
    return request.param


@pytest.fixture(scope="module")
def rows(destination):
    return sample_day(4000, 7, destination, DAY)


@pytest.fixture(scope="module")
def parcels(rows):
    return rows.unique("consignment_id", maintain_order=True)


def number(name):
    return pl.col(name).cast(pl.Decimal(18, 3))


def told(rows):
    return keys64(rows.select(pl.concat_str(pl.all(), ignore_nulls=True, separator="|")).to_series())


def test_the_same_seed_tells_the_same_day_and_another_seed_another(rows, destination):
    again = sample_day(4000, 7, destination, DAY)
    other = sample_day(4000, 8, destination, DAY)

    assert again.equals(rows)
    assert len(set(told(other)) & set(told(rows))) == 0


def test_a_long_day_comes_in_chunks_of_whole_parcels(monkeypatch):
    monkeypatch.setattr(room, "CHUNK_PARCELS", 300)

    chunks = list(sample_days_chunks(1000, 7, "EU", DAY))
    whole = sample_day(1000, 7, "EU", DAY)

    assert [chunk["consignment_id"].n_unique() for chunk in chunks] == [300, 300, 300, 100]
    assert whole["consignment_id"].n_unique() == 1000
    assert pl.concat(chunks).equals(whole)


def test_every_column_is_text_under_a_canonical_name(rows):
    assert set(rows.columns) <= set(BY_DOOR)
    assert set(rows.dtypes) == {pl.String}
    assert rows.select((pl.all() == "").any()).row(0) == (False,) * rows.width


def test_the_rows_of_a_parcel_stand_together_and_agree_on_the_filing(rows):
    of_filing = [name for name in rows.columns if name not in OF_ITEM]

    runs = rows["consignment_id"].rle_id().max() + 1

    assert runs == rows["consignment_id"].n_unique() == 4000
    assert rows.select(of_filing).unique().height == 4000


def test_lines_of_a_parcel_are_numbered_from_one_and_at_most_six(rows):
    numbered = rows.with_columns(place=(pl.int_range(pl.len()).over("consignment_id") + 1).cast(pl.String))

    assert (numbered["place"] == numbered["item_no"]).all()
    assert set(rows["item_no"]) == {"1", "2", "3", "4", "5", "6"}
    assert 1.3 < rows.height / 4000 < 1.6


def test_an_invoice_is_the_sum_of_its_lines(rows):
    sums = rows.group_by("consignment_id").agg(
        lines=number("item_value_amount").sum(), invoice=number("invoice_total_amount").first()
    )

    given = sums.filter(pl.col("invoice").is_not_null())

    assert given.height > 1000
    assert (given["lines"] == given["invoice"]).all()


def test_a_parcel_is_heavier_than_the_goods_in_it(rows):
    masses = rows.group_by("consignment_id").agg(
        net=number("item_net_mass_kg").sum(), gross=number("gross_mass_kg").first()
    )

    assert (masses["gross"] > masses["net"]).all()
    assert masses["net"].min() > 0


def test_what_happens_to_a_parcel_happens_in_order(parcels):
    steps = ["order_at", "posted_at", "lodged_at", "arrival_est"]
    sold = parcels.filter(pl.col("order_at").is_not_null())

    for earlier, later in pairwise(steps):
        assert (sold[earlier] < sold[later]).all()
    assert parcels["presented_at"].str.starts_with("2026-10-20T").all()


def test_only_dear_parcels_are_worth_more_than_the_limit(rows, destination):
    trader, per = read("destinations")[destination], read("destinations")["eur_per"]
    home = rows.group_by("consignment_id").agg(
        value=number("item_value_amount").sum().cast(pl.Float64),
        currency=pl.col("item_value_currency").first(),
        full=pl.col("reduced_set").first().is_in(["H1", "INFORMAL", "POSTAL"]),
    )
    rate = pl.col("currency").replace_strict(per, return_dtype=pl.Float64) / per[trader["currency"]]
    in_home = home.with_columns(value=pl.col("value") * rate)
    above = in_home.filter(pl.col("value") > trader["limit"])

    assert abs(above.height / 4000 - trader["dear"]) < 0.02
    assert above["full"].all()
    assert in_home.filter(
        (pl.col("value") / trader["limit"] - 1).abs() < 0.1, pl.col("currency") != trader["currency"]
    ).is_empty()


def test_a_gift_passes_between_private_persons_and_below_its_limit(parcels, destination):
    gifts = parcels.filter(pl.col("nature") == "gift")

    assert 0.02 < gifts.height / parcels.height < 0.04
    assert set(gifts["party_relation"]) == {"C2C"}
    assert set(gifts["consignor_person_type"]) == set(gifts["consignee_person_type"]) == {"natural"}
    assert gifts["seller_name"].null_count() == gifts.height


def test_a_marketplace_has_one_scheme_number_for_all_its_sellers(parcels, destination):
    if destination == "US":
        assert parcels["vat_scheme_id"].null_count() == parcels.height
        return

    sold = parcels.filter(pl.col("marketplace_id").is_not_null() & pl.col("vat_scheme_id").is_not_null())
    by_market = sold.group_by("marketplace_id").agg(pl.col("vat_scheme_id", "seller_id").n_unique())

    assert set(by_market["vat_scheme_id"]) == {1}
    assert by_market["seller_id"].min() > 5
    shape = r"^IM\d{10}$" if destination == "EU" else r"^GB\d{9}$"
    assert sold["vat_scheme_id"].str.contains(shape).all()


def test_an_order_in_two_parcels_says_so_on_both(parcels):
    orders = (
        parcels.filter(pl.col("order_id").is_not_null())
        .group_by("order_id")
        .agg(pl.len(), told=pl.col("parcel_of_order").sort(), houses=pl.col("consignee_street").n_unique())
    )

    two = orders.filter(pl.col("len") == 2)

    assert orders["len"].max() == 2
    assert 10 < two.height < 100
    assert {tuple(kept) for kept in two["told"]} == {("1/2", "2/2")}
    assert set(two["houses"]) == {1}


def test_some_houses_get_several_parcels_a_day_of_different_orders(parcels):
    houses = parcels.group_by("consignee_street", "consignee_postcode").agg(
        pl.len(), orders=pl.col("order_id").drop_nulls().n_unique(), names=pl.col("consignee_name").n_unique()
    )

    several = houses.filter(pl.col("len") > 1)

    assert 0.05 < several["len"].sum() / parcels.height < 0.3
    assert houses["len"].max() <= 12
    assert several.filter(pl.col("names") > 1).height > 20


def test_big_sellers_sell_far_more_than_small_ones(parcels):
    sales = parcels["seller_id"].drop_nulls().value_counts(sort=True)["count"]

    assert sales.head(20).sum() > 10 * sales.tail(20).sum()


def test_goods_for_the_united_states_are_mostly_not_made_in_china():
    rows = sample_day(4000, 7, "US", date(2025, 8, 27))

    share = rows["item_origin"].is_in(["CN", "HK"]).mean()

    assert share < 0.05
