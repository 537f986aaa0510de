"""Items: the goods lines as text under canonical door names, one row a line."""

import numpy as np
import polars as pl

from tidewaiter.world.chance import draws, part, told_by
from tidewaiter.world.goods import LANGUAGES, catalogue
from tidewaiter.world.lines import Lines
from tidewaiter.world.places import places
from tidewaiter.world.prices import currencies
from tidewaiter.world.sellers import sellers
from tidewaiter.world.wording import amount, kilograms, pick, whole

NEIGHBOUR = {"HK": "CN", "US": "VN", "GB": "IN", "CH": "TR", "DE": "TR", "FR": "IN", "IE": "IN"}
"""Where sellers of a country have most of their goods from; the rest sell what is made at home."""

ELSEWHERE = {"CN": "VN", "VN": "TH", "IN": "TH", "TR": "IN", "JP": "TH", "KR": "VN", "MX": "MX", "TH": "VN"}
ELSEWHERE_PERCENT = 8
NEW_SHARE = 0.99


def items(destination: str, seed: int, first: int, lines: Lines) -> dict[str, pl.Series]:
    """Columns of the lines."""
    goods = catalogue()
    product = lines.product
    size = len(product)
    currency = pick(currencies(destination), lines.parcel_currency[lines.of_parcel])
    is_new = draws(seed, 7, first).random(size) < NEW_SHARE
    return {
        "item_no": whole(lines.line_no),
        "item_description": pick(goods.text, product * len(LANGUAGES) + lines.language),
        "item_description_language": pick(LANGUAGES, lines.language),
        "item_commodity_code": pick(goods.code, product),
        "item_origin": _origins(destination, seed, lines),
        "item_procedure": pl.repeat("4000", size, eager=True),
        "item_value_amount": amount(lines.cents),
        "item_value_currency": currency,
        "item_value_basis": pl.repeat("price", size, eager=True),
        "item_quantity": whole(lines.pieces),
        "item_unit": pick(goods.unit, product),
        "item_net_mass_kg": kilograms(lines.mass_g),
        "item_condition": pick(["used", "new"], is_new.astype(np.int64)),
        "item_product_id": pick(goods.product_id, product),
        "item_product_id_kind": pick(goods.product_id_kind, product),
    }


def _origins(destination: str, seed: int, lines: Lines) -> pl.Series:
    """Where the goods were made, told by seller and product: mostly one country for all a seller sells."""
    codes = places().codes
    at = sellers(destination, seed).country[lines.origin_seller]
    home = [NEIGHBOUR.get(code, code) for code in codes]
    other = [ELSEWHERE.get(code, code) for code in home]
    word = told_by(lines.origin_seller * 100_003 + lines.product, 501)
    is_other = part(word, 0, 100) < ELSEWHERE_PERCENT
    return pick([*home, *other], at + is_other * len(codes))
