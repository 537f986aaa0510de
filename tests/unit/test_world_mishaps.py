from datetime import date

import polars as pl
import pytest
from polars.testing import assert_frame_equal

from tidewaiter.world.barcodes import s10_check_digits
from tidewaiter.world.day import sample_day
from tidewaiter.world.lists import read
from tidewaiter.world.write import PLAIN_NAME, write_sample

DAY = date(2026, 10, 20)
PARCELS = 20_000


@pytest.fixture(scope="module")
def clean():
    return sample_day(PARCELS, 5, "EU", DAY)


@pytest.fixture(scope="module")
def faulty():
    return sample_day(PARCELS, 5, "EU", DAY, faults=0.05)


def test_dirt_touches_its_share_of_parcels_and_loses_none(clean):
    dirty = sample_day(PARCELS, 5, "EU", DAY, dirt=0.1)
    differs = pl.any_horizontal(clean[name].ne_missing(dirty[name]) for name in clean.columns)

    touched = clean.filter(pl.select(differs).to_series())["consignment_id"].n_unique()

    assert dirty["consignment_id"].equals(clean["consignment_id"])
    assert 0.06 < touched / PARCELS < 0.1


def test_dirt_never_changes_what_an_amount_or_a_moment_says(clean):
    dirty = sample_day(PARCELS, 5, "EU", DAY, dirt=0.5)

    for name in ("item_value_amount", "item_net_mass_kg"):
        assert (clean[name].cast(pl.Decimal(18, 6)) == dirty[name].cast(pl.Decimal(18, 6))).all()
    assert (clean["lodged_at"].str.slice(0, 16) == dirty["lodged_at"].str.slice(0, 16)).all()
    assert (clean["item_value_currency"] == dirty["item_value_currency"].str.to_uppercase()).all()


@pytest.mark.parametrize(
    "is_hit",
    [
        pl.col("item_description").is_null(),
        pl.col("item_description") == "gift",
        pl.col("item_value_currency") == "ZZZ",
        pl.col("item_value_amount").str.ends_with("O"),
    ],
)
def test_each_fault_of_the_text_happens_about_as_often_as_the_others(faulty, is_hit):
    hits = faulty.filter(is_hit)["consignment_id"].n_unique()

    assert 0.5 < hits / (PARCELS * 0.05 * 0.88 / 8) < 1.5


def test_a_wrong_check_digit_stands_on_all_rows_of_its_parcel(faulty):
    post = faulty.filter(pl.col("parcel_id").str.contains(r"^[A-Z]{2}\d{9}[A-Z]{2}$"))
    right = pl.Series(s10_check_digits(post["parcel_id"].str.slice(2, 8).cast(pl.Int64).to_numpy()))

    wrong = post.filter(post["parcel_id"].str.slice(10, 1).cast(pl.Int64) != right)

    assert 30 < wrong["parcel_id"].n_unique() < 120
    assert (wrong["parcel_id"] == wrong["consignment_id"]).all()
    assert faulty["consignment_id"].n_unique() == PARCELS


def test_a_filing_told_twice_is_told_in_the_same_words(clean, faulty):
    twice = faulty.filter(pl.struct(pl.all()).is_duplicated())

    assert clean.filter(pl.struct(pl.all()).is_duplicated()).is_empty()
    assert 50 < twice["consignment_id"].n_unique() < 200
    assert faulty.height == faulty.unique().height + twice.height // 2


def test_a_split_order_is_worth_more_than_the_limit_and_none_of_its_parcels_is(faulty):
    per = read("destinations")["eur_per"]
    euros = pl.col("item_value_amount").cast(pl.Float64, strict=False) * pl.col("item_value_currency").replace_strict(
        per, default=None, return_dtype=pl.Float64
    )
    parcels = faulty.group_by("consignment_id").agg(
        euros.sum().alias("value"), pl.col("order_id", "parcel_of_order", "consignee_street").first()
    )
    orders = parcels.filter(pl.col("order_id").is_not_null()).group_by("order_id").agg(
        pl.len(), pl.col("value").sum(), most=pl.col("value").max(), told=pl.col("parcel_of_order").unique(),
        houses=pl.col("consignee_street").n_unique(),
    )  # fmt: skip

    split = orders.filter(pl.col("len") > 2)

    assert 10 < split.height < 60
    assert set(split["len"]) == {4}
    assert split["value"].min() > 150
    assert split["most"].max() < 100
    assert {tuple(one) for one in split["told"]} == {("1/1",)}
    assert set(split["houses"]) == {1}


def test_undervalued_goods_cost_a_fraction_of_what_they_cost_elsewhere(clean, faulty):
    value = pl.col("item_value_amount").cast(pl.Float64, strict=False)

    def tiny(rows):
        return rows.filter(value / pl.col("item_quantity").cast(pl.Float64) < 0.45, nature="sale").height

    assert tiny(clean) == 0
    assert tiny(faulty) > 40


@pytest.mark.parametrize("form", ["csv", "parquet"])
def test_a_written_day_reads_back_as_it_was_told(tmp_path, form):
    told = sample_day(500, 5, "GB", DAY, dirt=0.025, faults=0.01)

    path = write_sample(tmp_path, 500, 5, "GB", DAY, form=form)
    back = pl.read_csv(path, infer_schema=False) if form == "csv" else pl.read_parquet(path)

    assert path == tmp_path / f"gb.{form}"
    assert_frame_equal(back, told)


def test_messages_of_ndjson_hold_the_lines_of_their_filing(tmp_path):
    told = sample_day(500, 5, "GB", DAY)

    path = write_sample(tmp_path / "new", 500, 5, "GB", DAY, name="day", form="ndjson", dirt=0.0, faults=0.0)
    back = pl.read_ndjson(path).explode("items").unnest("items")

    assert path.name == "day.ndjson"
    plain = told.rename({name: PLAIN_NAME[name] for name in told.columns if name in PLAIN_NAME})
    filled = [name for name in plain.columns if plain[name].null_count() < plain.height]
    assert_frame_equal(back.select(filled), plain.select(filled))
