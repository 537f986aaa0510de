"""The opening: the run in one sentence, four figures, and how what came in adds up."""

from collections.abc import Iterator
from typing import Final

from tidewaiter.measure.groups import Row
from tidewaiter.measure.outcomes import OUTCOMES
from tidewaiter.model.words import counted, share
from tidewaiter.runners.report.markup import figure, pair, section, table
from tidewaiter.runners.report.plots import whole
from tidewaiter.runners.report.wording import CALLED, Told

MEANS: Final = {
    "ask": ("waits for an answer of the filer", "wait for an answer of the filer"),
    "hold": ("is held for a check", "are held for a check"),
    "refuse": ("is refused", "are refused"),
}


def headline(told: Told) -> tuple[str, str]:
    """The heading of the page, and the sentence below it."""
    accepted, waiting = told.accepted, told.waiting
    if not accepted:
        came = told.summary["consignments"]["rows_in"]
        return ("No filing came in" if not came else "No filing was accepted", _set_aside(told))
    if not waiting:
        title = "The only filing may go" if accepted == 1 else f"All {accepted:,} filings may go"
    elif waiting == accepted:
        title = "The only filing waits" if accepted == 1 else f"All {accepted:,} filings wait"
    else:
        wait = "1 waits" if waiting == 1 else f"{waiting:,} wait"
        title = f"{accepted - waiting:,} of {accepted:,} filings may go; {wait}"
    said = [
        f"{told.outcomes[name]:,} {words[told.outcomes[name] != 1]}"
        for name, words in MEANS.items()
        if told.outcomes[name]
    ]
    sentences = [f"{_listed(said)}." if said else "", _set_aside(told)]
    return title, " ".join(filter(None, sentences))


def _set_aside(told: Told) -> str:
    counts = told.summary["consignments"]
    lost = counts["quarantined"] + counts["refused"]
    if not lost:
        return ""
    stand = "stands aside with its" if lost == 1 else "stand aside, each with its"
    return f"{counted(lost, 'filing')} could not be accepted and {stand} reason."


def _listed(said: list[str]) -> str:
    return said[0] if len(said) == 1 else f"{', '.join(said[:-1])} and {said[-1]}"


def figures_list(row: Row) -> Iterator[str]:
    """How many may go, are asked, held, refused; a condition is named where there is one."""
    yield '<ul class="figures">'
    for name in OUTCOMES:
        if name == "release_conditional" and not row[name]:
            continue
        kind = name if row[name] else f"{name} none"
        part = share(row[name], row["filings"])
        yield f'<li class="{kind}"><b>{row[name]:,}</b><span>{CALLED[name]}, {part}</span></li>'
    yield "</ul>"


def opening(told: Told) -> str:
    """What came in and what became of it, adding up."""
    counts = told.summary["consignments"]
    fates = {
        "accepted": "accepted and decided", "quarantined": "in quarantine, to mend and send again",
        "duplicates": "told again with the same content, kept once", "refused": "in a file that could not be used",
    }  # fmt: skip
    rows = [(words, f"{counts[name]:,}", share(counts[name], counts["rows_in"])) for name, words in fates.items()]
    total = ("came in", f"{counts['rows_in']:,}", share(counts["rows_in"], counts["rows_in"]))
    parts = [table("How the filings that came in add up", ("fate", "filings", "share"), rows, total)]
    if told.accepted:
        goods = counted(told.summary["items"], "goods item")
        title = f"{counted(told.accepted, 'accepted filing')} with {goods}, by outcome"
        cells = [
            (CALLED[name], f"{told.outcomes[name]:,}", share(told.outcomes[name], told.accepted)) for name in OUTCOMES
        ]
        plot = whole(title, [(told.outcomes[name], name) for name in OUTCOMES])
        total = ("accepted", f"{told.accepted:,}", share(told.accepted, told.accepted))
        twin = table(title, ("outcome", "filings", "share"), cells, total)
        parts.append(
            figure(title, plot, twin, "In the order of the figures above, from what may go to what is refused")
        )
    return section("in", "What came in", [pair(parts)])
