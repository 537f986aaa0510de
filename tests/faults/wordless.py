"""Faults of words that say nothing, or can no longer be read."""

import polars as pl

from tests.faults.kind import Fault, one_of

NOBODY = (
    "test", "TEST TEST", "n/a", "N.A.", "xxx", "XXXX XXXX", "unknown", "Unknown Customer", "customer", "none", "null",
    "-", ".", "???", "name", "no name", "asdf", "qwerty", "anonymous", "tbd", "0", "aaa", "same", "recipient",
    "not available", "unbekannt", "inconnu", "desconocido", "sconosciuto", "client",
)  # fmt: skip
NOWHERE = (
    "n/a", "unknown", "-", "none", "xxx", "test", "address", "street", "no address", "null", ".", "0", "same", "tbd",
    "unbekannt", "???", "not available", "asdfgh",
)  # fmt: skip
VAGUE = (
    "gift", "Gifts", "goods", "accessories", "sample", "samples", "parts", "spare parts", "items", "Item", "stuff",
    "merchandise", "daily necessities", "present", "products", "various goods", "other", "general merchandise",
    "personal effects", "gift items", "ACCESSORY", "consumer goods", "household items", "miscellaneous", "commodity",
    "Geschenk", "Zubehör", "Waren", "Ersatzteile", "Muster", "cadeau", "accessoires", "marchandises",
    "pièces détachées", "regalo", "accesorios", "mercancía", "muestra", "campione", "accessori", "merce", "liwu",
    "peijian", "yangpin", "prezent", "próbka",
)  # fmt: skip
LETTERLESS = ("4711/08", "100200300", "6109100000", "#12", "12-34-56", "***", "1", "2026-10-01")
RANDOM = (
    "asdf", "xxxxx", "test", "qwerty", "AAAAAA", "zzz", "asdfgh", "hjkl", "ab", "x", "n/a", "none", "null", "unknown",
    "abc",
)  # fmt: skip
CP1252_LACKS = frozenset("\x81\x8d\x8f\x90\x9d")
LOST = "\N{REPLACEMENT CHARACTER}"


def misread(words: str) -> str:
    """The words written as UTF-8 and read as Windows does it in the west."""
    signs = words.encode("utf-8").decode("latin-1")
    return "".join(sign if sign in CP1252_LACKS else sign.encode("latin-1").decode("cp1252") for sign in signs)


SPOILT = (
    f"robe d{LOST}{LOST}t{LOST} bleue", f"gr{LOST}ne Jacke", "\u951f\u65a4\u62f7 shoes",
    *map(misread, ("étui de téléphone", "Kopfhörer schwarz", "camiseta de niña", "women\u2019s dress", "платье",
                   "słuchawki czarne", "livre français")),
)  # fmt: skip
SPOILT_NAMES = (
    f"J{LOST}rn ",
    *(misread(f"{name} ") for name in ("Jürgen", "René", "Jörg", "Stanisław", "Иван", "Begoña")),
)


def _name(name, code, pointer, words):
    return Fault(name, code, pointer, {pointer: one_of(*words)})


def _goods(name, code, words):
    return Fault(name, code, "item_description", item={"item_description": one_of(*words)})


KINDS = (
    _name("consignee is nobody", "TXT-01", "consignee_name", NOBODY),
    _name("consignor is nobody", "TXT-02", "consignor_name", NOBODY),
    _name("street is nowhere", "TXT-03", "consignee_street", NOWHERE),
    _goods("vague goods", "TXT-04", VAGUE),
    _goods("goods without letters", "TXT-05", LETTERLESS),
    _goods("typed at random", "TXT-06", RANDOM),
    _goods("spoilt letters in the goods", "TXT-07", SPOILT),
    Fault(
        "spoilt letters in the name", "TXT-08", "consignee_name",
        {"consignee_name": pl.concat_str(one_of(*SPOILT_NAMES), "consignee_name")},
    ),
)  # fmt: skip
