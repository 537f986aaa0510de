"""The report: a run's summary as one page that opens without a network and says nothing that the summary does not."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from html import escape
from importlib.resources import files
from pathlib import Path
from typing import Any, Final

import polars as pl

from tidewaiter.model.codes import SEVERITIES
from tidewaiter.model.money import money_text
from tidewaiter.runners.workspace import told_plainly

COLOURED: Final = ("release", "release_conditional", "hold", "refuse", "note", "ask")
"""Words that have a colour of their own in the style sheet."""
UNKNOWN: Final = {"unresolved": "not determined", "collected_elsewhere": "not collected here"}
TOP: Final = 20


def write_report(path: Path, summary: Mapping[str, Any], quarantine: pl.DataFrame) -> None:
    """Write the page of a run; the same summary gives the same bytes."""
    with told_plainly(path):
        path.write_text(report_page(summary, quarantine), encoding="utf-8")


def report_page(summary: Mapping[str, Any], quarantine: pl.DataFrame) -> str:
    """The whole page as HTML. ``quarantine`` gives the first message of each code."""
    title = f"{summary['jurisdiction']}, {_day(summary)}"
    style = files("tidewaiter.runners").joinpath("report.css").read_text(encoding="utf-8")
    parts = [
        "<!doctype html>",
        f'<html lang="en"><head><meta charset="utf-8"><title>{escape(title)}</title>',
        f'<meta name="viewport" content="width=device-width, initial-scale=1"><style>{style}</style></head>',
        "<body><main>",
        f"<h1>{escape(title)}</h1>",
        f"<p>Law version <code>{escape(summary['law_version'])}</code></p>",
        *_figures(summary),
        *_decisions(summary),
        *_charges(summary),
        *_findings(summary),
        *_quarantine(summary, quarantine),
        *_editions(summary),
        "</main></body></html>",
    ]
    return "\n".join(parts) + "\n"


def _day(summary: Mapping[str, Any]) -> str:
    return str(summary["accepted_at"]).removesuffix("T00:00:00+00:00")


def _figures(summary: Mapping[str, Any]) -> Iterator[str]:
    """How the filings that came in add up."""
    counts = summary["consignments"]
    words = {"rows_in": "filings came in", "accepted": "accepted", "quarantined": "in quarantine",
             "duplicates": "told again", "refused": "refused"}  # fmt: skip
    yield '<ul class="figures">'
    yield from (f"<li><b>{counts[name]:,}</b><span>{word}</span></li>" for name, word in words.items())
    yield "</ul>"


def _decisions(summary: Mapping[str, Any]) -> Iterator[str]:
    accepted = summary["consignments"]["accepted"]
    for heading, name in (("Decisions", "decisions"), ("Routes", "routes"), ("Held filings wait for", "pending_on")):
        counts = sorted(summary[name].items(), key=lambda pair: (-pair[1], pair[0]))
        rows = [
            (_spoken(word), _figure(count), _share(count, accepted), _bar(count, accepted, word))
            for word, count in counts
        ]
        yield from _table(heading, ("", "filings", "share", ""), rows)


def _charges(summary: Mapping[str, Any]) -> Iterator[str]:
    """Charges by kind and status; what could not be determined is never shown as nothing."""
    currency = summary["currency"]
    rows = [
        (_spoken(one["charge"]), _spoken(one["status"]), _spoken(one["collected_from"]), _figure(one["rows"]),
         f'<td class="number">{escape(_amount(one, currency))}</td>')
        for one in summary["charges"]
    ]  # fmt: skip
    yield from _table("Charges", ("", "status", "collected at", "charges", "amount"), rows)
    if rows:
        unresolved = summary["consignments"]["accepted"] - summary["resolved"]
        without = f", without {unresolved:,} not resolved" if unresolved else ""
        due = money_text(summary["due_at_border_minor"], currency)
        yield f'<p class="due">Due at the border: <b>{escape(due)}</b>{without}</p>'


def _amount(one: Mapping[str, Any], currency: str) -> str:
    if one["status"] in UNKNOWN and not one["amount_minor"]:
        return UNKNOWN[one["status"]]
    return money_text(one["amount_minor"], currency)


def _findings(summary: Mapping[str, Any]) -> Iterator[str]:
    """Findings, those that stop a parcel first."""
    accepted = summary["consignments"]["accepted"]
    order = {severity: rank for rank, severity in enumerate(SEVERITIES)}
    found = sorted(summary["findings"], key=lambda one: (-order[one["severity"]], -one["consignments"], one["code"]))
    rows = [
        (f"<td><code>{escape(one['code'])}</code></td>", _marked(one["severity"]),
         _cell(summary["titles"].get(one["code"], "")), _figure(one["consignments"]),
         _bar(one["consignments"], accepted, one["severity"]))
        for one in found[:TOP]
    ]  # fmt: skip
    yield from _table("Findings", ("code", "severity", "what", "filings", ""), rows)
    if len(found) > TOP:
        yield f"<p>And {len(found) - TOP:,} other kinds, all in findings.parquet.</p>"


def _quarantine(summary: Mapping[str, Any], quarantine: pl.DataFrame) -> Iterator[str]:
    first = dict(quarantine.unique("code", keep="first", maintain_order=True).select("code", "message").iter_rows())
    counts = sorted(summary["quarantine"].items(), key=lambda pair: (-pair[1], pair[0]))
    rows = [
        (f"<td><code>{escape(code)}</code></td>", _figure(count), _cell(first.get(code, ""))) for code, count in counts
    ]
    yield from _table("Quarantine", ("code", "rows", "the first of them"), rows)


def _editions(summary: Mapping[str, Any]) -> Iterator[str]:
    rows = [
        (_cell(name), f"<td><code>{escape(edition[:16])}</code></td>") for name, edition in summary["editions"].items()
    ]
    yield from _table("What decided, in which edition", ("sheet, rule or shelf", "edition"), rows)


def _table(heading: str, head: Sequence[str], rows: Sequence[Iterable[str]]) -> Iterator[str]:
    """A heading and its table; nothing where there is no row. Cells come as HTML."""
    if not rows:
        return
    yield f'<h2>{escape(heading)}</h2><div class="wide"><table>'
    numbers = {"filings", "share", "charges", "amount", "rows"}
    cells = (f'<th scope="col"{" class=number" if word in numbers else ""}>{escape(word)}</th>' for word in head)
    yield f"<thead><tr>{''.join(cells)}</tr></thead><tbody>"
    yield from (f"<tr>{''.join(row)}</tr>" for row in rows)
    yield "</tbody></table></div>"


def _cell(text: str) -> str:
    return f"<td>{escape(text)}</td>"


def _spoken(word: str) -> str:
    return _cell(word.replace("_", " "))


def _marked(word: str) -> str:
    colour = f' style="color:var(--{word})"' if word in COLOURED else ""
    return f'<td class="mark"{colour}>{escape(word)}</td>'


def _figure(count: int) -> str:
    return f'<td class="number">{count:,}</td>'


def _share(part: int, whole: int) -> str:
    return f'<td class="number">{100 * part / whole:.1f} %</td>' if whole else "<td></td>"


def _bar(part: int, whole: int, word: str) -> str:
    """A bar as long as its share; the figure beside it says the same to whoever cannot see it."""
    width = max(0.5, 100 * part / whole) if part and whole else 0
    colour = f";background:var(--{word})" if word in COLOURED else ""
    return f'<td class="bar"><span style="width:{width:.2f}%{colour}"></span></td>'
