"""Every threshold of every sheet below, at and above, declared in foreign money; every change on both its days."""

from functools import cache

import pytest

from tests.acceptance.test_twin_law import told_by_the_product, told_by_the_twin
from tests.builders_thresholds import OWN, STEPS, at_changes, at_thresholds, shelves_on, thresholds
from tests.builders_twin import cleared, twin_with, write_csv
from tidewaiter.service.discovery import jurisdictions

CODES = sorted(jurisdictions())
FEWEST_FOREIGN = 0.8
"""Share of the filings at thresholds that are declared in foreign money at least; some limits are of days to come."""


@cache
def placed(code):
    """What stands at the thresholds, by the reference of each filing."""
    jurisdiction = jurisdictions()[code]
    _, rates, _ = shelves_on(jurisdiction)
    return {f"{code}-{number}": one for number, one in enumerate(at_thresholds(jurisdiction, rates))}


def both(code, filings, folder):
    """What the product and the second reader tell of filings: rules, data set, category, missing law, worth, fees."""
    jurisdiction = jurisdictions()[code]
    shelves, rates, sales = shelves_on(jurisdiction)
    named = {
        name: {**filing, "consignment_id": name, "consignee_name": f"Person {name}"} for name, filing in filings.items()
    }
    answers = twin_with(code, rates, sales).clear({name: [row] for name, row in named.items()})
    tables = cleared(code, write_csv(folder / "filings.csv", named.values()), folder / "out", shelves=shelves)
    told = told_by_the_product(tables)
    facts = set(jurisdiction.parameter_names)
    charged = {row["consignment_id"]: row["rule_id"] for row in tables["charges"].to_dicts() if row["charge"] == "duty"}
    money = {
        row["consignment_id"]: [row["intrinsic_value_minor"], row["fee_minor"]]
        for row in tables["consignments"].to_dicts()
    }
    ours = {
        name: [
            *told_by_the_twin(answer), _in_place_of_the_tariff(answer["treatment"]),
            answer["intrinsic_value_minor"], answer["fee_minor"],
        ]
        for name, answer in answers.items()
    }  # fmt: skip
    return ours, {
        name: [*rest, charged[name] if charged[name] in facts else None, *money[name]] for name, rest in told.items()
    }


def _in_place_of_the_tariff(treatment):
    """What the duty rests on where it is not the tariff."""
    return None if treatment.duty_rule == "tariff" else treatment.duty_rule_id


@pytest.mark.parametrize("code", CODES)
def test_below_at_and_above_every_threshold_two_readers_of_the_law_agree_on_foreign_money(code, tmp_path):
    there = placed(code)

    ours, told = both(code, {name: filing for name, (*_, filing) in there.items()}, tmp_path)

    differing = {name: (ours[name], told[name]) for name in there if ours[name] != told[name]}
    assert differing == {}, f"{len(differing)} of {len(there)} differ: {list(differing.items())[:3]}"
    foreign = sum(filing["item_value_currency"] != OWN[code] for *_, filing in there.values())
    assert foreign >= FEWEST_FOREIGN * len(there)
    wrong = [name for name, (limit, _, step, _) in there.items() if told[name][-2] != limit.minor + step]
    assert wrong == []
    assert still(code, told) == []


def still(code, told):
    """Thresholds that no scene notices: at them and a millionth of foreign money above, everything stays the same."""
    by_place = {(limit, number, step): told[name] for name, (limit, number, step, _) in placed(code).items()}
    noticed = {
        limit
        for (limit, number, step), answer in by_place.items()
        if step == STEPS[-1] and _but_worth(answer) != _but_worth(by_place[limit, number, 0])
    }
    every = thresholds(jurisdictions()[code])
    return [f"{limit.name} from {limit.valid_from}" for limit in every if limit not in noticed]


def _but_worth(answer):
    return [*answer[:-2], answer[-1]]


@pytest.mark.parametrize("code", CODES)
def test_on_the_day_before_and_the_day_of_every_change_two_readers_of_the_law_agree(code, tmp_path):
    filings = {f"{code}-{number}": filing for number, filing in enumerate(at_changes(jurisdictions()[code]))}

    ours, told = both(code, filings, tmp_path)

    differing = {name: (ours[name], told[name]) for name in filings if ours[name] != told[name]}
    assert differing == {}, f"{len(differing)} of {len(filings)} differ: {list(differing.items())[:3]}"
