"""Faults out of what a run found: rows in quarantine, findings, and files that were refused whole."""

import json
from collections.abc import Mapping
from typing import Any, Final

from tidewaiter.model.columns import BY_DOOR
from tidewaiter.model.errors import TidewaiterError
from tidewaiter.model.faults import NOT_TAKEN, Fault, Pointer
from tidewaiter.model.words import filled
from tidewaiter.runners.answers.places import Layout
from tidewaiter.runners.reading.xml_faults import XmlFault
from tidewaiter.service.explain import reason_of

QUARANTINE_PAGE: Final = "reference/quarantine.md"
FINDINGS_PAGE: Final = "reference/findings.md"
ERRORS_PAGE: Final = "reference/errors.md"
UNKNOWN: Final = Layout("", None)


def fault_of_row(row: Mapping[str, Any], layout: Layout = UNKNOWN) -> Fault:
    """The fault of a row of ``quarantine.parquet``: not taken, whatever it is."""
    field = row["pointer"] or ""
    return Fault(
        code=row["code"],
        severity=NOT_TAKEN,
        sentence=row["message"],
        pointer=Pointer(layout.wco(field), layout.native(row["source_position"], field)),
        field=field,
        value=row["value"],
        help=QUARANTINE_PAGE,
        consignment_id=row["consignment_id"] or "",
    )


def fault_of_finding(
    finding: Mapping[str, Any], summary: Mapping[str, Any], native: str = "", currency: str = ""
) -> Fault:
    """The fault of a row of ``findings.parquet``; ``native`` is where its field stands in the sender's file."""
    reason = reason_of(summary, finding)
    return Fault(
        code=reason["code"],
        severity=reason["severity"],
        sentence=reason["sentence"],
        pointer=Pointer(wco_path(reason["pointer"]), native),
        field=reason["field"],
        value=_value_of(reason["field"], reason["evidence"], currency or summary["currency"]),
        rule=f"{reason['code']} version {finding['rule_version']}",
        help=FINDINGS_PAGE,
        consignment_id=finding["consignment_id"],
        version=finding["version"],
        item_no=finding["item_no"],
    )


def fault_of_element(position: int, told: XmlFault, layout: Layout) -> Fault:
    """A fault by a message model that is told only: the filing is not held to the model."""
    place = Pointer(layout.wco(told.path), layout.native(position, told.path))
    return Fault(told.code, "note", told.sentence, place, told.path, told.value, help=QUARANTINE_PAGE)


def fault_of_error(error: Mapping[str, Any], native: str, value: str | None) -> Fault:
    """The fault of a message for which it was set aside; ``native`` is its place, ``value`` what may be shown of it."""
    field = error["field"] or ""
    return Fault(
        code=error["code"],
        severity=NOT_TAKEN,
        sentence=error["message"],
        pointer=Pointer(UNKNOWN.wco(field), native),
        field=field,
        value=value,
        help=QUARANTINE_PAGE,
        item_no=error["line"],
    )


def fault_of_file(refused: TidewaiterError) -> Fault:
    """The fault of a file that was refused whole."""
    return Fault(refused.code, NOT_TAKEN, str(refused), help=ERRORS_PAGE)


def wco_path(pointer: str) -> str:
    """A pointer of ``findings.parquet``, where it is one of the WCO data model and no bare name of a field."""
    return pointer if "/" in pointer else ""


def _value_of(field: str, evidence: Mapping[str, Any], currency: str) -> str | None:
    """What the field says, where the evidence has it: by its own name, its inner one, or as it was told."""
    known = BY_DOOR.get(field)
    names = (field, *((known.column, known.inner, f"{known.column}_told") if known else ()))
    for name in names:
        if evidence.get(name) is not None:
            value = evidence[name]
            return json.dumps(value) if isinstance(value, dict) else filled(f"{{{name}}}", evidence, currency)
    return None
