"""What the command line says by itself is what the rooms below it mean."""

import inspect

from tidewaiter.cli.clear import clear
from tidewaiter.cli.words import plain
from tidewaiter.runners.local import CHUNK_ROWS


def test_the_command_clears_as_many_lines_at_a_time_as_the_runner_does_by_itself():
    assert inspect.signature(clear).parameters["chunk_rows"].default == CHUNK_ROWS


def test_text_of_a_sender_never_steers_a_terminal():
    shown = plain("\x1b[31mred\u202e [b]x[/b] Straße\u200c\n")

    assert "\x1b" not in shown
    assert "\u202e" not in shown
    assert shown.startswith("\\u001b[31mred\\u202e ")
    assert shown.endswith("Straße\u200c\n")
