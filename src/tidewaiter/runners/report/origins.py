"""From where: countries of dispatch, destinations, modes; how many of each wait."""

from collections.abc import Callable
from typing import Final

from tidewaiter.measure.groups import Groups, Row
from tidewaiter.model.words import counted, share, spoken
from tidewaiter.runners.report.countries import country, the_country
from tidewaiter.runners.report.markup import Markup, figure, pair, section, table
from tidewaiter.runners.report.plots import Bar, bars
from tidewaiter.runners.report.wording import COLUMNS, Told, outcome_cells, wait_words, waits

Called = Callable[[str | None], str]
"""What a group is called."""

KEYS: Final = Markup('<span class="key wait"></span>waits <span class="key"></span>may go')


def origins(told: Told) -> str:
    """Where filings come from, where they go, how they travel."""
    if not told.accepted:
        return ""
    figures = told.figures
    parts = [
        _by_country("come from", "country of dispatch", figures.dispatch),
        _by_country("go to", "destination", figures.destinations),
        _by("travel as", "mode", figures.modes, _mode, _mode),
    ]
    return section("from", "From where", [pair(parts)])


def _mode(name: str | None) -> str:
    return "not declared" if name is None else spoken(name)


def _by_country(verb: str, head: str, found: Groups) -> str:
    return _by(verb, head, found, country, the_country)


def _by(verb: str, head: str, found: Groups, called: Called, within: Called) -> str:
    top = next((row for row in found.rows if row["name"] is not None), None)
    if top is None:
        title = f"No filing declares its {head}"
    elif top["filings"] == found.whole["filings"]:
        title = (
            f"{'The only filing' if top['filings'] == 1 else 'All filings'} {_verb(verb, top)} {within(top['name'])}"
        )
    else:
        title = f"{share(top['filings'], found.whole['filings'])} of filings {verb} {within(top['name'])}"
    return group_figure(title, head, found, called)


def _verb(verb: str, top: Row) -> str:
    """The verb for one filing or for many."""
    if top["filings"] != 1:
        return verb
    return {"come from": "comes from", "go to": "goes to", "travel as": "travels as"}[verb]


def group_figure(title: str, head: str, found: Groups, called: Called) -> str:
    """Bars of the named groups, dark where filings wait; what is not named stands as one bar, so that all adds up."""
    whole = found.whole["filings"]
    shown = [_bar(called(row["name"]), row) for row in found.rows]
    cells = [(_cell(row["name"], called), *outcome_cells(row, whole)) for row in found.rows]
    if found.others:
        name = f"and {counted(found.others, 'other')}"
        shown.append(_bar(name, found.rest))
        cells.append((name, *outcome_cells(found.rest, whole)))
    twin = table(title, (head, *COLUMNS), cells, ("all", *outcome_cells(found.whole, whole)))
    return figure(title, bars(title, shown), twin, KEYS)


def _cell(name: str | None, called: Called) -> str:
    words = called(name)
    return words if name is None or words == name or len(name) > 2 else f"{words} ({name})"  # noqa: PLR2004 - a country's letters


def _bar(name: str, row: Row) -> Bar:
    waiting = waits(row)
    return Bar(
        name, f"{row['filings']:,} · {wait_words(row)}", [(waiting, "wait"), (row["filings"] - waiting, "release")]
    )
