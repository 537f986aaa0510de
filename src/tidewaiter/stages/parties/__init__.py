"""Parties: what persons, addresses, sellers and orders are known by, however carelessly they were typed."""

import polars as pl

from tidewaiter.kit.risk_rule import WINDOW_KEYS
from tidewaiter.model.columns import Schema
from tidewaiter.stages.parties.fingerprints import combined, fingerprints
from tidewaiter.stages.parties.spelling import code, person, street

TAKES: Schema = {
    name: pl.String()
    for name in (
        "consignee_name", "consignee_postcode", "consignee_street", "consignee_country", "seller_id", "seller_name",
        "seller_country", "consignor_id", "consignor_name", "consignor_country", "marketplace_id", "order_id",
    )
}  # fmt: skip
ADDS: Schema = dict.fromkeys(WINDOW_KEYS, pl.Int64())


def party_keys(filings: pl.LazyFrame) -> pl.LazyFrame:
    """Add the window keys: fingerprints of normalised texts; null where a part that makes the key is missing.

    Spelling in case, accents, punctuation, spacing, ``Name, First`` and street words does not matter. A person is a
    name at a postcode, an address a street at a postcode in a country, a seller an id or a name in a country, an
    order its number at a marketplace (else at a seller).
    """
    rows = filings.select(list(TAKES)).collect()
    return filings.with_columns(_keys(rows))


def _keys(rows: pl.DataFrame) -> list[pl.Series]:
    postcode = fingerprints(code(rows["consignee_postcode"]))
    address = combined(fingerprints(street(rows["consignee_street"])), postcode, fingerprints(rows["consignee_country"]))
    seller = _seller(rows)
    market = pl.select(pl.coalesce(fingerprints(rows["marketplace_id"]), seller)).to_series()
    return [
        combined(fingerprints(person(rows["consignee_name"])), postcode).alias("person_key"),
        address.alias("address_key"),
        combined(address, seller).alias("address_seller_key"),
        seller.alias("seller_key"),
        combined(market, fingerprints(rows["order_id"])).alias("order_key"),
    ]


def _seller(rows: pl.DataFrame) -> pl.Series:
    """The seller, else the consignor: by id, else by name and country. Sellers are few: each text is worked once."""
    names = ["seller_id", "seller_name", "seller_country", "consignor_id", "consignor_name", "consignor_country"]
    distinct = rows.select(names).unique()
    by_id = fingerprints(pl.select(pl.coalesce(distinct["seller_id"], distinct["consignor_id"])).to_series())
    by_name = [
        combined(fingerprints(person(distinct[f"{role}_name"])), fingerprints(distinct[f"{role}_country"].fill_null("")))
        for role in ("seller", "consignor")
    ]
    keyed = distinct.with_columns(seller_key=pl.select(pl.coalesce(by_id, *by_name)).to_series())
    return rows.select(names).join(keyed, on=names, how="left", nulls_equal=True, maintain_order="left")["seller_key"]
