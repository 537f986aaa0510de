"""A claim that does not hold: the charge names the measure that is charged, and is as sure as that."""

import pytest

from tests.builders_quote import a_filing, asked
from tests.builders_taric import BOOTS, EVERYONE, LEATHER, SHOES, a_small_tariff, an_envelope, measure
from tidewaiter.reference.measures.editions import import_messages

B2B = {"party_relation": "B2B", "on": "2026-10-20"}


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    """A home with 8 % for everyone and a preference of 3 % of Norway, one nearer to the goods than the other."""
    folder = tmp_path_factory.mktemp("measures")
    general = measure("100", "103", EVERYONE, SHOES, parts=[("01", "8")])
    preferred = measure("101", "142", "NO", LEATHER, parts=[("01", "3")])
    (folder / "all.xml").write_text(an_envelope(*a_small_tariff(), *general, *preferred), "utf-8")
    import_messages([folder / "all.xml"], folder / "home", "EU")
    return folder / "home"


def duty_of(home, **item):
    (answer,) = asked(a_filing({"commodity_code": BOOTS[1], "value_amount": "1000", **item}, **B2B), home=home)
    return next(line for line in answer["lines"] if line["charge"] == "duty")


@pytest.mark.parametrize(
    "claim", [{"origin": "NO"}, {"origin": "CN", "origin_proof": "EUR.1"}], ids=["without a proof", "not open"]
)
def test_a_claim_that_does_not_hold_is_charged_and_cited_by_the_general_measure(home, claim):
    duty = duty_of(home, preference="300", **claim)

    assert (duty["amount_minor"], duty["rate_text"], duty["rule_id"]) == (8_000, "8 %", SHOES[1])
    assert duty["source"].startswith("measure 100 of type 103 for 1011")
    assert duty["status"] == "definitive"


def test_a_claim_that_holds_is_cited_by_its_own_measure_and_as_sure_as_what_opens_it(home):
    duty = duty_of(home, preference="300", origin="NO", origin_proof="EUR.1")

    assert (duty["amount_minor"], duty["rate_text"], duty["rule_id"]) == (3_000, "3 %", LEATHER[1])
    assert duty["source"].startswith("measure 101 of type 142 for NO")
    assert duty["status"] == "estimated"
