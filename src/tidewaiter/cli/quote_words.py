"""A quote as a page for the terminal: what it costs and why, which data sets are open, what is not in it."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from tidewaiter.cli.quote_lines import charge_lines, money
from tidewaiter.cli.quote_total import headline
from tidewaiter.cli.words import heading, plain
from tidewaiter.model.words import day_text, spoken

UNSURE: Final = "; it rests on a figure of the sheet that was not read, or lies beyond its days"
"""What stands behind the source of a charge whose rule was read and whose amount rests on more than it."""

WORDS: Final = {"ioss": "IOSS", "vat": "VAT", "gst": "GST", "hs": "HS", "vendor": "seller"}
"""Words of a rule's name that a person writes or says otherwise."""


def answer_lines(answer: Mapping[str, Any], *, again: bool = False) -> Iterator[str]:
    """The whole page of one filing."""
    currency = answer["currency"]
    yield f"\n  [bold]{plain(answer['consignment_id'])}[/]  {plain(_under(answer))}"
    yield f"  [bold]{plain(headline(answer))}[/]{'  [green]the same as then[/]' if again else ''}"
    if not answer["resolved"]:
        yield "  [yellow]not complete: something due at the border could not be determined[/]"
        yield from (
            f"    {plain(told['sentence'])}"
            for told in answer["findings"]
            if told["severity"] != "note" and told["code"].startswith("RES")
        )
    yield from charge_lines(answer)
    yield from _set_lines(answer, currency)
    yield from _needed_lines(answer)
    yield from _other_findings(answer)
    yield from _listed("Assumed or not sure", [_assumed(one, answer["tax_name"]) for one in answer["assumed"]])
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


def _set_lines(answer: Mapping[str, Any], currency: str) -> Iterator[str]:
    tax_name = answer["tax_name"]
    width = max((len(one["set"]) for one in answer["eligible_sets"]), default=0) + 1
    yield heading("Declaration sets")
    for one in answer["eligible_sets"]:
        is_chosen = one["set"] == answer["chosen_set"]
        name = f"{one['set']:<{width}}"
        if one["allowed"] is False:
            yield f"    [dim]{plain(name)} not allowed: {plain(one['why_not'])}[/]"
            continue
        total = money(one["total_minor"], currency) if one["resolved"] else "not complete"
        mark = " [green]used here[/]" if is_chosen else ""
        doubt = f"; {plain(one['why_not'])}" if one["allowed"] is None else ""
        parts = f"duty {money(one['duty_minor'], currency)}, {tax_name} {money(one['tax_minor'], currency)}"
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


def _assumed(one: Mapping[str, Any], tax_name: str) -> str:
    """What is not sure, in words: no name of a program's, and a note once."""
    by, value = one["by"], one["value"]
    if by == "shelf":
        return f"{spoken(one['what'])}: a daily rate stands in for the legal one, which is not loaded"
    if by == "default":
        return f"{spoken(one['what'])}: not declared, the usual is taken"
    if not by.startswith("law, "):
        return f"{spoken(one['what'])}: {value} (as the request assumes)"
    word = by.removeprefix("law, ")
    source = value.removesuffix(f" ({word})").replace(f" (read){UNSURE}", UNSURE)
    rule = _rule(one["what"], tax_name)
    if source.endswith(UNSURE):
        read = source.removesuffix(UNSURE).removesuffix(f" ({word})")
        return f"{rule}: {read}; a figure of it is from memory, or the day is beyond its law"
    meant = "from memory, not read in the law" if word == "recalled" else "our assumption"
    return f"{rule}: {source}; {meant}"


def _rule(name: str, tax_name: str) -> str:
    """A rule or a code of the tariff as a person calls it: ``vendor_tax_limit_minor`` is seller tax limit."""
    if name.isdecimal():
        return f"duty of {name}"
    if name in {"import_tax", "vat"}:
        return tax_name
    return " ".join(WORDS.get(word, word) for word in name.removesuffix("_minor").split("_"))


def _listed(title: str, texts: Sequence[str]) -> Iterator[str]:
    if texts:
        yield heading(title)
        yield from (f"    {plain(text)}" for text in texts)
