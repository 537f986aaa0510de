"""Shapes of what comes in and goes out, as JSON Schema."""

from typing import Any, Final

Shape = dict[str, Any]


def ref(name: str) -> Shape:
    """The shape of that name."""
    return {"$ref": f"#/components/schemas/{name}"}


def _maybe(kind: str) -> Shape:
    return {"type": [kind, "null"]}


def _list(of: Shape) -> Shape:
    return {"type": "array", "items": of}


def _object(required: dict[str, Shape], more: dict[str, Shape] | None = None) -> Shape:
    return {"type": "object", "properties": {**required, **(more or {})}, "required": list(required)}


TEXT: Final[Shape] = {"type": "string"}
WHOLE: Final[Shape] = {"type": "integer"}
ID: Final[Shape] = {"type": "string", "format": "uuid"}
MOMENT: Final[Shape] = {"type": "string", "format": "date-time"}
MAYBE_TEXT, MAYBE_WHOLE = _maybe("string"), _maybe("integer")
MAYBE_MOMENT: Final[Shape] = {"type": ["string", "null"], "format": "date-time"}
STATUS: Final[Shape] = {
    "enum": ["accepted", "asked", "released", "released_conditionally", "under_control", "refused", "cancelled"],
    "description": "What is published. Before the parcel is presented: accepted, or asked where something is missing.",
}
VALUE: Final[Shape] = {"type": ["string", "number", "null"]}
AMOUNTS: Final = {
    "currency": MAYBE_TEXT,
    **dict.fromkeys(
        ("intrinsic_value_minor", "customs_value_minor", "duty_minor", "tax_minor", "fee_minor", "due_at_border_minor"),
        MAYBE_WHOLE,
    ),
}
FINDING: Final = _object(
    {"code": TEXT, "severity": TEXT, "sentence": TEXT},
    {"item_no": MAYBE_WHOLE, "title": TEXT, "field": TEXT, "pointer": TEXT},
)
CHARGE: Final = _object(
    {"charge": TEXT, "status": TEXT, "amount_minor": MAYBE_WHOLE},
    {"item_no": MAYBE_WHOLE, "currency": MAYBE_TEXT, "base_minor": MAYBE_WHOLE, "rate_text": MAYBE_TEXT},
)
ITEM: Final = _object(
    {"item_no": MAYBE_WHOLE}, {"commodity_code": MAYBE_TEXT, "origin": MAYBE_TEXT, "findings": _list(TEXT)}
)
RECEIPT: Final = _object(
    {"message": ID, "content_hash": TEXT, "submitter": TEXT, "batch": TEXT, "row": WHOLE, "number": WHOLE, "at": MOMENT,
     "fate": TEXT, "signed": {**TEXT, "description": "A compact JSON Web Signature over the same words."}}
)  # fmt: skip
ERROR: Final = _object(
    {"message": TEXT},
    {"code": TEXT, "pointer": {**TEXT, "description": "RFC 6901: where in the message."}, "field": MAYBE_TEXT,
     "line": MAYBE_WHOLE, "value": MAYBE_TEXT, "parameter": TEXT, "severity": TEXT,
     "wco": {**TEXT, "description": "Where in the WCO data model."}, "help": TEXT},
)  # fmt: skip
CHECKED: Final = _object(
    {"code": TEXT, "severity": TEXT, "pointer": {**TEXT, "description": "Where in the WCO data model; may be empty."},
     "location": {**TEXT, "description": "Where in the message, in its own words."}, "value": MAYBE_TEXT,
     "sentence": TEXT}
)  # fmt: skip
OUTCOME: Final = {
    "findings": _list(FINDING), "charges": _list(CHARGE), "items": _list(ITEM), "asked": _list(TEXT), **AMOUNTS,
}  # fmt: skip

ITEM_FIELDS: Final = (
    "item_no", "description", "commodity_code", "origin", "value_amount", "value_currency", "quantity", "net_mass_kg",
    "preference", "procedure",
)  # fmt: skip
FILING_FIELDS: Final = (
    "consignment_id", "parcel_id", "filing_kind", "version", "function", "declarant_id", "mode", "gross_mass_kg",
    "nature", "party_relation", "destination_country", "country_of_dispatch", "consignor_name", "consignor_country",
    "consignee_name", "consignee_country", "consignee_postcode",
)  # fmt: skip
"""Those that callers use most; every canonical field is taken."""
ITEM_GIVEN: Final[Shape] = {
    "type": "object",
    "properties": dict.fromkeys(ITEM_FIELDS, VALUE),
}  # fmt: skip

SCHEMAS: Final[dict[str, Shape]] = {
    "Problem": _object(
        {"type": TEXT, "title": TEXT, "status": WHOLE, "detail": TEXT},
        {"code": TEXT, "request_id": TEXT, "errors": _list(ERROR), "consignment_id": MAYBE_TEXT, "receipt": RECEIPT},
    ),
    "Filing": {
        "type": "object",
        "description": "One filing in canonical fields (docs/reference/columns.md), its goods lines within.",
        "properties": {
            **dict.fromkeys(FILING_FIELDS, VALUE),
            "items": {"type": "array", "items": ITEM_GIVEN, "minItems": 1},
        },
        "required": ["consignment_id", "items"],
    },
    "Lodged": _object(
        {"fate": {"const": "accepted"}, "filing": ID, "consignment_id": TEXT, "status": STATUS, "receipt": RECEIPT},
        OUTCOME,
    ),
    "Cancelled": _object(
        {"fate": {"const": "accepted"}, "filing": ID, "consignment_id": TEXT, "version": WHOLE,
         "function": {"const": "cancellation"}, "status": {"const": "cancelled"}, "receipt": RECEIPT},
        OUTCOME,
    ),
    "Repeated": _object(
        {"fate": {"const": "duplicate"}, "consignment_id": MAYBE_TEXT, "repeats": TEXT, "receipt": RECEIPT}
    ),
    "Standing": _object(
        {"filing": ID, "consignment_id": TEXT, "version": WHOLE, "status": STATUS},
        {"presented_at": MAYBE_MOMENT, "published_at": MAYBE_MOMENT, "accepted_at": MOMENT, **OUTCOME},
    ),
    "Filings": _object({"consignments": _list(ref("Standing")), "next": TEXT, "is_last": {"type": "boolean"}}),
    "Errors": _object(
        {
            "errors": _list(
                _object(
                    {"number": WHOLE, "at": MOMENT, "message": ID, "fate": TEXT, "errors": _list(ERROR),
                     "findings": _list(FINDING)},
                    {"consignment_id": MAYBE_TEXT, "filing": MAYBE_TEXT},
                )
            ),
            "next": TEXT,
            "is_last": {"type": "boolean"},
        }
    ),
    "Quote": _object(
        {"currency": TEXT, "lines": _list(CHARGE), "resolved": {"type": "boolean"}},
        {"total_minor": MAYBE_WHOLE, "eligible_sets": _list({"type": "object"}), **AMOUNTS},
    ),
    "Quotes": _object({"quotes": _list({"type": "object"})}),
    "Code": _object({"code": TEXT, "as": TEXT, "on": TEXT, "measures": _list({"type": "object"})}),
    "Lane": _object(
        {"barcode": TEXT, "lane": {"enum": ["release", "hold", "divert"]}, "is_known": {"type": "boolean"}}
    ),
    "Job": _object(
        {"job": ID, "state": {"enum": ["receiving", "received", "working", "done", "refused"]}, "size": WHOLE,
         "received": WHOLE},
        {"result": {"type": "object"}},
    ),
    "Signed": _object(
        {"receipt": {**TEXT, "description": "A compact JSON Web Signature; /v1/receipt-keys has its key."}},
        {"proof": _object({"leaf": {"type": "object"}, "index": WHOLE, "size": WHOLE, "path": _list(TEXT)})},
    ),
    "Checked": _object(
        {"consignments": {"type": "object", "additionalProperties": WHOLE}, "faults": _list(CHECKED)}
    ),
    "Token": _object(
        {"access_token": TEXT, "token_type": {"const": "Bearer"}, "expires_in": WHOLE, "scope": TEXT}
    ),
    "TokenError": _object({"error": TEXT, "error_description": TEXT}),
    "Keys": _object({"keys": _list({"type": "object"})}),
}  # fmt: skip
