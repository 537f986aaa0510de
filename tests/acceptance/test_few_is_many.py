"""A few messages, worked out on plain lists, come to the same as the plan's own way: every column of every table."""

from datetime import UTC, date, datetime

import pytest

from tidewaiter.pipeline.few import charges, walk
from tidewaiter.runners.batcher.answering import answers
from tidewaiter.runners.batcher.deciding import decide
from tidewaiter.runners.batcher.looking_back import Nothing, Past
from tidewaiter.runners.batcher.message import Message
from tidewaiter.service.batcher import in_force
from tidewaiter.world.write import write_sample

DAYS = {"EU": date(2026, 10, 20), "GB": date(2026, 10, 20), "US": date(2026, 10, 20)}
SIZES = (1, 6, 20, 3, 40)
LEFT_TO_POLARS = {"EU": set(), "GB": set(), "US": {"regime", "certainty"}}
"""Stages with an expression that nothing but Polars reads."""


@pytest.mark.parametrize("country", DAYS)
@pytest.mark.parametrize("dirt", [0.0, 0.4])
def test_few_messages_come_to_what_the_plan_makes_of_them(country, dirt, tmp_path, monkeypatch):
    day = write_sample(tmp_path, sum(SIZES), 5, country, DAYS[country], form="ndjson", dirt=dirt, faults=dirt)
    bodies = iter(day.read_bytes().splitlines())
    batches = [[Message(f"m{place}", next(bodies)) for place in range(size)] for size in SIZES]
    few, many = in_force(country, home=tmp_path), in_force(country, home=tmp_path)
    made = [_decided(few, batch) for batch in batches]

    for part in (walk,):
        monkeypatch.setattr(part, "FEW", 0)
    wanted = [_decided(many, batch) for batch in batches]

    for own, other in zip(made, wanted, strict=True):
        assert own.tables.keys() == other.tables.keys()
        for name, table in other.tables.items():
            assert own.tables[name].schema == table.schema
            differs = [column for column in table.columns if not own.tables[name][column].equals(table[column])]
            assert not differs, (name, differs)
        assert answers(own) == answers(other)
    steps = few.clearance.wide.steps
    assert {steps[at].name for at, one in few.wide.recipes.items() if one is None} == LEFT_TO_POLARS[country]


def _decided(rules, batch):
    return decide(rules, batch, datetime(2026, 10, 20, 12, tzinfo=UTC), Past(Nothing()))
