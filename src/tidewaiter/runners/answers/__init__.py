"""Answers: what became of each filing and what is wrong with it, in the dialect its sender speaks."""

from typing import Final

from tidewaiter.runners.answers.answer import About, Dialect, FilingAnswer
from tidewaiter.runners.answers.edifact import as_cusres, as_cusrsp, as_itmref
from tidewaiter.runners.answers.plain import as_csv, as_json
from tidewaiter.runners.answers.res import as_res

__all__ = ["DIALECTS", "About", "Dialect", "FilingAnswer"]

DIALECTS: Final[dict[str, Dialect]] = {
    dialect.name: dialect
    for dialect in (
        Dialect("json", ".json", "Problem details (RFC 9457), one a filing", as_json),
        Dialect("csv", ".csv", "A list of faults, one a row", as_csv),
        Dialect("res", ".xml", "WCO responses (RES), one or several a filing", as_res),
        Dialect("cusres", ".edi", "CUSRES of UN/EDIFACT D.00A, one a filing", as_cusres),
        Dialect("cusrsp", ".edi", "What became of each postal item, in a form of ours", as_cusrsp),
        Dialect("itmref", ".edi", "Referrals: what the filer of each postal item is asked", as_itmref),
    )
}
"""Every dialect there is; a new one is a line here and a module beside."""
