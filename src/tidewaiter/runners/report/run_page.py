"""The page of a run: what came, what waits and why, from where, money, what to mend, and what decided."""

from collections.abc import Iterator, Mapping

from tidewaiter.model.words import counted, moment_text
from tidewaiter.runners.report.arriving import arriving
from tidewaiter.runners.report.countries import territory
from tidewaiter.runners.report.markup import Markup, page, paragraph
from tidewaiter.runners.report.mending import marketplaces, mending
from tidewaiter.runners.report.money import money
from tidewaiter.runners.report.opening import figures_list, headline, opening
from tidewaiter.runners.report.origins import origins
from tidewaiter.runners.report.standing import editions, exceptions, findings, laws, sets
from tidewaiter.runners.report.waiting import waiting
from tidewaiter.runners.report.wording import Told

PARTS = {
    "in": "What came in", "waits": "What waits and why", "arrivals": "Arrivals", "from": "From where", "money": "Money",
    "mend": "What to mend first", "marketplaces": "Marketplaces", "sets": "Categories and data sets",
    "exceptions": "Exceptions", "findings": "All findings", "editions": "What decided",
}  # fmt: skip


def run_page(told: Told, letters: Mapping[str, str]) -> str:
    """The whole page. ``letters`` has the relative address of each marketplace's letter."""
    body = {name: part for name, part in _parts(told, letters) if part}
    where = territory(told.summary["jurisdiction"])
    return page(f"{where}, {moment_text(str(told.summary['accepted_at']))}", _head(told, where, body), body.values())


def _parts(told: Told, letters: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    yield "in", opening(told)
    yield "waits", waiting(told)
    yield "arrivals", arriving(told)
    yield "from", origins(told)
    yield "money", money(told)
    yield "mend", mending(told)
    yield "marketplaces", marketplaces(told, letters)
    yield "sets", sets(told)
    yield "exceptions", exceptions(told)
    yield "findings", findings(told)
    yield "editions", editions(told)


def _head(told: Told, where: str, body: Mapping[str, str]) -> Iterator[str]:
    yield f'<p class="kicker">{where} · {moment_text(str(told.summary["accepted_at"]))}</p>'
    title, lead = headline(told)
    yield f"<h1>{title}</h1>"
    if lead:
        yield f'<p class="lead">{lead}</p>'
    if told.accepted:
        yield from figures_list(told.figures.modes.whole)
    yield '<nav aria-label="Parts of this page"><ul>'
    yield from (f'<li><a href="#{name}">{PARTS[name]}</a></li>' for name in body)
    yield "</ul></nav>"
    yield paragraph(Markup(f"{counted(told.accepted, 'filing')} decided under {laws(told)}."), "quiet")
