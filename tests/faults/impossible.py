"""Faults of figures and days that contradict each other or the world."""

import polars as pl

from tests.faults.kind import NOTHING, Fault, is_told, later, lines, number, of_all_lines, text, written

GOODS = of_all_lines(number("item_value_amount").fill_null(0))
NET = of_all_lines(number("item_net_mass_kg").fill_null(0))
IS_SALE = (pl.col("nature") == "sale") & (number("item_value_amount") > 0)
HAS_GOODS_VALUE = (GOODS > 1) & is_told("freight_currency")
NO_INVOICE = {"invoice_total_amount": NOTHING, "invoice_total_currency": NOTHING}
OTHER_CURRENCY = pl.when(pl.col("item_value_currency") == "EUR").then(text("USD")).otherwise(text("EUR"))
CONSIGNEE_AS_CONSIGNOR = {
    f"consignor_{part}": pl.col(f"consignee_{part}") for part in ("name", "street", "city", "postcode", "country")
}


def _filing(name, code, pointer, spelled, may=None):
    return Fault(name, code, pointer, {pointer: spelled}, may=is_told(pointer) if may is None else may)


def _line(name, code, pointer, spelled, may):
    return Fault(name, code, pointer, NO_INVOICE, {pointer: spelled}, may)


KINDS = (
    _line("sold for nothing", "VAL-01", "item_value_amount", text("0.00"), IS_SALE),
    _line("a fortune in a parcel", "VAL-02", "item_value_amount", text("9999999.00"), IS_SALE),
    _filing("freight dearer than the goods", "VAL-03", "freight_amount", written(GOODS * 200, 2), HAS_GOODS_VALUE),
    Fault(
        "discount above the goods", "VAL-04", "discount_amount",
        {**NO_INVOICE, "discount_amount": written(GOODS * 2 + 5, 2)}, may=HAS_GOODS_VALUE,
    ),
    _filing("weighs nothing", "MAS-01", "gross_mass_kg", text("0.000")),
    _filing("lighter than its goods", "MAS-02", "gross_mass_kg", written(NET / 2, 3), NET > 0.05),
    _filing("too heavy for the post", "MAS-03", "gross_mass_kg", text("58.000"), pl.col("mode") == "post"),
    _line("goods that weigh nothing", "MAS-04", "item_net_mass_kg", text("0.000"), is_told("item_net_mass_kg")),
    _line("packing lighter than air", "MAS-05", "item_gross_mass_kg", written(number("item_net_mass_kg") / 2, 3),
          number("item_net_mass_kg") > 0.05),
    _line("no pieces", "MAS-06", "item_quantity", text("0"), is_told("item_quantity")),
    _filing("ordered after lodging", "DAT-01", "order_at", later("lodged_at", 3)),
    _filing("posted after arrival", "DAT-02", "posted_at", later("arrival_est", 3)),
    _filing("ordered long ago", "DAT-03", "order_at", later("order_at", -500)),
    _filing("arrives next year", "DAT-04", "arrival_est", later("arrival_est", 400)),
    Fault(
        "line told twice", "DUP-04", "item_no",
        item={"item_no": (lines() + 1).cast(pl.String)}, may=~is_told("invoice_total_amount"), again="line",
    ),
    _filing("invoice that does not add up", "TOT-01", "invoice_total_amount", written(GOODS * 2 + 50, 2)),
    Fault(
        "lines in two currencies", "TOT-02", "invoice_total_currency",
        item={"item_value_currency": OTHER_CURRENCY}, may=lines() > 1, of="filing",
    ),
    _filing("no packages", "TOT-03", "packages", text("0")),
    Fault("sent to oneself", "PTY-01", "consignee_name", CONSIGNEE_AS_CONSIGNOR),
    _filing("sent from where it goes", "PTY-02", "country_of_dispatch", pl.col("destination_country")),
)  # fmt: skip
