"""What waits and why: reasons that add up, each with real filings of the run."""

from collections.abc import Iterator
from typing import Final

from tidewaiter.measure.reasons import WAITING, Example, Why
from tidewaiter.model.words import counted, share
from tidewaiter.runners.report.markup import code, figure, section, table, text
from tidewaiter.runners.report.plots import Bar, bars, shortened
from tidewaiter.runners.report.wording import CALLED, Told

MOST: Final = 10
GOODS: Final = 80
"""Letters of a description shown with an example."""
HEADING: Final = {"refuse": "Refused", "hold": "Held for a check", "ask": "Waiting for the filer's answer"}


def waiting(told: Told) -> str:
    """Every filing that waits is counted once, under its strongest reason."""
    if not told.waiting:
        return ""
    body = [_overview(told)]
    for outcome in WAITING:
        found = [why for why in told.figures.reasons if why.outcome == outcome]
        if found:
            count = sum(why.filings for why in found)
            body.append(f"<h3>{HEADING[outcome]}: {counted(count, 'filing')}</h3>")
            body += [_reason(told, why) for why in found if why.examples]
            body += _others(told, [why for why in found if not why.examples])
    return section("waits", "What waits and why", body)


def _overview(told: Told) -> str:
    ranked = sorted(told.figures.reasons, key=lambda why: (-why.filings, why.outcome, why.code or ""))
    first, rest = ranked[:MOST], ranked[MOST:]
    shown = [Bar(told.title_of(why.code), f"{why.filings:,}", [(why.filings, why.outcome)]) for why in first]
    cells = [_cells(told, why) for why in ranked]
    if rest:
        count = sum(why.filings for why in rest)
        name = f"and {counted(len(rest), 'other reason')}"
        shown.append(Bar(name, f"{count:,}", [(sum(w.filings for w in rest if w.outcome == at), at) for at in WAITING]))
    title = f"{counted(told.waiting, 'filing')} that {'waits' if told.waiting == 1 else 'wait'}, by strongest reason"
    total = ("all that wait", "", "", f"{told.waiting:,}", share(told.waiting, told.waiting))
    twin = table(title, ("reason", "code", "outcome", "filings", "share"), cells, total)
    return figure(title, bars(title, shown), twin, "Each filing counts once; its other findings stand further down")


def _cells(told: Told, why: Why) -> tuple[str, ...]:
    named = code(why.code) if why.code else ""
    return (told.title_of(why.code), named, CALLED[why.outcome], f"{why.filings:,}", share(why.filings, told.waiting))


def _reason(told: Told, why: Why) -> str:
    named = f" {code(why.code)}" if why.code else ""
    head = f"<h4>{text(told.title_of(why.code))}: {counted(why.filings, 'filing')}{named}</h4>"
    sentences = [told.sentence_of(why.code, one.evidence) for one in why.examples]
    is_one = len(set(sentences)) == 1
    shared = f"<p>{text(sentences[0])}</p>" if is_one and sentences[0] else ""
    lines = (_example(one, "" if is_one else sentence) for one, sentence in zip(why.examples, sentences, strict=True))
    return f'<div class="reason">{head}{shared}<ul class="examples">{"".join(lines)}</ul></div>'


def _example(one: Example, sentence: str) -> str:
    goods = (
        f" <bdi>{text(shortened(one.goods, GOODS))}</bdi>"
        if one.goods
        else ' <span class="quiet">no description</span>'
    )
    place = f"{text(shortened(one.source_file, GOODS))}, row {one.source_position:,}"
    shop = f"{text(shortened(one.marketplace_id, GOODS))}, " if one.marketplace_id else ""
    said = f"<p>{text(sentence)}</p>" if sentence else ""
    return f"<li><b>{code(one.consignment_id)}</b>{goods} <small>{shop}{place}</small>{said}</li>"


def _others(told: Told, found: list[Why]) -> Iterator[str]:
    """Reasons without examples, named so that the sum can be followed."""
    if found:
        count = sum(why.filings for why in found)
        names = ", ".join(f"{text(told.title_of(why.code))} ({why.filings:,})" for why in found)
        head = f"And {counted(len(found), 'other reason')} with {counted(count, 'filing')}"
        yield f'<p class="quiet">{head}: {names}.</p>'
