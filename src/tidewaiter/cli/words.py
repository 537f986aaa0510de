"""Words on the terminal: colour where a person looks, plain lines in a pipe, JSON where a program reads."""

import json
import sys
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Final

from rich.console import Console
from rich.markup import escape

from tidewaiter.model.words import share, spoken

BAR_WIDTH: Final = 24
DECISION_STYLE: Final = {
    "release": "green", "release_conditional": "cyan", "hold": "yellow", "refuse": "red",
    "ask": "yellow", "document_check": "yellow", "scan": "magenta", "open": "magenta", "lab": "magenta", "refer": "red",
    "note": "dim",
}  # fmt: skip


class Screen(Console):
    """Standard output; a reader that goes away is told to the door, which knows the exit code."""

    def on_broken_pipe(self) -> None:
        """Let the error through."""
        raise BrokenPipeError


def show(lines: Iterable[str]) -> None:
    """Print lines with their markup; a line is never cut or wrapped in a pipe."""
    console = Screen(file=sys.stdout, highlight=False, soft_wrap=True)
    for line in lines:
        console.print(line)


def show_json(told: object) -> None:
    """Print JSON and nothing else."""
    print(json.dumps(told, ensure_ascii=False, indent=2, default=_as_text))


def _as_text(value: object) -> str:
    return value.isoformat() if isinstance(value, date | datetime) else str(value)


TURNS: Final = {*range(0x202A, 0x202F), *range(0x2066, 0x206A), 0x200E, 0x200F}
"""Characters that turn the direction of writing (Unicode, bidirectional formatting)."""
UNSAFE: Final = {
    code: f"\\u{code:04x}" for code in (*range(0x20), *range(0x7F, 0xA0), *TURNS) if chr(code) not in "\n\t"
}
"""What a terminal would obey instead of showing it, and what is shown in its place."""


def plain(text: object) -> str:
    """Text of a sender as it stands: brackets are no markup, and what would steer a terminal is spelled out."""
    return escape(str(text).translate(UNSAFE))


WORD_WIDTH: Final = 19
"""Room for ``release conditional``, so that bars below each other begin in one place."""


def bars(counts: Mapping[str, int], whole: int) -> list[str]:
    """A line for each count, the largest first: word, count, percent, bar."""
    width = max(WORD_WIDTH, *(len(spoken(word)) for word in counts), 0)
    lines = []
    for word, count in sorted(counts.items(), key=lambda pair: (-pair[1], pair[0])):
        filled = max(1, round(BAR_WIDTH * count / whole)) if count and whole else 0
        style = DECISION_STYLE.get(word, "blue")
        lines.append(f"    {spoken(word):<{width}}  {count:>11,}  {share(count, whole):>8}  [{style}]{'█' * filled}[/]")
    return lines


def columns(rows: Iterable[tuple[str, ...]], right: Iterable[int] = (), indent: int = 4) -> list[str]:
    """Rows of plain cells set in columns; ``right`` names those that stand to the right."""
    told = [tuple(row) for row in rows]
    if not told:
        return []
    widths = [max(len(row[at]) for row in told) for at in range(len(told[0]))]
    to_the_right = set(right)
    lines = []
    for row in told:
        cells = [
            f"{cell:>{width}}" if at in to_the_right else f"{cell:<{width}}"
            for at, (cell, width) in enumerate(zip(row, widths, strict=True))
        ]
        lines.append(plain((" " * indent + "  ".join(cells)).rstrip()))
    return lines


def heading(text: str) -> str:
    """A heading inside an answer."""
    return f"\n  [bold]{plain(text)}[/]"
