"""A fault as its sender is told it: what, how bad, where in the sender's own message, and what mends it."""

from dataclasses import dataclass
from typing import Any, Final

from tidewaiter.model.findings import Severity

NOT_TAKEN: Final[Severity] = "refuse"
"""Severity of a fault for which a record, or its whole file, was not taken."""


@dataclass(frozen=True, slots=True)
class Pointer:
    """Where a fault lies: ``wco`` in the WCO data model (``42A/67A/68A[3]/23A/137``), ``native`` in the sender's words.

    ``native`` is what a sender can look up in the message: ``record 812, column value``, ``line 3 $.items[1].desc``, an
    XPath, ``segment 41 CST+2``. Either is empty where it is not known.
    """

    wco: str = ""
    native: str = ""


@dataclass(frozen=True, slots=True)
class Fault:
    """One fault; RES, CUSRES, CUSRSP, JSON and CSV are dialects of a list of these.

    ``code`` is that of the check (``VAL-01``, ``ROW-02``, ``TW-200``); ``field`` the canonical field, empty for the
    whole; ``value`` what stands there (None: nothing, or the whole record); ``rule`` names the rule and its version
    where a finding made it; ``help`` is the page on the code. ``consignment_id`` is empty where the fault is the whole
    file's; ``item_no`` is None where it is the whole filing's.
    """

    code: str
    severity: Severity
    sentence: str
    pointer: Pointer = Pointer()
    field: str = ""
    value: str | None = None
    rule: str = ""
    help: str = ""
    consignment_id: str = ""
    version: int | None = None
    item_no: int | None = None

    def checked(self) -> dict[str, Any]:
        """The fault as a check before lodging tells it, at every door."""
        return {
            "code": self.code,
            "severity": self.severity,
            "pointer": self.pointer.wco,
            "location": self.pointer.native,
            "value": self.value,
            "sentence": self.sentence,
        }

    def in_problem(self) -> dict[str, Any]:
        """The fault as one of the ``errors`` of problem details (RFC 9457); ``native`` points by RFC 6901 there."""
        return {
            "code": self.code,
            "severity": self.severity,
            "pointer": self.pointer.native,
            "wco": self.pointer.wco,
            "field": self.field or None,
            "line": self.item_no,
            "value": self.value,
            "message": self.sentence,
            "help": self.help,
        }

    def told(self) -> dict[str, Any]:
        """The fault as the JSON dialect has it."""
        return {
            "code": self.code,
            "severity": self.severity,
            "pointer": {"wco": self.pointer.wco, "native": self.pointer.native},
            "field": self.field,
            "value": self.value,
            "sentence": self.sentence,
            "rule": self.rule,
            "help": self.help,
        }
