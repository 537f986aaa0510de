"""A quote as a page for the terminal: what it costs and why, which data sets are open, what is not in it."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from tidewaiter.cli.words import columns, heading, plain
from tidewaiter.model.money import money_text
from tidewaiter.model.words import day_text, spoken

CALLED: Final = {"vat": "VAT", "duty": "customs duty", "fee": "fee"}
BY_CODE: Final = "flat_duty_minor"
ELSEWHERE: Final = "collected_elsewhere"
NOT_OWED: Final = {ELSEWHERE: "paid at the sale", "unresolved": "not determined"}


def answer_lines(answer: Mapping[str, Any], *, again: bool = False) -> Iterator[str]:
    """The whole page of one filing."""
    currency = answer["currency"]
    yield f"\n  [bold]{plain(answer['consignment_id'])}[/]  {plain(_under(answer))}"
    yield f"  [bold]{plain(_total(answer))}[/]{'  [green]the same as then[/]' if again else ''}"
    if not answer["resolved"]:
        yield "  [yellow]not complete: something due at the border could not be determined[/]"
        yield from (
            f"    {plain(told['sentence'])}"
            for told in answer["findings"]
            if told["severity"] != "note" and told["code"].startswith("RES")
        )
    yield from _charge_lines(answer, currency)
    yield from _set_lines(answer, currency)
    yield from _needed_lines(answer)
    yield from _other_findings(answer)
    yield from _listed("Assumed or not sure", [_assumed(one) for one in answer["assumed"]])
    yield from _listed("Not in it", answer["not_included"])
    yield ""


def fault_lines(answer: Mapping[str, Any]) -> Iterator[str]:
    """Why a line could not be answered."""
    named = f", {answer['consignment_id']}" if answer["consignment_id"] else ""
    yield f"\n  [bold]line {answer['line']}{plain(named)}[/]  [red]could not be answered[/]"
    for fault in answer["errors"]:
        where = f"  [dim]{plain(fault['field'])}[/]" if fault["field"] else ""
        yield f"    {fault['code']}  {plain(fault['message'])}{where}"


def _under(answer: Mapping[str, Any]) -> str:
    day = day_text(answer["on"]) if answer["on"] else "no day"
    return f"under the law of {answer['as']} on {day}"


def _total(answer: Mapping[str, Any]) -> str:
    """What it costs in one line; a sum is never told while a part of it is open."""
    currency, total, due = answer["currency"], answer["total_minor"], answer["due_at_border_minor"]
    if not answer["resolved"]:
        known = [
            f"{name} {money_text(answer[f'{name}_minor'], currency)}"
            for name in ("duty", "tax", "fee")
            if answer[f"{name}_minor"] is not None
        ]
        return f"known so far: {', '.join(known)}" if known else "nothing of it can be determined yet"
    at_border = f", of which {money_text(due, currency)} at the border" if due != total and total is not None else ""
    whole = total if total is not None else due
    worth = _money(answer["intrinsic_value_minor"], currency)
    return f"{money_text(whole, currency)} to pay on goods worth {worth}{at_border}"


def _charge_lines(answer: Mapping[str, Any], currency: str) -> Iterator[str]:
    yield heading("What it is made of")
    rows = [_charge(line, currency) for line in answer["lines"]]
    yield from columns(rows, right=(2,)) or ["    nothing is charged"]


def _charge(line: Mapping[str, Any], currency: str) -> tuple[str, ...]:
    where = f"line {line['item_no']}" if line["item_no"] is not None else ""
    amount = line["amount_minor"]
    told = _money(amount, currency) if amount is not None else NOT_OWED.get(line["status"], spoken(line["status"]))
    has_base = line["base_minor"] is not None and line["rate_text"] and line["status"] not in NOT_OWED
    base = f" of {money_text(line['base_minor'], currency)}" if has_base and "%" in line["rate_text"] else ""
    mark = "" if line["status"] in {"definitive", *NOT_OWED} else f" ({spoken(line['status'])})"
    if line["rule_id"] == BY_CODE and amount == 0:
        return CALLED["duty"], where, told, "counted with the other line of this code"
    what = CALLED.get(line["charge"], spoken(line["charge"]))
    return what, where, told, f"{line['rate_text'] or line['source'] or ''}{base}{mark}"


def _set_lines(answer: Mapping[str, Any], currency: str) -> Iterator[str]:
    yield heading("Declaration sets")
    for one in answer["eligible_sets"]:
        is_chosen = one["set"] == answer["chosen_set"]
        name = f"{one['set']:<9}"
        if one["allowed"] is False:
            yield f"    [dim]{plain(name)} not allowed: {plain(one['why_not'])}[/]"
            continue
        total = _money(one["total_minor"], currency) if one["resolved"] else "not complete"
        mark = " [green]used here[/]" if is_chosen else ""
        doubt = f"; {plain(one['why_not'])}" if one["allowed"] is None else ""
        parts = f"duty {_money(one['duty_minor'], currency)}, tax {_money(one['tax_minor'], currency)}"
        yield f"    [bold]{plain(name)}[/] {plain(total)} ({plain(parts)}){mark}{doubt}"


def _needed_lines(answer: Mapping[str, Any]) -> Iterator[str]:
    needed = {one["set"]: one["missing_fields"] for one in answer["eligible_sets"] if one["allowed"] is not False}
    needed = {name: fields for name, fields in needed.items() if fields}
    if needed:
        yield heading("To file it, still needed")
        shared = [field for field in next(iter(needed.values())) if all(field in fields for fields in needed.values())]
        if len(needed) > 1 and shared:
            yield f"    in every set: {plain(_fields(shared))}"
        for name, fields in needed.items():
            own = fields if len(needed) == 1 else [field for field in fields if field not in shared]
            if own:
                yield f"    {plain(name)}{' also' if len(needed) > 1 and shared else ''}: {plain(_fields(own))}"


def _fields(names: Sequence[str]) -> str:
    return ", ".join(
        spoken(name.removeprefix("item_")) + (" of the line" if name.startswith("item_") else "") for name in names
    )


def _other_findings(answer: Mapping[str, Any]) -> Iterator[str]:
    """What was noticed beside missing fields and open amounts."""
    told = [one for one in answer["findings"] if not one["code"].startswith(("PRE", "RES"))]
    sentences = dict.fromkeys(f"{one['code']}  {one['sentence']}" for one in told)
    yield from _listed("Noticed", list(sentences))


def _assumed(one: Mapping[str, Any]) -> str:
    what = spoken(one["what"])
    value = f": {one['value']}" if one["value"] else ""
    return f"{what}{value}" + ("" if one["by"].startswith("law") else f" (by {one['by']})")


def _listed(title: str, texts: Sequence[str]) -> Iterator[str]:
    if texts:
        yield heading(title)
        yield from (f"    {plain(text)}" for text in texts)


def _money(minor: int | None, currency: str) -> str:
    return "not determined" if minor is None else money_text(minor, currency)
