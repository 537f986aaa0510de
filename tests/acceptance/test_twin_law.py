"""Which rules apply to a filing: a second reader of each law agrees with the pack on random filings of every change."""

import pytest

from tests.builders_twin import cleared, rows_of, twin_of, write_csv

JURISDICTIONS = ("AU", "CA", "CH", "EU", "GB", "NZ", "US")
FILINGS = 300


def told_by_the_product(tables):
    """Per filing: category, data set, rules that duty and tax rest on where they are not the tariff, missing law."""
    rows = {row["consignment_id"]: row for row in tables["consignments"].to_dicts()}
    told = {name: [row["category"], row["reduced_set_used"], set(), set(), None] for name, row in rows.items()}
    for charge in tables["charges"].to_dicts():
        mine = told[charge["consignment_id"]]
        if charge["charge"] == "vat":
            mine[3].add(charge["rule_id"])
        elif charge["charge"] == "duty" and charge["status"] == "relieved":
            mine[2].add(charge["relief_code"])
        elif charge["rule_id"] == "not_loaded":
            mine[4] = charge["source"]
    return told


def told_by_the_twin(answer):
    treatment = answer["treatment"]
    reliefs = {treatment.duty_rule_id} if treatment.duty_rule == "relief" else set()
    taxes = {treatment.tax_rule_id} if treatment.tax_rule != "none" else set()
    return [treatment.category, treatment.set_used, reliefs, taxes, treatment.law_not_loaded]


@pytest.mark.parametrize("jurisdiction", JURISDICTIONS)
def test_two_readers_of_the_law_agree_on_every_random_filing(jurisdiction, tmp_path):
    filings = rows_of(jurisdiction, FILINGS, 1)
    answers = twin_of(jurisdiction).clear(filings)
    source = write_csv(tmp_path / "filings.csv", (row for rows in filings.values() for row in rows))

    told = told_by_the_product(cleared(jurisdiction, source, tmp_path / "out"))

    differing = {
        name: (told_by_the_twin(answer), told[name])
        for name, answer in answers.items()
        if told_by_the_twin(answer) != told[name]
    }
    assert len(answers) > 0.95 * FILINGS
    assert differing == {}, f"{len(differing)} differ, the first ones: {list(differing.items())[:4]}"
