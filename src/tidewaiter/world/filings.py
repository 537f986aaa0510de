"""Filings: everything said about a parcel as a whole, one row a parcel, text under canonical door names."""

from datetime import date

import numpy as np
import polars as pl

from tidewaiter.world.barcodes import parcel_ids, serials
from tidewaiter.world.chance import Ints, draws, part, told_by
from tidewaiter.world.declarations import claims, schemes
from tidewaiter.world.lines import Lines
from tidewaiter.world.orders import LETTERS, Orders
from tidewaiter.world.parties import parties
from tidewaiter.world.places import places
from tidewaiter.world.prices import currencies
from tidewaiter.world.sellers import sellers
from tidewaiter.world.wording import amount, instants, joined, kilograms, padded, pick, where, whole

INVOICE_SHARE, PAYMENT_SHARE = 0.7, 0.6
FLIGHTS = 90


def filings(destination: str, seed: int, first: int, on: date, orders: Orders, lines: Lines) -> dict[str, pl.Series]:
    """Columns of the filings."""
    rng = draws(seed, 6, first)
    scheme = schemes(destination, seed, first, orders)
    from_country = pick(places().codes, sellers(destination, seed).country[orders.seller])
    return {
        **_ids(seed, first, orders, from_country),
        **claims(destination, seed, orders, scheme, lines.parcel_cents),
        **_times(on, orders),
        **_transport(rng, orders),
        **_order(rng, seed, orders, lines, currencies(destination)),
        "gross_mass_kg": kilograms(lines.parcel_gross_g),
        "country_of_dispatch": from_country,
        "destination_country": pick(places().codes, orders.country),
        **parties(destination, seed, first, orders),
    }


def _ids(seed: int, first: int, orders: Orders, from_country: pl.Series) -> dict[str, pl.Series]:
    size = len(orders.deal)
    barcode = parcel_ids(
        pick(LETTERS, orders.carriage), serials(first, size, seed), pl.Series(orders.is_post), from_country
    )
    return {
        "parcel_id": barcode,
        "filing_kind": pl.repeat("import", size, eager=True),
        "consignment_id": barcode,
        "version": pl.repeat("1", size, eager=True),
        "function": pl.repeat("original", size, eager=True),
        "transport_document": barcode,
    }


def _times(on: date, orders: Orders) -> dict[str, pl.Series]:
    moments = {
        "order_at": orders.ordered,
        "posted_at": orders.posted,
        "lodged_at": orders.lodged,
        "arrival_est": orders.arriving,
        "presented_at": orders.arriving,
    }
    told = {name: instants(on, minutes) for name, minutes in moments.items()}
    return {**told, "order_at": where(orders.is_sale, told["order_at"])}


def _transport(rng: np.random.Generator, orders: Orders) -> dict[str, pl.Series]:
    size = len(orders.deal)
    flight: Ints = rng.integers(0, FLIGHTS, size)
    waybill = 1_000_000 + flight * 7919
    carrier = pick(LETTERS, orders.carriage)
    return {
        "mode": where(orders.is_post, "post", "express"),
        "carrier_id": where(~orders.is_post, carrier),
        "flight": joined("TW", whole(flight + 100)),
        "master_document": where(~orders.is_post, joined("000-", whole(waybill), whole(waybill % 7))),
        "packages": pl.repeat("1", size, eager=True),
        "non_delivery_instruction": where(orders.is_post, "return"),
        "parcel_of_order": joined(whole(orders.parcel_of_order), "/", whole(orders.parcels_of_order)),
    }


def _order(rng: np.random.Generator, seed: int, orders: Orders, lines: Lines, codes: list[str]) -> dict[str, pl.Series]:
    """The order and its money: the invoice is the sum of the lines, the carriage stands apart."""
    size = len(orders.deal)
    currency = pick(codes, lines.parcel_currency)
    has_invoice = (rng.random(size) < INVOICE_SHARE) & (lines.parcel_cents > 0)
    word = told_by(orders.order_number, seed * 8 + 4)
    number = padded(part(word, 0, 90_000) + 10_000, 5)
    has_payment = orders.is_sale & (rng.random(size) < PAYMENT_SHARE)
    return {
        "order_id": where(orders.is_sale, joined("O", number, whole(orders.order_number + 1_000_000))),
        "payment_ref": where(has_payment, joined("PAY", number, padded(part(word, 1, 100_000), 5))),
        "invoice_total_amount": where(has_invoice, amount(lines.parcel_cents)),
        "invoice_total_currency": where(has_invoice, currency),
        "freight_amount": amount(lines.parcel_freight_cents),
        "freight_currency": currency,
        "stock_model": where(orders.is_sale, "direct"),
    }
