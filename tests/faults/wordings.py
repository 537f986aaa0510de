"""Dirt of wording: other words and figures of honest senders, who say the same or as much as they need."""

import polars as pl

from tests.faults.kind import later, number, of_all_lines, one_of, written

GOODS = of_all_lines(number("item_value_amount"))
NET = of_all_lines(number("item_net_mass_kg"))
HAS_TOTAL = pl.col("invoice_total_amount").is_not_null() & (GOODS > 1)
SHORT_NAMES = ("Li Na", "Bo Ek", "J. Oy", "An Vo", "Wu")
POST_BOXES = ("P.O. Box 114", "Postfach 22", "BP 7", "Apartado 31", "Box 9")
SHORT_GOODS = ("socks", "hat", "mug", "LED lamp", "TV", "cap", "Schal", "robe", "bague")
IN_CHINESE = ("\u8fde\u8863\u88d9", "\u624b\u673a\u58f3", "\u889c\u5b50", "\u978b")


KINDS = {
    "short names": ({"consignee_name": one_of(*SHORT_NAMES)},),
    "post box for a street": ({"consignee_street": one_of(*POST_BOXES)},),
    "short goods": ({"item_description": one_of(*SHORT_GOODS)},),
    "goods in Chinese": ({"item_description": one_of(*IN_CHINESE)},),
    "vague word beside clear ones": (
        {"item_description": pl.concat_str(one_of("gift: ", "sample of ", "accessories for "), "item_description")},
    ),
    "invoice off by a cent": ({"invoice_total_amount": written(GOODS + 0.01, 2)}, HAS_TOTAL),
    "discount told": (
        {"discount_amount": written(GOODS / 10, 2), "invoice_total_amount": written(GOODS - GOODS / 10, 2)}, HAS_TOTAL,
    ),
    "gross mass without packing": ({"gross_mass_kg": written(NET, 3)}, NET > 0),
    "ordered months ago": ({"order_at": later("order_at", -120)},),
    "lodged after arrival": ({"lodged_at": (
        pl.col("arrival_est").str.to_datetime("%Y-%m-%dT%H:%M:%SZ") + pl.duration(hours=1)
    ).dt.strftime("%Y-%m-%dT%H:%M:%SZ")},),
}  # fmt: skip
