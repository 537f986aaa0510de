"""Reasons: findings in the words of their kinds."""

import json
from collections.abc import Callable, Sequence
from functools import cache
from typing import Any

from tidewaiter.model.findings import FindingKind
from tidewaiter.model.words import filled

Reason = dict[str, Any]


def teller(kinds: Sequence[FindingKind], currency: str) -> Callable[[str, int | None, str], Reason]:
    """Gives a finding in words by its code, item and evidence (JSON); what many filings lack is worded once."""
    by_code = {kind.code: kind for kind in kinds}

    @cache
    def told(code: str, item_no: int | None, evidence: str) -> Reason:
        kind, shown = by_code[code], json.loads(evidence)
        return {
            "code": kind.code,
            "severity": kind.severity,
            "item_no": item_no,
            "title": kind.title,
            "sentence": filled(kind.sentence, shown, currency),
            "field": kind.pointer,
            "evidence": shown,
        }

    return told
