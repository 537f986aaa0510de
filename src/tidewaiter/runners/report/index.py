"""An index of several runs: what each decided, with a link to its report; currencies are never added up."""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from tidewaiter.model.words import counted, due_text, moment_text, share
from tidewaiter.runners.report.countries import territory
from tidewaiter.runners.report.markup import Markup, page, paragraph, section, table, text
from tidewaiter.runners.report.plots import whole
from tidewaiter.runners.workspace import told_plainly

INDEX: Final = "index.html"
RELEASED: Final = ("release", "release_conditional")


def write_index(path: Path, title: str, runs: Sequence[tuple[str, Mapping[str, Any]]]) -> None:
    """Write the page; each run is the relative address of its report and its summary."""
    with told_plainly(path):
        path.write_text(index_page(title, runs), encoding="utf-8")


def index_page(title: str, runs: Sequence[tuple[str, Mapping[str, Any]]]) -> str:
    """The page as HTML."""
    filings = sum(summary["consignments"]["accepted"] for _, summary in runs)
    opening = (
        f'<p class="kicker">{text(title)}</p>',
        f"<h1>{counted(filings, 'filing')} under {counted(len(runs), 'law')}</h1>",
        paragraph(
            "Each run has its own page, its own letters and its own currency; nothing is added up over currencies.",
            "lead",
        ),
    )
    return page(title, opening, _body(runs))


def _body(runs: Sequence[tuple[str, Mapping[str, Any]]]) -> Iterator[str]:
    for number, (address, summary) in enumerate(runs, start=1):
        yield section(f"run-{number}", territory(summary["jurisdiction"]), _run(address, summary))
    head = ("run", "filings", "may go", "wait", "refused", "due at the border")
    yield section(
        "together", "Side by side", [table("The runs, each in its currency", head, [_cells(*run) for run in runs])]
    )


def _run(address: str, summary: Mapping[str, Any]) -> Iterator[str]:
    accepted, decisions = summary["consignments"]["accepted"], summary["decisions"]
    released = sum(decisions.get(name, 0) for name in RELEASED)
    day = moment_text(str(summary["accepted_at"]))
    wait = accepted - released
    said = f"{released:,} of {counted(accepted, 'filing')} may go, {wait:,} {'waits' if wait == 1 else 'wait'}."
    yield paragraph(f"{day}. {said} {_due(summary)}")
    yield whole(f"{share(released, accepted)} may go", [(released, "release"), (wait, "wait")])
    yield f'<p><a href="{text(address)}">The report, with reasons, money and letters</a></p>'


def _due(summary: Mapping[str, Any]) -> str:
    return f"Due at the border: {_due_text(summary)}."


def _due_text(summary: Mapping[str, Any]) -> str:
    unresolved = summary["consignments"]["accepted"] - summary["resolved"]
    return due_text(summary["due_at_border_minor"], unresolved, summary["currency"])


def _cells(address: str, summary: Mapping[str, Any]) -> tuple[str, ...]:
    link = Markup(f'<a href="{text(address)}">{text(territory(summary["jurisdiction"]))}</a>')
    decisions = summary["decisions"]
    released = sum(decisions.get(name, 0) for name in RELEASED)
    counts = (summary["consignments"]["accepted"], released, decisions.get("hold", 0), decisions.get("refuse", 0))
    return (link, *(f"{count:,}" for count in counts), _due_text(summary))
