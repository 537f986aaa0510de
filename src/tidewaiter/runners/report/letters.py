"""A letter to a marketplace on one page: its figures beside those of the whole run, and what to mend."""

from collections.abc import Iterator
from typing import Final

from tidewaiter.measure.groups import Row
from tidewaiter.model.money import money_text
from tidewaiter.model.words import counted, moment_text, share
from tidewaiter.runners.report.countries import territory
from tidewaiter.runners.report.markup import code, page, paragraph, table, text
from tidewaiter.runners.report.mending import due_of
from tidewaiter.runners.report.opening import figures_list
from tidewaiter.runners.report.plots import shortened
from tidewaiter.runners.report.wording import Told, goes, waits

FAULTS: Final = 6
UNDERVALUED: Final = "VAL-9"
"""How codes of risk rules on values begin."""
SCHEME: Final = frozenset({"vat_scheme", "vat_scheme_id", "authorisations", "reduced_set"})
VAGUE: Final = frozenset({"item_description"})
"""Fields whose findings are told under a line of their own."""
NOT_YOURS: Final = frozenset({"register", "arrival"})
"""What a filing may wait for that its sender cannot mend."""

NAME: Final = 60


def letter_page(told: Told, row: Row) -> str:
    """The letter for a row of ``marketplaces``."""
    name = shortened(row["name"], NAME)
    day = moment_text(str(told.summary["accepted_at"]))
    where = territory(told.summary["jurisdiction"])
    opening = (
        f'<p class="kicker">{text(where)} · {text(day)}</p>',
        f"<h1>To {text(name)}: {_title(row)}</h1>",
    )
    return page(f"{name}, {where}, {day}", opening, _body(told, row), "letter")


def _title(row: Row) -> str:
    if not waits(row):
        return "your only filing may go" if row["filings"] == 1 else f"all {row['filings']:,} filings may go"
    return f"{waits(row):,} of {counted(row['filings'], 'filing')} {'waits' if waits(row) == 1 else 'wait'}"


def _body(told: Told, row: Row) -> Iterator[str]:
    yield from figures_list(row)
    yield _compared(told, row)
    yield "<h2>What to mend</h2>"
    yield from _faults(told, row)
    yield "<h2>Money</h2>"
    yield from _money(told, row)
    yield paragraph("Rows that could not be read name no marketplace for certain and are not counted here.", "quiet")


def _compared(told: Told, row: Row) -> str:
    """Shares of this marketplace beside those of the whole run."""
    whole = told.figures.marketplaces.whole
    rows = [
        ("may go", _share(goes(row), row), _share(goes(whole), whole)),
        ("with faults that you or your filer can mend", _share(row["faulty"], row), _share(whole["faulty"], whole)),
        *(_of_codes(told, row, words, chosen) for words, chosen in _topics(told)),
    ]
    return table("Your filings beside all of the run", ("of filings", "here", "all of the run"), rows)


def _share(part: int, row: Row) -> str:
    return f"{part:,} ({share(part, row['filings'])})"


def _topics(told: Told) -> Iterator[tuple[str, set[str]]]:
    yield "signs of undervaluation", {name for name in told.kinds if name.startswith(UNDERVALUED)}
    yield "vague or unreadable descriptions", {name for name, kind in told.kinds.items() if kind.pointer in VAGUE}
    yield "scheme or data set that does not fit", {name for name, kind in told.kinds.items() if kind.pointer in SCHEME}


def _of_codes(told: Told, row: Row, words: str, chosen: set[str]) -> tuple[str, str, str]:
    """Findings on a topic, each code on a filing counted once."""
    here = sum(one["filings"] for one in told.figures.marketplace_codes[row["name"]] if one["code"] in chosen)
    everywhere = sum(one["consignments"] for one in told.summary["findings"] if one["code"] in chosen)
    return words, _share(here, row), _share(everywhere, told.figures.marketplaces.whole)


def _faults(told: Told, row: Row) -> Iterator[str]:
    """Faults by number, those that stop a parcel before those that do not."""
    found = [one for one in told.figures.marketplace_codes[row["name"]] if _is_told(told, one["code"])]
    kept = _waiting(told, row)
    if not found:
        yield paragraph("Nothing: no filing has a fault.")
        yield from _quietly(kept)
        return
    whole = {one["code"]: one["consignments"] for one in told.summary["findings"]}
    rows = [
        (told.title_of(one["code"]), f"{one['filings']:,}", share(one["filings"], row["filings"]),
         share(whole.get(one["code"], 0), told.accepted), told.kinds[one["code"]].pointer or "-", code(one["example"]))
        for one in found[:FAULTS]
    ]  # fmt: skip
    head = ("fault", "filings", "here", "all of the run", "field to mend", "for example")
    yield table("Faults and signs of undervaluation, the commonest first", head, rows)
    if len(found) > FAULTS:
        others = ", ".join(f"{told.title_of(one['code'])} ({one['filings']:,})" for one in found[FAULTS : 2 * FAULTS])
        more = len(found) - 2 * FAULTS
        rest = f" and {counted(more, 'other kind')}" if more > 0 else ""
        yield paragraph(f"Also: {others}{rest}.", "quiet")
    yield from _quietly(kept)


def _quietly(said: str) -> Iterator[str]:
    if said:
        yield paragraph(said, "quiet")


def _waiting(told: Told, row: Row) -> str:
    """Why filings are kept though their sender can mend nothing; empty where none is."""
    kept = [
        f"{told.title_of(one['code'])} ({one['filings']:,})"
        for one in told.figures.marketplace_codes[row["name"]]
        if (kind := told.kinds.get(one["code"])) and kind.severity != "note" and kind.waits_for in NOT_YOURS
    ]
    return f"Kept for what you need not mend: {', '.join(kept)}." if kept else ""


def _is_told(told: Told, name: str) -> bool:
    """True for what keeps a parcel, and for signs of undervaluation even where they keep none.

    Not for what no sender can mend: a gap of our shelves, a parcel that is still on its way.
    """
    kind = told.kinds.get(name)
    if kind is None or kind.waits_for in NOT_YOURS:
        return False
    return kind.severity != "note" or name.startswith(UNDERVALUED)


def _elsewhere(row: Row, currency: str) -> str:
    """What is assessed and not due at the border, and why."""
    apart = row["duty_minor"] + row["tax_minor"] + row["fee_minor"] - row["due_at_border_minor"]
    if apart <= 0:
        return ""
    open_ones = f", or known of the {counted(row['unresolved'], 'filing')} not resolved" if row["unresolved"] else ""
    return (
        f" {money_text(apart, currency)} of what is assessed is not in it: deferred, to be collected by the operator "
        f"from the recipient{open_ones}."
    )


def _money(told: Told, row: Row) -> Iterator[str]:
    currency = told.summary["currency"]
    sums = [
        f"{word} {money_text(row[name], currency)}"
        for name, word in (("duty_minor", "duty"), ("tax_minor", "tax"), ("fee_minor", "fees"))
        if row[name]
    ]
    unknown = f"; not all determined for {counted(row['unresolved'], 'filing')}" if row["unresolved"] else ""
    nothing = "no amount is known" if row["unresolved"] else "nothing"
    yield paragraph(
        f"Goods declared at {money_text(row['intrinsic_value_minor'], currency)}. "
        f"Assessed: {', '.join(sums) or nothing}{unknown}. Due at the border: {due_of(row, currency)}."
        f"{_elsewhere(row, currency)}"
    )
    schemes = told.figures.marketplace_schemes[row["name"]]
    rows = [
        (one["word"] or "no scheme declared", f"{one['filings']:,}", share(one["filings"], row["filings"]))
        for one in schemes[:FAULTS]
    ]
    rest = schemes[FAULTS:]
    if rest:
        count = sum(one["filings"] for one in rest)
        rows.append((f"and {counted(len(rest), 'other')}", f"{count:,}", share(count, row["filings"])))
    yield table("Who accounts for the tax, as declared", ("scheme", "filings", "share"), rows)
    yield paragraph(
        "What a seller collected at the sale is accounted for under its scheme and not assessed here.", "quiet"
    )
