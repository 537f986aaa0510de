"""Notices: what a filer is told of a question, a hold, a refusal; as data, and in words made of them."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, Final

from django.db import connection

from tidewaiter.desk.rows import Found
from tidewaiter.exchange import filings
from tidewaiter.model.words import day_text
from tidewaiter.service.acts.performing import Step
from tidewaiter.service.acts.reasons import UNKNOWN_APPEAL, UNKNOWN_LAW, basis_of, reasons, reply_clock

Told = tuple[str, Mapping[str, Any], datetime | None]
KIND_OF: Final = {"asked": "question", "held": "hold", "refused": "refusal"}
HEADS: Final = {
    "question": "A question about {reference}",
    "hold": "{reference} is held",
    "refusal": "{reference} is refused",
}


def notice_of(
    now: datetime, reply_by: datetime | None = None, *, asks: str = ""
) -> Callable[[Found, Step], Told]:  # fmt: skip
    """How the notice of an act is made: facts, legal basis, reply clock, appeal; never why a parcel was chosen.

    ``reply_by`` overrides the clock of the law; ``asks`` is the party a question goes to.
    """

    def made(found: Found, step: Step) -> Told:
        filing = filings.by_id(connection, found.id)
        basis = basis_of(filing.jurisdiction if filing else "", step.kind, now.date())
        until = reply_by or reply_clock(basis, now)
        reason = reasons().get(step.told.get("reason", ""))
        told = {
            "reference": found.reference,
            "barcode": found.barcode,
            "version": found.case.version,
            "items": sorted(step.told.get("items", found.case.items)),
            "reason": reason.code if reason else None,
            "facts": reason.says if reason else None,
            "question": step.told.get("question"),
            "of": asks or None,
            "legal_basis": basis.law if basis else None,
            "source": basis.source if basis else None,
            "evidence": basis.evidence if basis else None,
            "appeal": basis.appeal if basis else None,
        }
        return KIND_OF[step.kind], told, until

    return made


def words_of(kind: str, told: Mapping[str, Any], reply_by: datetime | None) -> list[str]:
    """A notice in sentences, its heading first."""
    lines = ", ".join(map(str, told["items"]))
    until = [f"Reply by {day_text(reply_by.date())}, {reply_by:%H:%M} UTC."] if reply_by else []
    return [
        HEADS[kind].format(reference=told["reference"]),
        f"It concerns goods line {lines} of version {told['version']}.",
        *([told["facts"]] if told["facts"] else []),
        f"Legal basis: {told['legal_basis']}." if told["legal_basis"] else UNKNOWN_LAW,
        *until,
        told["appeal"] or UNKNOWN_APPEAL,
    ]
