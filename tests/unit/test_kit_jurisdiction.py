"""A sheet becomes a jurisdiction: facts with source and span, or a refusal that says which fact is wrong."""

from datetime import date

import polars as pl
import pytest

from tests.builders_law import FEE, FINDING, RATE, REQUIRED, fact, jurisdiction
from tidewaiter.kit.jurisdiction import READ_BY_STAGES, law_table, list_parameters, period_starts, rule_table
from tidewaiter.model.errors import SheetRefused
from tidewaiter.model.money import Rate


def test_a_sheet_is_taken_over_word_by_word():
    made = jurisdiction(fact(), RATE, FEE, REQUIRED, FINDING)

    assert (made.code, made.title, made.currency, made.places) == ("ZZ", "Examplia", "EUR", ("AQ",))
    assert (made.sets, made.duty_point) == (("SHORT", "LONG"), ("presented_at",))
    assert (made.exchange_rule, made.exchange_is_legal_source, made.exchange_source) == (
        "ecb_daily",
        False,
        "section 3",
    )
    assert (made.tax_type, made.not_included) == ({"duty": "D1"}, ("levies on ice",))
    assert made.parameter_names == ("relief_limit_minor",)
    assert made.tax_rates[0].rate == Rate.of_percent("7.5")
    assert (made.tax_rates[0].place, made.tax_rates[0].category) == ("AQ", "standard")
    assert made.requirements[0].fields == ("item_description", "gross_mass_kg")
    assert (made.requirements[0].reduced_set, made.requirements[0].severity) == ("SHORT", "ask")
    assert [(kind.code, kind.level, kind.evidence) for kind in made.findings] == [
        ("ZZ-01", "filing", ("destination_country",))
    ]


def test_a_fee_is_collected_at_the_border_of_the_declarant_unless_the_sheet_says_otherwise():
    plain = jurisdiction(FEE).fees[0]
    told = jurisdiction(FEE.replace("per =", 'collected_from = "account"\nliable = "seller"\nper =')).fees[0]

    assert (plain.collected_from, plain.liable, plain.place) == ("border", "declarant", "")
    assert (told.collected_from, told.liable) == ("account", "seller")
    assert (plain.per, plain.amount_minor, plain.intrinsic_limit_minor) == ("line", 200, 2_500)
    assert plain.column == "fee_zz_1_20260301_minor"


def test_members_bring_their_place_with_their_rates_and_fees():
    made = jurisdiction(fact(), m1=f'place = "BV"\n{RATE.replace("place", "# place")}{FEE}', m0='place = "HM"')

    assert made.places == ("AQ", "HM", "BV")
    assert [rate.place for rate in made.tax_rates] == ["BV"]
    assert [fee.place for fee in made.fees] == ["BV"]


def test_a_rate_or_fee_of_the_sheet_itself_names_its_place_or_holds_everywhere():
    made = jurisdiction(RATE, FEE.replace("per =", 'place = "AQ"\nper ='), RATE.replace('place = "AQ"\n', ""))

    assert [rate.place for rate in made.tax_rates] == ["AQ", ""]
    assert made.fees[0].place == "AQ"


def test_editions_differ_with_every_letter_and_with_the_file_it_stands_in():
    editions = {
        jurisdiction(fact()).edition,
        jurisdiction(fact(value="2_501")).edition,
        jurisdiction(fact(), m1='place = "BV"').edition,
        jurisdiction(fact(), m2='place = "BV"').edition,
    }

    assert len(editions) == 4


@pytest.mark.parametrize("lost", ['source = "section 12"', 'evidence = "assumed"', "valid_from = 2026-01-01"])
def test_a_fact_without_source_evidence_or_start_is_refused_by_name(lost):
    with pytest.raises(SheetRefused, match=rf"relief_limit_minor.*lacks \['{lost.split(' ')[0]}'\]"):
        jurisdiction(fact().replace(lost, ""))


def test_evidence_is_one_of_three_words():
    with pytest.raises(SheetRefused, match="lacks evidence: one of read, recalled, assumed"):
        jurisdiction(fact().replace("assumed", "heard"))


@pytest.mark.parametrize("end", ["2026-06-30", "2026-07-01"])
@pytest.mark.parametrize("of", [fact(), RATE, FEE, REQUIRED])
def test_two_spans_of_one_fact_may_touch_and_must_not_share_a_day(of, end):
    start = next(line for line in of.splitlines() if line.startswith("valid_from"))
    first = of.replace(start, f"valid_from = 2020-01-01\nvalid_to = {end}")
    second = of.replace(start, "valid_from = 2026-07-01")

    if end == "2026-06-30":
        assert jurisdiction(first, second).code == "ZZ"
    else:
        with pytest.raises(SheetRefused, match=r"from 2020-01-01 overlaps the one from 2026-07-01"):
            jurisdiction(first, second)


def test_rates_of_other_places_and_fees_of_other_codes_do_not_overlap():
    other_fee = FEE.replace("ZZ-1", "ZZ-2")
    other_rate, other_category = RATE.replace("AQ", "BV"), RATE.replace('"standard"', '"reduced"\ngoods = ["49"]')
    other_severity = REQUIRED.replace("fields", 'severity = "note"\nfields')

    made = jurisdiction(RATE, other_rate, other_category, FEE, other_fee, REQUIRED, other_severity)

    assert (len(made.tax_rates), len(made.fees), len(made.requirements)) == (3, 2, 2)


@pytest.mark.parametrize(
    "later",
    [
        fact(start="2027-01-01", unit="EUR minor per line"),
        fact(start="2027-01-01", value='"much"'),
        fact(start="2027-01-01", value="true"),
    ],
)
def test_a_fact_keeps_its_unit_and_kind(later):
    with pytest.raises(SheetRefused, match="relief_limit_minor changes its unit or kind"):
        jurisdiction(fact(end="2026-12-31"), later)


@pytest.mark.parametrize(("value", "unit"), [('["95"]', "EUR minor"), ("1", "hs prefixes"), ('["CN"]', "lands")])
def test_a_list_has_a_unit_that_says_what_it_is_held_against(value, unit):
    with pytest.raises(SheetRefused, match="lists: hs prefixes, countries"):
        jurisdiction(fact(value=value, unit=unit))


def test_periods_begin_where_anything_begins_or_has_ended():
    made = jurisdiction(
        fact(end="2026-06-30"),
        fact(name="other", start="2026-02-01"),
        RATE,
        FEE,
        REQUIRED.replace("2026-01", "2025-01"),
    )

    assert period_starts(made) == [
        date(2025, 1, 1),
        date(2026, 1, 1),
        date(2026, 2, 1),
        date(2026, 3, 1),
        date(2026, 7, 1),
    ]


def test_the_law_of_a_period_is_what_is_in_force_on_its_days():
    made = jurisdiction(
        fact(end="2026-06-30"), fact(value="3_000", start="2026-07-01"),
        fact("told", '"AQ BV"', "place codes", "2026-07-01"), fact("is_on", "true", "yes or no"),
        fact("toys", '["95"]', "hs prefixes"),
    )  # fmt: skip

    table = law_table(made)

    assert table["valid_from"].to_list() == [date(2026, 1, 1), date(2026, 7, 1)]
    assert table["valid_to"].to_list() == [date(2026, 6, 30), None]
    assert table["law_period"].to_list() == [0, 1]
    assert table["law_relief_limit_minor"].to_list() == [2_500, 3_000]
    assert table["law_told"].to_list() == [None, "AQ BV"]
    assert table["law_is_on"].to_list() == [True, True]
    assert "law_toys" not in table.columns
    assert [(name, spans[0].value) for name, spans in list_parameters(made).items()] == [("toys", ("95",))]


def test_what_stages_read_of_every_sheet_is_there_and_empty_where_the_sheet_has_none():
    without = law_table(jurisdiction(fact()))
    with_one = law_table(jurisdiction(fact("flat_duty_minor", "300")))

    assert {name: without.schema[f"law_{name}"] for name in READ_BY_STAGES} == READ_BY_STAGES
    assert without["law_flat_duty_minor"].to_list() == [None]
    assert with_one["law_flat_duty_minor"].to_list() == [300]


def test_a_sheet_without_facts_has_no_period():
    made = jurisdiction(FINDING)

    assert period_starts(made) == []
    assert law_table(made).height == 0
    assert law_table(made).schema["valid_to"] == pl.Date


def test_the_answer_names_each_fact_as_a_person_reads_it_with_its_source():
    made = jurisdiction(
        fact(end="2026-06-30"), fact("is_on", "true", "yes or no"), fact("is_off", "false", "yes or no"),
        fact("toys", '["95", "96"]', "hs prefixes"), fact("days", "30", "days"), fact("odd", "30", "ABC minor"),
        fact("told", '"AQ"', "place codes", "2026-07-01"), fact("share", "5", "EUR per line"),
    )  # fmt: skip

    table = rule_table(made)

    first = dict(table.filter(law_period=0).select("rule_id", "rule_text").rows())
    second = table.filter(law_period=1)["rule_id"].to_list()
    assert first == {
        "relief_limit_minor": "EUR 25.00", "is_on": "yes", "is_off": "no", "toys": "95, 96", "days": "30", "odd": "30",
        "share": "5",
    }  # fmt: skip
    assert second == ["is_on", "is_off", "toys", "days", "odd", "told", "share"]
    assert set(table["rule_source"]) == {"section 12 (assumed)"}
