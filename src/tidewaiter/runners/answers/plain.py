"""Plain dialects: answers as JSON, a problem of RFC 9457 for each filing that has one, and as a CSV list of faults."""

import csv
import io
import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

from tidewaiter.model.faults import Fault
from tidewaiter.runners.answers.answer import About, FilingAnswer

TITLES: Final = {
    "accepted": "The filing was accepted.",
    "quarantined": "The filing was not accepted as it is.",
    "duplicate": "The filing is known already.",
}
STATUS: Final = {"quarantined": 422, "duplicate": 409}
OUTCOME: Final = (
    "status", "asked", "resolved", "currency", "duty_minor", "tax_minor", "fee_minor", "due_at_border_minor",
)  # fmt: skip
HEAD: Final = (
    "source_file", "source_position", "consignment_id", "version", "fate", "code", "severity", "item_no", "field",
    "wco", "native", "value", "sentence", "rule", "help",
)  # fmt: skip
STEERING: Final = ("=", "+", "-", "@", "\t", "\r")
"""How a cell begins that a spreadsheet would run as a formula."""


def as_json(about: About, answers: Iterable[FilingAnswer]) -> Iterator[bytes]:
    """One object: ``message_id``, ``consignments`` (counts of the receipt) and ``answers``, a line each."""
    counts = json.dumps(about.receipt.get("consignments", {}), sort_keys=True)
    yield f'{{"message_id": {json.dumps(about.message_id)}, "consignments": {counts}, "answers": ['.encode()
    comma = b"\n"
    for answer in answers:
        yield comma + json.dumps(_problem(answer), ensure_ascii=False).encode()
        comma = b",\n"
    yield b"\n]}\n"


def as_csv(_about: About, answers: Iterable[FilingAnswer]) -> Iterator[bytes]:
    """One row a fault; a filing without any has none. What a spreadsheet would run begins with an apostrophe."""
    yield _line(HEAD)
    for answer in answers:
        yield b"".join(_line(_cells(answer, fault)) for fault in answer.faults)


def _problem(answer: FilingAnswer) -> dict[str, Any]:
    """The answer in the names of problem details; ``status`` (of HTTP) only where the filing was not taken."""
    told: dict[str, Any] = {"type": "about:blank", "title": TITLES[answer.fate], "fate": answer.fate}
    if answer.fate in STATUS:
        told["status"] = STATUS[answer.fate]
    return {
        **told,
        "consignment_id": answer.consignment_id or None,
        "version": answer.version,
        "source_file": answer.source_file,
        "source_position": answer.source_position,
        "outcome": _outcome(answer.told) if answer.told else None,
        "errors": [_error(fault) for fault in answer.faults],
    }


def _outcome(row: Mapping[str, Any]) -> dict[str, Any]:
    return {name: row[name] for name in OUTCOME}


def _error(fault: Fault) -> dict[str, Any]:
    return {**fault.told(), "item_no": fault.item_no}


def _cells(answer: FilingAnswer, fault: Fault) -> tuple[object, ...]:
    return (
        answer.source_file, answer.source_position, answer.consignment_id, answer.version, answer.fate, fault.code,
        fault.severity, fault.item_no, fault.field, fault.pointer.wco, fault.pointer.native, fault.value,
        fault.sentence, fault.rule, fault.help,
    )  # fmt: skip


def _line(cells: Iterable[object]) -> bytes:
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerow(_calm(cell) for cell in cells)
    return text.getvalue().encode()


def _calm(cell: object) -> object:
    is_steering = isinstance(cell, str) and cell.startswith(STEERING)
    return f"'{cell}" if is_steering else cell
