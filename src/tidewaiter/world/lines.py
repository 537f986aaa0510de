"""Lines: the goods of each parcel with pieces, prices and masses that add up, in the currency of the order."""

from dataclasses import dataclass

import numpy as np

from tidewaiter.world.chance import Ints, Reals, Words, draws, part, picked, shared_out, told_by
from tidewaiter.world.goods import LANGUAGES, PER_GOOD, catalogue
from tidewaiter.world.lists import read
from tidewaiter.world.orders import SHELVES, Deal, Fault, Orders
from tidewaiter.world.sellers import sellers

LINES_OF_A_PARCEL = np.array([0.742, 0.16, 0.055, 0.023, 0.012, 0.008])
"""How many parcels have one line, two, ... up to six."""

ONE_PIECE = 0.72
SALE_NOISE, MASS_NOISE = 0.06, 0.05
RATE_MARGIN = 0.15
"""A value this near a limit is priced in the destination's own currency: the world's rates are rough."""

PART_OF_A_LIMIT, SPLIT_FROM, SPLIT_TO = 0.9, 0.3, 0.45
FULLEST = 0.99
UNDERVALUED_BY = 25
CHEAPEST_CENTS, NINES_FROM_CENTS = 50, 200


@dataclass(frozen=True)
class Lines:
    """Arrays with one value a line (``of_parcel`` ascends), and one a parcel where the name says so."""

    of_parcel: Ints
    line_no: Ints
    product: Ints
    language: Ints
    origin_seller: Ints
    pieces: Ints
    cents: Ints
    mass_g: Ints
    parcel_currency: Ints
    parcel_cents: Ints
    parcel_true_cents: Ints
    parcel_net_g: Ints
    parcel_gross_g: Ints
    parcel_freight_cents: Ints


def draw_lines(destination: str, seed: int, first: int, orders: Orders) -> Lines:
    """The lines of all parcels."""
    rng = draws(seed, 3, first)
    count = np.where(orders.is_deal(Deal.DOCUMENT), 1, 1 + picked(rng.random(len(orders.deal)), LINES_OF_A_PARCEL))
    of_parcel = np.repeat(np.arange(len(count), dtype=np.int64), count)
    starts = np.concatenate(([0], np.cumsum(count)[:-1]))
    line_no = np.arange(len(of_parcel), dtype=np.int64) - starts[of_parcel] + 1
    product = _products(rng, orders, of_parcel, line_no)
    goods = catalogue()
    level = sellers(destination, seed).price_level[orders.seller][of_parcel]
    pieces = _pieces(rng, product)
    level = level * orders.asked[of_parcel]
    euros = goods.price_eur[product] * level * np.exp(rng.normal(0.0, SALE_NOISE, len(product)))
    pieces = pieces * _filled(destination, orders, np.add.reduceat(euros * pieces, starts))[of_parcel]
    currency, cents, true_cents = _priced(rng, destination, orders, of_parcel, starts, euros, pieces)
    mass = np.maximum(1, goods.mass_g[product] * np.exp(rng.normal(0.0, MASS_NOISE, len(product)))).astype(np.int64)
    net = np.add.reduceat(mass * pieces, starts)
    return Lines(
        of_parcel=of_parcel,
        line_no=line_no,
        product=product,
        language=_languages(rng, destination, len(count))[of_parcel],
        origin_seller=orders.seller[of_parcel],
        pieces=pieces,
        cents=cents,
        mass_g=mass * pieces,
        parcel_currency=currency,
        parcel_cents=np.add.reduceat(cents, starts),
        parcel_true_cents=np.add.reduceat(true_cents, starts),
        parcel_net_g=net,
        parcel_gross_g=net + net * 3 // 100 + rng.integers(15, 120, len(net)),
        parcel_freight_cents=_freight(rng, orders, net),
    )


def _products(rng: np.random.Generator, orders: Orders, of_parcel: Ints, line_no: Ints) -> Ints:
    """A product of the range that fits the deal; the lines of one parcel differ at least in their looks."""
    shares = catalogue().shares
    chance = rng.random(len(of_parcel))
    good = picked(chance, shares["everyday"])
    for shelf, name in enumerate(SHELVES[1:], start=1):
        at = (orders.shelf == shelf)[of_parcel]
        good[at] = picked(chance[at], shares[name])
    base: Words = told_by(orders.order_number * 3 + orders.parcel_of_order, 401)
    return good * PER_GOOD + (part(base, 0, PER_GOOD)[of_parcel] + 11 * line_no) % PER_GOOD


def _pieces(rng: np.random.Generator, product: Ints) -> Ints:
    several = 1 + (rng.random(len(product)) * catalogue().most_pieces[product]).astype(np.int64)
    return np.where(rng.random(len(product)) < ONE_PIECE, 1, several)


def _filled(destination: str, orders: Orders, euros: Reals) -> Ints:
    """How many times over the goods of each parcel are bought, to come near the value it is filled up to."""
    wanted = orders.filled_to * _limit_eur(destination)
    return np.maximum(1, np.rint(wanted / np.maximum(euros, 0.01))).astype(np.int64)


def _limit_eur(destination: str) -> float:
    told = read("destinations")
    return float(told[destination]["limit"] * told["eur_per"][told[destination]["currency"]])


def _languages(rng: np.random.Generator, destination: str, size: int) -> Ints:
    """The language of each parcel's descriptions, as a position in ``LANGUAGES``."""
    shares: dict[str, float] = read("destinations")[destination]["languages"]
    return np.array([LANGUAGES.index(code) for code in shares], dtype=np.int64)[shared_out(rng, shares, size)]


def currencies(destination: str) -> list[str]:
    """Currencies that orders to a destination are priced in."""
    return list(read("destinations")[destination]["currencies"])


def _priced(
    rng: np.random.Generator,
    destination: str,
    orders: Orders,
    of_parcel: Ints,
    starts: Ints,
    euros: Reals,
    pieces: Ints,
) -> tuple[Ints, Ints, Ints]:
    """The currency of each parcel, the declared cents of each line, and the cents that were paid.

    What is meant to be cheap stays under the limit.
    """
    told = read("destinations")
    trader, per = told[destination], told["eur_per"]
    eur_per = np.array([per[code] for code in currencies(destination)])
    limit = _limit_eur(destination)
    ceiling, floor = _bounds(rng, orders, limit, trader, per)
    total = np.maximum(np.add.reduceat(euros * pieces, starts), 0.01)
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


def _bounds(
    rng: np.random.Generator, orders: Orders, limit: float, trader: dict[str, float], per: dict[str, float]
) -> tuple[Reals, Reals]:
    """The most and the least each parcel may be worth, in euros: what is above its ceiling is sold at a discount."""
    size = len(orders.deal)
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


def _freight(rng: np.random.Generator, orders: Orders, net_g: Ints) -> Ints:
    """What the carriage costs: by mass, and more by express."""
    base = np.where(orders.is_post, 150, 480)
    return base + net_g * np.where(orders.is_post, 40, 65) // 100 // 10 * 10 + rng.integers(0, 300, len(net_g))
