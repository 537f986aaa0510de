"""Parties: what persons, addresses, sellers and orders are known by, however carelessly they were typed."""

import polars as pl

from tidewaiter.kit.risk_rule import WINDOW_KEYS
from tidewaiter.model.columns import Schema
from tidewaiter.stages.parties.fingerprints import combined, fingerprints
from tidewaiter.stages.parties.spelling import code, company, person, postcode, street

TAKES: Schema = {
    name: pl.String()
    for name in (
        "filing_kind", "function", "consignee_name", "consignee_postcode", "consignee_street", "consignee_country",
        "destination_country", "seller_id", "seller_name", "seller_country", "consignor_id", "consignor_name",
        "consignor_country", "marketplace_id", "order_id",
    )
}  # fmt: skip
ADDS: Schema = dict.fromkeys(WINDOW_KEYS, pl.Int64())


def party_keys(filings: pl.LazyFrame) -> pl.LazyFrame:
    """Add the window keys: fingerprints of normalised texts; null where a part that makes the key is missing.

    A person is a name at a postcode, an address a street at a postcode in a country, a seller an id or a name in a
    country, an order its number at the seller (else at the marketplace). Case, accents, punctuation, spacing, the
    order of words, titles and street words do not matter. Only original import filings are counted: an amendment or a
    safety filing tells of the same parcel again.
    """
    rows = filings.select(list(TAKES)).collect()
    is_counted = pl.select(is_original_import(rows["filing_kind"], rows["function"])).to_series()
    return filings.with_columns(pl.when(is_counted).then(key).alias(key.name) for key in _keys(rows))


def is_original_import(filing_kind: pl.Series, function: pl.Series) -> pl.Expr:
    """True for the filing that first brings a parcel in; what nobody says is taken as that."""
    return pl.lit(filing_kind.fill_null("import") == "import") & (function.fill_null("original") == "original")


def _keys(rows: pl.DataFrame) -> list[pl.Series]:
    place = fingerprints(postcode(rows["consignee_postcode"]))
    country = rows.select(pl.coalesce("consignee_country", "destination_country")).to_series()
    address = combined(street(rows["consignee_street"]), place, fingerprints(country))
    seller = _seller(rows)
    shop = pl.select(pl.coalesce(seller, fingerprints(rows["marketplace_id"]))).to_series()
    return [
        combined(person(rows["consignee_name"]), place).alias("person_key"),
        address.alias("address_key"),
        combined(address, seller).alias("address_seller_key"),
        seller.alias("seller_key"),
        combined(shop, fingerprints(code(rows["order_id"]))).alias("order_key"),
    ]


def _seller(rows: pl.DataFrame) -> pl.Series:
    """The seller, else the consignor: by id, else by name and country. Sellers are few: each text is worked once."""
    names = [f"{role}_{part}" for role in ("seller", "consignor") for part in ("id", "name", "country")]
    distinct = rows.select(names).unique()
    known_by = [
        key
        for role in ("seller", "consignor")
        for key in (
            fingerprints(code(distinct[f"{role}_id"])),
            combined(company(distinct[f"{role}_name"]), fingerprints(distinct[f"{role}_country"].fill_null(""))),
        )
    ]
    keyed = distinct.with_columns(seller_key=pl.select(pl.coalesce(known_by)).to_series())
    return rows.select(names).join(keyed, on=names, how="left", nulls_equal=True, maintain_order="left")["seller_key"]
