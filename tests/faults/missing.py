"""Faults of leaving out what a data set or a claim needs."""

import polars as pl

from tests.faults.kind import NOTHING, Fault, is_told, number

IS_DEAR_SALE = (pl.col("reduced_set") == "H1") & (pl.col("party_relation") == "B2C")


def _left_out(name, code, pointer, may=None, traffic="any"):
    place = "item" if pointer.startswith("item_") else "filing"
    can = is_told(pointer) if may is None else is_told(pointer) & may
    return Fault(name, code, pointer, **{place: {pointer: NOTHING}}, may=can, traffic=traffic)


HAS_FREIGHT = number("freight_amount").fill_null(0) > 0
HAS_NO_SCHEME = pl.col("vat_scheme").is_in(["SPECIAL", "NONE"]) & (pl.col("party_relation") == "B2C")

KINDS = (
    _left_out("no consignor", "PRE-01", "consignor_name"),
    _left_out("no country of the consignor", "PRE-02", "consignor_country"),
    _left_out("no consignee", "PRE-03", "consignee_name"),
    _left_out("no street", "PRE-04", "consignee_street"),
    _left_out("no city", "PRE-05", "consignee_city"),
    _left_out("no country of the consignee", "PRE-06", "consignee_country", traffic="EU"),
    _left_out("no gross mass", "PRE-07", "gross_mass_kg"),
    _left_out("no description", "PRE-08", "item_description"),
    _left_out("no commodity code", "PRE-09", "item_commodity_code"),
    _left_out("no value", "PRE-10", "item_value_amount"),
    _left_out("no currency", "PRE-11", "item_value_currency"),
    _left_out("no origin", "PRE-12", "item_origin", may=IS_DEAR_SALE),
    _left_out("no net mass", "PRE-13", "item_net_mass_kg", may=IS_DEAR_SALE),
    _left_out("no authorisation", "PRE-15", "authorisations", may=pl.col("reduced_set") == "BIRDS", traffic="GB"),
    _left_out("no destination", "PRE-16", "destination_country"),
    _left_out("freight without currency", "RES-03", "freight_currency", may=HAS_FREIGHT),
    _left_out(
        "parties untold", "EU-04", "party_relation", may=HAS_NO_SCHEME & (pl.col("reduced_set") == "H7"), traffic="EU"
    ),
    _left_out("IOSS without number", "EU-02", "vat_scheme_id", may=pl.col("vat_scheme") == "IOSS", traffic="EU"),
    _left_out(
        "seller's scheme without number", "GB-01", "vat_scheme_id", may=pl.col("vat_scheme") == "UKVAT", traffic="GB"
    ),
)
