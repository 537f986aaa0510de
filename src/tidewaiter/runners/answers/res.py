"""RES: answers in the WCO's response message, each a ``Response`` whose function code says what it is about.

Forms and their order are those of WCO RES as HMRC's Customs Declaration Service publishes it (schemas in the public
repository hmrc/customs-declarations, read in 2026). What is wrong is told by pointers into the declaration: the class
of each section on the way, which one of several it is, and at last the element.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any, Final
from xml.sax.saxutils import escape

from tidewaiter.model.faults import Fault
from tidewaiter.model.money import digits_of
from tidewaiter.runners.answers.answer import ACCEPTED, DUPLICATE, About, FilingAnswer

METADATA: Final = "urn:wco:datamodel:WCO:DocumentMetaData-DMS:2"
RESPONSE: Final = "urn:wco:datamodel:WCO:RES-DMS:2"
PARTS: Final = "urn:wco:datamodel:WCO:Response_DS:DMS:2"
HEAD: Final = (
    '<?xml version="1.0" encoding="UTF-8"?>\n'
    f'<md:MetaData xmlns:md="{METADATA}" xmlns="{RESPONSE}" xmlns:ds="{PARTS}">'
    "<md:WCODataModelVersionCode>3.6</md:WCODataModelVersionCode><md:WCOTypeName>RES</md:WCOTypeName>\n"
)
TAIL: Final = "</md:MetaData>\n"

FUNCTIONS: Final[dict[str, str]] = {
    "01": "accepted", "02": "received", "03": "rejected", "05": "under control", "06": "documents asked for",
    "07": "amended", "08": "released", "09": "cleared", "10": "invalidated", "11": "information asked for",
    "13": "charges", "14": "payment asked for", "15": "payment asked for again",
}  # fmt: skip
"""Function codes that are written, and what each tells."""

REJECTED: Final = "03"
SECTION: Final = re.compile(r"(\d{2}[A-Z])(?:\[(\d+)\])?")
ITEM_SECTION: Final = "68A"
PERCENT: Final = re.compile(r"(\d+(?:\.\d+)?) %")
TEXT_MAX, CODE_MAX, REFERENCE_MAX, NUMBER_MAX = 512, 8, 35, 70
KIND_OF_STATEMENT: Final = "AFB"
DAY_AND_TIME: Final = "304"
UNFIT: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
"""Signs that XML does not have."""


@dataclass(frozen=True, slots=True)
class Notice:
    """One response: ``function`` of ``FUNCTIONS``; ``reference`` the declaration's own, ``number`` ours of it.

    ``faults`` are why it was rejected, else what is asked; ``statements`` sentences to its sender; ``changed``
    pointers to what was amended; ``charges`` rows of ``charges.parquet``; ``due_by`` the end of the time to answer.
    """

    function: str
    reference: str
    number: str = ""
    version: int | None = None
    message: str = ""
    issued_at: datetime | None = None
    accepted_at: datetime | None = None
    faults: Sequence[Fault] = ()
    statements: Sequence[str] = ()
    changed: Sequence[str] = ()
    charges: Sequence[Mapping[str, Any]] = ()
    due_by: datetime | None = None


def as_res(about: About, answers: Iterable[FilingAnswer]) -> Iterator[bytes]:
    """One ``MetaData`` with a ``Response`` or several for each filing."""
    yield HEAD.encode()
    for answer in answers:
        for notice in notices(answer, about.message_id):
            yield response(notice).encode()
    yield TAIL.encode()


def message(notice: Notice) -> bytes:
    """One response as a message of its own."""
    return f"{HEAD}{response(notice)}{TAIL}".encode()


def notices(answer: FilingAnswer, message_id: str = "") -> Iterator[Notice]:
    """The responses that tell what became of a filing, in the order in which they are told."""
    told = answer.told or {}

    def notice(function: str, **more: Any) -> Notice:  # noqa: ANN401 - fields of the notice
        at = told.get("accepted_at")
        return Notice(
            function, answer.consignment_id, version=answer.version, message=message_id, accepted_at=at, **more
        )

    if answer.fate == DUPLICATE:
        yield notice("02", statements=["The same declaration is known already; nothing was done again."])
        return
    if answer.fate != ACCEPTED:
        yield notice(REJECTED, faults=answer.faults)
        return
    if told.get("function") == "cancellation":
        yield notice("10", statements=["The declaration was withdrawn by its declarant."])
        return
    if told.get("function") == "amendment":
        yield notice("07", changed=[fault.pointer.wco for fault in answer.faults if fault.pointer.wco])
    yield notice("01")
    if told.get("status") == "under_control":
        yield notice("05")
    if told.get("status") == "asked":
        asked = [fault for fault in answer.faults if fault.severity != "note"]
        yield from (notice(function, faults=faults) for function, faults in _questions(told, asked))
    if answer.charges and told.get("resolved"):
        yield notice("13", charges=answer.charges)
    if told.get("status") in RELEASED:
        yield from (notice(function) for function in RELEASED[told["status"]])


def _questions(told: Mapping[str, Any], asked: Sequence[Fault]) -> Iterator[tuple[str, Sequence[Fault]]]:
    """What is asked: documents and other information apart; payment, and payment again once something was changed."""
    papers = [fault for fault in asked if fault.field in PAPERS]
    others = [fault for fault in asked if fault not in papers]
    for word in told["asked"]:
        if word == "information" and papers:
            yield "06", papers
        if word == "information" and (others or not papers):
            yield "11", others
        if word == "payment":
            yield ("15" if told.get("function") == "amendment" else "14"), asked


PAPERS: Final = frozenset({"item_documents", "item_origin_proof", "authorisations"})
"""Fields whose questions ask for documents."""

RELEASED: Final = {"released": ("08", "09"), "released_conditionally": ("08",)}


def response(notice: Notice) -> str:
    """One ``Response`` element, in the prefixes of ``HEAD``."""
    parts = [
        _leaf("FunctionCode", notice.function),
        _leaf("FunctionalReferenceID", notice.message[:REFERENCE_MAX]),
        _moment("IssueDateTime", notice.issued_at),
        *_statements(notice),
        *(_element("Amendment", _leaf("ChangeReasonCode", "32") + pointers(wco)) for wco in notice.changed),
        *(_error(fault) for fault in notice.faults if notice.function == REJECTED),
        _declaration(notice),
    ]
    return _element("Response", "".join(parts)) + "\n"


def pointers(wco: str, item_no: int | None = None) -> str:
    """The ``Pointer`` elements of a place such as ``42A/67A/68A[3]/23A/137``; ``item_no`` says which goods line."""
    sections: list[tuple[str, str, str]] = []
    for part in filter(None, wco.split("/")):
        read = SECTION.fullmatch(part)
        if read is None:
            if sections:
                code, sequence, _ = sections[-1]
                sections[-1] = (code, sequence, part)
            continue
        is_item = read[1] == ITEM_SECTION and not read[2] and item_no is not None
        sections.append((read[1], str(item_no) if is_item else read[2] or "", ""))
    return "".join(
        _element(
            "Pointer",
            _leaf("SequenceNumeric", sequence) + _leaf("DocumentSectionCode", code) + _leaf("TagID", tag),
        )
        for code, sequence, tag in sections
    )


def _error(fault: Fault) -> str:
    told = _leaf("Description", _sentence(fault)[:TEXT_MAX]) + _leaf("ValidationCode", fault.code[:CODE_MAX])
    return _element("Error", told + pointers(fault.pointer.wco, fault.item_no))


def _sentence(fault: Fault) -> str:
    return f"{fault.code}: {fault.sentence}"


def _statements(notice: Notice) -> Iterator[str]:
    limit = _moment("LimitDateTime", notice.due_by)
    asked = [] if notice.function == REJECTED else notice.faults
    told = [(sentence, "") for sentence in notice.statements]
    told += [(_sentence(fault), pointers(fault.pointer.wco, fault.item_no)) for fault in asked]
    for sentence, places in told or ([("", "")] if limit else []):
        said = _leaf("StatementDescription", sentence[:TEXT_MAX]) + limit
        yield _element("AdditionalInformation", said + _leaf("StatementTypeCode", KIND_OF_STATEMENT) + places)


def _declaration(notice: Notice) -> str:
    is_long = len(notice.reference) > REFERENCE_MAX
    number = notice.number or (notice.reference if is_long else "")
    whole = [charge for charge in notice.charges if charge["item_no"] is None]
    return _element(
        "Declaration",
        _moment("AcceptanceDateTime", notice.accepted_at)
        + _leaf("FunctionalReferenceID", "" if is_long else notice.reference)
        + _leaf("ID", number[:NUMBER_MAX])
        + _leaf("VersionID", "" if notice.version is None else str(notice.version))
        + "".join(_element("DutyTaxFee", _payment(charge)) for charge in whole if _payment(charge))
        + _goods(notice.charges),
    )


def _goods(charges: Sequence[Mapping[str, Any]]) -> str:
    of_items: dict[int, list[Mapping[str, Any]]] = {}
    for charge in charges:
        if charge["item_no"] is not None:
            of_items.setdefault(charge["item_no"], []).append(charge)
    items = [
        _element(
            "GovernmentAgencyGoodsItem",
            _leaf("SequenceNumeric", str(number)) + _element("Commodity", "".join(map(_duty, own))),
        )
        for number, own in sorted(of_items.items())
    ]
    return f"<GoodsShipment>{''.join(items)}</GoodsShipment>" if items else ""


def _duty(charge: Mapping[str, Any]) -> str:
    """One duty line: base, rate in per cent where it is one, type, what was worked out, what is due at the border."""
    rate = PERCENT.fullmatch(charge.get("rate_text") or "")
    return _element(
        "DutyTaxFee",
        _amount("AdValoremTaxBaseAmount", charge.get("base_minor"), charge["currency"])
        + (_leaf("TaxRateNumeric", rate[1]) if rate else "")
        + _leaf("TypeCode", (charge.get("tax_type") or "")[:3])
        + _payment(charge),
    )


def _payment(charge: Mapping[str, Any]) -> str:
    amount = charge.get("amount_minor")
    if amount is None:
        return ""
    due = amount if charge.get("collected_from") == "border" else 0
    currency = charge["currency"]
    return _element("Payment", _amount("TaxAssessedAmount", amount, currency) + _amount("PaymentAmount", due, currency))


def _amount(name: str, minor: int | None, currency: str) -> str:
    if minor is None:
        return ""
    digits = digits_of(currency)
    return f'<{name} currencyID="{currency}">{Decimal(minor).scaleb(-digits):.{digits}f}</{name}>'


def _moment(name: str, at: datetime | None) -> str:
    if at is None:
        return ""
    told = f"{at.astimezone(UTC):%Y%m%d%H%M%SZ}"
    return _element(name, f'<ds:DateTimeString formatCode="{DAY_AND_TIME}">{told}</ds:DateTimeString>')


def _leaf(name: str, text: str) -> str:
    plain = " ".join(UNFIT.sub(" ", text).split())
    return f"<{name}>{escape(plain)}</{name}>" if plain else ""


def _element(name: str, inside: str) -> str:
    return f"<{name}>{inside}</{name}>"
