"""Faults of words that say nothing, or can no longer be read."""

import polars as pl

from tests.faults.kind import Fault, one_of

NOBODY = ("test", "n/a", "xxx", "unknown", "customer", "TEST TEST", "none")
VAGUE = (
    "gift", "Gifts", "goods", "accessories", "sample", "parts", "spare parts", "items", "merchandise", "stuff",
    "daily necessities", "present", "Geschenk", "Zubehör", "cadeau", "accessoires", "regalo", "campione", "liwu",
)  # fmt: skip
SPOILT = ("robe d\N{REPLACEMENT CHARACTER}\N{REPLACEMENT CHARACTER}t\N{REPLACEMENT CHARACTER} bleue", "Ã©tui de tÃ©lÃ©phone", "KopfhÃ¶rer schwarz")

KINDS = (
    Fault("consignee is nobody", "TXT-01", "consignee_name", {"consignee_name": one_of(*NOBODY)}),
    Fault("consignor is nobody", "TXT-02", "consignor_name", {"consignor_name": one_of(*NOBODY)}),
    Fault("street is nowhere", "TXT-03", "consignee_street", {"consignee_street": one_of("n/a", "unknown", "-")}),
    Fault("vague goods", "TXT-04", "item_description", item={"item_description": one_of(*VAGUE)}),
    Fault("goods without letters", "TXT-05", "item_description", item={"item_description": one_of("4711/08", "100200300")}),
    Fault("typed at random", "TXT-06", "item_description", item={"item_description": one_of("asdf", "xxxxx", "test")}),
    Fault("spoilt letters in the goods", "TXT-07", "item_description", item={"item_description": one_of(*SPOILT)}),
    Fault(
        "spoilt letters in the name", "TXT-08", "consignee_name",
        {"consignee_name": pl.concat_str(one_of("JÃ¼rgen ", "RenÃ© ", "J\N{REPLACEMENT CHARACTER}rn "), "consignee_name")},
    ),
)  # fmt: skip
