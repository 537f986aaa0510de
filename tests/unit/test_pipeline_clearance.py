"""The plan of clearance: proven for every jurisdiction, reads no more than it takes, refuses rules it cannot serve."""

from dataclasses import replace

import polars as pl
import pytest

from tests.builders import DAY
from tests.builders_stages import a_kind, between_filings, between_items
from tests.builders_twin import shelves_of
from tidewaiter.kit.facts import Parameter
from tidewaiter.kit.risk_rule import RiskRule, Window
from tidewaiter.model.codes import SEVERITIES
from tidewaiter.model.columns import ITEM_SCHEMA
from tidewaiter.model.errors import PlanError
from tidewaiter.pipeline.clearance import clearance
from tidewaiter.pipeline.stage import ROW, Stage
from tidewaiter.pipeline.supplies import lists_of, supplies
from tidewaiter.pipeline.tables import FILINGS, ITEMS, LIMIT, flags
from tidewaiter.pipeline.tariff_index import TAKES
from tidewaiter.pipeline.valuing import valuing
from tidewaiter.service.discovery import jurisdictions, risk_rules

CODES = ("EU", "GB", "US")


@pytest.fixture(scope="module", params=CODES)
def plans(request):
    return clearance(jurisdictions()[request.param], list(risk_rules().values()), shelves_of(request.param))


def a_rule(level="filing", takes=("order_id",), windows=(), read="order_id"):
    return RiskRule(a_kind("TST-09", level=level), takes, windows, {}, "1", lambda _: pl.col(read).is_not_null())


def with_rule(**said):
    return clearance(jurisdictions()["EU"], [a_rule(**said)], shelves_of("EU"))


def stage_of(plan, name):
    return next(step for step in plan.steps if step.name == name)


def test_the_kinds_of_a_run_stand_strongest_first_and_each_once(plans):
    severities = [SEVERITIES.index(kind.severity) for kind in plans.kinds]

    assert severities == sorted(severities, reverse=True)
    assert len({kind.code for kind in plans.kinds}) == len(plans.kinds)


def test_every_kind_of_a_run_has_its_flag_on_the_table_of_its_level(plans):
    added = {"filings": set(), "items": set()}
    for step in plans.wide.steps:
        if isinstance(step, Stage):
            added[step.to or step.table] |= set(step.adds)

    lost = [kind.code for kind in plans.kinds if kind.flag not in added[f"{kind.level}s"]]

    assert lost == []


def test_the_kinds_name_what_stages_jurisdiction_and_rules_can_find(plans):
    codes = {kind.code for kind in plans.kinds}

    assert {f"RES-{number:02}" for number in range(1, 12)} <= codes
    assert {"LAW-01", "LAW-02", "DEF-01", "PRE-01"} <= codes
    assert {kind.code for kind in plans.jurisdiction.findings} <= codes
    assert {rule.finding.code for rule in plans.rules} <= codes


def test_the_narrow_pass_reads_only_what_its_steps_take(plans):
    of_marks = {name for rule in plans.rules for name in rule.marks_from if name in ITEM_SCHEMA}

    assert {ROW, "value_micro", "value_currency", "commodity_code"} | of_marks == set(plans.narrow.items)
    assert "consignee_name" in plans.narrow.filings
    assert "freight_micro" not in plans.narrow.filings
    assert "run_accepted_at" in plans.narrow.filings
    assert {*FILINGS, "person_day_value_minor"} <= set(plans.wide.filings)
    assert set(plans.wide.items) == set(ITEMS)


def test_both_passes_begin_with_the_same_steps(plans):
    *shared, parties, marks = [step.name for step in plans.narrow.steps]

    assert [step.name for step in plans.wide.steps[: len(shared)]] == shared
    assert (parties, marks) == ("parties", "marks")


def test_the_facts_of_windows_are_there_when_the_rules_run():
    window = Window("order_key", 30, "count")

    plan = with_rule(takes=(), windows=(window,), read=window.fact).wide

    assert plan.filings[window.fact] == pl.Int64()
    assert window.fact in stage_of(plan, "risk of filings").takes


@pytest.mark.parametrize(("level", "own", "other"), [("filing", "filings", "items"), ("item", "items", "filings")])
def test_a_rule_runs_on_the_table_of_its_level(level, own, other):
    column = {"filing": "order_id", "item": "description"}[level]
    plan = with_rule(level=level, takes=(column,), read=column).wide

    assert stage_of(plan, f"risk of {own}").adds == {"tst_09": pl.Boolean()}
    assert stage_of(plan, f"risk of {own}").takes == {column: pl.String()}
    assert stage_of(plan, f"risk of {other}").adds == {}


def test_a_rule_that_takes_what_rules_cannot_see_is_refused_by_name():
    with pytest.raises(PlanError, match=r"Risk rule TST-09 takes 'duty_minor', which rules cannot see\..*duty_day"):
        with_rule(takes=("duty_minor",), read="duty_minor")


def test_a_rule_of_filings_that_takes_a_column_of_items_is_refused():
    with pytest.raises(PlanError, match="takes 'description' of the filings"):
        with_rule(takes=("description",), read="description")


def test_a_rule_that_looks_at_more_than_it_takes_is_refused_before_a_row_is_read():
    with pytest.raises(PlanError, match=r"Stage 'risk of filings' looks for a column that is not there: .*nowhere"):
        with_rule(takes=("order_id",), read="nowhere")


def test_a_law_that_leaves_out_a_column_of_the_regime_is_refused_by_name():
    european = jurisdictions()["EU"]
    faulty = replace(european, regime=lambda filings: european.regime(filings).drop("tax_rule"))

    with pytest.raises(PlanError, match="Stage 'regime' declares 'tax_rule' as String and makes None"):
        clearance(faulty, [], shelves_of("EU"))


def test_a_law_that_changes_what_a_filing_says_is_refused_by_name():
    european = jurisdictions()["EU"]
    faulty = replace(european, regime=lambda filings: european.regime(filings).with_columns(nature=pl.lit(1)))

    with pytest.raises(PlanError, match="Stage 'regime' is given 'nature' as String and makes it Int32"):
        clearance(faulty, [], shelves_of("EU"))


@pytest.mark.parametrize(
    ("limits", "watched"),
    [
        ({"low_value_limit_minor": 1, "flat_duty_limit_minor": 2, "ioss_limit_minor": 3}, 1),
        ({"flat_duty_limit_minor": 2, "ioss_limit_minor": 3}, 2),
        ({"ioss_limit_minor": 3}, 3),
        ({}, None),
    ],
)
def test_the_limit_to_watch_is_the_first_of_the_low_value_rules_in_force(limits, watched):
    parameters = tuple(Parameter(name, "EUR minor", value, DAY, "an act", "read") for name, value in limits.items())
    steps = valuing(replace(jurisdictions()["EU"], parameters=parameters))
    stage = next(step for step in steps if step.name == "limit to watch")
    rows = pl.LazyFrame({f"law_{name}": [value] for name, value in limits.items()} | {"x": [1]})

    assert stage.run(rows, {}).collect()[LIMIT].to_list() == [watched]


def test_flags_are_columns_that_say_yes_or_no():
    assert flags([a_kind("A-01"), a_kind("B-02")]) == {"a_01": pl.Boolean(), "b_02": pl.Boolean()}


def test_lists_that_stages_read_of_every_sheet_are_empty_where_a_sheet_has_none():
    bare = replace(jurisdictions()["EU"], parameters=(), tax_rates=(), leaves=())

    assert lists_of(bare) == {"reduced_rate_goods": []}
    assert lists_of(jurisdictions()["EU"])["reduced_rate_goods"] != []


def test_each_shelf_is_cut_to_the_days_of_a_chunk():
    shelf = supplies(jurisdictions()["EU"], shelves_of("EU"))
    filings = between_filings({}).collect()
    line = {**dict.fromkeys(TAKES), "commodity_code": "610910", "origin": "CN", "law_period": 0}
    items = between_items({name: value for name, value in line.items() if name != "duty_day"}).collect()

    rates = shelf["exchange_rates"](filings, items).collect()
    standard = shelf["tax_rates"](filings, items).collect()

    assert set(rates["duty_day"]) == set(standard["duty_day"]) == {DAY}
    assert rates.filter(pl.col("currency") == "EUR").select("rate_num", "rate_den").row(0)[0] > 0
    assert set(standard["place"]) == set(jurisdictions()["EU"].places) - {"AD", "SM"}, "whose tax no sheet tells"
    assert shelf["tariff"](filings, items).collect()["tariff_row"].to_list() == [0]
    assert shelf["goods_lists"](filings, items).collect().height == 1
    assert "valid_from" not in shelf["law"](filings, items).collect_schema()
    assert shelf["nomenclature"](filings, items).collect().height > 0
