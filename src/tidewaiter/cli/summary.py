"""A run's summary as a page for the terminal: figures that add up, money by currency, where to look next."""

from __future__ import annotations

from shlex import quote
from typing import TYPE_CHECKING, Any, Final

from tidewaiter.cli.movements import event_quarantine_lines, movement_lines, timing_line
from tidewaiter.cli.words import DECISION_STYLE, bars, columns, heading, plain
from tidewaiter.model.money import money_text
from tidewaiter.model.words import counted, due_text, share, spoken

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from tidewaiter.service.review import Review

TOP: Final = 10
STRONGEST: Final = ("refuse", "hold", "ask", "note")
NOT_TAKEN: Final = ("quarantined", "duplicates", "refused")
NOT_TOLD: Final = {"unresolved": "not determined", "collected_elsewhere": "not collected here"}


def summary_lines(summary: Mapping[str, Any], found: Review) -> Iterator[str]:
    """The whole page."""
    yield from head_lines(summary, found.jurisdiction)
    accepted = summary["consignments"]["accepted"]
    if accepted:
        yield heading("Decisions")
        yield from bars(summary["decisions"], accepted)
        yield heading("Routes")
        yield from bars(summary["routes"], accepted)
        yield from timing_line(summary)
        yield from _waiting(summary, accepted)
        yield from charge_lines(summary)
        yield from _finding_lines(summary, accepted)
    yield from movement_lines(summary)
    yield from _quarantine_lines(found)
    yield from event_quarantine_lines(summary)
    yield from _next_lines(summary, found)


def head_lines(summary: Mapping[str, Any], jurisdiction: str) -> Iterator[str]:
    """Whose law, and how the filings that came in add up."""
    counts = summary["consignments"]
    day = str(summary["accepted_at"]).removesuffix("T00:00:00+00:00")
    yield f"\n  [bold]{plain(jurisdiction)}[/], {plain(day)}, {plain(_law(summary))}\n"
    width = len(f"{counts['rows_in']:,}")
    yield f"    {counts['rows_in']:>{width},} {'filing' if counts['rows_in'] == 1 else 'filings'} came in"
    yield f"  = {counts['accepted']:>{width},} accepted ({counted(summary['items'], 'goods item')})"
    for fate in NOT_TAKEN:
        yield f"  [{'yellow' if counts[fate] else 'dim'}]+ {counts[fate]:>{width},} {fate}[/]"


def _law(summary: Mapping[str, Any]) -> str:
    """The law version, or each of them with its filings where editions were changed under the run."""
    if summary["law_version"] is not None:
        return f"law {summary['law_version']}"
    told = ", ".join(f"{law['law_version']} ({law['filings']:,})" for law in summary["laws"])
    return f"{len(summary['laws'])} law versions in turn: {told}"


def _waiting(summary: Mapping[str, Any], accepted: int) -> Iterator[str]:
    if summary["pending_on"]:
        yield heading("Held filings wait for")
        yield from bars(summary["pending_on"], accepted)
    if summary.get("agencies"):
        yield heading("Leave wanted of")
        yield from bars(summary["agencies"], accepted)


def charge_lines(summary: Mapping[str, Any]) -> Iterator[str]:
    """Charges by kind and status in money, and what falls due at the border."""
    currency = summary["currency"]
    yield heading("Charges")
    rows = [
        (
            spoken(one["charge"]),
            spoken(one["status"]),
            spoken(one["collected_from"]),
            f"{one['rows']:,}",
            _amount(one, currency),
        )
        for one in summary["charges"]
    ]
    yield from columns([("", "status", "collected at", "charges", "amount"), *rows] if rows else [], right=(3, 4))
    unresolved = summary["consignments"]["accepted"] - summary["resolved"]
    due, _, without = due_text(summary["due_at_border_minor"], unresolved, currency).partition(", without")
    yield f"    [bold]due at the border {due}[/]{', without' if without else ''}{without}"


def _amount(one: Mapping[str, Any], currency: str) -> str:
    """Money, or why there is none: what could not be determined is never shown as nothing."""
    if one["status"] in NOT_TOLD and not one["amount_minor"]:
        return NOT_TOLD[one["status"]]
    return money_text(one["amount_minor"], currency)


def _finding_lines(summary: Mapping[str, Any], accepted: int) -> Iterator[str]:
    """What stops a parcel comes first: refuse, hold, ask, then notes; the commonest of each before the rest."""
    found = sorted(summary["findings"], key=_strongest_first)
    if not found:
        return
    yield heading("Findings, strongest first")
    width = max(len(_title(summary, one)) for one in found[:TOP])
    for one in found[:TOP]:
        style = DECISION_STYLE.get(one["severity"], "")
        filings = f"{one['consignments']:>9,}  {share(one['consignments'], accepted):>8}"
        title = plain(f"{_title(summary, one):<{width}}")
        yield f"    {one['code']:<6}  [{style}]{one['severity']:<6}[/]  {title}  {filings}"
    if len(found) > TOP:
        yield f"    [dim]and {counted(len(found) - TOP, 'other kind')}, all in findings.parquet[/]"


def _strongest_first(one: Mapping[str, Any]) -> tuple[int, int, str]:
    return STRONGEST.index(one["severity"]), -one["consignments"], one["code"]


def _title(summary: Mapping[str, Any], one: Mapping[str, Any]) -> str:
    return str(summary["titles"].get(one["code"], ""))


def _quarantine_lines(found: Review) -> Iterator[str]:
    if not found.quarantine:
        return
    yield heading("Quarantine")
    for reason in found.quarantine[:TOP]:
        yield f"    {reason.code}  {reason.rows:>9,}  {plain(reason.message)}"
        yield f"    [dim]{'':<17}first: {plain(reason.source_file)}, row {reason.source_position:,}[/]"


def _next_lines(summary: Mapping[str, Any], found: Review) -> Iterator[str]:
    yield heading("Where to look")
    rows = []
    if found.worth_a_look:
        rows.append((explain_call(found), "one filing, with reasons and charges"))
        rows.append((str(found.folder / "consignments.parquet"), "every filing; beside it items, charges, findings"))
    if found.quarantine:
        rows.append((str(found.folder / "quarantine.csv"), "rows to mend and send again"))
    if "movements" in summary:
        rows.append((str(found.folder / "movements.parquet"), "every parcel with its events and its verdict"))
        if summary["movements"]["events"]["quarantined"]:
            rows.append((str(found.folder / "events_quarantine.csv"), "events to mend and send again"))
    rows.append((str(found.folder / "report.html"), "all of this as a page to open and to send on"))
    rows.append((str(found.folder / "receipt.json"), "what came in and what became of it"))
    yield from columns(rows)


def explain_call(found: Review) -> str:
    """The command that tells the filing most worth a look, ready to be pasted."""
    return f"tidewaiter explain {quote(str(found.folder))} {quote(found.worth_a_look)}"
