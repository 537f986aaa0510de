"""Worked cases of a law: what a case stands for, and the sentence where it comes out otherwise."""

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from tests.builders_law import FEE, FINDING, RATE, REQUIRED, fact, jurisdiction, regime
from tidewaiter.kit.cases import failures, filings_of, read_cases
from tidewaiter.kit.proof import faults
from tidewaiter.model.errors import SheetRefused

CASES = """
tax_rate_case = [{ place = "AQ", on = 2025-12-31 }, { place = "AQ", on = 2026-01-01, percent = "7.5" }]

[facts]
destination_country = "AQ"
nature = "sale"

[[group]]
title = "Relief up to EUR 25"
given = { codes = ["950300"] }
cases = [
  { on = 2026-01-01, intrinsic_value_minor = 2_500, expect = { duty_rule = "relief" } },
  { on = 2026-01-01, intrinsic_value_minor = 2_501, expect = { duty_rule = "tariff", open = ["law_not_loaded"] } },
  { on = 2026-01-01, without = ["intrinsic_value_minor"], expect = { open = ["duty_rule"] } },
]

[[group]]
title = "Elsewhere"
given = { destination_country = "BV" }
cases = [{ on = 2026-01-01, nature = "gift", expect = { tax_rule = "none", findings = ["ZZ-01"] } }]
"""


def cases(text=CASES):
    return read_cases(text).regime


def row_of(**facts):
    """The filing of one case on 2026-02-03, with lists of goods and origins beside it."""
    told = "\n".join(f"{name} = {value}" for name, value in facts.items())
    text = f'[[group]]\ntitle = "one"\n[[group.cases]]\non = 2026-02-03\nexpect = {{}}\n{told}\n'
    made = jurisdiction(
        fact(), fact("toys", '["95", "9603"]', "hs prefixes"), fact("far", '["CN"]', "countries", end="2026-06-30")
    )
    return filings_of(made, cases(text)).row(0, named=True)


def test_a_case_takes_the_facts_of_its_file_then_its_group_then_its_own():
    first, _, third, fourth = cases()

    assert dict(first.facts) == {
        "destination_country": "AQ", "nature": "sale", "codes": ["950300"], "intrinsic_value_minor": 2_500,
    }  # fmt: skip
    assert (first.title, first.on, first.findings) == ("Relief up to EUR 25", date(2026, 1, 1), ())
    assert third.without == {"intrinsic_value_minor"}
    assert third.expect == {"duty_rule": None}
    assert (fourth.facts["destination_country"], fourth.facts["nature"]) == ("BV", "gift")
    assert (fourth.expect, fourth.findings) == ({"tax_rule": "none"}, ("ZZ-01",))


def test_cases_of_rates_fees_and_fields_are_kept_as_written():
    read = read_cases(CASES)

    assert [case.get("percent") for case in read.tax_rates] == [None, "7.5"]
    assert (read.fees, read.required) == ((), ())


@pytest.mark.parametrize("stranger", ["colour = 1", 'without = ["colour"]'])
def test_a_fact_that_no_filing_has_is_refused(stranger):
    with pytest.raises(SheetRefused, match="what no filing has: colour"):
        read_cases(f'[[group]]\ntitle = "x"\n[[group.cases]]\non = 2026-01-01\nexpect = {{}}\n{stranger}\n')


def test_a_file_without_cases_is_read_as_none():
    assert cases("") == ()


def test_what_a_case_does_not_say_follows_from_what_it_says():
    row = row_of(
        destination_country='"AQ"',
        intrinsic_value_minor=700,
        codes='["95030011", "95030022", "610910"]',
        preferences='["100", "300"]',
    )

    assert row["duty_point_at"] == datetime(2026, 2, 3, tzinfo=UTC)
    assert row["duty_day"] == date(2026, 2, 3)
    assert row["office_country"] == "AQ"
    assert (row["customs_value_minor"], row["person_day_value_minor"]) == (700, 700)
    assert (row["item_count"], row["distinct_hs6"], row["distinct_codes"]) == (3, 2, 3)
    assert row["claims_preference"] is True


def test_a_case_without_goods_has_one_item_and_claims_nothing():
    row = row_of()

    assert (row["item_count"], row["distinct_hs6"], row["distinct_codes"]) == (1, None, None)
    assert (row["claims_preference"], row["customs_value_minor"], row["office_country"]) == (False, None, None)


def test_what_a_case_says_itself_goes_before_what_follows():
    row = row_of(
        destination_country='"AQ"', office_country='"BV"', intrinsic_value_minor=700, person_day_value_minor=900
    )

    assert (row["office_country"], row["person_day_value_minor"], row["customs_value_minor"]) == ("BV", 900, 700)


def test_a_value_taken_away_takes_what_follows_from_it():
    row = row_of(intrinsic_value_minor=700, without='["intrinsic_value_minor"]')

    assert (row["intrinsic_value_minor"], row["customs_value_minor"], row["person_day_value_minor"]) == (
        None,
        None,
        None,
    )


@pytest.mark.parametrize(
    ("codes", "origins", "toys", "far"),
    [
        ('["950300"]', "[]", True, False),
        ('["960321"]', "[]", True, False),
        ('["960200"]', "[]", False, False),
        ('["610910", "9503"]', '["VN", "CN"]', True, True),
        ('["610910"]', '["CNX"]', False, False),
    ],
)
def test_goods_are_on_a_list_by_the_beginning_of_their_code_and_countries_by_their_whole(codes, origins, toys, far):
    row = row_of(codes=codes, origins=origins)

    assert (row["has_toys"], row["has_far"]) == (toys, far)


@pytest.mark.parametrize(("day", "far"), [("2026-06-30", True), ("2026-07-01", False)])
def test_a_list_counts_on_its_last_day_and_not_after(day, far):
    text = f'[[group]]\ntitle = "x"\ncases = [{{ on = {day}, origins = ["CN"], expect = {{}} }}]'
    made = jurisdiction(fact("far", '["CN"]', "countries", end="2026-06-30"))

    assert filings_of(made, cases(text))["has_far"].to_list() == [far]


@pytest.mark.parametrize(
    ("day", "period", "limit"), [("2025-12-31", None, None), ("2026-01-01", 0, 2_500), ("2026-07-01", 1, None)]
)
def test_the_law_beside_a_case_is_that_of_its_day(day, period, limit):
    text = f'[[group]]\ntitle = "x"\ncases = [{{ on = {day}, expect = {{}} }}]'

    row = filings_of(jurisdiction(fact(end="2026-06-30")), cases(text)).row(0, named=True)

    assert (row["law_period"], row["law_relief_limit_minor"]) == (period, limit)


def test_cases_that_hold_tell_no_failure():
    assert failures(jurisdiction(), cases()) == []


@pytest.mark.parametrize(
    ("before", "after", "told"),
    [
        ('"relief"', '"tariff"', "Relief up to EUR 25, on 2026-01-01, {'destination_country': 'AQ'"),
        ('"relief"', '"tariff"', "duty_rule is relief, not tariff"),
        (
            'open = ["duty_rule"]',
            'duty_rule = "relief"',
            "without ['intrinsic_value_minor']: duty_rule is None, not relief",
        ),
        ('open = ["law_not_loaded"]', 'open = ["category"]', "category is irg3, not None"),
        (', findings = ["ZZ-01"]', "", "ZZ-01 is raised"),
        ('given = { codes = ["950300"] }', 'given = { destination_country = "BV" }', "ZZ-01 is raised"),
        ('expect = { duty_rule = "relief" }', 'expect = { findings = ["ZZ-01"] }', "ZZ-01 is not raised"),
    ],
)
def test_a_case_that_comes_out_otherwise_is_told_with_its_facts(before, after, told):
    assert before in CASES

    told_of = failures(jurisdiction(), cases(CASES.replace(before, after)))

    assert any(told in sentence for sentence in told_of), told_of


PROVEN = """
tax_rate_case = [
  { place = "AQ", on = 2025-12-31 }, { place = "AQ", on = 2026-01-01, percent = "7.5" },
  { place = "AQ", on = 2026-06-30, percent = "7.5" }, { place = "AQ", category = "standard", on = 2026-07-01 },
]
fee_case = [
  { code = "ZZ-1", on = 2026-02-28 },
  { code = "ZZ-1", on = 2026-03-01, amount_minor = 200, currency = "EUR", intrinsic_limit_minor = 2_500, per = "line" },
]
required_case = [
  { set = "SHORT", on = 2025-12-31, fields = [] },
  { set = "SHORT", severity = "ask", on = 2026-01-01, fields = ["gross_mass_kg"] },
]
[[group]]
title = "The limit"
cases = [{ on = 2025-12-31, expect = {} }, { on = 2026-01-01, expect = {} }]
"""
ENDING_RATE = RATE.replace("source", "valid_to = 2026-06-30\nsource")


def proven(text=PROVEN, made_by=regime):
    made = jurisdiction(fact(), ENDING_RATE, FEE, REQUIRED, FINDING, made_by=made_by)
    return faults(made, read_cases(text))


def test_a_law_with_a_case_on_both_days_of_every_change_is_proven():
    assert proven() == []


@pytest.mark.parametrize(
    ("before", "after", "told"),
    [
        ('"AQ", on = 2025-12-31 }', '"AQ", on = 2025-12-31, percent = "7" }', "the rate is not known"),
        ('"AQ", on = 2026-01-01, percent = "7.5" }', '"AQ", on = 2026-01-01 }', "the rate is 7.5 %"),
        ('"AQ", on = 2026-01-01, percent = "7.5" }', '"AQ", on = 2026-01-01, percent = "7.6" }', "the rate is 7.5 %"),
        ('category = "standard"', 'category = "reduced"', "tax rate AQ standard on 2026-07-01"),
        ("2026-06-30, percent", "2026-06-29, percent", "on 2026-06-30, where it changes on 2026-07-01"),
        ('place = "AQ", on = 2025-12-31', 'place = "BV", on = 2025-12-31', "tax rate AQ standard on 2025-12-31"),
        ("amount_minor = 200", "amount_minor = 201", "amount_minor is 200"),
        ("minor = 2_500", "minor = 2_499", "intrinsic_limit_minor is 2500"),
        ('per = "line"', 'rate = "line"', "rate is None"),
        ("on = 2026-02-28 }", "on = 2026-02-28, amount_minor = 200 }", "there is no such fee"),
        ("on = 2026-02-28 }", "on = 2026-03-01 }", "there is a fee of 200"),
        ("on = 2026-02-28 }", "on = 2026-02-27 }", "fee ZZ-1 on 2026-02-28, where it changes on 2026-03-01"),
        ("on = 2025-12-31, fields = []", "on = 2026-01-01, fields = []", "it requires item_description, gross_mass_kg"),
        ('["gross_mass_kg"]', '["gross_mass_kg", "nature"]', "it does not require nature"),
        ('severity = "ask"', 'severity = "note"', "required SHORT ask on 2026-01-01"),
        ("{ on = 2025-12-31, expect = {} }, ", "", "the law on 2025-12-31, where it changes on 2026-01-01"),
        (", { on = 2026-01-01, expect = {} }", "", "the law on 2026-01-01, where it changes on 2026-01-01"),
        ("on = 2025-12-31, expect = {}", 'on = 2025-12-31, expect = { duty_rule = "x" }', "duty_rule is tariff, not x"),
    ],
)  # fmt: skip
def test_a_gap_in_the_proof_is_told_with_its_day(before, after, told):
    assert before in PROVEN

    sentences = proven(PROVEN.replace(before, after))

    assert any(told in sentence for sentence in sentences), sentences


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (lambda made: made.drop("category"), "The law adds category as nothing, not String."),
        (lambda made: made.with_columns(duty_rule=1), "The law adds duty_rule as Int32, not String."),
        (lambda made: made.drop("zz_01"), "The law adds zz_01 as nothing, not Boolean."),
        (lambda made: made.drop("nature"), "The law drops nature."),
        (lambda made: made.with_columns(scratch=1), "The law leaves scratch behind."),
    ],
)
def test_a_law_of_the_wrong_shape_is_told_and_its_cases_are_not_tried(change, told):
    assert proven(made_by=lambda filings: change(regime(filings))) == [told]


def test_changes_of_rates_and_fees_ask_no_case_of_the_law():
    early = replace(jurisdiction(fact(), FEE, FINDING), fees=())
    late = jurisdiction(fact(), FEE, FINDING)
    both = read_cases(
        PROVEN[PROVEN.index("fee_case") : PROVEN.index("required_case")] + PROVEN[PROVEN.index("[[group]]") :]
    )

    assert faults(late, both) == []
    assert len(faults(early, both)) == 1
