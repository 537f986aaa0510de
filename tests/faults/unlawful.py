"""Faults of claims that the law of the destination does not allow."""

import polars as pl

from tests.faults.impossible import NO_INVOICE
from tests.faults.kind import Fault, one_of, text

IS_DEAR_MONEY = pl.col("item_value_currency").is_in(["EUR", "USD", "GBP"])
IS_GIFT = (pl.col("party_relation") == "C2C") & (pl.col("nature") == "gift")
IS_LOW_SALE = (pl.col("party_relation") == "B2C") & (pl.col("nature") == "sale")
IS_DEAR_SALE = IS_LOW_SALE & (pl.col("reduced_set") == "H1") & (pl.col("vat_scheme") == "NONE")
WORTH_480 = {"item_value_amount": text("480.00")}
FROM_COMPANY = {"consignor_person_type": text("legal")}


def _worth_480(name, code, scheme, traffic):
    can = IS_LOW_SALE & IS_DEAR_MONEY & (pl.col("vat_scheme") == scheme)
    return Fault(name, code, "vat_scheme", NO_INVOICE, WORTH_480, can, traffic=traffic, of="filing")


NOT_MEMBERS, NOT_BRITISH = one_of("CH", "NO", "US"), one_of("CH", "IE", "US")
H7 = {"reduced_set": text("H7")}

KINDS = (
    _worth_480("IOSS above its limit", "EU-01", "IOSS", "EU"),
    Fault("short set for dear goods", "EU-03", "reduced_set", H7, may=IS_DEAR_SALE, traffic="EU"),
    Fault("outside the Union", "EU-07", "destination_country", {"destination_country": NOT_MEMBERS}, traffic="EU"),
    Fault(
        "IOSS between companies", "EU-08", "vat_scheme", {"party_relation": text("B2B")},
        may=IS_LOW_SALE & (pl.col("vat_scheme") == "IOSS"), traffic="EU",
    ),
    Fault("gift of a company", "EU-09", "nature", FROM_COMPANY, may=IS_GIFT, traffic="EU"),
    _worth_480("special arrangements above their limit", "EU-10", "SPECIAL", "EU"),
    _worth_480("seller's scheme above its limit", "GB-02", "UKVAT", "GB"),
    Fault(
        "bulk set in the post", "GB-03", "reduced_set", {"reduced_set": text("BIRDS"), "authorisations": text("BIRDS")},
        may=pl.col("mode") == "post", traffic="GB",
    ),
    Fault("gift of a company to a private person", "GB-06", "nature", FROM_COMPANY, may=IS_GIFT, traffic="GB"),
    Fault(
        "outside the United Kingdom", "GB-07", "destination_country", {"destination_country": NOT_BRITISH},
        traffic="GB",
    ),
)  # fmt: skip
