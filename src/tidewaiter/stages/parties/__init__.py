"""Parties: what persons, addresses, sellers and orders are known by, however carelessly they were typed."""

from typing import Final

import polars as pl

from tidewaiter.kit.risk_rule import WINDOW_KEYS
from tidewaiter.model.columns import Schema
from tidewaiter.stages.parties.fingerprints import Prints, at_once, combined, first_known, prints_of
from tidewaiter.stages.parties.spelling import COMPANY, PERSON, STREET, code, codes_of_places, words_of

TAKES: Schema = {
    name: pl.String()
    for name in (
        "filing_kind", "function", "consignee_name", "consignee_postcode", "consignee_street", "consignee_country",
        "destination_country", "seller_id", "seller_name", "seller_country", "consignor_id", "consignor_name",
        "consignor_country", "marketplace_id", "order_id",
    )
}  # fmt: skip
ROLES: Final = ("seller", "consignor")
SELLERS: Final = [f"{role}_{part}" for role in ROLES for part in ("id", "name", "country")]
FEW: Final = 256
"""Rows up to which looking for the distinct sellers costs more than it spares."""

ADDS: Schema = dict.fromkeys(WINDOW_KEYS, pl.Int64())


def party_keys(filings: pl.LazyFrame) -> pl.LazyFrame:
    """Add the window keys: fingerprints of normalised texts; null where a part that makes the key is missing.

    A person is a name at a postcode, an address a street at a postcode in a country, a seller an id or a name in a
    country, an order its number at the seller (else at the marketplace). Case, accents, punctuation, spacing, the
    order of words, titles and street words do not matter. Only import filings are counted, an amendment in the place of
    what it replaces; a safety filing tells of the same parcel again.
    """
    country = pl.coalesce("consignee_country", "destination_country").alias("country")
    named = (pl.col(f"{role}_country").fill_null("") for role in ROLES)
    plain = [name for name in TAKES if name not in {"seller_country", "consignor_country"}]
    rows = filings.select(*plain, *named, country, is_counted=is_counted_import()).collect(engine="in-memory")
    is_counted = rows["is_counted"].to_numpy()
    made = [key.where(is_counted).told(name) for name, key in _keys(rows).items()]
    return filings.with_columns(made)


def is_counted_import() -> pl.Expr:
    """True for the filing that brings a parcel in, however often it was amended; what nobody says is taken as that."""
    return (pl.col("filing_kind").fill_null("import") == "import") & (
        pl.col("function").fill_null("original") != "cancellation"
    )


def _keys(rows: pl.DataFrame) -> dict[str, Prints]:
    """All texts of a kind are worked on end to end: in a small batch it is the calls that cost."""
    distinct = rows.select(SELLERS).unique() if rows.height > FEW else rows.select(SELLERS)
    places, orders, seller_ids, consignor_ids = at_once(
        code, rows["consignee_postcode"], rows["order_id"], distinct["seller_id"], distinct["consignor_id"]
    )
    names, streets, sellers, consignors = words_of(
        (rows["consignee_name"], PERSON), (rows["consignee_street"], STREET),
        (distinct["seller_name"], COMPANY), (distinct["consignor_name"], COMPANY),
    )  # fmt: skip
    place, country, marketplace, order, *known_by = prints_of(
        codes_of_places(places), rows["country"], rows["marketplace_id"], orders,
        seller_ids, distinct["seller_country"], consignor_ids, distinct["consignor_country"],
    )  # fmt: skip
    seller_id, seller_country, consignor_id, consignor_country = known_by
    of_distinct = first_known(
        seller_id, combined(sellers, seller_country), consignor_id, combined(consignors, consignor_country)
    )
    seller = _laid_back(of_distinct, distinct, rows) if rows.height > FEW else of_distinct
    address = combined(streets, place, country)
    return {
        "person_key": combined(names, place),
        "address_key": address,
        "address_seller_key": combined(address, seller),
        "seller_key": seller,
        "order_key": combined(first_known(seller, marketplace), order),
    }


def _laid_back(keys: Prints, distinct: pl.DataFrame, rows: pl.DataFrame) -> Prints:
    """The keys of distinct sellers beside each row. Sellers are few: each text is worked once."""
    keyed = distinct.with_columns(keys.told("seller_key"))
    beside = rows.select(SELLERS).join(keyed, on=SELLERS, how="left", nulls_equal=True, maintain_order="left")
    return Prints.of(beside["seller_key"])
