"""Markup: texts of senders made harmless, tables, and the frame every page shares."""

from collections.abc import Iterable, Sequence
from html import escape
from importlib.resources import files
from typing import Final

Cells = Sequence[str]
NUMBERS: Final = frozenset({
    "filings", "share", "may go", "asked", "held", "refused", "charges", "amount", "rows", "wait", "with faults",
    "untouched", "due at the border", "here", "all of the run", "arrivals", "items", "not determined",
})  # fmt: skip
"""Heads of columns whose cells are figures and stand to the right."""


class Markup(str):
    """Text that is markup already and goes onto the page as it is."""

    __slots__ = ()


def text(told: str) -> str:
    """Words of a sender or a pack as they may stand on a page."""
    return told if isinstance(told, Markup) else escape(told)


def code(told: str) -> Markup:
    """A reference or a code, set apart."""
    return Markup(f"<code>{escape(told)}</code>")


def page(title: str, opening: Iterable[str], body: Iterable[str], kind: str = "") -> str:
    """A whole page: one file, no script, nothing to fetch."""
    style = files("tidewaiter.runners.report").joinpath("style.css").read_text(encoding="utf-8")
    of_kind = f' class="{kind}"' if kind else ""
    return "\n".join((
        "<!doctype html>",
        f'<html lang="en"><head><meta charset="utf-8"><title>{escape(title)}</title>',
        f'<meta name="viewport" content="width=device-width, initial-scale=1"><style>{style}</style></head>',
        f"<body><header{of_kind}>", *opening, f"</header><main{of_kind}>", *body,
        f"</main><footer{of_kind}>",
        "<p>Made by Tidewaiter from the files beside this page. It computes and explains; it gives no legal advice.",
        "</p>",
        "</footer></body></html>", "",
    ))  # fmt: skip


def section(name: str, heading: str, body: Iterable[str], kind: str = "") -> str:
    """A part of the page under its heading, reached by ``#name``."""
    of_kind = f' class="{kind}"' if kind else ""
    start = f'<section id="{name}" aria-labelledby="{name}-heading"{of_kind}>'
    return "\n".join((start, f'<h2 id="{name}-heading">{text(heading)}</h2>', *body, "</section>"))


def paragraph(told: str, kind: str = "") -> str:
    """One paragraph; nothing where there is nothing to say."""
    of_kind = f' class="{kind}"' if kind else ""
    return f"<p{of_kind}>{text(told)}</p>" if told else ""


def table(caption: str, head: Sequence[str], rows: Iterable[Cells], total: Cells = ()) -> str:
    """A table whose first column names its rows; it scrolls by itself where the screen is narrow."""
    heads = "".join(f'<th scope="col"{_number(word)}>{text(word)}</th>' for word in head)
    body = [_row(head, row) for row in rows]
    if total:
        body.append(_row(head, total, ' class="sum"'))
    label = escape(caption, quote=True)
    return (
        f'<div class="wide" role="region" tabindex="0" aria-label="{label}"><table><caption>{text(caption)}</caption>'
        f"<thead><tr>{heads}</tr></thead><tbody>{''.join(body)}</tbody></table></div>"
    )


def _row(head: Sequence[str], cells: Cells, kind: str = "") -> str:
    named = f'<th scope="row">{text(cells[0])}</th>'
    others = (f"<td{_kind_of(word, cell)}>{text(cell)}</td>" for word, cell in zip(head[1:], cells[1:], strict=True))
    return f"<tr{kind}>{named}{''.join(others)}</tr>"


def _number(word: str) -> str:
    return ' class="number"' if word in NUMBERS else ""


LONG: Final = 24
"""Letters from which a cell needs room to wrap in."""


def _kind_of(word: str, cell: str) -> str:
    return _number(word) or (' class="words"' if len(cell) > LONG else "")


def figure(title: str, plot: str, twin: str, note: str = "", *, is_open: bool = False) -> str:
    """A plot under a title that says what it shows, with its table behind one key, or below where ``is_open``."""
    small = f"<small>{text(note)}</small>" if note else ""
    behind = "" if is_open else f"<details><summary>The same as a table</summary>{twin}</details>"
    shown = f"<figure><figcaption>{text(title)}{small}</figcaption>{plot}{behind}</figure>"
    return shown + twin if is_open else shown


def pair(parts: Iterable[str]) -> str:
    """Parts beside each other where there is room for it."""
    return f'<div class="pair">{"".join(f"<div>{part}</div>" for part in parts)}</div>'
