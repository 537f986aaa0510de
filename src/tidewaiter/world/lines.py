"""Lines: the goods of each parcel with pieces, prices and masses that add up, in the currency of the order."""

from dataclasses import dataclass

import numpy as np

from tidewaiter.world.chance import Flags, Ints, Reals, Words, draws, part, picked, shared_out, told_by
from tidewaiter.world.goods import LANGUAGES, PER_GOOD, catalogue
from tidewaiter.world.lists import read
from tidewaiter.world.orders import SHELVES, Deal, Orders
from tidewaiter.world.prices import bounds, limit_eur, priced
from tidewaiter.world.sellers import sellers

LINES_OF_A_PARCEL = np.array([0.742, 0.16, 0.055, 0.023, 0.012, 0.008])
"""How many parcels have one line, two, ... up to six."""

ONE_PIECE = 0.72
SALE_NOISE, MASS_NOISE = 0.06, 0.05


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
    ceiling, floor = bounds(rng, destination, orders)
    goods = catalogue()
    level = sellers(destination, seed).price_level[orders.seller] * orders.asked
    level = level[of_parcel] * np.exp(rng.normal(0.0, SALE_NOISE, len(of_parcel)))
    product, pieces = _bought(rng, orders, of_parcel, line_no, level, np.where(orders.declared < 1.0, np.inf, ceiling))
    euros = goods.price_eur[product] * level
    pieces = pieces * _filled(destination, orders, np.add.reduceat(euros * pieces, starts))[of_parcel]
    currency, cents, true_cents = priced(rng, destination, orders, of_parcel, (ceiling, floor), euros, pieces)
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


def _bought(
    rng: np.random.Generator, orders: Orders, of_parcel: Ints, line_no: Ints, level: Reals, ceiling: Reals
) -> tuple[Ints, Ints]:
    """Products and pieces of all lines: who may spend no more takes single pieces, and then smaller things."""
    product = _products(rng, orders, of_parcel, line_no)
    pieces, price = _pieces(rng, product), catalogue().price_eur
    most = np.where(orders.filled_to > 0.0, np.inf, ceiling)[of_parcel]

    def is_over() -> Flags:
        return np.bincount(of_parcel, price[product] * level * pieces)[of_parcel] > most

    pieces = np.where(is_over(), 1, pieces)
    chance, shares = rng.random(len(product)), catalogue().shares
    is_dutiable = (orders.shelf == SHELVES.index("dutiable"))[of_parcel]
    good = np.where(is_dutiable, picked(chance, shares["small and dutiable"]), picked(chance, shares["small"]))
    product = np.where(is_over(), good * PER_GOOD + product % PER_GOOD, product)
    return product, pieces


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
    wanted = orders.filled_to * limit_eur(destination)
    return np.maximum(1, np.rint(wanted / np.maximum(euros, 0.01))).astype(np.int64)


def _languages(rng: np.random.Generator, destination: str, size: int) -> Ints:
    """The language of each parcel's descriptions, as a position in ``LANGUAGES``."""
    shares: dict[str, float] = read("destinations")[destination]["languages"]
    return np.array([LANGUAGES.index(code) for code in shares], dtype=np.int64)[shared_out(rng, shares, size)]


def _freight(rng: np.random.Generator, orders: Orders, net_g: Ints) -> Ints:
    """What the carriage costs: by mass, and more by express."""
    base = np.where(orders.is_post, 150, 480)
    return base + net_g * np.where(orders.is_post, 40, 65) // 100 // 10 * 10 + rng.integers(0, 300, len(net_g))
