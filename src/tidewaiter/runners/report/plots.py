"""Plots: inline SVG without a script; lengths are shares of the page, so words keep their size on a phone."""

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from typing import Final

ROW, BAR = 44, 12
LINE: Final = 46.0
"""Letters of common width that a line holds on a phone, name and figure together."""
LEAST: Final = 12.0
"""Letters left to a name beside the longest of figures."""
CAPITAL, SQUARE, FIRST_SQUARE = 1.5, 2.0, "\u2e80"
"""How wide capitals and the square letters of East Asia are."""
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
        f'<text x="0" y="{top + 16}">{escape(_fitting(row.name, max(LEAST, LINE - _width(row.told))))}</text>'
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
SLOTS: Final = 12
"""Columns that the page has room for at least, so that a single one is no wall."""
LAST_LABEL: Final = 86.0
"""Percent from which a label would run over the end of the axis."""
FEW: Final = 6
"""Steps up to which each has room for its label."""


@dataclass(frozen=True)
class Column:
    """One step of a column plot; ``label`` stands below it, or is empty."""

    amount: int
    label: str = ""


def columns(title: str, steps: Sequence[Column], told_of_peak: str) -> str:
    """A column for each step in time; the highest one carries its figure, the axis a label here and there."""
    highest = max((step.amount for step in steps), default=0)
    wide = 100 / max(len(steps), SLOTS)
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
        if step.label and (at * wide < LAST_LABEL or len(steps) <= FEW):
            drawn += f'<text class="axis" x="{at * wide:.2f}%" y="{HIGH + 2 * AXIS - 4}">{escape(step.label)}</text>'
    drawn += _peak(peak, wide, told_of_peak)
    return _plot(title, HIGH + 2 * AXIS, drawn)


def _peak(at: int, wide: float, told: str) -> str:
    middle = (at + 0.5) * wide
    anchor, x = ("start", at * wide) if middle < 50 else ("end", (at + 1) * wide)  # noqa: PLR2004 - half of the page
    return f'<text class="value" x="{x:.2f}%" y="16" text-anchor="{anchor}">{escape(told)}</text>'


def _plot(title: str, height: int, drawn: str) -> str:
    label = escape(title, quote=True)
    return f'<svg class="plot" role="img" aria-label="{label}" width="100%" height="{height}">{drawn}</svg>'


def _fitting(name: str, room: float) -> str:
    """A name cut to the room it has; its table twin holds all of it."""
    if _width(name) <= room:
        return name
    most = max(at for at in range(len(name)) if _width(name[:at]) <= room - 1)
    return name[:most] + "…"


def _width(words: str) -> float:
    return sum(SQUARE if one >= FIRST_SQUARE else CAPITAL if one.isupper() else 1.0 for one in words)


def shortened(words: str, most: int) -> str:
    """Words cut to so many letters."""
    return words if len(words) <= most else words[: most - 1] + "…"
