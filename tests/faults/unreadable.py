"""Faults that keep a row from being read or a filing from being taken."""

import polars as pl

from tests.faults.kind import NOTHING, Fault, is_told, lines, one_of, text

VALUE = pl.col("item_value_amount")
LETTERED = pl.concat_str(VALUE.str.head(-1), one_of("O", "l", "?", "€"))
WITH_UNIT = pl.concat_str("gross_mass_kg", one_of(" kg", "kg", " g", " KGM"))
NO_DAYS = ("2026-02-30T10:00:00Z", "2026-13-01T10:00:00Z", "2026-10-20T25:00:00Z", "2026-09-31")


def _unread(name, code, pointer, spelled, may=None):
    """A fault of one value: on a line where it is a value of the line, else on the whole filing."""
    place = "item" if pointer.startswith("item_") else "filing"
    can = is_told(pointer) if may is None else may
    return Fault(name, code, pointer, **{place: {pointer: spelled}}, may=can, shown="quarantine")


KINDS = (
    _unread("no reference", "KEY-01", "consignment_id", NOTHING),
    _unread("letter in the amount", "NUM-01", "item_value_amount", LETTERED),
    _unread("comma in the amount", "NUM-01", "item_value_amount", VALUE.str.replace(".", ",", literal=True)),
    _unread("currency sign in the freight", "NUM-01", "freight_amount", text("$") + pl.col("freight_amount")),
    _unread("negative amount", "NUM-02", "item_value_amount", text("-") + VALUE, VALUE.cast(pl.Float64) > 0),
    _unread("endless amount", "NUM-03", "item_value_amount", one_of("1e400", "9e999", "1" + "0" * 40)),
    _unread("no number", "NUM-03", "item_value_amount", one_of("NaN", "inf", "-inf", "nan")),
    _unread("negative mass", "NUM-04", "gross_mass_kg", text("-") + pl.col("gross_mass_kg")),
    _unread("mass with its unit", "NUM-04", "gross_mass_kg", WITH_UNIT),
    _unread("quantity in words", "NUM-05", "item_quantity", one_of("two", "a pair", "x", "1 pc")),
    _unread("broken count", "NUM-05", "packages", one_of("1.5", "0.5", "2.25")),
    _unread("day that no calendar has", "DAT-90", "lodged_at", one_of(*NO_DAYS)),
    _unread("day in words", "DAT-90", "order_at", one_of("last week", "20/10/2026", "20.10.2026", "Oct 20 2026", "0")),
    _unread("year one", "DAT-91", "lodged_at", one_of("0001-01-01T00:00:00Z", "1899-12-30", "9999-12-31T23:59:59Z")),
    Fault(
        "contradiction", "DUP-01", "consignment_id", {"consignee_city": pl.col("consignee_city") + " Nord"},
        again="filing", shown="quarantine",
    ),
    Fault(
        "one line number, two goods", "DUP-01", "consignment_id",
        item={"item_description": pl.col("item_description") + " with lid"}, may=lines() > 1,
        again="line", shown="quarantine", of="filing",
    ),
)  # fmt: skip
