"""Figures come from the lake: they add up, whatever the order of its rows, also where it holds none."""

import pytest

from tests.builders_report import ASKED, HELD, a_lake
from tidewaiter.measure.groups import codes_of, groups, shares_of
from tidewaiter.measure.lake import Lake
from tidewaiter.measure.quarantine import exceptions
from tidewaiter.measure.reasons import reasons
from tidewaiter.measure.totals import totals

REFUSED = {"decision": "refuse", "route": "refer"}
LARGE = 9_000_000_000_000_000


def test_a_run_without_a_single_row_has_figures_all_the_same(tmp_path):
    found = totals(Lake(tmp_path))

    assert (found.filings, found.items, found.decisions, found.money, found.findings) == (0, 0, {}, [], [])
    assert groups(Lake(tmp_path), "mode", 5).whole["filings"] == 0
    assert reasons(Lake(tmp_path), 5) == []
    assert exceptions(Lake(tmp_path)) == []


def test_totals_count_decisions_words_of_lists_and_money(tmp_path):
    lake = a_lake(
        tmp_path,
        consignments=[{}, {**HELD, "reasons": ["X-01", "X-02"], "resolved": False, "due_at_border_minor": None},
                      {**ASKED, "reasons": ["X-02"], "category": None, "due_at_border_minor": 305}],
        items=[{"consignment_id": "A1"}, {"consignment_id": "A2"}],
        charges=[{"charge": "vat", "status": "definitive", "collected_from": "border", "amount_minor": amount}
                 for amount in (100, 205, None)],
        findings=[{"code": "X-02", "severity": "ask"}] * 3 + [{"code": "X-01", "severity": "hold"}],
    )  # fmt: skip

    found = totals(lake)

    assert (found.filings, found.items, found.resolved) == (3, 2, 2)
    assert found.decisions == {"hold": 2, "release": 1}
    assert found.categories == {"irg3": 2, "unknown": 1}
    assert found.pending == {"information": 1, "inspection": 1}
    assert (found.intrinsic_value_minor, found.due_at_border_minor) == (3000, 305)
    assert found.money == [
        {"charge": "vat", "status": "definitive", "collected_from": "border", "rows": 3, "amount_minor": 305}
    ]
    assert found.findings == [
        {"code": "X-02", "severity": "ask", "findings": 3, "consignments": 2},
        {"code": "X-01", "severity": "hold", "findings": 1, "consignments": 1},
    ]


def test_sums_do_not_overflow_where_many_amounts_are_the_largest_there_may_be(tmp_path):
    lake = a_lake(tmp_path, consignments=[{"intrinsic_value_minor": LARGE}] * 2000)

    assert totals(lake).intrinsic_value_minor == 2000 * LARGE
    assert groups(lake, "mode", 1).whole["intrinsic_value_minor"] == 2000 * LARGE


@pytest.mark.parametrize(
    ("filing", "outcome"),
    [({}, "release"), ({"decision": "release_conditional"}, "release_conditional"), (ASKED, "ask"), (HELD, "hold"),
     (REFUSED, "refuse")],
)  # fmt: skip
def test_every_filing_has_one_outcome(tmp_path, filing, outcome):
    [row] = groups(a_lake(tmp_path, consignments=[filing]), "mode", 5).rows

    assert {name for name in ("release", "release_conditional", "ask", "hold", "refuse") if row[name]} == {outcome}


def test_groups_name_the_largest_and_the_rest_adds_up(tmp_path):
    shops = ["A", "A", "A", "B", "B", "C", None, None]
    lake = a_lake(tmp_path, consignments=[{"marketplace_id": shop, "due_at_border_minor": 10} for shop in shops])

    found = groups(lake, "marketplace_id", 2)

    assert [(row["name"], row["filings"]) for row in found.rows] == [("A", 3), ("B", 2)]
    assert (found.others, found.rest["filings"], found.rest["due_at_border_minor"]) == (2, 3, 30)
    assert found.whole["filings"] == len(shops)


def test_filings_without_a_name_are_a_group_but_none_that_is_named(tmp_path):
    found = groups(a_lake(tmp_path, consignments=[{"marketplace_id": None}, {}]), "marketplace_id", 5)

    assert [row["name"] for row in found.rows] == ["SHOP", None]
    assert [row["name"] for row in found.named] == ["SHOP"]


def test_a_filing_with_two_faults_is_one_faulty_filing(tmp_path):
    rows = [{"reasons": ["X-01", "X-02"]}, {"reasons": ["X-03"]}, {}]

    found = groups(a_lake(tmp_path, consignments=rows), "declarant_id", 5, mendable=["X-01", "X-02"])

    assert found.whole["faulty"] == 1


def test_codes_are_told_by_group_with_an_example_that_no_order_of_rows_changes(tmp_path):
    rows = [
        {"consignment_id": name, "declarant_id": filer, "reasons": codes}
        for name, filer, codes in (("Z", "D1", ["X"]), ("B", "D1", ["X", "Y"]), ("C", None, ["Y"]), ("D", "D2", ["X"]))
    ]
    there, back = a_lake(tmp_path / "a", consignments=rows), a_lake(tmp_path / "b", consignments=rows[::-1])

    found = codes_of(there, "declarant_id", ["D1", None])

    assert found == codes_of(back, "declarant_id", ["D1", None])
    assert found == {
        "D1": [{"code": "X", "filings": 2, "example": "B"}, {"code": "Y", "filings": 1, "example": "B"}],
        None: [{"code": "Y", "filings": 1, "example": "C"}],
    }


def test_shares_within_a_group_count_what_is_not_declared_too(tmp_path):
    lake = a_lake(tmp_path, consignments=[{}, {}, {"vat_scheme": None}])

    rows = shares_of(lake, "marketplace_id", ["SHOP"], "vat_scheme")["SHOP"]
    assert [(row["word"], row["filings"]) for row in rows] == [("IOSS", 2), (None, 1)]


def test_every_waiting_filing_counts_once_under_its_strongest_reason(tmp_path):
    rows = [{}, {**HELD, "reasons": ["H-01", "Q-01"]}, {**HELD, "reasons": ["H-01"]}, {**ASKED, "reasons": ["Q-01"]},
            {**REFUSED, "reasons": []}]  # fmt: skip

    found = reasons(a_lake(tmp_path, consignments=rows), 5)

    assert [(why.outcome, why.code, why.filings) for why in found] == [
        ("refuse", None, 1), ("hold", "H-01", 2), ("ask", "Q-01", 1),
    ]  # fmt: skip


def test_a_reason_has_the_first_three_filings_with_the_goods_it_is_about(tmp_path):
    names = [f"A{number}" for number in range(1, 6)]
    lake = a_lake(
        tmp_path,
        consignments=[{**ASKED, "reasons": ["Q-01"]}] * 5,
        items=[{"consignment_id": name, "version": 1, "item_no": no, "description": f"goods {no} of {name}"}
               for name in names for no in (1, 2)],
        findings=[{"consignment_id": name, "version": 1, "item_no": 2, "code": "Q-01", "severity": "ask",
                   "evidence": '{"description":"gift"}'} for name in names],
    )  # fmt: skip

    [why] = reasons(lake, 1)

    assert [(one.consignment_id, one.goods) for one in why.examples] == [
        ("A1", "goods 2 of A1"), ("A2", "goods 2 of A2"), ("A3", "goods 2 of A3"),
    ]  # fmt: skip
    assert why.examples[0].evidence == {"description": "gift"}


def test_reasons_beyond_the_most_are_counted_and_have_no_examples(tmp_path):
    rows = [{**HELD, "reasons": [code]} for code in ("H-01", "H-01", "H-02")]

    found = reasons(a_lake(tmp_path, consignments=rows), 1)

    assert [(why.code, why.filings, len(why.examples)) for why in found] == [("H-01", 2, 2), ("H-02", 1, 0)]


def test_exceptions_are_told_by_code_with_the_first_of_each(tmp_path):
    rows = [{"code": code, "source_position": at} for at, code in enumerate(["N", "D", "N", "N", "N"], start=1)]

    found = exceptions(a_lake(tmp_path, quarantine=rows))

    assert [(one["code"], one["rows"]) for one in found] == [("N", 4), ("D", 1)]
    assert [row["source_position"] for row in found[0]["examples"]] == [1, 3, 4]
