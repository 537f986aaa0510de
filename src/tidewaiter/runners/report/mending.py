"""What to mend first: faults by filer, and marketplaces with their letters."""

from collections.abc import Iterator, Mapping
from typing import Final

from tidewaiter.measure.groups import Groups, Row
from tidewaiter.model.words import counted, due_text, share
from tidewaiter.runners.report.markup import Markup, figure, paragraph, section, table, text
from tidewaiter.runners.report.origins import group_figure
from tidewaiter.runners.report.plots import Bar, bars
from tidewaiter.runners.report.wording import Told, goes

NOT_NAMED: Final = "no declarant named"
NOT_COUNTED: Final = "What an answer of the filer would end; notes, inspections and gaps of the shelves do not count."


def mending(told: Told) -> str:
    """Filers by the filings that only they can mend."""
    found = told.figures.filers
    if not told.accepted:
        return ""
    faulty = found.whole["faulty"]
    if not faulty:
        return section(
            "mend",
            "What to mend first",
            [paragraph("No filing waits for something that its filer would have to mend.")],
        )
    many = "lacks or garbles" if faulty == 1 else "lack or garble"
    title = f"{counted(faulty, 'filing')} {many} something that only the filer can mend"
    rows = [row for row in found.rows if row["faulty"]]
    shown = [_bar(row["name"] or NOT_NAMED, row) for row in rows]
    if found.rest["faulty"]:
        shown.append(_bar(f"and {counted(found.others, 'other')}", found.rest))
    head = ("declarant", "filings", "may go", "with faults", "share", "mend first", "then")
    twin = table("Faults by declarant, most first", head, list(_filer_rows(told, rows)), _total(found.whole))
    body = [
        paragraph(NOT_COUNTED),
        figure(title, bars(title, shown), twin, is_open=True),
    ]  # fmt: skip
    return section("mend", "What to mend first", body)


def _bar(name: str, row: Row) -> Bar:
    told = f"{row['faulty']:,} of {row['filings']:,} · {share(row['faulty'], row['filings'])}"
    return Bar(name, told, [(row["faulty"], "ask")])


def _filer_rows(told: Told, rows: list[Row]) -> Iterator[tuple[str, ...]]:
    """A row for each filer shown, one for those without a fault among them, one for the rest."""
    found = told.figures.filers
    for row in rows:
        faults = [one for one in told.figures.filer_codes.get(row["name"], []) if one["code"] in told.mendable]
        mend = [f"{told.title_of(one['code'])} ({one['filings']:,})" for one in faults[:2]]
        yield (row["name"] or NOT_NAMED, *_figures(row), *mend, *[""] * (2 - len(mend)))
    clean = [row for row in found.rows if not row["faulty"]]
    others = found.others + len(clean)
    if others:
        rest = {name: found.rest[name] + sum(row[name] for row in clean) for name in found.rest}
        yield (f"and {counted(others, 'other')}", *_figures(rest), "", "")


def _figures(row: Row) -> tuple[str, ...]:
    faults = f"{row['faulty']:,}", share(row["faulty"], row["filings"])
    return f"{row['filings']:,}", share(goes(row), row["filings"]), *faults


def _total(whole: Row) -> tuple[str, ...]:
    return ("all", *_figures(whole), "", "")


def marketplaces(told: Told, letters: Mapping[str, str]) -> str:
    """The marketplaces with a letter, and those without by name."""
    found = told.figures.marketplaces
    if not found.named:
        return (
            ""
            if not told.accepted
            else section("marketplaces", "Marketplaces", [paragraph("No filing names a marketplace.")])
        )
    shown, body = _shown(found), []
    title = f"{counted(len(letters), 'marketplace')}, a letter to each"
    body.append(group_figure(title, "marketplace", shown, lambda name: name or "no marketplace"))
    body.append(table("Letters to print or send on", ("letter", "filings", "may go", "due at the border"),
                      list(_letter_rows(told, letters))))  # fmt: skip
    body += _without_letter(found, letters)
    return section("marketplaces", "Marketplaces", body)


PLOTTED: Final = 12


def _shown(found: Groups) -> Groups:
    """The largest few for the plot, all others as one; figures still add up."""
    rows = found.rows[:PLOTTED]
    rest = {name: found.whole[name] - sum(row[name] for row in rows) for name in found.whole}
    return Groups(rows, len(found.rows) - len(rows) + found.others, rest, found.whole)


def _letter_rows(told: Told, letters: Mapping[str, str]) -> Iterator[tuple[str, ...]]:
    for row in told.figures.marketplaces.named:
        if row["name"] in letters:
            link = Markup(f'<a href="{letters[row["name"]]}">{text(row["name"])}</a>')
            yield link, f"{row['filings']:,}", share(goes(row), row["filings"]), due_of(row, told.summary["currency"])


def due_of(row: Row, currency: str) -> str:
    """What is due at the border on a group, and how much of it is not known."""
    return due_text(row["due_at_border_minor"], row["unresolved"], currency)


def _without_letter(found: Groups, letters: Mapping[str, str]) -> Iterator[str]:
    unlettered = [row for row in found.named if row["name"] not in letters]
    if not unlettered:
        return
    many = len(unlettered) + found.others
    yield paragraph(
        f"Letters go to the {len(letters)} with most filings. {counted(many, 'other')} without a letter:", "quiet"
    )
    names = "".join(f"<li>{text(row['name'])} ({row['filings']:,})</li>" for row in unlettered)
    more = f"<li>and {found.others:,} more with {counted(found.rest['filings'], 'filing')}</li>" if found.others else ""
    yield f'<details><summary>Their names</summary><ul class="names">{names}{more}</ul></details>'
