"""Mishaps: careless spellings that harm nobody, and a few true faults, so that a day reads like one from the field."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl

from tidewaiter.world.chance import Ints
from tidewaiter.world.orders import Deal, Fault, Orders

EVERY_ROW = pl.lit(value=True)
FIRST_LINE = pl.col("item_no") == "1"
S10 = r"^[A-Z]{2}\d{9}[A-Z]{2}$"
SPLIT_INTO = 4
BY_LINE = frozenset({"item_value_amount", "item_value_currency", "item_commodity_code"})
"""What is missing on one line alone."""


@dataclass(frozen=True)
class Mishap:
    """What becomes of the text of some columns, on those rows of a parcel where it applies."""

    name: str
    columns: dict[str, pl.Expr]
    applies: pl.Expr = EVERY_ROW


def _wrong_digit(name: str) -> pl.Expr:
    text = pl.col(name)
    digit = (text.str.slice(10, 1).cast(pl.Int64, strict=False) + 1) % 10
    return pl.concat_str(text.str.slice(0, 10), digit, text.str.slice(11))


TEXT_FAULTS = {
    Fault.NO_DESCRIPTION: Mishap(
        "no description", {"item_description": pl.lit(None, dtype=pl.String)}, applies=FIRST_LINE
    ),
    Fault.VAGUE_DESCRIPTION: Mishap("vague description", {"item_description": pl.lit("gift")}, applies=FIRST_LINE),
    Fault.UNKNOWN_CURRENCY: Mishap("unknown currency", {"item_value_currency": pl.lit("ZZZ")}, applies=FIRST_LINE),
    Fault.WRONG_CHECK_DIGIT: Mishap(
        "wrong check digit",
        {name: _wrong_digit(name) for name in ("parcel_id", "consignment_id", "transport_document")},
        applies=pl.col("parcel_id").str.contains(S10),
    ),
    Fault.UNREADABLE_AMOUNT: Mishap(
        "unreadable amount", {"item_value_amount": pl.col("item_value_amount") + "O"}, applies=FIRST_LINE
    ),
}

OF_WEEKS = (
    *(TEXT_FAULTS[one] for one in TEXT_FAULTS if one is not Fault.WRONG_CHECK_DIGIT),
    *(
        Mishap(f"no {word}", {name: pl.lit(None, dtype=pl.String)}, FIRST_LINE if name in BY_LINE else EVERY_ROW)
        for word, name in {
            "recipient": "consignee_name", "sender": "consignor_name", "weight": "gross_mass_kg",
            "destination": "destination_country", "nature": "nature", "value": "item_value_amount",
            "currency": "item_value_currency", "code": "item_commodity_code",
        }.items()
    ),
    Mishap("recipient is nobody", {"consignee_name": pl.lit("customer")}),
    Mishap("unknown destination", {"destination_country": pl.lit("QQ")}),
    Mishap("unknown origin", {"item_origin": pl.lit("QQ")}, applies=FIRST_LINE),
    Mishap("code without end", {"item_commodity_code": pl.col("item_commodity_code").str.slice(0, 4)}, FIRST_LINE),
    Mishap("no quantity", {"item_quantity": pl.lit("0")}, applies=FIRST_LINE),
)  # fmt: skip
"""True faults of the text that befall traffic of weeks. A barcode is what its label says, so that events and filings
agree."""

DIRT = (
    Mishap("small letters in codes", {
        name: pl.col(name).str.to_lowercase()
        for name in ("consignee_country", "destination_country", "item_origin", "item_value_currency")
    }),
    Mishap("blanks around names", {"consignee_name": " " + pl.col("consignee_name") + "  "}),
    Mishap("no phone and no mail", {
        name: pl.lit(None, dtype=pl.String) for name in ("consignee_phone", "consignee_email")
    }),
    Mishap("postcode without gap", {"consignee_postcode": pl.col("consignee_postcode").str.replace_all("[ -]", "")}),
    Mishap("phone without country", {"consignee_phone": pl.col("consignee_phone").str.replace(r"^\+\d+ ", "0")}),
    Mishap("shouted description", {"item_description": pl.col("item_description").str.to_uppercase()}),
    Mishap("amount with more decimals", {"item_value_amount": pl.col("item_value_amount") + "00"}),
    Mishap("time without seconds", {"lodged_at": pl.col("lodged_at").str.replace(r":00Z$", "Z")}),
    Mishap("surname first", {"consignee_name": pl.col("consignee_name").str.replace(r"^(\S+) (\S+)$", "$2, $1")}),
)  # fmt: skip


def draw_faults(rng: np.random.Generator, orders: Orders, share: float) -> Orders:
    """Give a share of the sales a fault; a split order spreads over the parcels after it."""
    size = len(orders.deal)
    fault = rng.integers(1, len(Fault), size)
    has_fault = (rng.random(size) < share) & orders.is_deal(Deal.SALE) & (orders.parcels_of_order == 1)
    orders.fault = np.where(has_fault, fault, Fault.NONE)
    return _split(orders)


def _split(orders: Orders) -> Orders:
    """Let every split order hold as many neighbours as its parts; none says that it belongs to others."""
    whole = len(orders.fault) // SPLIT_INTO * SPLIT_INTO
    at = np.arange(0, whole, SPLIT_INTO)
    is_free = (orders.parcels_of_order[:whole].reshape(-1, SPLIT_INTO) == 1).all(axis=1)
    is_split = is_free & (orders.fault[at] == Fault.ORDER_SPLIT)
    source = np.arange(len(orders.fault), dtype=np.int64)
    orders.fault[orders.fault == Fault.ORDER_SPLIT] = Fault.NONE
    first = at[is_split]
    orders.fault[first] = Fault.ORDER_SPLIT
    for number in range(1, SPLIT_INTO):
        source[first + number] = first
    return orders.rows(source)


def befallen(rows: pl.DataFrame, of_parcel: Ints, mishap_of: Ints, mishaps: Sequence[Mishap]) -> pl.DataFrame:
    """Rows with their parcel's mishap: ``mishap_of`` counts from 1 in the order of ``mishaps``, 0 is none."""
    of_row = mishap_of[of_parcel]
    at = np.flatnonzero(of_row)
    if not len(at):
        return rows
    some = rows[at].with_columns(mishap=pl.Series(of_row[at]))
    for number, mishap in enumerate(mishaps, start=1):
        is_hit = (pl.col("mishap") == number) & mishap.applies
        some = some.with_columns(
            pl.when(is_hit).then(text).otherwise(pl.col(name)).alias(name) for name, text in mishap.columns.items()
        )
    place = np.arange(rows.height, dtype=np.uint32)
    place[at] = rows.height + np.arange(len(at), dtype=np.uint32)
    changed = sorted({name for mishap in mishaps for name in mishap.columns})
    return rows.with_columns(pl.concat([rows[name], some[name]]).gather(place) for name in changed)
