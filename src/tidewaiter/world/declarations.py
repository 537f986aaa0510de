"""Declarations: what the declarant claims for each parcel: data set, VAT scheme, terms, by destination."""

from collections.abc import Callable

import numpy as np
import polars as pl

from tidewaiter.world.chance import Flags, Ints, draws, told_by
from tidewaiter.world.orders import Deal, Orders
from tidewaiter.world.places import places
from tidewaiter.world.sellers import sellers
from tidewaiter.world.wording import padded, pick, where

SPECIAL_SHARE, NO_SCHEME_SHARE = 0.08, 0.03
PARTIES_OF = ("B2C", "B2C", "C2C", "B2B", "B2B", "B2B")
NATURE_OF = ("sale", "sale", "gift", "sale", "sample", "document")
"""Who trades with whom, and why, by deal."""

BULK_AUTHORISATION = "BIRDS"
DECLARANT_DIGITS, DECLARANTS_MOST = 8, 8


def schemes(destination: str, seed: int, first: int, orders: Orders) -> pl.Series:
    """The VAT scheme of each parcel; null where none is claimed."""
    chance = np.where(orders.uses_number, 1.0, draws(seed, 4, first).random(len(orders.deal)))
    is_cheap = orders.is_deal(Deal.SALE)
    if destination == "EU":
        words = pick(
            ["IOSS", "SPECIAL", "NONE"], (chance < SPECIAL_SHARE + NO_SCHEME_SHARE) * 1 + (chance < NO_SCHEME_SHARE)
        )
        return where(is_cheap, words, "NONE")
    if destination == "GB":
        return where(is_cheap | orders.is_deal(Deal.BUSINESS), "UKVAT", "NONE")
    return pl.repeat(None, len(chance), dtype=pl.String, eager=True)


def claims(destination: str, seed: int, orders: Orders, scheme: pl.Series, cents: Ints) -> dict[str, pl.Series]:
    """Columns by which the declarant says what the filing is."""
    has_number = scheme.is_in(["IOSS", "UKVAT"]).fill_null(value=False).to_numpy()
    number = pick(sellers(destination, seed).number_of["UKVAT" if destination == "GB" else "IOSS"], orders.number_of)
    is_prepaid = where(has_number, "sender", "recipient")
    data_set = SETS[destination](orders, scheme)
    is_bulk = (data_set == BULK_AUTHORISATION).to_numpy()
    return {
        "reduced_set": data_set,
        "party_relation": pick(PARTIES_OF, orders.deal),
        "nature": pick(NATURE_OF, orders.deal),
        "vat_scheme": scheme,
        "vat_scheme_id": where(has_number, number),
        "duty_paid_by": where(cents > 0, is_prepaid),
        "delivery_terms": where(orders.is_sale, where(has_number, "DDP", "DAP")),
        "authorisations": where(is_bulk, BULK_AUTHORISATION),
        "declarant_id": declarants(seed, orders),
        "representation": where(has_number, "indirect", "direct"),
    }


def declarants(seed: int, orders: Orders) -> pl.Series:
    """The post or one of some express firms and brokers, by country of destination."""
    known = [(country, number) for country in range(len(places().codes)) for number in range(DECLARANTS_MOST)]
    digits = (told_by(np.arange(len(known), dtype=np.int64), seed * 8 + 3) % np.uint64(90_000_000)).astype(np.int64)
    numbers = padded(digits + 10_000_000, DECLARANT_DIGITS)
    ids = [f"{places().codes[country]}{number}0000" for (country, _), number in zip(known, numbers, strict=True)]
    return pick(ids, orders.country * DECLARANTS_MOST + orders.declarant)


def _eu_set(orders: Orders, scheme: pl.Series) -> pl.Series:
    """The short set for low values, the full one for what pays by the tariff."""
    is_short = orders.is_deal(Deal.SALE, Deal.GIFT, Deal.DOCUMENT) & scheme.is_not_null().to_numpy()
    return where(is_short, "H7", "H1")


def _gb_set(orders: Orders, scheme: pl.Series) -> pl.Series:
    """The bulk set outside the post where the seller accounts for the VAT, the full one elsewhere."""
    is_bulk: Flags = (scheme == "UKVAT").to_numpy() & ~orders.is_post & orders.is_deal(Deal.SALE)
    return where(is_bulk, BULK_AUTHORISATION, "H1")


def _us_set(orders: Orders, scheme: pl.Series) -> pl.Series:
    """Entry type 86 for what is relieved, informal entry for the rest, and the post's own way."""
    entry = where(orders.is_deal(Deal.DEAR, Deal.DOCUMENT) | scheme.is_not_null().to_numpy(), "INFORMAL", "I86")
    return where(orders.is_post, "POSTAL", entry)


SETS: dict[str, Callable[[Orders, pl.Series], pl.Series]] = {"EU": _eu_set, "GB": _gb_set, "US": _us_set}
