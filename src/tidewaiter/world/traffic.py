"""Traffic: the parcels of a stretch of a week, honest ones and those of schemes, drawn in the same way."""

from typing import Any

import numpy as np

from tidewaiter.world.calendar import Slice, drawn_days
from tidewaiter.world.campaigns import Scheme
from tidewaiter.world.chance import Ints, Words, draws, picked, ranked, shared_out, told_by
from tidewaiter.world.declarations import schemes
from tidewaiter.world.households import Households, doors, drawn_households, drawn_members
from tidewaiter.world.lies import lay_out
from tidewaiter.world.orders import Deal, countries_of, plain, warehouses_of
from tidewaiter.world.routes import MINUTES_AN_HOUR, SECONDS_A_MINUTE, flights
from tidewaiter.world.senders import senders
from tidewaiter.world.setting import DAYS_A_WEEK, Traffic, World
from tidewaiter.world.together import Together, together
from tidewaiter.world.wording import MINUTES_A_DAY

FAVOURITE = 801
DEAR_TOGETHER, SAME_DAY = 0.1, 0.7
"""Of honest orders in several parcels are above the limit and filed like that; of all come on one day."""

UNIT = float(1 << 53)


def draw_traffic(world: World, part_of: Slice) -> Traffic:
    """The parcels of a slice: whether one lies is told by chance alone, then who does it, and how.

    Minutes count from the first moment of the week.
    """
    rng = draws(world.own_seed, 2, part_of.first)
    size = part_of.count
    joint = together(rng, world.sheet, world.share_of(Scheme.SPLIT_ORDER), size)
    scheme = _schemes(rng, world, joint)
    deal = _deals(rng, world, scheme, joint)
    day = drawn_days(rng, world.sheet, part_of.monday, size)
    people = drawn_households(rng, world.sheet, world.own_seed, world.parcels, world.weeks, size)
    country = shared_out(rng, world.sellers.country_shares, size)
    seller = _sellers(rng, world, scheme, country, day + part_of.week * DAYS_A_WEEK, people)[joint.lead]
    house, hub = people.house[joint.lead], people.hub[joint.lead]
    own = _times(rng, size) | _addressed(rng, world, house, hub, joint.lead)
    own["ordered"] = own["ordered"][joint.lead]
    day = np.where(rng.random(size) < SAME_DAY, day[joint.lead], day)
    traffic = Traffic(
        deal=deal,
        seller=seller,
        warehouse=warehouses_of(rng, world.destination, world.own_seed, seller)[joint.lead],
        house=house,
        order_number=part_of.first + joint.lead,
        scheme=scheme,
        hub=hub,
        is_repeat=people.is_repeat[joint.lead],
        buyer_house=house,
        day=day,
        parts=joint.of,
        **(plain(seller, deal, house) | own),
        **_to_come(world, seller, day),
    )
    traffic.lead, traffic.parcel_of_order, traffic.parcels_of_order = joint.lead, joint.number, joint.of
    lay_out(rng, world, traffic, joint)
    _carry(rng, world, part_of, traffic)
    return traffic


def _schemes(rng: np.random.Generator, world: World, joint: Together) -> Ints:
    """Which scheme each parcel is part of: told by chance, and by nothing that the parcel is.

    Orders in several parcels are in no other scheme, so the rest has the more of them.
    """
    singles = [one for one in Scheme if one not in {Scheme.NONE, Scheme.SPLIT_ORDER}]
    rest = max(1, int((~joint.is_joint).sum())) / len(joint.lead)
    shares = np.array([world.share_of(one) for one in singles]) / rest
    at = np.searchsorted(np.cumsum(shares), rng.random(len(joint.lead)), side="right")
    scheme = np.array([*singles, Scheme.NONE], dtype=np.int64)[at]
    return np.where(joint.is_split, int(Scheme.SPLIT_ORDER), scheme * ~joint.is_joint)


def _deals(rng: np.random.Generator, world: World, scheme: Ints, joint: Together) -> Ints:
    """What each parcel is; schemes are sales, but for gifts that are none."""
    told = [world.sheet.of("trade", name) for name in ("gifts", "business", "samples", "documents")]
    dear = world.dear_share
    deal = picked(rng.random(len(scheme)), np.array([max(0.0, 1.0 - dear - sum(told)), dear, *told]))
    deal = np.where(scheme == Scheme.NONE, deal, int(Deal.SALE))
    deal = np.where(scheme == Scheme.GIFT_FROM_COMPANY, int(Deal.GIFT), deal)
    is_dear = rng.random(len(scheme)) < DEAR_TOGETHER
    several = np.where(is_dear & ~joint.is_split, int(Deal.DEAR), int(Deal.SALE))
    return np.where(joint.is_joint, several[joint.lead], deal)


def _sellers(
    rng: np.random.Generator, world: World, scheme: Ints, country: Ints, day: Ints, people: Households
) -> Ints:
    """An honest parcel's seller by its size, or the buyer's favourite; that of a scheme by the campaigns of the day."""
    known, size = world.sellers, len(scheme)
    chance = rng.random(size)
    is_favourite = people.is_repeat & (rng.random(size) < world.sheet.of("people", "same_shop"))
    favourite = (told_by(people.house, FAVOURITE) >> np.uint64(11)).astype(np.float64) / UNIT
    honest = known.first[country] + ranked(np.where(is_favourite, favourite, chance), known.count[country])
    lanes = world.campaigns.lanes[country]
    lane = np.minimum((rng.random(size) * lanes).astype(np.int64), lanes - 1)
    return np.where(scheme == Scheme.NONE, honest, world.campaigns.seller_of[scheme, country, lane, day])


def _times(rng: np.random.Generator, size: int) -> dict[str, Ints]:
    """Minutes between the steps of each parcel, before its arrival is known."""
    return {
        "ordered": rng.integers(60, 12 * MINUTES_A_DAY, size),
        "posted": rng.integers(2 * 60, 4 * MINUTES_A_DAY, size),
        "lodged": rng.integers(4 * 60, 2 * MINUTES_A_DAY, size),
    }


def _addressed(rng: np.random.Generator, world: World, house: Words, hub: Ints, lead: Ints) -> dict[str, Ints | Words]:
    """Who of the house gets it, in which country, at which door."""
    country = countries_of(world.destination, house)
    member = drawn_members(rng, world.sheet, house)[lead]
    door = doors(world.sheet, world.own_seed, world.parcels, house, country, hub)
    return {"member": member, "buyer_member": member, "country": country, "door": door}


def _to_come(world: World, seller: Ints, day: Ints) -> dict[str, Any]:
    """What is set when it is known what each parcel tells."""
    size = len(seller)
    nothing = np.zeros(size, dtype=np.int64)
    return {
        **{name: nothing.copy() for name in ("arriving", "sender", "wording", "coding")},
        "is_post": np.zeros(size, dtype=np.bool_),
        "flights": flights(np.zeros(size), nothing, world.sellers.country[seller], day, 0, world.flight_plan),
    }


def _carry(rng: np.random.Generator, world: World, part_of: Slice, traffic: Traffic) -> None:
    """Give each parcel to a sender and onto a flight: told by chance, by where it comes from and by the hour."""
    size, known = part_of.count, senders()
    claimed = schemes(world.destination, world.own_seed, part_of.first, traffic)
    is_ioss = (claimed == "IOSS").fill_null(value=False).to_numpy()
    sender = known.drawn(rng.random(size), is_ioss)
    letters = rng.integers(0, 1 << 63, size).astype(np.uint64)
    chance, before = rng.random(size), part_of.week * DAYS_A_WEEK
    traffic.sender, traffic.declarant = sender, sender
    traffic.carriage, traffic.is_post = known.carriage(sender, letters), known.is_post[sender]
    traffic.flights = flights(
        chance, sender, world.sellers.country[traffic.seller], traffic.day, before, world.flight_plan
    )
    traffic.arriving = traffic.flights.landing // SECONDS_A_MINUTE
    traffic.lodged = traffic.arriving - traffic.lodged
    traffic.posted = traffic.lodged - traffic.posted
    earliest = np.full(size, MINUTES_AN_HOUR * 10**6)
    np.minimum.at(earliest, traffic.lead, traffic.posted)
    traffic.ordered = earliest[traffic.lead] - traffic.ordered
