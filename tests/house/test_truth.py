"""No check may see the truth: nothing that decides about parcels names its files or its columns."""

import pytest

from tools.source import modules

SIGHTED = ("world/", "service/world.py", "cli/world.py")
FILES = ("truth.parquet", "truth_campaigns", "is_illicit", "true_value_minor", "true_commodity_codes", "true_order")


def blind():
    return [module for module in modules() if not _inside(module).startswith(SIGHTED)]


def _inside(module):
    return module.name.removeprefix("src/tidewaiter/")


def test_the_rooms_that_decide_are_looked_at():
    rooms = {_inside(module).split("/")[0] for module in blind()}

    assert {"model", "kit", "packs", "reference", "stages", "pipeline", "runners"} <= rooms


@pytest.mark.parametrize("word", FILES)
def test_nothing_that_decides_knows_a_word_of_the_truth(word):
    assert [module.name for module in blind() if word in module.text] == []
