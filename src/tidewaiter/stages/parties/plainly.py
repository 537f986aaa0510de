"""Keys of parties text by text, for few filings: the same numbers as ``party_keys``, whose words they share."""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cache, lru_cache
from typing import Any, Final

import polars as pl

from tidewaiter.kit.risk_rule import WINDOW_KEYS
from tidewaiter.stages.parties import fingerprints
from tidewaiter.stages.parties.spelling import (
    COMPANY,
    EMPTY_CODE,
    EXTENDED,
    FOLDED,
    PERSON,
    STREET,
    code,
    folded,
    ignored,
)

MOST: Final = 64
"""Filings up to which this is quicker."""

ALL: Final = (1 << 64) - 1
SIGN: Final = 1 << 63
GOLDEN, FIRST, SECOND = (int(one) for one in (fingerprints.GOLDEN, fingerprints.FIRST, fingerprints.SECOND))
WORD: Final = re.compile(rb"[0-9]+|[A-Za-z\x80-\xff]+")
NO_CODE: Final = re.compile(EMPTY_CODE)
PLACE: Final = re.compile(EXTENDED, re.ASCII)
GAPS: Final = re.compile(r"[^A-Za-z0-9]+")
SOUNDS: Final = re.compile("|".join(FOLDED))
REMEMBERED: Final = 20_000

Texts = Sequence[str | None]
Print = int | None
"""An unsigned fingerprint; None where unknown."""


def party_keys_plainly(told: Callable[[str], Texts]) -> dict[str, list[int | None]]:
    """The window keys of filings whose columns ``told`` gives; as ``party_keys`` adds them."""
    counted = [
        (kind or "import") == "import" and (function or "original") != "cancellation"
        for kind, function in zip(told("filing_kind"), told("function"), strict=True)
    ]
    codes = {name: _codes(told(name)) for name in ("consignee_postcode", "order_id", "seller_id", "consignor_id")}
    words = dict(zip(WORDS, _words_of([(told(name), kind) for name, kind in WORDS.items()]), strict=True))
    made: dict[str, list[int | None]] = {name: [] for name in WINDOW_KEYS}
    plain = {name: told(name) for name in PLAIN}
    for at, is_counted in enumerate(counted):
        keys = _keys({name: texts[at] for name, texts in plain.items()}, {name: one[at] for name, one in codes.items()},
                     {name: one[at] for name, one in words.items()})  # fmt: skip
        for name, value in keys.items():
            made[name].append(_signed(value) if is_counted else None)
    return made


WORDS: Final = {
    "consignee_name": PERSON, "consignee_street": STREET, "seller_name": COMPANY, "consignor_name": COMPANY,
}  # fmt: skip
PLAIN: Final = ("consignee_country", "destination_country", "marketplace_id", "seller_country", "consignor_country")


def _keys(plain: Mapping[str, Any], codes: Mapping[str, Any], words: Mapping[str, Print]) -> dict[str, Print]:
    postcode = codes["consignee_postcode"]
    place = _print(_place(postcode))
    own = plain["consignee_country"]
    country = _print(plain["destination_country"] if own is None else own)
    seller = _first_known(
        _print(codes["seller_id"]), _combined(words["seller_name"], _print(plain["seller_country"] or "")),
        _print(codes["consignor_id"]), _combined(words["consignor_name"], _print(plain["consignor_country"] or "")),
    )  # fmt: skip
    address = _combined(words["consignee_street"], place, country)
    return {
        "person_key": _combined(words["consignee_name"], place),
        "address_key": address,
        "address_seller_key": _combined(address, seller),
        "seller_key": seller,
        "order_key": _combined(_first_known(seller, _print(plain["marketplace_id"])), _print(codes["order_id"])),
    }


def _codes(texts: Texts) -> Texts:
    """As ``code`` makes them; of what is not ASCII it is asked."""
    return [None if text is None else _code(text) if text.isascii() else code(pl.Series([text]))[0] for text in texts]


def _code(text: str) -> str | None:
    bare = GAPS.sub("", text.upper())
    return None if not bare or NO_CODE.match(bare) else bare


def _place(told: str | None) -> str | None:
    if told is None or told.isascii():
        return told and PLACE.sub(r"\1", told)
    return pl.Series([told]).str.replace(EXTENDED, "$1")[0]  # type: ignore[no-any-return]


def _words_of(columns: Iterable[tuple[Texts, tuple[str, ...]]]) -> list[list[Print]]:
    columns = list(columns)
    foreign = dict.fromkeys(text for texts, _ in columns for text in texts if text is not None and not text.isascii())
    known = dict(zip(foreign, folded(pl.Series(list(foreign), dtype=pl.String)).to_list(), strict=True))
    return [
        [None if text is None else _of_words(known.get(text) or _folded(text), words) for text in texts]
        for texts, words in columns
    ]


def _folded(text: str) -> str:
    return SOUNDS.sub(lambda found: FOLDED[found[0]], text.lower())


def _of_words(text: str, words: tuple[str, ...]) -> Print:
    """A number that does not depend on the order of the words; unknown where none is left."""
    total, is_known = 0, False
    for word in WORD.findall(text.encode()):
        mixed = _mixed(word)
        if mixed not in _ignored(words):
            total += mixed
            is_known = is_known or len(word) > 1 or word.isdigit()
    return _finished(total & ALL) if is_known else None


@cache
def _ignored(words: tuple[str, ...]) -> frozenset[int]:
    return frozenset(ignored(words).tolist())


@lru_cache(maxsize=REMEMBERED)
def _print(text: str | None) -> Print:
    return None if text is None else _mixed(text.encode())


def _first_known(*keys: Print) -> Print:
    return next((key for key in keys if key is not None), None)


def _combined(*keys: Print) -> Print:
    total = GOLDEN
    for key in keys:
        if key is None:
            return None
        total = _finished(total ^ key) * GOLDEN & ALL
    return _finished(total)


def _mixed(data: bytes) -> int:
    mixed = _finished((len(data) + 1) * GOLDEN & ALL)
    for at in range(0, len(data), 8):
        mixed = _finished(mixed ^ int.from_bytes(data[at : at + 8], "little")) * GOLDEN & ALL
    return _finished(mixed)


def _finished(value: int) -> int:
    value = (value ^ (value >> 30)) * FIRST & ALL
    value = (value ^ (value >> 27)) * SECOND & ALL
    return value ^ (value >> 31)


def _signed(value: Print) -> int | None:
    return value if value is None or value < SIGN else value - 2 * SIGN
