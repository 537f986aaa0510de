"""What keeps a duty from being determined, and what a claim that is not proven costs."""

from typing import Final

from tidewaiter.model.findings import FindingKind

UNASKED: Final = "no code of 6, 8 or 10 digits is declared"
"""Why the tariff has no answer: it was not asked."""

NO_RATE = FindingKind(
    "RES-01",
    "Duty rate cannot be determined",
    "No shelf gives one duty rate for {commodity_code}: {unresolved_reason}.",
    "hold",
    "item",
    pointer="item_commodity_code",
    pending_on="register",
    evidence=("commodity_code", "unresolved_reason"),
)
NO_QUANTITY = FindingKind(
    "RES-05",
    "What a duty is charged on is missing",
    "The duty on {commodity_code} is charged by {duty_missing}, which the line does not tell.",
    "ask",
    "item",
    pointer="item_quantity",
    evidence=("commodity_code", "duty_missing"),
)
NO_CODE = FindingKind(
    "RES-06",
    "Code needed for the charge is missing",
    "The charge is counted by commodity code and this line declares none.",
    "ask",
    "item",
    pointer="item_commodity_code",
    evidence=("description",),
)
NO_ADDITION = FindingKind(
    "RES-12",
    "Additional duty cannot be determined",
    "A duty on top of the tariff applies to {commodity_code} of {origin} and is not known: {addition_reason}.",
    "hold",
    "item",
    pointer="item_commodity_code",
    pending_on="register",
    evidence=("commodity_code", "origin", "addition_reason"),
)
NO_CONTENT = FindingKind(
    "RES-13",
    "Value of a metal in the goods is missing",
    "A duty on {commodity_code} of {origin} is charged on what a metal in the goods is worth, or on all but it, and "
    "the line does not tell. Send {missing_metal_fields}, in the currency of the line's value.",
    "ask",
    "item",
    pointer="item_steel_value_amount",
    evidence=("commodity_code", "origin", "missing_metal_fields"),
)
LACKS_PROOF = FindingKind(
    "DUT-01",
    "Preference claimed without a proof of origin",
    "Preference {preference} is claimed for goods of {origin} and no proof of origin is named, so the duty is that of "
    "all origins. What the proof would save: {proof_saves_minor}.",
    "note",
    "item",
    pointer="item_origin_proof",
    evidence=("preference", "origin", "proof_saves_minor"),
)
NOT_OPEN = FindingKind(
    "DUT-02",
    "Preference claimed that is not open to the goods",
    "Preference {preference} is claimed for goods of {origin} and is not open to them: {option_reason}. The duty is "
    "that without it; what the claimed rate would have saved: {proof_saves_minor}.",
    "note",
    "item",
    pointer="item_preference",
    evidence=("preference", "origin", "option_reason", "proof_saves_minor"),
)
ITEM_KINDS: Final = (NO_RATE, NO_QUANTITY, NO_CODE, NO_ADDITION, NO_CONTENT, LACKS_PROOF, NOT_OPEN)
