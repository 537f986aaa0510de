"""Rate texts of the United States tariff: what they mean to the last digit, and what is not understood."""

import pytest

from tidewaiter.reference.rate_text import NOT_UNDERSTOOD, Program, plain, read_rate


@pytest.mark.parametrize("text", ["Free", "free", "FREE"])
def test_free_is_no_duty(text):
    assert read_rate(text) == Program("free", 0, 1)


@pytest.mark.parametrize(
    ("text", "num", "den"),
    [
        ("10%", 100_000, 1_000_000),
        ("16.5%", 165_000, 1_000_000),
        ("2.8 %", 28_000, 1_000_000),
        ("0%", 0, 1_000_000),
        ("0.0001%", 1, 1_000_000),
        ("33 1/3%", 1_000_000, 3_000_000),
        ("0.00005%", 1, 2_000_000),
    ],
)
def test_a_percentage_is_a_fraction_over_a_million_unless_it_is_finer(text, num, den):
    assert read_rate(text) == Program("ad_valorem", num, den)


@pytest.mark.parametrize(
    ("text", "e8", "unit"),
    [
        ("20.4¢/kg", 20_400_000, "kg"),
        ("4.4 ¢/kg", 4_400_000, "kg"),
        ("0.020668 cents/kg", 20_668, "kg"),
        ("1 cent/kg", 1_000_000, "kg"),
        ("$1.035/kg", 103_500_000, "kg"),
        ("$1.06/t", 106_000, "kg"),
        ("$2.00 each", 200_000_000, "piece"),
        ("68¢/head", 68_000_000, "piece"),
        ("$1.20/1000", 120_000, "piece"),
        ("$1.20/1,000", 120_000, "piece"),
        ("20¢/doz.", 20_000_000, "dozen"),
        ("90¢/pr.", 90_000_000, "pair"),
        ("2¢/gross", 2_000_000, "gross"),
        ("6.6¢/liter", 6_600_000, "litre"),
        ("$1.76/ pf. liter", 176_000_000, "proof_litre"),
        ("5.25¢/bbl", 5_250_000, "barrel"),
        ("14.5¢/m2", 14_500_000, "m2"),
        ("$3/m3", 300_000_000, "m3"),
    ],
)
def test_an_amount_per_unit_is_kept_in_hundred_millionths_of_a_dollar(text, e8, unit):
    assert read_rate(text) == Program("specific", e8=e8, unit=unit)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "8¢ each + 8%",
        "10% or 20%",
        "The rate applicable to each garment in the ensemble if separately entered",
        "See 9903.88.15",
        "No change",
        "$1.50/clean kg",
        "5¢/kg on drained weight",
        "33 1/0%",
        "33.5 1/3%",
        "10",
        "$2",
        "0.0000001¢/kg",
        "99999999999999999999%",
        "$99999999999999999999/kg",
        "Free 10%",
        "-5%",
        "10%\n",
    ],
)
def test_what_is_no_share_or_amount_of_one_unit_is_not_understood_and_never_zero(text):
    assert read_rate(text) == NOT_UNDERSTOOD


def test_mark_up_and_double_spaces_are_no_part_of_a_rate():
    assert plain(" 14.5¢/m<sup>2 </sup>+  0.4% ") == "14.5¢/m2 + 0.4%"
    assert plain("<il>Free</il>") == "Free"
