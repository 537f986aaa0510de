"""Goods: the catalogue of products, each with its code, price, mass and texts in several languages."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
import polars as pl

from tidewaiter.world.barcodes import gtin13
from tidewaiter.world.chance import Ints, Reals, draws
from tidewaiter.world.lists import read

LANGUAGES = ("en", "de", "fr", "es", "it", "pl")
PER_GOOD = 64
"""Products of one good: the looks differ, and so do prices and masses a little."""

PRICE_SPREAD, MASS_SPREAD = 0.28, 0.12
SMALL_EUR = 9
RESTRICTED_LOOK = PER_GOOD - 1
"""The one product of a good with ``restricted`` that is of other goods: such as another agency has to let in."""
_CATALOGUE_SEED = 20_260_701


KINDS: Mapping[str, Callable[[Mapping[str, Any]], bool]] = {
    "business": lambda good: bool(good.get("business")),
    "small": lambda good: good["range"] == "everyday" and good["price_eur"] <= SMALL_EUR,
    "small and dutiable": lambda good: KINDS["small"](good) and KINDS["dutiable"](good),
    "dutiable": lambda good: good["range"] == "everyday" and good["code"][:2] in read("lies")["lower_duty"],
}
"""Goods that cut across the ranges: what businesses buy as well, small things for who may spend no more, and those that
have a code of lower duty beside theirs."""


@dataclass(frozen=True)
class Catalogue:
    """All products, a good's own ones together. ``text`` holds a product's descriptions one language after another."""

    code: pl.Series
    text: pl.Series
    unit: pl.Series
    product_id: pl.Series
    product_id_kind: pl.Series
    price_eur: Reals
    mass_g: Ints
    most_pieces: Ints
    shares: Mapping[str, Reals]
    """Per range of goods: how often each good is sold; nil for goods of other ranges."""


@cache
def catalogue() -> Catalogue:
    """The products of ``goods.toml``: the same in every world."""
    goods = read("goods")["good"]
    rng = draws(_CATALOGUE_SEED)
    count = len(goods) * PER_GOOD
    ids, kinds = _product_ids(rng, count)
    return Catalogue(
        code=pl.Series([_sold(good, look)["code"] for good in goods for look in range(PER_GOOD)]),
        text=pl.Series([_text(good, look, code) for good in goods for look in range(PER_GOOD) for code in LANGUAGES]),
        unit=pl.Series(["NPR" if good["look"] == "shoes" else "PCE" for good in goods for _ in range(PER_GOOD)]),
        product_id=ids,
        product_id_kind=kinds,
        price_eur=_each(goods, "price_eur").to_numpy() * np.exp(rng.normal(0.0, PRICE_SPREAD, count)),
        mass_g=np.maximum(1, _each(goods, "mass_g").to_numpy() * np.exp(rng.normal(0.0, MASS_SPREAD, count))).astype(
            np.int64
        ),
        most_pieces=_each(goods, "most_pieces").to_numpy(),
        shares={name: _shares(goods, name) for name in sorted({good["range"] for good in goods} | set(KINDS))},
    )


def _each(goods: list[dict[str, Any]], name: str) -> pl.Series:
    return pl.Series([good[name] for good in goods for _ in range(PER_GOOD)])


def _sold(good: Mapping[str, Any], look: int) -> Mapping[str, Any]:
    """Code and words of a product: those of its good, but for its restricted one."""
    restricted: Mapping[str, Any] = good.get("restricted", good)
    return restricted if look == RESTRICTED_LOOK else good


def _shares(goods: list[dict[str, Any]], name: str) -> Reals:
    """Shares of the goods in a range, or of a kind that cuts across the ranges."""
    is_sold = [KINDS[name](good) if name in KINDS else good["range"] == name for good in goods]
    return np.array([good["share"] * sold for good, sold in zip(goods, is_sold, strict=True)], dtype=np.float64)


def _text(good: dict[str, Any], look: int, language: str) -> str:
    """What a seller calls the product: the good and how it looks."""
    looks = read("looks")
    sold = _sold(good, look)
    words = sold["words"][language]
    if sold is not good:
        return str(words)
    if good["look"] in looks["size"]:
        sizes = looks["size"][good["look"]]
        colours = looks["colour"][language]
        return f"{words}, {colours[look % len(colours)]}, {sizes[look // len(colours) % len(sizes)]}"
    lists = looks[good["look"]]
    choices = lists.get("any") or lists[language]
    return f"{words} {choices[look % len(choices)]}"


def _product_ids(rng: np.random.Generator, count: int) -> tuple[pl.Series, pl.Series]:
    """Ids and what kind they are: mostly the shop's own number, some of the maker, some standardised."""
    numbers = rng.integers(10_000_000, 99_999_999_999, count)
    kinds = rng.choice(["merchant", "manufacturer", "gtin"], count, p=[0.7, 0.1, 0.2]).tolist()
    standard = gtin13(numbers)
    told = {"merchant": "SP{}", "manufacturer": "M{}"}
    ids = [
        standard[at] if kind == "gtin" else told[kind].format(numbers[at] % 10_000_000) for at, kind in enumerate(kinds)
    ]
    return pl.Series(ids), pl.Series(kinds)
