import re
from datetime import date

import numpy as np
import polars as pl
import pytest

from tidewaiter.world.barcodes import gb_vat_number, gtin13, s10_check_digits, serials
from tidewaiter.world.chance import draws, part, picked, ranked, told_by
from tidewaiter.world.day import sample_day
from tidewaiter.world.goods import LANGUAGES, PER_GOOD, catalogue
from tidewaiter.world.lists import halves, read, spellings
from tidewaiter.world.wording import amount, instants, kilograms, padded

DAY = date(2026, 10, 20)
POSTCODES = {
    "AT": r"\d{4}", "BE": r"\d{4}", "BG": r"\d{4}", "CY": r"\d{4}", "CZ": r"\d{3} \d{2}", "DE": r"\d{5}",
    "DK": r"\d{4}", "EE": r"\d{5}", "ES": r"\d{5}", "FI": r"\d{5}", "FR": r"\d{5}",
    "GB": r"[A-Z]{1,2}\d{1,2} \d[A-Z]{2}", "GR": r"\d{3} \d{2}", "HR": r"\d{5}", "HU": r"\d{4}",
    "IE": r"[A-Z]\d{2} [A-Z]\d[A-Z]\d", "IT": r"\d{5}", "LT": r"LT-\d{5}", "LU": r"\d{4}", "LV": r"LV-\d{4}",
    "MT": r"[A-Z]{3} \d{4}", "NL": r"\d{4} [A-Z]{2}", "PL": r"\d{2}-\d{3}", "PT": r"\d{4}-\d{3}", "RO": r"\d{6}",
    "SE": r"\d{3} \d{2}", "SI": r"\d{4}", "SK": r"\d{3} \d{2}", "US": r"\d{5}",
}  # fmt: skip


@pytest.mark.parametrize(("serial", "digit"), [(47_312_482, 9), (12_345_678, 5), (10_000_014, 0), (10_000_002, 5)])
def test_a_postal_serial_has_the_check_digit_of_the_standard(serial, digit):
    assert s10_check_digits(np.array([serial])).tolist() == [digit]


def test_a_standard_product_number_ends_in_its_check_digit():
    numbers = gtin13(np.array([1, 99_999_999_999, 12_345_678_901]))

    for number in numbers:
        assert len(number) == 13
        assert sum(int(digit) * (1, 3)[place % 2] for place, digit in enumerate(number)) % 10 == 0


@pytest.mark.parametrize("number", [0, 1, 7_654_321, 9_999_999])
def test_a_british_vat_number_is_a_multiple_of_97_when_weighted(number):
    told = gb_vat_number(number)

    weighted = sum(int(digit) * weight for digit, weight in zip(told[2:], (8, 7, 6, 5, 4, 3, 2, 10, 1), strict=True))
    assert re.fullmatch(r"GB\d{9}", told)
    assert weighted % 97 == 0


def test_no_two_parcels_have_the_same_serial():
    both = np.concatenate((serials(0, 60_000, 5), serials(60_000, 60_000, 5)))

    assert len(np.unique(both)) == 120_000
    assert both.min() >= 0
    assert both.max() < 100_000_000


def test_chance_is_told_by_the_key_and_not_by_its_neighbours():
    alone = told_by(np.array([42]), 3)
    among = told_by(np.array([1, 42, 7]), 3)

    assert alone[0] == among[1]
    assert alone[0] != told_by(np.array([42]), 4)[0]


@pytest.mark.parametrize("number", [0, 1, 2])
def test_a_part_of_a_word_meets_every_place_and_none_beyond(number):
    word = told_by(np.arange(20_000), 1)

    found = part(word, number, 50)

    assert set(found.tolist()) == set(range(50))


def test_a_word_has_no_fourth_part():
    with pytest.raises(ValueError, match="3 parts"):
        part(told_by(np.arange(3), 1), 3, 10)


def test_chance_falls_into_shares_as_they_are_wide():
    at = picked(np.array([0.0, 0.19, 0.21, 0.999999]), np.array([1.0, 3.0, 1.0]))

    assert at.tolist() == [0, 0, 1, 2]


def test_the_first_ranks_come_most_often():
    ranks = ranked(draws(1).random(50_000), 1000)

    assert (ranks < 10).mean() > 5 * ((ranks >= 500) & (ranks < 510)).mean()
    assert ranks.max() < 1000


@pytest.mark.parametrize(("cents", "text"), [(0, "0.00"), (5, "0.05"), (305, "3.05"), (123456, "1234.56")])
def test_hundredths_are_written_as_decimals(cents, text):
    assert amount(np.array([cents])).to_list() == [text]


def test_grams_are_written_as_kilograms_and_numbers_with_their_zeros():
    assert kilograms(np.array([7, 1250])).to_list() == ["0.007", "1.250"]
    assert padded(np.array([42]), 5).to_list() == ["00042"]
    assert padded(np.array([1_234_567]), 8).to_list() == ["01234567"]


def test_minutes_count_from_midnight_of_the_day_and_backwards():
    assert instants(DAY, np.array([0, 61, -1])).to_list() == [
        "2026-10-20T00:00:00Z", "2026-10-20T01:01:00Z", "2026-10-19T23:59:00Z",
    ]  # fmt: skip


def test_a_pattern_stands_for_all_its_spellings_and_is_cut_before_its_last_three_places():
    assert spellings("A#")[:2] == ["A0", "A1"]
    assert len(spellings("#@")) == 100
    assert halves("LT-0####") == ("LT-0#", "###")
    assert halves("80##") == ("", "80##")


@pytest.mark.parametrize("destination", ["EU", "GB", "US"])
def test_postcodes_have_the_form_of_their_country(destination):
    rows = sample_day(3000, 3, destination, DAY)

    for (country,), some in rows.group_by("consignee_country"):
        assert some["consignee_postcode"].str.contains(f"^{POSTCODES[country]}$").all(), country


def test_parcels_by_post_carry_a_sound_barcode_of_the_country_they_come_from():
    post = sample_day(3000, 3, "EU", DAY).filter(pl.col("mode") == "post")
    serial = post["parcel_id"].str.slice(2, 8).cast(pl.Int64).to_numpy()

    assert post["parcel_id"].str.contains(r"^[A-Z]{2}\d{9}[A-Z]{2}$").all()
    assert post["parcel_id"].str.slice(10, 1).cast(pl.Int64).to_list() == s10_check_digits(serial).tolist()
    assert (post["parcel_id"].str.slice(11) == post["country_of_dispatch"]).all()


def test_every_good_has_words_in_every_language_and_its_looks():
    goods = catalogue()
    count = len(read("goods")["good"])

    assert len(goods.text) == count * PER_GOOD * len(LANGUAGES)
    assert goods.text.str.len_chars().min() >= 12
    assert goods.code.str.contains(r"^\d{6}$").all()
    assert all(set(good["words"]) == set(LANGUAGES) for good in read("goods")["good"])
