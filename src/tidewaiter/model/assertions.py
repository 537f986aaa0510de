"""Assertions: what another party claims of an order or a parcel, and what of it stands beside a filing."""

from dataclasses import dataclass
from typing import Final

import polars as pl

from tidewaiter.model.columns import INSTANT, Schema

KINDS: Final = ("order", "payment", "waybill")
"""Who claims: the platform its order, the payer's firm its payment, the carrier its waybill."""


@dataclass(frozen=True, slots=True)
class AssertionField:
    """One column of a file of assertions: its name, the canonical field it is read like, what it means.

    A row without a field that is needed says nothing.
    """

    name: str
    like: str
    is_needed: bool
    meaning: str

    @property
    def column(self) -> str:
        """The typed column: money in millionths of its unit, masses in milligrams."""
        return COLUMNS.get(self.name, self.name)


COLUMNS: Final = {
    "amount": "amount_micro",
    "goods_amount": "goods_micro",
    "quantity": "quantity_micro",
    "gross_mass_kg": "gross_mass_mg",
}

ASSERTION_FIELDS: Final = (
    AssertionField("kind", "filing_kind", is_needed=True, meaning="`order`, `payment` or `waybill`"),
    AssertionField(
        "asserted_by", "declarant_id", is_needed=True, meaning="who says so: platform, payer's firm, carrier"
    ),
    AssertionField("reference", "payment_ref", is_needed=True, meaning="the party's own number of what it says"),
    AssertionField("asserted_at", "accepted_at", is_needed=True, meaning="when, with `Z` or an offset from UTC"),
    AssertionField("order_id", "order_id", is_needed=False, meaning="the order it is about, as in the filings"),
    AssertionField("parcel_id", "parcel_id", is_needed=False, meaning="the parcel it is about, as in the filings"),
    AssertionField("marketplace_id", "marketplace_id", is_needed=False, meaning="where the order was placed"),
    AssertionField("amount", "invoice_total_amount", is_needed=False, meaning="all in all, with freight and tax"),
    AssertionField("goods_amount", "item_value_amount", is_needed=False, meaning="the goods alone"),
    AssertionField("currency", "invoice_total_currency", is_needed=False, meaning="of both amounts"),
    AssertionField("quantity", "item_quantity", is_needed=False, meaning="pieces of goods, of all lines"),
    AssertionField("consignee_country", "consignee_country", is_needed=False, meaning="where the parcel is to go"),
    AssertionField("gross_mass_kg", "gross_mass_kg", is_needed=False, meaning="of the parcel, with its packing"),
)

ASSERTED: Final[Schema] = {
    "kind": pl.String(), "asserted_by": pl.String(), "reference": pl.String(), "asserted_at": INSTANT,
    "order_id": pl.String(), "parcel_id": pl.String(), "marketplace_id": pl.String(),
    "amount_micro": pl.Int64(), "goods_micro": pl.Int64(), "currency": pl.String(), "quantity_micro": pl.Int64(),
    "consignee_country": pl.String(), "gross_mass_mg": pl.Int64(),
}  # fmt: skip
"""An assertion that could be read."""

SOURCE: Final = ("kind", "asserted_by", "reference")
"""What names an assertion: a party says a thing once, and what it says later of it replaces that."""

FACTS: Final[Schema] = {
    "paid_micro": pl.Int64(), "paid_declared_micro": pl.Int64(), "paid_currency": pl.String(), "paid_by": pl.String(),
    "ordered_micro": pl.Int64(), "ordered_declared_micro": pl.Int64(), "ordered_currency": pl.String(),
    "ordered_by": pl.String(),
    "ordered_quantity_micro": pl.Int64(), "ordered_quantity_declared_micro": pl.Int64(),
    "ordered_quantity_by": pl.String(),
    "addressed_country": pl.String(), "addressed_by": pl.String(),
    "weighed_mg": pl.Int64(), "weighed_by": pl.String(),
}  # fmt: skip
"""What others claim, beside the filing it is about; never part of what the filing declares.

``paid``: what was paid for the order, and what all its filings declare with freight, insurance, other costs and tax,
both in one currency. ``ordered``: the price of the order's goods (all in all, where the goods alone are not told) and
what is declared of the same. ``ordered_quantity``: pieces ordered and declared. ``addressed``: where the waybill (else
the order) sends it. ``weighed``: the gross mass on the waybill. Each ``_by`` names who says so. Empty where nobody
says it, where currencies differ, or where not all parcels of the order are filed.
"""
