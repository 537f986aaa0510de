"""Prices: what each line costs and what is declared of it, in cents of the order's currency, within bounds."""

import numpy as np

from tidewaiter.world.chance import Ints, Reals, shared_out
from tidewaiter.world.lists import read
from tidewaiter.world.orders import Deal, Fault, Orders

RATE_MARGIN = 0.15
"""A value this near a limit is priced in the destination's own currency: the world's rates are rough."""

PART_OF_A_LIMIT, SPLIT_FROM, SPLIT_TO = 0.9, 0.3, 0.45
FULLEST = 0.99
UNDERVALUED_BY = 25
CHEAPEST_CENTS, NINES_FROM_CENTS = 50, 200


def priced(
    rng: np.random.Generator,
    destination: str,
    orders: Orders,
    of_parcel: Ints,
    ceiling_and_floor: tuple[Reals, Reals],
    euros: Reals,
    pieces: Ints,
) -> tuple[Ints, Ints, Ints]:
    """The currency of each parcel, the declared cents of each line, and the cents that were paid.

    What is meant to be cheap stays under the limit.
    """
    per, limit = read("destinations")["eur_per"], limit_eur(destination)
    eur_per = np.array([per[code] for code in currencies(destination)])
    ceiling, floor = ceiling_and_floor
    total = np.maximum(np.bincount(of_parcel, euros * pieces), 0.01)
    paid = np.minimum(np.maximum(1.0, floor / total), ceiling / total)
    is_under = orders.declared < 1.0
    paid = np.where(is_under, 1.0, paid)
    factor = np.where(is_under, np.minimum(orders.declared, FULLEST * limit / total), paid)
    currency = _currency(rng, destination, orders, total * factor / limit)
    unit = euros / eur_per[currency[of_parcel]] * 100.0
    cents = _in_cents(unit * factor[of_parcel])
    true_cents = _in_cents(unit * paid[of_parcel])
    cents = np.where((orders.fault == Fault.UNDERVALUED)[of_parcel], cents // UNDERVALUED_BY + 1, cents)
    is_sold = ~orders.is_deal(Deal.DOCUMENT)[of_parcel]
    return currency, cents * pieces * is_sold, true_cents * pieces * is_sold


def _in_cents(unit: Reals) -> Ints:
    """Price of a piece as shops write it."""
    return _nine_at_the_end(np.maximum(unit.astype(np.int64), CHEAPEST_CENTS))


def _currency(rng: np.random.Generator, destination: str, orders: Orders, of_limit: Reals) -> Ints:
    """One currency for all parcels of an order; the destination's own where one of them comes near the limit."""
    trader = read("destinations")[destination]
    currency = shared_out(rng, trader["currencies"], len(orders.deal))
    is_near = np.zeros(len(of_limit), dtype=np.bool_)
    np.logical_or.at(is_near, orders.lead, np.abs(of_limit - 1.0) < RATE_MARGIN)
    currency = np.where(is_near, currencies(destination).index(trader["currency"]), currency)
    return currency[orders.lead]


def bounds(rng: np.random.Generator, destination: str, orders: Orders) -> tuple[Reals, Reals]:
    """The most and the least each parcel may be worth, in euros: what is above its ceiling is sold at a discount."""
    size, limit = len(orders.deal), limit_eur(destination)
    told = read("destinations")
    trader, per = told[destination], told["eur_per"]
    share = rng.uniform(0.35, 0.99, size)
    gift = trader["gift_limit"] * per[str(trader["currency"])] * (1.0 - RATE_MARGIN)
    part_of = np.where(orders.parcels_of_order > 1, PART_OF_A_LIMIT / orders.parcels_of_order, 1.0)
    ceiling = part_of * limit * share
    ceiling = np.where(orders.is_deal(Deal.GIFT, Deal.SAMPLE), gift * share, ceiling)
    ceiling = np.where(orders.is_deal(Deal.DEAR), np.inf, ceiling)
    floor = np.where(orders.is_deal(Deal.DEAR), limit * rng.uniform(1.01, 1.6, size), 0.0)
    is_split = orders.fault == Fault.ORDER_SPLIT
    floor = np.where(is_split, limit * SPLIT_FROM, floor)
    ceiling = np.where(is_split, limit * SPLIT_TO, ceiling)
    is_filled = orders.filled_to > 0.0
    wanted = limit * orders.filled_to
    return np.where(is_filled, wanted, ceiling), np.where(is_filled, wanted, floor)


def _nine_at_the_end(cents: Ints) -> Ints:
    """Shops like prices that end in nine; downwards, so that no limit is passed."""
    return np.where(cents >= NINES_FROM_CENTS, cents - (cents + 1) % 10, cents)


def limit_eur(destination: str) -> float:
    """The limit that traders know of, in euros."""
    told = read("destinations")
    return float(told[destination]["limit"] * told["eur_per"][told[destination]["currency"]])


def currencies(destination: str) -> list[str]:
    """Currencies that orders to a destination are priced in."""
    return list(read("destinations")[destination]["currencies"])
