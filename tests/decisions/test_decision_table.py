"""The advisor answers every filing of the decision table as the texts of law do."""

import io
import json
import tomllib
from pathlib import Path

import pytest

from tidewaiter.model.codes import CURRENCY_DIGITS
from tidewaiter.service.quote import quotes

TABLE = tomllib.loads((Path(__file__).parent / "filings.toml").read_text(encoding="utf-8"))
TABLES = [
    TABLE,
    *(tomllib.loads(path.read_text(encoding="utf-8")) for path in Path(__file__).parent.glob("more_*.toml")),
]
ROWS = [(table, row) for table in TABLES for row in table["filing"]]
DUTY = {"duty_rate": "12 %"}


@pytest.fixture(scope="module")
def answers():
    lines = "".join(json.dumps(_filing(table, row), default=str) + "\n" for table, row in ROWS)
    return {told["consignment_id"]: told for told in quotes("-", stream=io.BytesIO(lines.encode()))}


def test_the_table_has_sixty_filings_and_each_its_own_name():
    names = [row["id"] for row in TABLE["filing"]]

    assert len(names) == len(set(names)) == 60


def test_every_filing_of_all_tables_has_its_own_name_and_every_jurisdiction_its_filings():
    names = [row["id"] for _, row in ROWS]

    assert len(names) == len(set(names)) == 81
    assert {row["as"].partition("/")[0] for _, row in ROWS} == {"AU", "CA", "CH", "EU", "GB", "NZ", "US"}


@pytest.mark.parametrize("row", [row for _, row in ROWS], ids=lambda row: row["id"])
def test_the_advisor_answers_as_the_law_does(row, answers):
    told = answers[row["id"]]

    assert "errors" not in told, told
    sets = {entry["set"]: entry for entry in told["eligible_sets"]}
    assert _allowed(sets, answer=True) == row["allowed"]
    assert _allowed(sets, answer=None) == row.get("open", [])
    assert _allowed(sets, answer=False) == sorted(row.get("refused", {}), key=list(sets).index)
    for name, ground in row.get("refused", {}).items():
        assert ground in sets[name]["grounds"]
        assert sets[name]["why_not"]
    missing = {name: entry["missing_fields"] for name, entry in sets.items() if entry["missing_fields"]}
    assert {name: set(fields) for name, fields in missing.items()} == {
        name: set(fields) for name, fields in row.get("missing", {}).items()
    }
    for charge in ("duty", "tax"):
        made = {name: _money(sets[name][f"{charge}_minor"], told["currency"]) for name in row.get(charge, {})}
        assert made == row.get(charge, {}), charge


def _allowed(sets, *, answer):
    return [name for name, entry in sets.items() if entry["allowed"] is answer]


def _money(minor, currency):
    return "open" if minor is None else f"{minor / 10 ** CURRENCY_DIGITS[currency]:.2f}"


def _filing(table, row):
    base = {**table["base"], **table["base_of"][row["as"].partition("/")[0]]}
    currency = base.pop("value_currency")
    items = [
        {**table["base_item"], "value_currency": currency, **item, "item_no": str(number)}
        for number, item in enumerate(row.get("items", [{}]), start=1)
    ]
    filing = {**base, **row.get("filing", {}), "consignment_id": row["id"], "items": items}
    return {**filing, "as": row["as"], "on": row["on"], "assume": row.get("assume", DUTY)}
