"""Dirt of gaps: what nobody needs is left out, or counted the other way."""

import polars as pl

from tests.faults.kind import NOTHING, number, written

IS_SHORT = pl.col("reduced_set").is_in(["H7", "BIRDS"])
IS_ANSWERED = pl.col("vat_scheme").is_in(["IOSS", "UKVAT"]) & (pl.col("party_relation") == "B2C")
BOTH = number("invoice_total_amount") + number("freight_amount")


def _left_out(*names):
    return dict.fromkeys(names, NOTHING)


KINDS = {
    "no postcode of the consignor": (_left_out("consignor_postcode"),),
    "no phone and no mail": (_left_out("consignee_phone", "consignee_email"),),
    "no order": (_left_out("order_id", "order_at", "payment_ref"),),
    "invoice with freight": (
        {"invoice_total_amount": written(BOTH, 2)},
        pl.col("invoice_total_currency") == pl.col("freight_currency"),
    ),
    "no freight": (_left_out("freight_amount", "freight_currency"), pl.col("invoice_total_amount").is_null()),
    "no invoice total": (_left_out("invoice_total_amount", "invoice_total_currency"),),
    "no net mass": (_left_out("item_net_mass_kg"), IS_SHORT),
    "no origin": (_left_out("item_origin"), IS_SHORT),
    "no product number": (_left_out("item_product_id", "item_product_id_kind"),),
    "no unit": (_left_out("item_unit"),),
    "no parties": (_left_out("party_relation", "nature"), IS_ANSWERED),
}
