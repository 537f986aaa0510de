"""What others claim: kept apart from what is declared, joined by order and parcel, contradictions found."""

import json

import pytest

from tests.builders_assertions import a_claim, a_claims_file, a_filing
from tests.builders_runs import cleared, written
from tidewaiter.cli import main


@pytest.fixture
def run(tmp_path, capsys):
    """Clear filings beside claims; both as content of files."""

    def gone(filings, claims, *more, name="claims.csv", target="out"):
        inputs = written(tmp_path, "\n".join(filings) + "\n", f"{target}.ndjson")
        claimed = ("--assertions", str(written(tmp_path, claims, name))) if claims else ()
        return cleared(capsys, tmp_path / target, inputs, more=(*claimed, *more))

    return gone


def found(done):
    rows = done.table("findings")
    return sorted(rows.filter(rows["code"].str.starts_with("AST")).select("consignment_id", "code").rows())


def status(done):
    return dict(done.table("assertions").select("reference", "status").rows())


def test_every_row_is_taken_told_again_or_set_aside(run):
    claims = a_claims_file(
        a_claim(order_id="O1", amount="45.00"), a_claim(order_id="O1", amount="45.00"),
        a_claim("rumour", order_id="O1"),
        a_claim(), a_claim(reference="", order_id="O1"), a_claim(order_id="O1", amount="5", currency=""),
        a_claim(order_id="O1", amount="forty"), a_claim(order_id="O1", asserted_at="2026-10-19"),
    )  # fmt: skip

    done = run([a_filing("A1")], claims)

    rows = {"in": 8, "taken": 1, "duplicates": 1, "quarantined": 6, "earlier": 0}
    assert done.receipt["assertions"]["rows"] == rows
    assert json.loads((done.target / "summary.json").read_text())["assertions"]["rows"] == rows
    assert done.table("assertions_quarantine").select("source_position", "code", "pointer").rows() == [
        (3, "AST-92", "kind"), (4, "AST-93", "order_id"), (5, "AST-91", "reference"), (6, "AST-94", "currency"),
        (7, "NUM-01", "amount"), (8, "DAT-92", "asserted_at"),
    ]  # fmt: skip
    assert "amount is no number" in done.table("assertions_quarantine")["message"][4]


@pytest.mark.parametrize(
    ("claim", "codes"),
    [
        (a_claim(order_id="O1", amount="47.25"), []),
        (a_claim(order_id="O1", amount="47.26"), ["AST-01"]),
        (a_claim(order_id="O1", amount="147.26", currency="USD"), []),
        (a_claim(order_id="O2", amount="147.26"), []),
        (a_claim("order", order_id="O1", goods_amount="42.00"), []),
        (a_claim("order", order_id="O1", goods_amount="42.01"), ["AST-02"]),
        (a_claim("order", order_id="O1", amount="47.26"), ["AST-02"]),
        (a_claim("order", order_id="O1", quantity="2"), []),
        (a_claim("order", order_id="O1", quantity="3"), ["AST-03"]),
        (a_claim("waybill", parcel_id="A1", consignee_country="de", gross_mass_kg="0.7"), []),
        (a_claim("waybill", parcel_id="A1", consignee_country="CH"), ["AST-04"]),
        (a_claim("waybill", parcel_id="A1", gross_mass_kg="0.751"), ["AST-05"]),
    ],
)
def test_a_plain_contradiction_is_found_and_what_agrees_is_not(run, claim, codes):
    done = run([a_filing("A1")], a_claims_file(claim))

    assert found(done) == [("A1", code) for code in codes]


def test_the_sums_are_those_of_the_whole_order_and_of_its_last_versions(run):
    parts = [a_filing(name, parcel_of_order=f"{number}/2") for number, name in enumerate(("A1", "A2"), 1)]
    paid = a_claims_file(
        a_claim(reference="1", order_id="O1", amount="60"), a_claim(reference="2", order_id="O1", amount="30")
    )

    assert found(run(parts, paid)) == []
    assert found(run(parts[:1], paid, target="half")) == []
    assert found(run([a_filing("A1")], paid, target="one")) == [("A1", "AST-01")]


def test_what_is_not_known_is_not_compared(run):
    paid = a_claims_file(a_claim(order_id="O1", amount="999"))
    collected = {"vat_scheme": "IOSS", "vat_scheme_id": "IM2760000742"}

    assert found(run([a_filing("A1", freight_amount=None)], paid)) == []
    assert found(run([a_filing("A1", **collected)], paid, target="ioss")) == []
    told = {"tax_collected_amount": "9.00", "tax_collected_currency": "EUR"}
    assert found(run([a_filing("A1", **collected, **told)], paid, target="told")) == [("A1", "AST-01")]


def test_an_order_number_of_several_marketplaces_joins_where_the_assertion_says_which(run):
    filings = [a_filing("A1", marketplace_id="M1"), a_filing("A2", marketplace_id="M2")]
    claims = a_claims_file(
        a_claim(reference="1", order_id="O1", amount="99"),
        a_claim(reference="2", order_id="O1", amount="99", marketplace_id="M2"),
    )

    done = run(filings, claims)

    assert status(done) == {"1": "waiting", "2": "joined"}
    assert found(done) == [("A2", "AST-01")]


def test_what_a_party_says_later_replaces_what_it_said(run):
    claims = a_claims_file(
        a_claim(order_id="O1", amount="45", asserted_at="2026-10-19T12:00:00Z"), a_claim(order_id="O1", amount="99")
    )

    done = run([a_filing("A1")], claims)

    assert sorted(done.table("assertions")["status"]) == ["joined", "replaced"]
    assert found(done) == []


def test_a_claim_waits_for_its_parcel_and_joins_when_that_comes(run, tmp_path):
    first = run([a_filing("A1")], a_claims_file(a_claim(order_id="O9", amount="99")), target="runs/first")

    second = run([a_filing("A9", order="O9")], None, "--history", str(tmp_path / "runs"), target="runs/second")

    assert status(first) == {"R1": "waiting"}
    assert status(second) == {"R1": "joined"}
    assert found(second) == [("A9", "AST-01")]


def test_the_declared_data_stays_as_it_was_and_nobody_who_filed_is_asked(run, tmp_path, capsys):
    claims = a_claims_file(
        a_claim(order_id="O1", amount="99"), a_claim("waybill", parcel_id="A1", consignee_country="CH")
    )

    plain, beside = run([a_filing("A1")], None), run([a_filing("A1")], claims, target="beside")

    kept = ["intrinsic_value_minor", "customs_value_minor", "duty_minor", "tax_minor", "destination_country"]
    assert plain.table("consignments").select(kept).equals(beside.table("consignments").select(kept))
    assert beside.table("consignments")["decision"].to_list() == ["hold"]
    main(["repair", "list", str(tmp_path / "beside"), "--now", "2026-10-20T12:00:00Z", "--json"])
    assert "PAYFIRM" not in capsys.readouterr().out


def test_explain_tells_who_said_what(run, tmp_path, capsys):
    claims = a_claims_file(a_claim(order_id="O1", amount="99"), a_claim("order", order_id="O1", quantity="2"))
    run([a_filing("A1")], claims)

    main(["explain", str(tmp_path / "out"), "A1"])
    page = " ".join(capsys.readouterr().out.split())
    main(["explain", str(tmp_path / "out"), "A1", "--json"])
    told = json.loads(capsys.readouterr().out)["filings"][0]["assertions"]

    assert "payment R1 by PAYFIRM: 99 EUR in all" in page
    assert "PAYFIRM says that 99 EUR was paid for the order, and 45 is declared of it." in page
    assert [(one["kind"], one["asserted_by"]) for one in told] == [("order", "SHOPFRONT"), ("payment", "PAYFIRM")]


def test_chunks_and_the_order_of_rows_change_nothing(run):
    filings = [a_filing(f"A{number}", order=f"O{number // 2}", value=f"{20 + number}.00") for number in range(60)]
    claims = [a_claim(reference=f"R{number}", order_id=f"O{number}", amount="63") for number in range(30)]

    first = run(filings, a_claims_file(*claims))
    second = run(filings[::-1], a_claims_file(*claims[::-1]), "--chunk-rows", "64", target="other")

    assert found(first) == found(second) != []
    assert status(first) == status(second)


def test_a_file_of_something_else_is_refused(run, capsys):
    done = run([a_filing("A1")], "parcel_id,event\nA1,arrived\n")

    assert done.code == 3
