"""The decision: the strictest finding wins, reasons stand strongest first, the score has a ceiling."""

from itertools import product

import polars as pl
import pytest

from tests.builders_stages import a_kind
from tidewaiter.model.codes import SEVERITIES
from tidewaiter.stages.decide import HITS, decide, kinds_table, strongest_first

ADDED = ("route", "decision", "pending_on", "reasons", "score")
ALONE = {
    "note": ("release", "release", []),
    "ask": ("ask", "hold", ["information"]),
    "hold": ("document_check", "hold", ["inspection"]),
    "refuse": ("refer", "refuse", []),
}


def decided(kinds, *hits, count=1):
    kinds = strongest_first(kinds)
    filings = pl.LazyFrame({"filing_row": range(count)}, schema={"filing_row": pl.UInt32})
    by_code = {kind.code: at for at, kind in enumerate(kinds)}
    rows = pl.DataFrame([(row, by_code[code]) for row, code in hits], schema=HITS, orient="row")
    return decide(filings, rows.lazy(), kinds_table(kinds).lazy()).collect().select("filing_row", *ADDED).rows()


def alone(*kinds):
    """What one filing gets that is hit by all of these."""
    return decided(kinds, *((0, kind.code) for kind in kinds))[0][1:]


def test_a_filing_that_nothing_hits_releases_without_a_reason():
    assert decided([a_kind()]) == [(0, "release", "release", [], [], 0)]
    assert decided([]) == [(0, "release", "release", [], [], 0)]


@pytest.mark.parametrize(("severity", "points"), [("note", 0), ("ask", 100), ("hold", 400), ("refuse", 1000)])
def test_one_finding_decides_as_severe_as_it_is(severity, points):
    route, decision, pending = ALONE[severity]

    assert alone(a_kind("A-01", severity)) == (route, decision, pending, ["A-01"], points)


@pytest.mark.parametrize(("one", "other"), list(product(SEVERITIES, repeat=2)))
def test_of_two_findings_the_stricter_decides_whatever_their_order(one, other):
    strict = max(one, other, key=SEVERITIES.index)

    route, decision, pending, reasons, _ = alone(a_kind("A-01", one), a_kind("B-01", other))

    assert (route, decision) == ALONE[strict][:2]
    assert set(pending) == {*ALONE[one][2], *ALONE[other][2]}
    assert set(reasons) == {"A-01", "B-01"}
    assert reasons[0] == ("A-01" if one == strict else "B-01")


def test_a_milder_finding_may_ask_for_the_stricter_route():
    told = alone(a_kind("A-01", "hold"), a_kind("B-01", "note", route="scan"))

    assert told[:2] == ("scan", "hold")


def test_reasons_stand_by_severity_then_weight_then_code():
    kinds = [
        a_kind("A-01", "note"), a_kind("C-01", "hold", weight=50), a_kind("B-02", "ask"), a_kind("B-01", "ask"),
        a_kind("B-03", "ask", weight=150), a_kind("C-02", "hold"),
    ]  # fmt: skip

    assert alone(*kinds)[3] == ["C-02", "C-01", "B-03", "B-01", "B-02", "A-01"]


def test_a_filing_waits_for_each_thing_once_in_the_order_of_its_reasons():
    kinds = [
        a_kind("A-01", "hold", pending_on="register"), a_kind("B-01", "ask"), a_kind("C-01", "ask"),
        a_kind("D-01", "note"),
    ]  # fmt: skip

    assert alone(*kinds)[2] == ["register", "information"]


@pytest.mark.parametrize(
    ("weights", "score"), [((0,), 0), ((999,), 999), ((1000,), 1000), ((999, 1), 1000), ((999, 2), 1000)]
)
def test_the_score_is_the_sum_of_the_weights_up_to_1000(weights, score):
    assert alone(*(a_kind(f"A-0{at}", weight=weight) for at, weight in enumerate(weights)))[4] == score


def test_a_kind_that_hits_two_items_counts_once():
    assert decided([a_kind("A-01")], (0, "A-01"), (0, "A-01")) == [(0, "ask", "hold", ["information"], ["A-01"], 100)]


def test_each_filing_is_decided_by_its_own_findings_and_keeps_its_place():
    told = decided([a_kind("A-01"), a_kind("B-01", "refuse")], (2, "B-01"), (1, "A-01"), count=4)

    assert [row[:3] for row in told] == [
        (0, "release", "release"), (1, "ask", "hold"), (2, "refer", "refuse"), (3, "release", "release"),
    ]  # fmt: skip
