"""Plots: inline SVG without a script; lengths are shares of the page, so words keep their size on a phone."""

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from typing import Final

ROW, BAR = 44, 12
LONGEST_NAME: Final = 26
"""Letters of a name beside its figure; the table twin holds all of it."""
THINNEST: Final = 0.4
"""Percent below which a bar is drawn two points wide, so that something is never shown as nothing."""


@dataclass(frozen=True)
class Bar:
    """A line of a bar plot: its name, what is said at its end, and its parts as amount and colour."""

    name: str
    told: str
    parts: Sequence[tuple[int, str]]

    @property
    def length(self) -> int:
        """All parts together."""
        return sum(amount for amount, _ in self.parts)


def bars(title: str, rows: Sequence[Bar]) -> str:
    """A bar for each row, the longest as wide as the page allows; words stand above their bar, so none overlap."""
    longest = max((row.length for row in rows), default=0)
    lines = "".join(_line(row, at * ROW, longest) for at, row in enumerate(rows))
    return _plot(title, len(rows) * ROW, lines)


def _line(row: Bar, top: int, longest: int) -> str:
    words = (
        f'<text x="0" y="{top + 16}">{escape(shortened(row.name))}</text>'
        f'<text class="value" x="100%" y="{top + 16}" text-anchor="end">{escape(row.told)}</text>'
    )
    return words + _stacked(row.parts, longest, top + 22, BAR)


def whole(title: str, parts: Sequence[tuple[int, str]]) -> str:
    """One bar over the whole width, cut into its parts."""
    return _plot(title, 2 * BAR, _stacked(parts, sum(amount for amount, _ in parts), 0, 2 * BAR))


def _stacked(parts: Sequence[tuple[int, str]], longest: int, top: int, height: int) -> str:
    told, start = "", 0.0
    for amount, colour in parts:
        width = 100 * amount / longest if longest else 0.0
        if colour == "open":
            told += f'<rect class="open" x="1" y="{top + 1}" width="24%" height="{height - 2}"/>'
        elif amount > 0:
            size = "2" if width < THINNEST else f"{width:.2f}%"
            told += f'<rect class="{colour}" x="{start:.2f}%" y="{top}" width="{size}" height="{height}"/>'
        start += max(width, 0.0)
    return told


HIGH, AXIS = 132, 24


@dataclass(frozen=True)
class Column:
    """One step of a column plot; ``label`` stands below it, or is empty."""

    amount: int
    label: str = ""


def columns(title: str, steps: Sequence[Column], told_of_peak: str) -> str:
    """A column for each step in time; the highest one carries its figure, the axis a label here and there."""
    highest = max((step.amount for step in steps), default=0)
    wide = 100 / max(len(steps), 1)
    peak = next((at for at, step in enumerate(steps) if step.amount == highest), 0)
    drawn = f'<line x1="0" x2="100%" y1="{HIGH + AXIS}" y2="{HIGH + AXIS}"/>'
    for at, step in enumerate(steps):
        tall = max(2.0, HIGH * step.amount / highest) if step.amount else 0.0
        if tall:
            kind = ' class="wait"' if at == peak else ""
            drawn += (
                f'<rect{kind} x="{(at + 0.1) * wide:.3f}%" y="{HIGH + AXIS - tall:.1f}" '
                f'width="{0.8 * wide:.3f}%" height="{tall:.1f}"/>'
            )
        if step.label:
            anchor, x = ("start", at * wide) if at * wide < 90 else ("end", min(100.0, (at + 1) * wide))  # noqa: PLR2004 - the last tenth
            drawn += f'<text class="axis" x="{x:.2f}%" y="{HIGH + 2 * AXIS - 4}" text-anchor="{anchor}">'
            drawn += f"{escape(step.label)}</text>"
    drawn += _peak(peak, wide, told_of_peak)
    return _plot(title, HIGH + 2 * AXIS, drawn)


def _peak(at: int, wide: float, told: str) -> str:
    middle = (at + 0.5) * wide
    anchor, x = ("start", at * wide) if middle < 50 else ("end", (at + 1) * wide)  # noqa: PLR2004 - half of the page
    return f'<text class="value" x="{x:.2f}%" y="16" text-anchor="{anchor}">{escape(told)}</text>'


def _plot(title: str, height: int, drawn: str) -> str:
    label = escape(title, quote=True)
    return f'<svg class="plot" role="img" aria-label="{label}" width="100%" height="{height}">{drawn}</svg>'


def shortened(name: str, most: int = LONGEST_NAME) -> str:
    """A name cut to what fits beside a figure."""
    return name if len(name) <= most else name[: most - 1] + "…"
