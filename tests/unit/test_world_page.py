"""The page on the world names every column of the truth, every event and every figure of the sheet."""

from datetime import date

import pytest

from tidewaiter.world.lists import read
from tidewaiter.world.messages import world_slices
from tidewaiter.world.movements import VERDICTS
from tidewaiter.world.senders import senders
from tidewaiter.world.setting import World
from tidewaiter.world.sheet import world_sheet
from tidewaiter.world.truth import truth
from tools.source import DOCS

PAGE = (DOCS / "reference" / "world.md").read_text(encoding="utf-8")


def figures(tables, above=""):
    for name, value in tables.items():
        called = f"{above}.{name}" if above else name
        if isinstance(value, dict):
            yield from figures(value, called)
        elif above:
            yield called, value


def test_every_column_of_the_truth_is_explained():
    world = World("EU", 1, world_sheet(), date(2026, 8, 3), 1, 200)
    columns = next(truth(world, *one) for one in world_slices(world)).columns

    assert [name for name in columns if f"`{name}`" not in PAGE] == []


def test_every_verdict_every_sender_and_every_scheme_is_named():
    words = [*VERDICTS, *senders().names, *read("world")["schemes"]["weight"]]

    assert [word for word in words if f"`{word}`" not in PAGE] == []


@pytest.mark.parametrize(
    ("name", "value"),
    [one for one in figures(read("world")) if one[0].split(".")[0] not in {"begins", "weekday", "hour"}],
)
def test_every_figure_of_the_sheet_is_told_as_it_is(name, value):
    told = "from `{}` to `{}`".format(*value) if isinstance(value, list) else f"`{value}`"

    assert f"| `{name}` | {told} |" in PAGE
