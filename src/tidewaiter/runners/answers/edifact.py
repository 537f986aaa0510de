"""EDIFACT answers: CUSRES for declarations, and for postal items what became of each and what it is asked."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from decimal import Decimal
from typing import Any, Final

from tidewaiter.model.faults import Fault
from tidewaiter.model.money import digits_of
from tidewaiter.runners.answers.answer import ACCEPTED, About, FilingAnswer
from tidewaiter.runners.answers.edifact_text import day_of, free_text, interchange, message, segment

HOUSE: Final = "TIDEWAITER"
CUSRES: Final = ("CUSRES", "D", "00A", "UN")
CUSRSP: Final = ("CUSRSP", "D", "00A", "ZZ", "TWRSP1")
ITMREF: Final = ("ITMREF", "D", "00A", "ZZ", "TWREF1")
"""Of the last two the meaning is that of postal messages and the form is ours (docs/reference/postal-messages.md)."""

ACCEPTED_CODE, REFUSED_CODE = "29", "27"
"""Functions (1225): accepted without amendment, not accepted."""

STATUS: Final = {
    "accepted": "ACC", "asked": "ASK", "released": "REL", "released_conditionally": "CND", "under_control": "CTL",
    "quarantined": "REJ", "duplicate": "DUP",
}  # fmt: skip
"""What became of a filing, as GIS says it."""

ASKED: Final = {"information": "INF", "payment": "PAY"}
REFERENCE_CHARS: Final = 14
HEADING, LINE = "1", "2"
Body = Callable[[FilingAnswer], list[str]]


def as_cusres(about: About, answers: Iterable[FilingAnswer]) -> Iterator[bytes]:
    """One CUSRES a filing: status, amounts, and each fault with its code, its sentence and where it lies."""
    return _interchange(about, CUSRES, answers, lambda answer: [*_head(answer), *_amounts(answer), *_faults(answer)])


def as_cusrsp(about: About, answers: Iterable[FilingAnswer]) -> Iterator[bytes]:
    """One message a postal item: release, hold, what is asked of the filer, and duty and tax charge by charge."""
    return _interchange(about, CUSRSP, answers, lambda answer: [*_head(answer), *_asked(answer), *_charges(answer)])


def as_itmref(about: About, answers: Iterable[FilingAnswer]) -> Iterator[bytes]:
    """One referral for each item that waits for its filer or was not taken: what is asked, fault by fault."""
    referred = (answer for answer in answers if _is_referred(answer))
    return _interchange(about, ITMREF, referred, _referral)


def _referral(answer: FilingAnswer) -> list[str]:
    """What is asked and why; notes, which ask nothing, are left out."""
    asking = [told for fault in answer.faults if fault.severity != "note" for told in _fault(fault)]
    return [*_head(answer), *_asked(answer), *asking]


def _interchange(about: About, kind: tuple[str, ...], answers: Iterable[FilingAnswer], body: Body) -> Iterator[bytes]:
    receipt = about.receipt
    submitter = str(receipt.get("run", {}).get("submitter") or "") or "SENDER"
    reference = about.message_id.rpartition(":")[2][:REFERENCE_CHARS] or "0"
    told = (message(number, kind, body(answer)) for number, answer in enumerate(answers, start=1))
    return interchange(HOUSE, submitter[:35], day_of(receipt), reference, told)


def _head(answer: FilingAnswer) -> list[str]:
    """The filing, its fate and its place in the sender's file (ACW: the message it answers)."""
    function = ACCEPTED_CODE if answer.fate == ACCEPTED else REFUSED_CODE
    version = "" if answer.version is None else str(answer.version)
    told = answer.told or {}
    status = STATUS[str(told.get("status") or answer.fate)]
    return [
        segment("BGM", ("", "", "", "CUSTOMS ANSWER"), (answer.consignment_id, version), function),
        segment("GIS", (status, "", "", "ZZZ")),
        segment("RFF", ("ACW", f"{answer.source_file}/{answer.source_position}")),
    ]


def _is_referred(answer: FilingAnswer) -> bool:
    return answer.fate == "quarantined" or bool((answer.told or {}).get("asked"))


def _asked(answer: FilingAnswer) -> list[str]:
    """What the filer is asked for, one status each."""
    return [segment("STS", "ASK", (ASKED.get(word, "ZZZ"), "", "ZZZ"), ("", "", "", word)) for word in _words(answer)]


def _words(answer: FilingAnswer) -> list[str]:
    return [str(word) for word in (answer.told or {}).get("asked") or ()]


def _amounts(answer: FilingAnswer) -> list[str]:
    """Duty, tax and what is due at the border, where they are known."""
    told = answer.told or {}
    kinds = (("55", "duty_minor"), ("150", "tax_minor"), ("9", "due_at_border_minor"))
    return [segment("MOA", _money(kind, told[name], told)) for kind, name in kinds if told.get(name) is not None]


def _charges(answer: FilingAnswer) -> list[str]:
    """One pair of segments a charge; a charge that is not determined has no amount, never zero."""
    told: list[str] = []
    for charge in answer.charges:
        line = "" if charge["item_no"] is None else str(charge["item_no"])
        kind = ("", "", "", str(charge["tax_type"] or charge["charge"]))
        told.append(segment("TAX", "7", kind, "", "", ("", "", "", str(charge["status"])), "", line))
        if charge["amount_minor"] is not None:
            told.append(segment("MOA", _money("55", charge["amount_minor"], charge)))
    return told


def _money(kind: str, minor: int, beside: Mapping[str, Any]) -> tuple[str, str, str]:
    currency = str(beside["currency"])
    return kind, f"{Decimal(minor).scaleb(-digits_of(currency)):f}", currency


def _faults(answer: FilingAnswer) -> list[str]:
    return [told for fault in answer.faults for told in _fault(fault)]


def _fault(fault: Fault) -> Iterator[str]:
    """Where (ERP), which (ERC), the sentence, the place in the sender's file and in the WCO data model, the value."""
    yield segment("ERP", (LINE, str(fault.item_no)) if fault.item_no is not None else (HEADING,))
    yield segment("ERC", (fault.code, "", "ZZZ"))
    yield segment("FTX", "AAO", "", "", free_text(fault.sentence))
    places = [place for place in (fault.pointer.native, fault.pointer.wco, fault.value) if place]
    if places:
        told = [fault.pointer.native, fault.pointer.wco, (fault.value or "")[:512]]
        yield segment("FTX", "ACB", "", "", told)
