"""Assertions and the filings they are about: a test names only what matters."""

import json

from tests.builders_movements import MOVED

MOMENT = "2026-10-19T10:00:00Z"
COLUMNS = (
    "kind", "asserted_by", "reference", "asserted_at", "order_id", "parcel_id", "marketplace_id", "amount",
    "goods_amount", "currency", "quantity", "consignee_country", "gross_mass_kg",
)  # fmt: skip


def a_claim(kind="payment", **said):
    """A sound assertion, with what the test says otherwise."""
    by = {"payment": "PAYFIRM", "order": "SHOPFRONT", "waybill": "QSX"}.get(kind, "WHO")
    money = {"currency": "EUR"} if {"amount", "goods_amount"} & said.keys() else {}
    return {"kind": kind, "asserted_by": by, "reference": "R1", "asserted_at": MOMENT, **money, **said}


def a_claims_file(*claims):
    """CSV of assertions."""
    rows = [",".join(str(one.get(name) or "") for name in COLUMNS) for one in claims]
    return "\n".join((",".join(COLUMNS), *rows)) + "\n"


def a_filing(reference, *, value="40.00", order="O1", **said):
    """A sale of two shirts under order O1, with its freight; collected by nobody."""
    line = {"item_no": "1", "description": "cotton shirt", "commodity_code": "610910", "quantity": "2",
            "net_mass_kg": "0.3", "value_amount": value, "value_currency": "EUR"}  # fmt: skip
    lines = said.pop("lines", None) or [line]
    return json.dumps({
        **{name: text for name, text in MOVED.items() if text}, "consignment_id": reference, "parcel_id": reference,
        "order_id": order, "vat_scheme": "NONE", "vat_scheme_id": None, "gross_mass_kg": "0.5", "mode": "post",
        "destination_country": "DE", "consignee_country": "DE", "freight_amount": "5.00", "freight_currency": "EUR",
        "items": lines, **said,
    })  # fmt: skip
