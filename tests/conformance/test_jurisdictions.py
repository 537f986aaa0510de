"""Every jurisdiction is proven by the cases it brings: each limit at its edge, each change on both its days."""

from collections import Counter
from datetime import date, timedelta

import polars as pl
import polars.selectors as cs
import pytest

from tests.conformance.sheet_mutants import is_read_by_law, survivors
from tidewaiter.kit.cases import filings_of, read_cases
from tidewaiter.kit.jurisdiction import DUTY_RULES, READ_BY_STAGES, REGIME, ROUNDED, TAX_RULES
from tidewaiter.model.codes import CATEGORIES, COLLECTED_FROM
from tidewaiter.model.columns import BY_DOOR
from tidewaiter.service.discovery import jurisdictions
from tidewaiter.service.pack_check import faults_of
from tools.source import PACKS

HOUSE = PACKS / "jurisdictions"
FOLDERS = sorted(path.parent for path in HOUSE.glob("*/sheet.toml"))
KILLED_PERCENT = 90
READ_BY_STAGES_ONLY = {*READ_BY_STAGES, *(f"{charge}_rounding" for charge in ROUNDED), "reduced_rate_goods"}
"""Parameters no law function reads: stages and risk rules do."""
SILENT = (
    "intrinsic_value_minor", "person_day_value_minor", "customs_value_minor", "party_relation", "nature", "vat_scheme",
    "vat_scheme_id", "sale_value_minor", "procedure_of_all",
)  # fmt: skip

each_pack = pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)


def of(folder):
    jurisdiction = jurisdictions()[folder.name.upper()]
    return jurisdiction, read_cases((folder / "cases.toml").read_text(encoding="utf-8"))


def test_the_house_has_its_seven_jurisdictions():
    assert list(jurisdictions()) == ["AU", "CA", "CH", "EU", "GB", "NZ", "US"]
    assert [folder.name for folder in FOLDERS] == ["au", "ca", "ch", "eu", "gb", "nz", "us"]


@each_pack
def test_a_jurisdiction_is_proven_by_its_cases_on_both_days_of_every_change(folder):
    assert faults_of(folder, "jurisdictions") == []


@each_pack
def test_a_sheet_with_one_number_or_day_bent_breaks_a_case(folder):
    jurisdiction, cases = of(folder)

    unseen, bent = survivors(jurisdiction, cases)

    assert bent > 50
    assert 100 * len(unseen) <= (100 - KILLED_PERCENT) * bent, unseen


@each_pack
def test_every_parameter_is_read_by_the_law_or_by_a_stage(folder):
    jurisdiction, cases = of(folder)

    unread = {fact.name for fact in jurisdiction.parameters if not is_read_by_law(jurisdiction, fact)}

    charged = {case.expect.get("duty_rule_id") for case in cases.regime}
    assert unread <= READ_BY_STAGES_ONLY | charged


@each_pack
def test_what_the_law_answers_are_words_of_the_closed_lists(folder):
    jurisdiction, cases = of(folder)

    made = jurisdiction.regime(filings_of(jurisdiction, cases.regime).lazy()).collect()

    assert set(made["duty_rule"].drop_nulls()) <= set(DUTY_RULES)
    assert set(made["tax_rule"].drop_nulls()) <= set(TAX_RULES)
    assert set(made["category"].drop_nulls()) <= set(CATEGORIES)
    assert set(made["duty_collected_from"].drop_nulls()) <= set(COLLECTED_FROM)
    assert set(made["reduced_set_used"].drop_nulls()) <= set(jurisdiction.sets)
    assert {*made["duty_rule_id"].drop_nulls(), *made["tax_rule_id"].drop_nulls()} <= set(jurisdiction.parameter_names)
    assert {name: made.schema[name] for name in REGIME} == REGIME


@each_pack
def test_every_finding_of_a_sheet_is_raised_by_a_case_and_left_alone_by_another(folder):
    jurisdiction, cases = of(folder)

    raised = Counter(code for case in cases.regime for code in case.findings)

    codes = {finding.code for finding in jurisdiction.findings}
    assert set(raised) == codes
    assert all(count < len(cases.regime) for count in raised.values())


@each_pack
def test_every_field_a_set_requires_and_every_pointer_is_canonical(folder):
    jurisdiction, _ = of(folder)

    named = {name for fact in jurisdiction.requirements for name in fact.fields}
    pointed = {finding.pointer for finding in jurisdiction.findings}

    assert named | pointed <= set(BY_DOOR)
    assert {fact.reduced_set for fact in jurisdiction.requirements} <= set(jurisdiction.sets)


@each_pack
def test_the_law_neither_drops_nor_doubles_nor_moves_filings(folder):
    jurisdiction, cases = of(folder)
    filings = filings_of(jurisdiction, cases.regime)

    made = jurisdiction.regime(filings.lazy()).collect()

    assert made.select(filings.columns).equals(filings)


@each_pack
def test_a_filing_that_says_nothing_has_no_rule_and_no_guess(folder):
    jurisdiction, cases = of(folder)
    filings = filings_of(jurisdiction, cases.regime)
    silent = filings.with_columns(
        *(pl.lit(None, dtype=filings.schema[name]).alias(name) for name in SILENT),
        cs.starts_with("has_") & pl.lit(value=False),
        cs.starts_with("lacks_") | pl.lit(value=True),
    )

    made = jurisdiction.regime(silent.lazy()).collect()

    assert made["duty_rule"].drop_nulls().is_empty()


def test_the_27_members_have_one_standard_rate_on_every_day_since_2021_07_01():
    union = jurisdictions()["EU"]
    members = next(fact.value for fact in union.parameters if fact.name == "member_states" and fact.valid_to is None)

    days = [date(2021, 7, 1) + timedelta(days=7 * week) for week in range(300)]
    rates_of = {
        (place, day): sum(
            rate.place == place
            and rate.category == "standard"
            and rate.valid_from <= day
            and (rate.valid_to is None or day <= rate.valid_to)
            for rate in union.tax_rates
        )
        for place in members.split()
        for day in days
    }

    assert len(members.split()) == 27
    assert set(union.places) - set(members.split()) == {"AD", "MC", "SM"}, "in the customs union, or taxed as a member"
    assert set(rates_of.values()) == {1}


def test_goods_with_a_rate_of_their_own_may_carry_a_reduced_one_and_the_rate_names_its_law():
    union = jurisdictions()["EU"]
    marked = next(fact.value for fact in union.parameters if fact.name == "reduced_rate_goods")

    own = [rate for rate in union.tax_rates if rate.category != "standard"]

    assert len({rate.place for rate in own}) > 20
    assert all(code.startswith(marked) for rate in own for code in rate.goods)
    assert all(rate.evidence in {"read", "recalled"} and rate.source for rate in own)
