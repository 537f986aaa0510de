"""Told: what senders say of a slice of the traffic, as rows of text under canonical names, careless as people are."""

import re
from dataclasses import dataclass

import numpy as np
import polars as pl

from tidewaiter.world.calendar import Slice
from tidewaiter.world.campaigns import Scheme
from tidewaiter.world.chance import Ints, draws, part, told_by
from tidewaiter.world.filings import filings
from tidewaiter.world.items import items
from tidewaiter.world.lies import codes, descriptions
from tidewaiter.world.lines import Lines, draw_lines
from tidewaiter.world.lists import read
from tidewaiter.world.mishaps import DIRT, OF_WEEKS, befallen
from tidewaiter.world.setting import Traffic, World
from tidewaiter.world.together import scattered
from tidewaiter.world.wording import instants, joined, padded, where

TOLD_TWICE = len(OF_WEEKS) + 1
FAULTS = (*(one.name.replace(" ", "_") for one in OF_WEEKS), "told_twice")
"""Names of the faults that befall traffic, in the order in which they are numbered from 1."""

ORDER_DIGITS, HALF = 10, 100_000
SENDER = "sender"
ORDER_SALT, PLAIN_NAME_SALT = 821, 822
SHARES_OF = 1 << 20


@dataclass(frozen=True)
class Told:
    """``rows`` are the messages with a column ``sender``; ``parcels`` and ``lines`` what they tell of.

    ``orders`` holds every parcel's order, also where it is not told; ``item_codes`` the right code of every line.
    ``dirt`` and ``fault`` hold the position of what befell each parcel in ``DIRT`` and ``FAULTS``, from 1; 0 is none.
    """

    rows: pl.DataFrame
    parcels: pl.DataFrame
    orders: pl.Series
    item_codes: pl.Series
    item_origins: pl.Series
    lines: Lines
    dirt: Ints
    fault: Ints


def told(world: World, part_of: Slice, traffic: Traffic) -> Told:
    """All that is said of the parcels of a slice."""
    rng = draws(world.own_seed, 8, part_of.first)
    lines = draw_lines(world.destination, world.own_seed, part_of.first, traffic)
    said = filings(world.destination, world.own_seed, part_of.first, part_of.monday, traffic, lines)
    orders = _orders(world, traffic)
    parcels = pl.DataFrame(said | _of_weeks(rng, world, part_of, traffic, said, orders))
    of_items = items(world.destination, world.own_seed, part_of.first, lines)
    right, origins = of_items["item_commodity_code"], of_items["item_origin"]
    of_items["item_description"] = descriptions(
        of_items["item_description"], part_of.first, world.own_seed, traffic.wording, lines
    )
    of_items["item_commodity_code"] = codes(right, part_of.first, world.own_seed, traffic.coding, lines)
    rows = parcels[lines.of_parcel].with_columns(column.alias(name) for name, column in of_items.items())
    rows = rows.with_columns(pl.Series(SENDER, traffic.sender[lines.of_parcel]))
    rows, dirt, fault = _carelessly(rng, world, rows, lines.of_parcel, part_of.count)
    return Told(rows, parcels, orders, right, origins, lines, dirt, fault)


def _orders(world: World, traffic: Traffic) -> pl.Series:
    """The number of each parcel's order."""
    number = scattered(traffic.order_number, world.own_seed * 16 + ORDER_SALT)
    return joined("O", padded(number // HALF, 5), padded(number % HALF, 5))


def _of_weeks(
    rng: np.random.Generator,
    world: World,
    part_of: Slice,
    traffic: Traffic,
    said: dict[str, pl.Series],
    orders: pl.Series,
) -> dict[str, pl.Series]:
    """What filings of weeks say otherwise than those of one day: their flights, and that nothing is presented yet."""
    size = part_of.count
    is_told = rng.random(size) < world.sheet.of("people", "order_told")
    claims = rng.random(size) < world.sheet.of("gift_from_company", "claims_person")
    is_claimed = claims & (traffic.scheme == Scheme.GIFT_FROM_COMPANY)
    person_type = where(is_claimed, "natural", said["consignor_person_type"])
    accepted = np.minimum(traffic.lodged + rng.integers(0, 10, size), traffic.arriving)
    return {
        **_trade_names(world, traffic, said),
        "order_id": where(is_told, orders),
        "consignor_person_type": where(rng.random(size) < world.sheet.of("people", "person_type_told"), person_type),
        "accepted_at": instants(part_of.monday, accepted),
        "presented_at": pl.repeat(None, size, dtype=pl.String, eager=True),
        "flight": traffic.flights.names(),
    }


def _trade_names(world: World, traffic: Traffic, said: dict[str, pl.Series]) -> dict[str, pl.Series]:
    """Names of firms, some of them, all the time, without the legal form behind them."""
    forms = "|".join(re.escape(form) for form in read("sellers")["company"]["form"].values())
    told = {}
    for name, firm in {"consignor_name": traffic.warehouse, "seller_name": traffic.seller}.items():
        is_plain = part(told_by(firm, world.own_seed * 16 + PLAIN_NAME_SALT), 0, SHARES_OF)
        is_short = is_plain < world.sheet.of("people", "trade_names") * SHARES_OF
        told[name] = where(is_short, said[name].str.replace(f" (?:{forms})$", ""), said[name])
    return told


def _carelessly(
    rng: np.random.Generator, world: World, rows: pl.DataFrame, of_parcel: Ints, size: int
) -> tuple[pl.DataFrame, Ints, Ints]:
    """Let harmless dirt and true faults befall a share of the parcels, whatever they are; some are told twice."""
    is_faulty = rng.random(size) < world.sheet.of("dirt", "faulty")
    fault = np.where(is_faulty, rng.integers(1, len(FAULTS) + 1, size), 0)
    is_dirty = (rng.random(size) < world.sheet.of("dirt", "careless")) & ~is_faulty
    dirt = np.where(is_dirty, rng.integers(1, len(DIRT) + 1, size), 0)
    faulty = befallen(rows, of_parcel, np.where(fault == TOLD_TWICE, 0, fault), OF_WEEKS)
    dirty = befallen(faulty, of_parcel, dirt, DIRT)
    again = dirty.filter(pl.Series(fault[of_parcel] == TOLD_TWICE))
    return pl.concat([dirty, again]), dirt, fault
