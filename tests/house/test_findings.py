"""Every code the product can say means one thing, is explained, and is proven by a test or a case."""

import re

import pytest

from tidewaiter.model.codes import PENDING_ON, ROUTES
from tidewaiter.model.columns import BY_DOOR
from tidewaiter.model.errors import TidewaiterError
from tools.findings import listed, spoken
from tools.source import DOCS, PACKS, ROOT, repository_files, text_of

LEAST_SENTENCE = 20


def test_the_house_has_findings():
    assert len(listed()) > 40


def test_every_code_is_given_out_once():
    places = {}
    for entry in listed():
        places.setdefault(entry.kind.code, set()).add(entry.place)

    assert {code: sorted(of) for code, of in places.items() if len(of) > 1} == {}


@pytest.mark.parametrize("entry", listed(), ids=lambda entry: entry.kind.code)
def test_a_finding_says_a_sentence_and_points_at_a_field(entry):
    kind = entry.kind

    assert len(kind.sentence) >= LEAST_SENTENCE
    assert kind.sentence[-1] in ".?"
    assert kind.title
    assert not kind.title.endswith(".")
    assert kind.pointer == "" or kind.pointer in BY_DOOR
    assert kind.to_route in ROUTES
    assert kind.waits_for == "" or kind.waits_for in PENDING_ON


@pytest.mark.parametrize("entry", listed(), ids=lambda entry: entry.kind.code)
def test_a_sentence_names_only_values_that_the_finding_carries(entry):
    named = set(re.findall(r"{(\w+)", entry.kind.sentence))

    assert named - set(entry.kind.evidence) == set()


def test_every_code_is_explained_in_the_reference():
    pages = "\n".join(path.read_text(encoding="utf-8") for path in sorted((DOCS / "reference").glob("*.md")))

    unexplained = {code: place for code, place in spoken().items() if code not in pages}

    assert unexplained == {}


def test_the_reference_explains_no_code_that_nobody_says():
    page = (DOCS / "reference" / "findings.md").read_text(encoding="utf-8")

    explained = set(re.findall(r"^\| ([A-Z]{2,4}-\d{2}) \|", page, flags=re.MULTILINE))

    assert explained - set(spoken()) == set()


def test_every_code_is_proven_by_a_test_or_a_case():
    proven = _proofs()

    unproven = {
        code: place
        for code, place in spoken().items()
        if code not in proven and code.lower().replace("-", "_") not in proven
    }

    assert unproven == {}


def _proofs():
    """The text of all tests and cases, this folder left out: a list of codes proves nothing."""
    tests = [path for path in repository_files() if path.is_relative_to(ROOT / "tests")]
    cases = [path for path in PACKS.rglob("*") if path.is_file() and "cases" in path.relative_to(PACKS).as_posix()]
    told = [path for path in [*tests, *cases] if not path.is_relative_to(ROOT / "tests" / "house")]
    return "\n".join(text_of(path) or "" for path in told)


def _errors(base=TidewaiterError):
    yield base
    for child in base.__subclasses__():
        yield from _errors(child)


def test_every_error_has_its_own_code_and_stands_in_the_reference():
    page = (DOCS / "reference" / "errors.md").read_text(encoding="utf-8")
    codes = [error.code for error in set(_errors())]

    assert sorted({code for code in codes if codes.count(code) > 1}) == []
    assert [code for code in codes if code not in page] == []
