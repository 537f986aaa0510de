"""Money: exact rates, named roundings, shares that add up."""

from decimal import Decimal

import pytest

from tidewaiter.model.money import (
    MINOR_MAX,
    Rate,
    Rounding,
    apportioned,
    digits_of,
    divided,
    divided_decimal,
    money_text,
)


@pytest.mark.parametrize(
    ("numerator", "denominator", "rounded"),
    [
        (0, 2, (0, 0, 0, 0)),
        (1, 2, (1, 0, 0, 1)),
        (3, 2, (2, 2, 1, 2)),
        (5, 2, (3, 2, 2, 3)),
        (4, 3, (1, 1, 1, 2)),
        (5, 3, (2, 2, 1, 2)),
        (7, 7, (1, 1, 1, 1)),
    ],
)
def test_a_half_is_where_roundings_differ(numerator: int, denominator: int, rounded: tuple[int, ...]) -> None:
    modes = (Rounding.HALF_UP, Rounding.HALF_EVEN, Rounding.FLOOR, Rounding.CEILING)
    expected = dict(zip(modes, rounded, strict=True))

    found = {mode: divided(numerator, denominator, mode) for mode in Rounding}

    assert found == expected
    assert {mode: divided_decimal(numerator, denominator, mode) for mode in Rounding} == expected


def test_a_percentage_is_an_exact_fraction() -> None:
    assert Rate.of_percent("2.5") == Rate(25_000, 1_000_000)
    assert Rate.of_percent(Decimal("0.00001")) == Rate(1, 10_000_000)


@pytest.mark.parametrize(
    ("rate", "text"),
    [(Rate.of_percent("2.5"), "2.5 %"), (Rate(1, 3), "100/3 %"), (Rate(0, 1), "0 %"), (Rate(1, 5), "20 %")],
)
def test_a_rate_is_written_as_people_write_it(rate: Rate, text: str) -> None:
    assert rate.text() == text


@pytest.mark.parametrize(("numerator", "denominator"), [(1, 0), (1, -1), (-1, 1)])
def test_a_rate_that_cannot_be_one_is_refused(numerator: int, denominator: int) -> None:
    with pytest.raises(ValueError, match="non-negative fraction"):
        Rate(numerator, denominator)


@pytest.mark.parametrize(
    ("total", "weights", "shares"),
    [(100, [1, 1, 1], [33, 33, 34]), (5, [0, 0], [2, 3]), (7, [1, 0, 6], [1, 0, 6]), (0, [4, 4], [0, 0]), (3, [], [])],
)
def test_shares_add_up_to_the_total(total: int, weights: list[int], shares: list[int]) -> None:
    assert apportioned(total, weights) == shares


def test_money_is_written_with_the_digits_of_its_currency() -> None:
    assert money_text(123_456, "EUR") == "EUR 1,234.56"
    assert money_text(305, "JPY") == "JPY 305"
    assert money_text(1_500, "KWD") == "KWD 1.500"
    assert digits_of("XTS") == 2


def test_amounts_end_where_the_sums_of_a_thousand_of_them_still_fit_64_bits() -> None:
    assert MINOR_MAX == 9 * 10**15
    assert 1_000 * MINOR_MAX < 2**63
