"""Assertions: what platforms, payment firms and carriers say of orders and parcels, apart from all filings; some lie.

They tell what is true: an undervalued parcel is contradicted by its own order and payment. Beside that a known share of
the orders is told otherwise than it was, so that each kind of contradiction is there.
"""

from dataclasses import dataclass
from enum import IntEnum
from typing import Final

import numpy as np
import polars as pl

from tidewaiter.world.calendar import Slice
from tidewaiter.world.chance import Ints, draws, part, told_by
from tidewaiter.world.prices import currencies
from tidewaiter.world.senders import senders
from tidewaiter.world.setting import Traffic, World
from tidewaiter.world.told import Told
from tidewaiter.world.wording import amount, instants, kilograms, pick, where, whole

FIRMS: Final = ("TIDEPAY", "QUAYCARD", "LOCKBANK")
FIRM_SALT: Final = 823
ELSEWHERE: Final = {"EU": "CH", "GB": "IE", "US": "CA"}
FORMS: Final = {"orders": "ndjson", "payments": "csv", "waybills": "csv"}
"""Files of assertions, and what each is."""


class Otherwise(IntEnum):
    """What is told otherwise of a parcel than the filing says, beside what schemes do."""

    NOTHING = 0
    PAID_MORE = 1
    ORDERED_MORE = 2
    OTHER_QUANTITY = 3
    OTHER_COUNTRY = 4
    HEAVIER = 5


@dataclass(frozen=True)
class Asserted:
    """Rows of each file, and what of each parcel is told otherwise (``Otherwise``)."""

    files: dict[str, pl.DataFrame]
    otherwise: Ints


def asserted(world: World, part_of: Slice, traffic: Traffic, told: Told) -> Asserted:
    """What others say of a slice of the traffic, which holds whole orders."""
    rng = draws(world.own_seed, 13, part_of.first)
    size, lines = part_of.count, told.lines
    is_planted = (rng.random(size) < world.sheet.of("assertions", "contradicted")) & traffic.is_sale
    kind = np.where(is_planted, rng.integers(1, len(Otherwise), size), Otherwise.NOTHING)
    pieces = np.bincount(lines.of_parcel, lines.pieces, size).astype(np.int64)
    goods = lines.parcel_true_cents
    parcels = told.parcels.select("parcel_id", "consignee_country", "marketplace_id", "seller_id").with_columns(
        pl.Series("paid", goods + lines.parcel_freight_cents + _more(kind, Otherwise.PAID_MORE, goods)),
        pl.Series("goods", goods + _more(kind, Otherwise.ORDERED_MORE, goods)),
        pl.Series("pieces", pieces + (kind == Otherwise.OTHER_QUANTITY)),
        pl.Series("at", traffic.ordered),
        pl.Series("firm", part(told_by(traffic.seller, world.own_seed * 16 + FIRM_SALT), 0, len(FIRMS))),
        told.orders.alias("order_id"),
        pick(currencies(world.destination), lines.parcel_currency).alias("currency"),
    )
    orders = _orders(parcels.filter(pl.Series(traffic.is_sale)))
    tells = {name: world.sheet.of("assertions", name) for name in FORMS}
    is_told = {name: rng.random(orders.height) < tells[name] for name in ("orders", "payments")}
    weighed = rng.random(size) < tells["waybills"]
    return Asserted(
        {
            "orders": _order_rows(part_of, orders.filter(pl.Series(is_told["orders"]))),
            "payments": _payment_rows(part_of, orders.filter(pl.Series(is_told["payments"]))),
            "waybills": _waybill_rows(world, part_of, traffic, told, kind).filter(pl.Series(weighed)),
        },
        kind,
    )


def _more(kind: Ints, wanted: Otherwise, cents: Ints) -> Ints:
    """Half as much again and ten units, where this is told otherwise."""
    return np.where(kind == wanted, cents // 2 + 1_000, 0)


def _orders(parcels: pl.DataFrame) -> pl.DataFrame:
    """One row an order, with the sums of its parcels."""
    sums = ("paid", "goods", "pieces")
    plain = ("marketplace_id", "seller_id", "at", "firm", "currency")
    return parcels.group_by("order_id", maintain_order=True).agg(pl.col(sums).sum(), pl.col(plain).first())


def _order_rows(part_of: Slice, orders: pl.DataFrame) -> pl.DataFrame:
    return orders.select(
        kind=pl.lit("order"), asserted_by=pl.coalesce("marketplace_id", "seller_id"), reference="order_id",
        asserted_at=instants(part_of.monday, orders["at"].to_numpy()), order_id="order_id",
        marketplace_id="marketplace_id", goods_amount=amount(orders["goods"].to_numpy()), currency="currency",
        quantity=whole(orders["pieces"].to_numpy()),
    ).filter(pl.col("asserted_by").is_not_null())  # fmt: skip


def _payment_rows(part_of: Slice, orders: pl.DataFrame) -> pl.DataFrame:
    return orders.select(
        kind=pl.lit("payment"), asserted_by=pick(FIRMS, orders["firm"].to_numpy()),
        reference=pl.concat_str(pl.lit("PAY"), "order_id"),
        asserted_at=instants(part_of.monday, orders["at"].to_numpy()), order_id="order_id",
        amount=amount(orders["paid"].to_numpy()), currency="currency",
    )  # fmt: skip


def _waybill_rows(world: World, part_of: Slice, traffic: Traffic, told: Told, kind: Ints) -> pl.DataFrame:
    grams = told.lines.parcel_gross_g
    heavy = np.where(kind == Otherwise.HEAVIER, grams * 2 + 1_000, grams)
    country = told.parcels["consignee_country"]
    return pl.DataFrame(
        {
            "kind": pl.repeat("waybill", part_of.count, eager=True),
            "asserted_by": pick(senders().carriers, traffic.sender),
            "reference": told.parcels["parcel_id"],
            "asserted_at": instants(part_of.monday, traffic.lodged),
            "parcel_id": told.parcels["parcel_id"],
            "consignee_country": where(kind == Otherwise.OTHER_COUNTRY, ELSEWHERE[world.destination], country),
            "gross_mass_kg": kilograms(heavy),
        }
    )
