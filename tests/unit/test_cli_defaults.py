"""What the command line says by itself is what the rooms below it mean."""

import inspect

from tidewaiter.cli.clear import clear
from tidewaiter.runners.local import CHUNK_ROWS


def test_the_command_clears_as_many_lines_at_a_time_as_the_runner_does_by_itself():
    assert inspect.signature(clear).parameters["chunk_rows"].default == CHUNK_ROWS
