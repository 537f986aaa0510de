"""Lines for quotes: a sound filing to Germany, and ways to spoil it."""

import io
import json

from tidewaiter.service.quote import quotes

ITEM = {
    "description": "T-shirts of knitted cotton for women", "commodity_code": "6109100010", "origin": "VN",
    "value_amount": "50.00", "value_currency": "EUR", "quantity": "1", "unit": "PCE", "net_mass_kg": "0.4",
}  # fmt: skip
FILING = {
    "as": "EU", "on": "2026-07-01", "consignment_id": "Q-1", "mode": "express", "party_relation": "B2C",
    "nature": "sale", "country_of_dispatch": "VN", "destination_country": "DE", "consignor_name": "Examplia Outfitters",
    "consignor_country": "VN", "consignee_name": "Jo Example", "consignee_street": "Long Lane 4",
    "consignee_city": "Berlin", "consignee_postcode": "10115", "consignee_country": "DE", "gross_mass_kg": "0.5",
}  # fmt: skip


def a_filing(*items, **changed):
    """A filing of these items (none: one sound one), as an object; None takes a field away."""
    told = {**FILING, **changed, "items": [{**ITEM, **item} for item in items or ({},)]}
    return {name: value for name, value in told.items() if value is not None}


def asked(*lines, home, **options):
    """The answers to lines that are objects or plain text."""
    texts = [line if isinstance(line, str) else json.dumps(line) for line in lines]
    return list(quotes("-", stream=io.BytesIO("\n".join(texts).encode()), home=home, **options))


def codes(answer):
    """Codes of what is wrong with a line."""
    return [fault["code"] for fault in answer["errors"]]
