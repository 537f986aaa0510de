"""Answers in EDIFACT: whole interchanges, read back by the reader of our own, every fault with its place."""

import pytest

from tests.builders_runs import a_list, a_row, cleared, written
from tidewaiter.model.faults import Fault, Pointer
from tidewaiter.runners.answers.answer import About, FilingAnswer
from tidewaiter.runners.answers.edifact import as_cusres, as_cusrsp, as_itmref
from tidewaiter.runners.answers.edifact_text import free_text, segment
from tidewaiter.runners.reading.edifact_cuts import cut
from tidewaiter.runners.reading.edifact_frames import Envelope, frame_faults, messages_of
from tidewaiter.runners.reading.edifact_signs import signs_of
from tidewaiter.service.answers import answered

ABOUT = About({"run": {"submitter": "P+O", "on": "2026-10-20"}}, "sha256:0123456789abcdef")
FAULT = Fault(
    "VAL-90", "ask", "It's 5 + 5: how?", Pointer("42A/67A/68A[2]/108", "message 3"), value="5", consignment_id="A1",
    item_no=2,
)  # fmt: skip
CHARGES = (
    {"item_no": 1, "charge": "duty", "tax_type": "A00", "status": "definitive", "amount_minor": 305, "currency": "EUR"},
    {"item_no": None, "charge": "vat", "tax_type": "B00", "status": "unresolved", "amount_minor": None,
     "currency": "EUR"},
)  # fmt: skip


def an_answer(fate="accepted", told=None, faults=(FAULT,), charges=CHARGES):
    return FilingAnswer("list.edi", 3, "A1", 2, fate, faults, told, charges)


def told(writer, *answers):
    """Segments of the messages in between, after whole frames are proven."""
    text = b"".join(writer(ABOUT, answers))
    cuts = cut(text, signs_of(text, "answer"))
    messages = messages_of(cuts)
    envelope = Envelope("answer")
    envelope.take(cuts, messages)
    envelope.finish(cuts.rest)
    kind = cuts.text(int(cuts.token(messages.first[:1], 2)[0])) if messages.count else ""
    assert not any(hit.any() for hit, _ in frame_faults(cuts, messages, kind))
    return text.decode().splitlines(), messages.count


def test_a_filing_is_answered_with_each_fault_and_its_place():
    lines, count = told(as_cusres, an_answer(told={"status": "asked", "currency": "EUR", "duty_minor": 1234}))

    assert count == 1
    assert lines[1] == "UNB+UNOW:4+TIDEWAITER+P?+O+261020:0000+0123456789abcd'"
    assert lines[3:-2] == [
        "BGM+:::CUSTOMS ANSWER+A1:2+29'",
        "GIS+ASK:::ZZZ'",
        "RFF+ACW:list.edi/3'",
        "MOA+55:12.34:EUR'",
        "ERP+2:2'",
        "ERC+VAL-90::ZZZ'",
        "FTX+AAO+++It?'s 5 ?+ 5?: how??'",
        "FTX+ACB+++message 3:42A/67A/68A[2]/108:5'",
    ]


def test_an_amount_that_is_not_known_is_left_out_and_never_zero():
    lines, _ = told(as_cusrsp, an_answer())

    assert "TAX+7+:::A00+++:::definitive++1'" in lines
    assert "MOA+55:3.05:EUR'" in lines
    assert "TAX+7+:::B00+++:::unresolved'" in lines
    assert sum(line.startswith("MOA") for line in lines) == 1


@pytest.mark.parametrize(
    ("fate", "status", "gis", "function"),
    [
        ("accepted", "released", "REL", "29"),
        ("accepted", "under_control", "CTL", "29"),
        ("quarantined", None, "REJ", "27"),
        ("duplicate", None, "DUP", "27"),
    ],
)
def test_what_became_of_a_filing_has_a_status(fate, status, gis, function):
    lines, _ = told(as_cusres, an_answer(fate, {"status": status} if status else None, charges=()))

    assert f"GIS+{gis}:::ZZZ'" in lines
    assert f"BGM+:::CUSTOMS ANSWER+A1:2+{function}'" in lines


def test_only_items_that_are_asked_or_not_taken_are_referred_and_without_notes():
    note = Fault("DEF-01", "note", "A note.")
    asked = an_answer(told={"status": "asked", "asked": ["information"]}, faults=(FAULT, note))

    lines, count = told(as_itmref, an_answer(told={"status": "accepted"}), asked, an_answer("quarantined"))

    assert count == 2
    assert "STS+ASK+INF::ZZZ+:::information'" in lines
    assert not any("DEF-01" in line for line in lines)


def test_texts_stay_within_what_an_element_holds():
    assert [len(part) for part in free_text("x" * 10_000)] == [512] * 5
    assert segment("FTX", "AAO", "", "", ["a\nb", ""]) == "FTX+AAO+++a b'"


@pytest.mark.parametrize("dialect", ["cusres", "cusrsp", "itmref"])
def test_a_finished_run_is_answered_for_every_record(capsys, tmp_path, dialect):
    rows = [a_row(), a_row(consignment_id="A2", item_value_amount="forty"), a_row(consignment_id="A'3")]
    run = cleared(capsys, tmp_path / "run", written(tmp_path, a_list(*rows))).target

    text = b"".join(answered(run, dialect))

    cuts = cut(text, signs_of(text, "answer"))
    assert messages_of(cuts).count == {"cusres": 3, "cusrsp": 3, "itmref": text.count(b"ITMREF")}[dialect]
    assert b"GIS+REJ" in text
    assert text == b"".join(answered(run, dialect))
