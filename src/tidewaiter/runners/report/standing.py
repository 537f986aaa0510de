"""What stands behind the figures: categories and data sets, exceptions, all findings, and the editions that decided."""

from collections.abc import Mapping
from typing import Any, Final

from tidewaiter.model.codes import SEVERITIES
from tidewaiter.model.columns import BY_DOOR
from tidewaiter.model.privacy import masked
from tidewaiter.model.words import counted, share
from tidewaiter.runners.report.markup import Markup, code, figure, pair, paragraph, section, table, text
from tidewaiter.runners.report.plots import Bar, bars, shortened
from tidewaiter.runners.report.wording import Told

CATEGORIES: Final = {
    "irg1": "irg1, letters and documents", "irg2": "irg2, low value, nothing to pay",
    "irg3": "irg3, low value, something to pay", "irg4": "irg4, above the low value",
}  # fmt: skip
TOP: Final = 25
VALUE: Final = 60
"""Letters shown of a value that could not be read."""


def sets(told: Told) -> str:
    """Release categories of the WCO, and the data sets that were applied."""
    if not told.accepted:
        return ""
    summary, words = told.summary, {"unknown": "not determined"}
    parts = [
        _counts("Filings by immediate release category", "category", summary["categories"], {**CATEGORIES, **words}),
        _counts("Filings by data set applied", "data set", summary["reduced_sets"], words),
    ]
    return section("sets", "Categories and data sets", [pair(parts)])


def _counts(title: str, head: str, counts: Mapping[str, int], words: Mapping[str, str]) -> str:
    total = sum(counts.values())
    ranked = sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))
    shown, rest = ranked[:TOP], ranked[TOP:]
    rows = [(words.get(name, name), count) for name, count in shown]
    if rest:
        rows.append((f"and {counted(len(rest), 'other')}", sum(count for _, count in rest)))
    plot = bars(title, [Bar(name, f"{count:,} · {share(count, total)}", [(count, "release")]) for name, count in rows])
    cells = [(name, f"{count:,}", share(count, total)) for name, count in rows]
    return figure(
        title, plot, table(title, (head, "filings", "share"), cells, ("all", f"{total:,}", share(total, total)))
    )


def exceptions(told: Told) -> str:
    """Rows in quarantine by code, with the first of each."""
    found = told.figures.exceptions
    if not found:
        return ""
    rows = sum(one["rows"] for one in found)
    body = [
        paragraph("All of them stand in quarantine.csv with place, field, value and a sentence: mend and send again.")
    ]
    body += [_exception(one) for one in found[:TOP]]
    if len(found) > TOP:
        others = sum(one["rows"] for one in found[TOP:])
        body.append(paragraph(f"And {counted(len(found) - TOP, 'other kind')} with {counted(others, 'row')}.", "quiet"))
    return section("exceptions", f"Exceptions: {counted(rows, 'row')} in quarantine", body)


def _exception(one: Mapping[str, Any]) -> str:
    lines = "".join(_row(row) for row in one["examples"])
    message = one["examples"][0]["message"] or ""
    head = f"<h3>{code(one['code'])} {counted(one['rows'], 'row')}</h3>"
    return f'<div class="reason">{head}<p>{text(message)}</p><ul class="examples">{lines}</ul></div>'


def _row(row: Mapping[str, Any]) -> str:
    place = (
        f"{text(shortened(row['source_file'] or '', VALUE))}, row {row['source_position']:,}"
        if row["source_position"]
        else ""
    )
    reference = f"<b>{code(row['consignment_id'])}</b>" if row["consignment_id"] else "<b>no reference</b>"
    return f"<li>{reference} {_value(row)} <small>{place}</small></li>"


def _value(row: Mapping[str, Any]) -> str:
    """Field and value; of a person no more than the first letter, of a field nobody knows nothing."""
    if not row["pointer"]:
        return ""
    field = BY_DOOR.get(row["pointer"])
    value = masked(row["value"] or "", field.privacy) if field and row["value"] != row["consignment_id"] else ""
    said = f" says {code(shortened(value, VALUE))}" if value else ""
    return f"{code(row['pointer'])}{said}"


def findings(told: Told) -> str:
    """Every kind of finding, those that stop a parcel first."""
    order = {severity: rank for rank, severity in enumerate(SEVERITIES)}
    found = sorted(
        told.summary["findings"], key=lambda one: (-order[one["severity"]], -one["consignments"], one["code"])
    )
    if not found:
        return ""
    rows = [
        (code(one["code"]), one["severity"], told.title_of(one["code"]), f"{one['consignments']:,}",
         share(one["consignments"], told.accepted))
        for one in found[: 2 * TOP]
    ]  # fmt: skip
    body = [
        paragraph("A filing may have several. A note is told and keeps nothing."),
        table("Findings, strictest first", ("code", "severity", "what", "filings", "share"), rows),
    ]
    if len(found) > 2 * TOP:
        body.append(paragraph(f"And {counted(len(found) - 2 * TOP, 'other kind')}, all in findings.parquet.", "quiet"))
    return section("findings", "All findings", body, "new-page")


def editions(told: Told) -> str:
    """Sheets, rules and shelves by edition: with the same ones the same filings get the same answers."""
    shared = told.summary["editions"]
    body = [
        paragraph("The same files with the same editions get the same answers, to the cent."),
        table("Sheets, rules and shelves", ("name", "edition"), _edition_rows(shared)),
    ]
    several = told.summary["laws"] if told.summary["law_version"] is None else ()
    for law in several:
        own = {name: edition for name, edition in law["editions"].items() if name not in shared}
        title = f"Law version {law['law_version']}, {counted(law['filings'], 'filing')}"
        body.append(table(title, ("name", "edition"), _edition_rows(own)))
    return section("editions", "What decided", body)


def laws(told: Told) -> Markup:
    """The law version of all filings; where editions were changed under the run, how many there were."""
    if told.summary["law_version"] is not None:
        return Markup(f"law version {code(told.summary['law_version'])}")
    return Markup(f"{len(told.summary['laws'])} law versions in turn, each filing under one of them")


def _edition_rows(editions: Mapping[str, str]) -> list[tuple[str, Markup]]:
    return [(name, code(edition[:16])) for name, edition in sorted(editions.items())]
