"""What a sender is told of a filing: amounts, charges, what is missing. Never why it was chosen, nor whether it was."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

from tidewaiter.model.columns import BY_DOOR
from tidewaiter.model.privacy import Privacy, masked
from tidewaiter.runners.batcher.deciding import InForce
from tidewaiter.runners.batcher.message import ACCEPTED, QUARANTINED
from tidewaiter.service.consequences import ANSWERED_BY_FILER, status
from tidewaiter.service.faults import fault_of_error

Told = Mapping[str, Any]
AMOUNTS: Final = (
    "currency", "intrinsic_value_minor", "customs_value_minor", "duty_minor", "tax_minor", "fee_minor",
    "due_at_border_minor",
)  # fmt: skip
HEAD: Final = (
    "parcel_id", "consignment_id", "filing_kind", "version", "declarant_id", "jurisdiction", "reduced_set_used",
    "accepted_at", "duty_point_at", "law_version",
)  # fmt: skip
ITEM: Final = (
    "item_no", "description", "commodity_code", "commodity_code_source", "origin", "line_value_minor",
    "customs_value_minor", "duty_minor", "tax_minor",
)  # fmt: skip
CHARGE: Final = (
    "item_no", "charge", "tax_type", "base_minor", "rate_text", "amount_minor", "currency", "status", "relief_code",
    "liable", "payer", "collected_from", "rule_id", "source",
)  # fmt: skip
FINDING: Final = ("code", "severity", "item_no", "title", "sentence", "field", "pointer")
ITEM_PREFIX: Final = "item_"


def targeting(in_force: InForce) -> frozenset[str]:
    """Codes of findings that tell what the house looks for: those of the risk rules."""
    return frozenset(rule.finding.code for rule in in_force.clearance.rules)


def document(
    fate: str, told: Told, secret: frozenset[str], waits_for: Mapping[str, str], presented_at: datetime | None
) -> dict[str, Any]:
    """The answer to a sender, without its receipt; ``waits_for`` says what each finding asks for, by its code."""
    if fate != ACCEPTED:
        return _not_taken(fate, told)
    findings = [finding for finding in told["reasons"] if finding["code"] not in secret]
    asked = sorted({waits_for.get(finding["code"], "") for finding in findings} & {*ANSWERED_BY_FILER})
    return {
        "fate": fate,
        **{name: told[name] for name in HEAD},
        "function": told["function"],
        "status": status(told["decision"], asked, is_presented=presented_at is not None),
        "asked": asked,
        **{name: told[name] for name in AMOUNTS},
        "items": [
            {**{name: item[name] for name in ITEM},
             "findings": [code for code in item["findings"] or () if code not in secret]}
            for item in told["items"]
        ],
        "charges": [{name: charge[name] for name in CHARGE} for charge in told["charges"]],
        "findings": [{**{name: finding[name] for name in FINDING}} for finding in findings],
    }  # fmt: skip


def _not_taken(fate: str, told: Told) -> dict[str, Any]:
    if fate == QUARANTINED:
        return {
            "fate": fate,
            "consignment_id": told["consignment_id"],
            "errors": [fault_of_error(error, pointer(error), shown(error)).in_problem() for error in told["errors"]],
        }
    return {"fate": fate, **told}


def shown(error: Told) -> str | None:
    """The value at fault as it may be kept: of a person its first letter, of a field that nobody knows nothing."""
    known = BY_DOOR.get(error["field"] or "")
    value: str | None = error["value"]
    return value and masked(value, known.privacy if known else Privacy.CONTACT)


def pointer(error: Told) -> str:
    """Where in the message a fault is, as RFC 6901 points: ``/items/0/origin``; empty for the whole of it."""
    field, line = error["field"] or "", error["line"]
    if field.startswith(ITEM_PREFIX):
        name = field.removeprefix(ITEM_PREFIX)
        return f"/items/{line}/{_escaped(name)}" if line is not None else f"/items/-/{_escaped(name)}"
    return f"/{_escaped(field)}" if field else ""


def _escaped(name: str) -> str:
    return name.replace("~", "~0").replace("/", "~1")
