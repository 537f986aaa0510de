"""Parties: who sends, who gets, who sold and where it is delivered, as columns of the filing."""

import numpy as np
import polars as pl

from tidewaiter.world.chance import Flags, Words, draws, part, told_by
from tidewaiter.world.orders import SENDER_HOUSE, Deal, Orders
from tidewaiter.world.people import companies, mail_addresses, names, persons
from tidewaiter.world.places import addresses, phones
from tidewaiter.world.sellers import sellers
from tidewaiter.world.wording import joined, only, padded, pick, where

PICK_UP_SHARE, MAIL_SHARE, PHONE_SHARE, OTHER_BUYER_SHARE = 0.06, 0.7, 0.85, 0.05
LOCKERS, LOCKER = 400, 303
TRADE_ADDRESS = ("street", "city", "postcode", "country")


def parties(destination: str, seed: int, first: int, orders: Orders) -> dict[str, pl.Series]:
    """Columns of all parties."""
    rng = draws(seed, 5, first)
    is_company = orders.is_deal(Deal.BUSINESS, Deal.SAMPLE, Deal.DOCUMENT)
    is_gift = orders.is_deal(Deal.GIFT)
    is_private = is_gift & ~orders.from_company
    return {
        **_consignors(destination, seed, orders, is_private, is_gift),
        **_consignees(rng, orders, is_company),
        **_sellers(destination, seed, orders),
        **_buyers(rng, orders),
        **_pick_up_points(rng, orders),
    }


def _consignors(destination: str, seed: int, orders: Orders, is_private: Flags, is_gift: Flags) -> dict[str, pl.Series]:
    """The seller or its warehouse; a person in the same country for gifts."""
    known = sellers(destination, seed)
    firm = {name: pick(known.columns[name], orders.warehouse) for name in ("name", *TRADE_ADDRESS)}
    gifts = orders.rows(np.flatnonzero(is_private))
    country = known.country[gifts.seller]
    house = told_by(gifts.house, SENDER_HOUSE)
    person = only(is_private, {"name": names(house, gifts.member, country), **addresses(house, country)})
    columns = {f"consignor_{name}": where(is_private, person[name], firm[name]) for name in firm}
    return {
        **columns,
        "consignor_id": where(~is_gift, pick(known.columns["id"], orders.warehouse)),
        "consignor_person_type": where(is_private, "natural", "legal"),
    }


def _consignees(rng: np.random.Generator, orders: Orders, is_company: Flags) -> dict[str, pl.Series]:
    size = len(orders.house)
    person = persons(orders.house, orders.member)
    firms = orders.rows(np.flatnonzero(is_company))
    firm = only(is_company, {"name": companies(firms.house, firms.country)})
    home = addresses(orders.door, orders.country)
    return {
        "consignee_name": where(is_company, firm["name"], names(orders.house, orders.member, orders.country)),
        "consignee_person_type": where(is_company, "legal", "natural"),
        **{f"consignee_{part_name}": column for part_name, column in home.items()},
        "consignee_email": where(rng.random(size) < MAIL_SHARE, mail_addresses(person)),
        "consignee_phone": where(rng.random(size) < PHONE_SHARE, phones(person, orders.country)),
    }


def _sellers(destination: str, seed: int, orders: Orders) -> dict[str, pl.Series]:
    """The seller and its marketplace, where anything was sold."""
    known = sellers(destination, seed)
    is_sold = orders.is_sale | orders.is_deal(Deal.BUSINESS)
    told = {f"seller_{name}": pick(known.columns[name], orders.seller) for name in ("name", "id", "country")}
    told["marketplace_id"] = where(orders.is_sale, pick(known.marketplace, orders.seller))
    return {name: where(is_sold, column) for name, column in told.items()}


def _buyers(rng: np.random.Generator, orders: Orders) -> dict[str, pl.Series]:
    """Who bought: mostly the consignee, sometimes another member of the house."""
    other = np.where(rng.random(len(orders.member)) < OTHER_BUYER_SHARE, (orders.member + 1) % 4, orders.member)
    return {"buyer_name": where(orders.is_sale, names(orders.house, other, orders.country))}


def _pick_up_points(rng: np.random.Generator, orders: Orders) -> dict[str, pl.Series]:
    """Some have it brought to a locker in their own country."""
    is_locker = (rng.random(len(orders.house)) < PICK_UP_SHARE) & orders.is_sale
    some = orders.rows(np.flatnonzero(is_locker))
    locker: Words = told_by(part(told_by(some.house, LOCKER), 0, LOCKERS), LOCKER)
    place = addresses(locker, some.country)
    columns = {
        "name": joined("Locker ", padded(part(locker, 1, 1000), 3)),
        **{name: place[name] for name in TRADE_ADDRESS},
    }
    return {f"delivery_{name}": column for name, column in only(is_locker, columns).items()}
