"""Orders: who bought what kind of thing from whom, and when; one row a parcel, some orders travel in two."""

from dataclasses import dataclass, fields
from enum import IntEnum
from typing import Any, Self

import numpy as np

from tidewaiter.world.chance import Flags, Ints, Reals, Words, draws, part, picked, told_by
from tidewaiter.world.lists import read
from tidewaiter.world.people import MEMBERS
from tidewaiter.world.places import places
from tidewaiter.world.sellers import sellers
from tidewaiter.world.wording import MINUTES_A_DAY

HOUSES_A_PARCEL = 8
"""Houses that could get a parcel today, for each one that does: some get two by chance."""

FREQUENT_BUYERS, PARCELS_A_FREQUENT_HOUSE = 0.02, 100
IN_TWO_PARCELS, SENT_BY_OTHERS = 0.01, 0.2
POST_SHARE = {"sale": 0.62, "dear": 0.3, "gift": 0.9, "business": 0.4, "sample": 0.5, "document": 0.5}
HOUSE_COUNTRY, SENDER_HOUSE = 301, 302
"""Salts: in which country a house stands, and who sends a gift."""


class Deal(IntEnum):
    """What a parcel is: a sale to a consumer within the low-value limit or above it, a gift and so on."""

    SALE = 0
    DEAR = 1
    GIFT = 2
    BUSINESS = 3
    SAMPLE = 4
    DOCUMENT = 5


class Fault(IntEnum):
    """True faults of the sample day; docs/explanation/sample-day.md says what each one is found as."""

    NONE = 0
    NO_DESCRIPTION = 1
    VAGUE_DESCRIPTION = 2
    UNKNOWN_CURRENCY = 3
    WRONG_CHECK_DIGIT = 4
    TOLD_TWICE = 5
    UNREADABLE_AMOUNT = 6
    UNDERVALUED = 7
    ORDER_SPLIT = 8


POST_LETTERS = ("LX", "LV", "LP", "UX", "LZ", "LT")
CARRIERS = ("QSX", "NVX", "TLE", "MRC")
LETTERS = (*POST_LETTERS, *CARRIERS)
"""What barcodes begin with: the posts' letters, then the express firms'."""

SHELVES = ("everyday", "dear", "business", "document", "dutiable")
SHELF_OF = np.array([0, 1, 0, 2, 2, 3], dtype=np.int64)
"""Ranges of goods, and the one each deal takes from."""

SHARES = {Deal.GIFT: 0.03, Deal.BUSINESS: 0.02, Deal.SAMPLE: 0.005, Deal.DOCUMENT: 0.005}


@dataclass
class Orders:
    """Arrays with one value a parcel. Minutes count from the first moment of the first day.

    ``lead`` is the position of the order's first parcel, ``carriage`` that of the barcode's letters in ``LETTERS``,
    ``number_of`` the seller whose scheme number is told, ``shelf`` the range of goods (a position in ``SHELVES``).
    ``filled_to`` is the share of the limit that the parcel is filled up to with pieces (0: as many as come),
    ``asked`` the share of the usual price that the seller asks, ``declared`` the share of it that is declared.
    ``from_company`` marks gifts that a company sends, ``uses_number`` filings that must tell a scheme number;
    ``door`` is the house of the address, where it is not the consignee's own.
    """

    deal: Ints
    seller: Ints
    warehouse: Ints
    house: Words
    member: Ints
    country: Ints
    order_number: Ints
    ordered: Ints
    posted: Ints
    lodged: Ints
    arriving: Ints
    is_post: Flags
    parcel_of_order: Ints
    parcels_of_order: Ints
    fault: Ints
    lead: Ints
    carriage: Ints
    declarant: Ints
    number_of: Ints
    shelf: Ints
    filled_to: Reals
    asked: Reals
    declared: Reals
    from_company: Flags
    uses_number: Flags
    door: Words

    def is_deal(self, *deals: Deal) -> Flags:
        """True for parcels of these deals."""
        return np.isin(self.deal, deals)

    @property
    def is_sale(self) -> Flags:
        """True for sales to consumers, cheap or dear."""
        return self.is_deal(Deal.SALE, Deal.DEAR)

    def rows(self, at: Ints) -> Self:
        """The parcels at some positions."""
        return type(self)(**{field.name: getattr(self, field.name)[at] for field in fields(self)})


def draw_orders(destination: str, seed: int, first: int, count: int, parcels: int) -> Orders:
    """The parcels from ``first`` on, out of a day of ``parcels``; no parcel depends on the number of the chunk."""
    rng = draws(seed, 2, first)
    deal = _deals(rng, read("destinations")[destination]["dear"], count)
    seller = sellers(destination, seed).drawn(rng, count)
    house = _houses(rng, seed, parcels, count)
    arriving = rng.integers(0, MINUTES_A_DAY, count)
    lodged = arriving - rng.integers(4 * 60, 2 * MINUTES_A_DAY, count)
    posted = lodged - rng.integers(2 * 60, 4 * MINUTES_A_DAY, count)
    ordered = posted - rng.integers(60, 12 * MINUTES_A_DAY, count)
    orders = Orders(
        deal=deal,
        seller=seller,
        warehouse=warehouses_of(rng, destination, seed, seller),
        house=house,
        member=part(rng.integers(0, 1 << 63, count).astype(np.uint64), 0, MEMBERS),
        country=countries_of(destination, house),
        order_number=np.arange(first, first + count, dtype=np.int64),
        ordered=ordered,
        posted=posted,
        lodged=lodged,
        arriving=arriving,
        is_post=rng.random(count) < np.array(list(POST_SHARE.values()))[deal],
        **plain(seller, deal, house),
    )
    firms = int(read("destinations")[destination]["declarants"])
    orders.carriage = np.where(
        orders.is_post, seller % len(POST_LETTERS), len(POST_LETTERS) + seller % (len(LETTERS) - len(POST_LETTERS))
    )
    orders.declarant = np.where(orders.is_post, 0, 1 + seller % firms)
    return _in_two_parcels(rng, orders)


def plain(seller: Ints, deal: Ints, house: Words) -> dict[str, Any]:
    """What orders are unless something is done to them: one parcel, told as it is, under the seller's own number."""
    size = len(seller)
    return {
        "parcel_of_order": np.ones(size, dtype=np.int64),
        "parcels_of_order": np.ones(size, dtype=np.int64),
        "fault": np.zeros(size, dtype=np.int64),
        "lead": np.arange(size, dtype=np.int64),
        "carriage": np.zeros(size, dtype=np.int64),
        "declarant": np.zeros(size, dtype=np.int64),
        "number_of": seller,
        "shelf": SHELF_OF[deal],
        "filled_to": np.zeros(size),
        "asked": np.ones(size),
        "declared": np.ones(size),
        "from_company": np.zeros(size, dtype=np.bool_),
        "uses_number": np.zeros(size, dtype=np.bool_),
        "door": house,
    }


def _deals(rng: np.random.Generator, dear: float, size: int) -> Ints:
    rest = 1.0 - dear - sum(SHARES.values())
    return picked(rng.random(size), np.array([rest, dear, *SHARES.values()]))


def _houses(rng: np.random.Generator, seed: int, parcels: int, size: int) -> Words:
    """Most houses by chance out of many, some out of few that order all the time."""
    every = max(1000, HOUSES_A_PARCEL * parcels)
    house = rng.integers(0, every, size)
    frequent = every + rng.integers(0, max(10, parcels // PARCELS_A_FREQUENT_HOUSE), size)
    return told_by(np.where(rng.random(size) < FREQUENT_BUYERS, frequent, house), seed * 8 + 2)


def warehouses_of(rng: np.random.Generator, destination: str, seed: int, seller: Ints) -> Ints:
    """Who sends: mostly the seller itself, else a bigger company near it."""
    near = sellers(destination, seed).warehouses_near(seller, rng.integers(0, 1000, len(seller)))
    return np.where(rng.random(len(seller)) < SENT_BY_OTHERS, near, seller)


def countries_of(destination: str, house: Words) -> Ints:
    """The country each house stands in."""
    shares: dict[str, float] = read("destinations")[destination]["countries"]
    chance: Reals = (told_by(house, HOUSE_COUNTRY) >> np.uint64(11)).astype(np.float64) / float(1 << 53)
    at = picked(chance, np.array(list(shares.values()), dtype=np.float64))
    return np.array([places().position(code) for code in shares], dtype=np.int64)[at]


def _in_two_parcels(rng: np.random.Generator, orders: Orders) -> Orders:
    """Let some cheap orders travel in two parcels, both of them told with the same order number: nothing is hidden."""
    is_first = (rng.random(len(orders.deal)) < IN_TWO_PARCELS) & orders.is_deal(Deal.SALE)
    is_first[-1:] = False
    is_first[1:] &= ~is_first[:-1]
    at = np.flatnonzero(is_first)
    source = np.arange(len(is_first), dtype=np.int64)
    source[at + 1] = at
    together = orders.rows(source)
    together.parcel_of_order[at + 1] = 2
    together.parcels_of_order[at] = together.parcels_of_order[at + 1] = 2
    return together
