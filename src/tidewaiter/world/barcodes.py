"""Barcodes and numbers with check digits: S10 for post, house waybills, GTIN, VAT numbers."""

import numpy as np
import polars as pl

from tidewaiter.world.chance import Ints
from tidewaiter.world.wording import joined, padded, pick

S10_WEIGHTS = (8, 6, 4, 2, 3, 5, 9, 7)
S10_TOP = 11
S10_SPECIAL = {10: 0, 11: 5}
VAT_WEIGHTS = (8, 7, 6, 5, 4, 3, 2)
VAT_MODULUS = 97
SERIALS = 100_000_000
_STRIDE = 38_619_771
"""Odd and not a multiple of five, so that steps of it meet every serial of eight digits once."""


def serials(first: int, count: int, seed: int) -> Ints:
    """``count`` serials of eight digits from the ``first`` parcel on: scattered, and no two alike."""
    start = (seed * 7_654_321 + 12_345_678) % SERIALS
    return (np.arange(first, first + count, dtype=np.int64) % SERIALS * _STRIDE + start) % SERIALS


def s10_check_digits(serial: Ints) -> Ints:
    """Check digit of postal serials of eight digits (UPU standard S10)."""
    total = np.zeros(len(serial), dtype=np.int64)
    rest = serial.copy()
    for weight in reversed(S10_WEIGHTS):
        total += weight * (rest % 10)
        rest //= 10
    check = S10_TOP - total % S10_TOP
    for raw, digit in S10_SPECIAL.items():
        check[check == raw] = digit
    return check


def parcel_ids(prefixes: pl.Series, serial: Ints, is_post: pl.Series, country: pl.Series) -> pl.Series:
    """S10 for post (letters, serial, check digit, country); carrier's letters, serial and two digits for express."""
    waybill_end = padded(serial % VAT_MODULUS, 2)
    post_end = joined(pick([str(digit) for digit in range(10)], s10_check_digits(serial)), country)
    ends = pl.select(pl.when(is_post).then(post_end).otherwise(waybill_end)).to_series()
    return joined(prefixes, padded(serial, 8), ends)


def gtin13(numbers: Ints) -> list[str]:
    """GTIN-13 of the range that shops keep for themselves (first digit 2): eleven free digits and the check digit."""
    return [_with_gtin_check(f"2{number:011d}") for number in numbers.tolist()]


def _with_gtin_check(digits: str) -> str:
    total = sum(int(digit) * (3 if position % 2 else 1) for position, digit in enumerate(digits))
    return f"{digits}{-total % 10}"


def gb_vat_number(number: int) -> str:
    """A United Kingdom VAT number: seven digits and two that make the weighted sum a multiple of 97."""
    body = f"{number % 10_000_000:07d}"
    total = sum(weight * int(digit) for weight, digit in zip(VAT_WEIGHTS, body, strict=True))
    return f"GB{body}{-total % VAT_MODULUS:02d}"
