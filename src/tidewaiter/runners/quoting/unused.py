"""Assumptions that nothing of an answer rests on: they are told as not used, with what the law charges instead."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from tidewaiter.model.findings import FindingKind
from tidewaiter.model.words import filled
from tidewaiter.pipeline.assumptions import BY_REQUEST

DUTY: Final = "duty"
ASSUMED_RATE: Final = "duty_rate"
UNDECIDED: Final = "which duty applies is not known"

NOT_USED: Final = FindingKind(
    "QUO-09",
    "Assumed duty rate is not used",
    "The duty rate assumed in the request ({assumed_rate}) was not used in this sum: {instead}.",
    "note",
    "filing",
    evidence=("assumed_rate", "instead"),
)


def is_unused(rate: str | None, lines: Sequence[Mapping[str, Any]]) -> bool:
    """True where a duty rate is assumed and no duty of the answer is charged by it."""
    duties = (line for line in lines if line["charge"] == DUTY)
    return rate is not None and not any((line["source"] or "").startswith(BY_REQUEST) for line in duties)


def not_used(rate: str, lines: Sequence[Mapping[str, Any]], currency: str) -> dict[str, Any]:
    """The finding that says so, in the form of all others, with what the duty is by law."""
    texts = dict.fromkeys(line["rate_text"] for line in lines if line["charge"] == DUTY and line["rate_text"])
    instead = f"the law says of this duty: {', '.join(texts)}" if texts else UNDECIDED
    shown = {"assumed_rate": rate, "instead": instead}
    return {
        "code": NOT_USED.code, "severity": NOT_USED.severity, "item_no": None, "title": NOT_USED.title,
        "sentence": filled(NOT_USED.sentence, shown, currency), "field": f"assume.{ASSUMED_RATE}", "evidence": shown,
    }  # fmt: skip
