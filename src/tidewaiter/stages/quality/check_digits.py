"""Check digits: postal barcodes, product numbers and IOSS numbers that were mistyped."""

from functools import reduce
from operator import add
from typing import Final

import polars as pl

from tidewaiter.model.findings import FindingKind
from tidewaiter.stages.quality.check import Check

S10_SHAPE: Final = r"^[A-Z]{2}[0-9]{9}[A-Z]{2}$"
S10_WEIGHTS: Final = (8, 6, 4, 2, 3, 5, 9, 7)
"""UPU standard S10: weights of the eight digits of the serial; the check digit is 11 less their sum modulo 11."""

S10_MODULUS: Final = 11
GTIN_SHAPE: Final = r"^(?:[0-9]{8}|[0-9]{12,14})$"
GTIN_DIGITS: Final = 14
GTIN_WEIGHTS: Final = (1, 3)
"""From the right, the check digit itself counting once; the sum is a multiple of ten.

Modulo ten a number is its last digit, so the digits need not be cut out one by one.
"""

IOSS_SHAPE: Final = r"^IM(?:[ .-]?[0-9]){10}$"
"""Set in groups as people print it, or in one."""


def _s10_digit(rest: int) -> int:
    """The check digit that goes with a weighted sum modulo 11."""
    return {0: 5, 1: 0}.get(rest, S10_MODULUS - rest)


S10_PAIRS: Final = [10 * rest + _s10_digit(rest) for rest in range(S10_MODULUS)]
"""Sum and digit that belong together, as one number: one look-up instead of three comparisons."""


def _s10_is_wrong(name: str) -> pl.Expr:
    """True where a text has the shape of a postal barcode and another check digit than its serial calls for."""
    number = pl.col(name).str.slice(2, 9).cast(pl.UInt32, strict=False)
    weighted = [weight * (number // 10 ** (8 - place) % 10) for place, weight in enumerate(S10_WEIGHTS)]
    total: pl.Expr = reduce(add, weighted)
    pair = 10 * (total % S10_MODULUS) + number % 10
    return pl.col(name).str.contains(S10_SHAPE) & ~pair.is_in(S10_PAIRS)


def _gtin_is_wrong(name: str) -> pl.Expr:
    """True where a number has no length of a GTIN, or its weighted sum is no multiple of ten."""
    number = pl.col(name).cast(pl.UInt64, strict=False)
    ends_in_digit = [GTIN_WEIGHTS[place % 2] * (number // 10**place) for place in range(GTIN_DIGITS)]
    total: pl.Expr = reduce(add, ends_in_digit)
    return ~pl.col(name).str.contains(GTIN_SHAPE) | (total % 10 != 0)


FILING_CHECKS: Final = (
    Check(
        FindingKind(
            "FMT-01",
            "Barcode has a wrong check digit",
            "The barcode {parcel_id} has the shape of a postal one and a wrong check digit. Read the label again.",
            "ask",
            "filing",
            pointer="parcel_id",
            evidence=("parcel_id",),
        ),
        _s10_is_wrong("parcel_id"),
    ),
    Check(
        FindingKind(
            "FMT-03",
            "IOSS number is malformed",
            "IOSS is claimed, and the number given is not IM and ten digits. Give the seller's IOSS number.",
            "ask",
            "filing",
            pointer="vat_scheme_id",
            evidence=("vat_scheme",),
        ),
        (pl.col("vat_scheme") == "IOSS") & ~pl.col("vat_scheme_id").str.contains(IOSS_SHAPE),
    ),
)
ITEM_CHECKS: Final = (
    Check(
        FindingKind(
            "FMT-02",
            "Product number is no GTIN",
            "The product number {product_id} is said to be a GTIN; its length or check digit is wrong. Read it again.",
            "note",
            "item",
            pointer="item_product_id",
            evidence=("product_id", "product_id_kind"),
        ),
        (pl.col("product_id_kind") == "gtin") & _gtin_is_wrong("product_id"),
    ),
)
