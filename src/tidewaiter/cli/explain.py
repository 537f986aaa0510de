"""``tidewaiter explain``."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Annotated, Any, Final

from cyclopts import Parameter

from tidewaiter.cli.words import DECISION_STYLE, columns, heading, plain, show, show_json
from tidewaiter.model.money import money_text
from tidewaiter.model.words import claimed_text, counted, spoken

ELSEWHERE: Final = "collected_elsewhere"
WAITS: Final = "MOV-01"
"""Waits for an event: nothing in the filing would mend it."""

MOMENTS: Final = {
    "departed_at": "departed",
    "arrived_at": "arrived",
    "presented_at": "presented",
    "released_at": "released",
}


def explain(
    folder: Annotated[Path, Parameter(name="DIR")],
    consignment_id: Annotated[str, Parameter(name="CONSIGNMENT_ID")],
    /,
    *,
    json: Annotated[bool, Parameter(negative=())] = False,
) -> int:
    """Tell one filing: its decision, reasons with evidence, charges with base, rate, rule and source.

    Args:
        folder: Folder that a run wrote.
        consignment_id: The filing's own reference, or the parcel's barcode.
        json: The same as JSON.
    """
    from tidewaiter.service.explain import explain as told_by_run

    told = told_by_run(folder, consignment_id)
    if json:
        show_json(told)
    else:
        show(explained_lines(told))
    return 0


def explained_lines(told: Mapping[str, Any]) -> Iterator[str]:
    """Every telling of the filing, then what was not taken of it."""
    for filing in told["filings"]:
        yield from _filing_lines(filing)
    if told["quarantine"]:
        yield from _quarantine_lines(told)
    for row in told["duplicates"]:
        yield heading("Told again")
        again = f"{row['source_file']}, row {row['source_position']:,}"
        first = f"{row['of_file']}, row {row['of_position']:,}"
        if row["is_earlier"]:
            yield f"    {plain(again)} was taken by an earlier run, from {plain(first)}; its decision stands there."
            yield "    To decide it anew, clear it without that run among those of --history."
        else:
            yield f"    {plain(again)} repeats {plain(first)}; it counts once."
    yield ""


def _filing_lines(filing: Mapping[str, Any]) -> Iterator[str]:
    style = DECISION_STYLE.get(filing["decision"], "bold")
    yield f"\n  [bold]{plain(filing['consignment_id'])}[/]  [{style}]{spoken(filing['decision']).upper()}[/]"
    waits = f"; waits for {' and '.join(map(_awaited(filing), filing['pending_on']))}" if filing["pending_on"] else ""
    yield f"  route: {spoken(filing['route'])}{plain(waits)}; score {filing['score']}"
    if not filing["resolved"]:
        yield "  [yellow]not resolved: an amount due at the border could not be determined[/]"
    yield from _facts(filing)
    yield from _movement_lines(filing["movements"])
    yield from _assertion_lines(filing["assertions"])
    yield from _reason_lines(filing["reasons"])
    yield from _charge_lines(filing)


def _awaited(filing: Mapping[str, Any]) -> Callable[[str], str]:
    """Says what a filing waits for; where that is leave, of which agencies."""
    agencies = " and ".join(filing.get("agencies") or ())
    return lambda word: f"leave of the {agencies} agency" if word == "agency" and agencies else word


def _facts(filing: Mapping[str, Any]) -> Iterator[str]:
    currency = filing["currency"]
    used = filing["reduced_set_used"]
    claimed = f" (claimed: {filing['reduced_set']})" if filing["reduced_set"] not in {used, None} else ""
    category = filing["category"] or "category not known"
    day = filing["duty_point_at"][:10] if filing["duty_point_at"] else None
    rows = [
        (
            "law",
            f"{filing['jurisdiction']}, duty point {_known(day)}, law {_known(filing['law_version'])}",
        ),
        (
            "filed as",
            f"{filing['filing_kind']}, version {filing['version']}, data set {_known(used)}{claimed}, {category}",
        ),
        (
            "goods",
            f"{counted(len(filing['items']), 'item')}, worth {_money(filing['intrinsic_value_minor'], currency)}",
        ),
        ("customs value", _money(filing["customs_value_minor"], currency)),
        ("due at border", _money(filing["due_at_border_minor"], currency)),
        ("read in", f"{filing['source_file']}, row {filing['source_position']:,}"),
    ]
    yield ""
    yield from columns(rows)


def _movement_lines(movements: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    """What is known of the parcel's way, the earliest first, and the verdict; nothing for a run without events."""
    for parcel in movements:
        yield heading(f"Parcel {parcel['parcel_id']}: {spoken(parcel['verdict'])}")
        told = sorted((parcel[name], words) for name, words in MOMENTS.items() if parcel[name])
        yield from columns([(moment, words) for moment, words in told] or [("no moment of its way is known", "")])


def _assertion_lines(assertions: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    """What others say of the order and the parcel; nothing for a run that knows of none."""
    if assertions:
        yield heading("What others say")
    for said in assertions:
        who = f"{said['kind']} {plain(said['reference'])} by [bold]{plain(said['asserted_by'])}[/]"
        yield f"    {who}: {plain(claimed_text(said))}"


def _known(word: str | None) -> str:
    """The word, or that nobody can tell it (a filing without any day has no law, and so no data set)."""
    return word or "not known"


def _reason_lines(reasons: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    """Each reason once, with all items it is about; what differs from item to item is told item by item."""
    yield heading("Reasons")
    if not reasons:
        yield "    none: nothing was found that asks or holds"
    for told in _together(reasons):
        first = told[0]
        style = DECISION_STYLE.get(first["severity"], "")
        numbers = [str(one["item_no"]) for one in told if one["item_no"] is not None]
        place = f", item{'s' if len(numbers) > 1 else ''} {', '.join(numbers)}" if numbers else ""
        yield f"    {first['code']}  [{style}]{first['severity']}[/]  [bold]{plain(first['title'])}[/]{place}"
        yield f"            {plain(first['sentence'])}"
        if first["field"] and first["code"] != WAITS:
            wco = f" (WCO {first['pointer']})" if first["pointer"] != first["field"] else ""
            yield f"            [dim]to mend: {plain(first['field'] + wco)}[/]"


def _together(reasons: Sequence[Mapping[str, Any]]) -> list[list[Mapping[str, Any]]]:
    """Reasons that say the same of several items, in one group each, in the order in which they come."""
    groups: dict[tuple[str, str], list[Mapping[str, Any]]] = {}
    for reason in reasons:
        groups.setdefault((reason["code"], reason["sentence"]), []).append(reason)
    return list(groups.values())


def _charge_lines(filing: Mapping[str, Any]) -> Iterator[str]:
    yield heading("Charges")
    if not filing["charges"]:
        yield "    none"
    for charge in filing["charges"]:
        place = f"item {charge['item_no']}" if charge["item_no"] is not None else "whole filing"
        amount = _amount(charge)
        kind = f"{spoken(charge['charge'])} {charge['tax_type'] or ''}".strip()
        yield f"    [bold]{plain(kind)}[/], {place}: [bold]{plain(amount)}[/]{_collected(charge)}"
        if charge["rate_text"]:
            yield f"        {plain(charge['rate_text'])}{_base(charge)}"
        rests = "; ".join(part for part in (charge["rule_id"], charge["source"]) if part)
        if rests:
            yield f"        [dim]{plain(rests)}[/]"


def _amount(charge: Mapping[str, Any]) -> str:
    """The amount with its status; what another door collects is not ours to count."""
    if charge["amount_minor"] is None:
        return (
            spoken(charge["status"])
            if charge["status"] == ELSEWHERE
            else f"not determined ({spoken(charge['status'])})"
        )
    return f"{money_text(charge['amount_minor'], charge['currency'])}, {spoken(charge['status'])}"


def _base(charge: Mapping[str, Any]) -> str:
    """What the rate is taken of; nothing where another door collects, and no "on" where nothing is taken."""
    if charge["status"] == ELSEWHERE:
        return ""
    joint = "; base" if charge["relief_code"] else " on"
    return f"{joint} {_money(charge['base_minor'], charge['currency'])}"


def _collected(charge: Mapping[str, Any]) -> str:
    where = {"border": ", at the border", "none": ""}.get(
        charge["collected_from"], f", by the {charge['collected_from']}"
    )
    relief = f" ({charge['relief_code']})" if charge["relief_code"] else ""
    return plain(f"{where}{relief}")


def _quarantine_lines(told: Mapping[str, Any]) -> Iterator[str]:
    yield f"\n  [bold]{plain(told['consignment_id'])}[/]  [red]IN QUARANTINE[/]"
    for row in told["quarantine"]:
        yield f"    {row['code']}  {plain(row['message'])}"
        value = f", {row['pointer']} = '{row['value']}'" if row["pointer"] else ""
        yield f"            [dim]{plain(row['source_file'])}, row {row['source_position']:,}{plain(value)}[/]"


def _money(minor: int | None, currency: str) -> str:
    return "not determined" if minor is None else money_text(minor, currency)
