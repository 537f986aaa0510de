"""Answers in RES out of runs: a declaration, what changes it, what takes it back, each told at its moment."""

import re
from datetime import UTC, datetime

import pytest

from tests.builders_xml import batch, one
from tidewaiter.model.faults import Fault, Pointer
from tidewaiter.runners.answers.answer import ACCEPTED, FilingAnswer
from tidewaiter.runners.answers.res import notices
from tidewaiter.service.answers import answered
from tidewaiter.service.clear import clear_files

DECLARANT = "<Declarant><ID>XI000000000001</ID></Declarant>"


def declared(reference):
    """An original that says for whom it is filed."""
    return one(reference, lines=2).replace("<GoodsShipment>", f"{DECLARANT}<GoodsShipment>")


def changing(reference, kind):
    """A change of it that says neither declarant nor version: as they are sent."""
    text = one(reference, lines=2) if kind == "COR" else one(reference).replace(">9<", ">13<")
    text = text.replace(">9<", ">13<").replace(">IMA<", f">{kind}<")
    return text if kind == "COR" else re.sub("<GoodsShipment>.*</GoodsShipment>", "", text)


def functions(run):
    """Function codes of a run's answers with the reference each is about."""
    text = b"".join(answered(run, "res")).decode()
    told = re.findall(r"<FunctionCode>(..)</FunctionCode>.*?<FunctionalReferenceID>(R-\d)<", text)
    assert text.count("<AcceptanceDateTime>") == len(told)
    return {(reference, function) for function, reference in told}


@pytest.fixture(scope="module")
def runs(tmp_path_factory):
    folder = tmp_path_factory.mktemp("res")
    (folder / "first.xml").write_bytes(batch(*(declared(f"R-{number}") for number in (1, 2, 3))))
    (folder / "second.xml").write_bytes(batch(changing("R-1", "INV"), changing("R-2", "COR")))
    clear_files([str(folder / "first.xml")], "EU/DE", folder / "first", on="2026-03-02")
    clear_files([str(folder / "second.xml")], "EU/DE", folder / "second", on="2026-03-03", history=folder / "first")
    return folder


def test_an_original_is_answered_accepted_and_with_what_is_asked(runs):
    told = functions(runs / "first")

    assert {(f"R-{number}", function) for number in (1, 2, 3) for function in ("01", "11")} <= told


def test_a_cancellation_is_answered_invalidated_and_an_amendment_amended(runs):
    told = functions(runs / "second")

    assert ("R-1", "10") in told
    assert {("R-2", "07"), ("R-2", "01")} <= told
    assert not {("R-1", "01"), ("R-2", "10")} & told


def answer(function, asked, *fields):
    faults = [Fault("PRE-01", "ask", "Say it.", Pointer("42A/017"), field) for field in fields]
    at = datetime(2026, 3, 2, tzinfo=UTC)
    told = {"status": "asked", "asked": asked, "function": function, "accepted_at": at}
    return FilingAnswer("f.xml", 1, "R-1", 1, ACCEPTED, faults, told)


@pytest.mark.parametrize(
    ("filing", "functions_told"),
    [
        (answer("original", ["information"], "consignee_name"), ["01", "11"]),
        (answer("original", ["information"], "item_origin_proof"), ["01", "06"]),
        (answer("original", ["information"], "item_documents", "consignee_name"), ["01", "06", "11"]),
        (answer("original", ["payment"]), ["01", "14"]),
        (answer("amendment", ["payment"]), ["07", "01", "15"]),
    ],
)
def test_documents_are_asked_apart_and_payment_again_after_a_change(filing, functions_told):
    told = list(notices(filing))

    assert [notice.function for notice in told] == functions_told
    assert all(notice.accepted_at for notice in told)
