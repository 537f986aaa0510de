"""The charges of a quote as lines: amount, rate and base, and why one is an estimate."""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from tidewaiter.cli.words import columns, heading
from tidewaiter.model.money import money_text
from tidewaiter.model.words import spoken

CALLED: Final = {"duty": "customs duty"}
BY_CODE: Final = "flat_duty_minor"
NOT_OWED: Final = {"collected_elsewhere": "paid at the sale", "unresolved": "not determined"}
NOT_LOADED: Final = "not_loaded"
"""The rule of a charge that stands for law that is not on the shelves."""


def charge_lines(answer: Mapping[str, Any]) -> Iterator[str]:
    """A line for each charge."""
    yield heading("What it is made of")
    rows = [_charge(line, answer["currency"], answer["tax_name"]) for line in answer["lines"]]
    yield from columns(rows, right=(2,)) or ["    nothing is charged" if answer["resolved"] else "    nothing is known"]


def called(charge: str, tax_name: str) -> str:
    """A charge in the jurisdiction's own word."""
    return tax_name if charge == "vat" else CALLED.get(charge, spoken(charge))


def money(minor: int | None, currency: str) -> str:
    """An amount, or that nobody knows it."""
    return "not determined" if minor is None else money_text(minor, currency)


def _charge(line: Mapping[str, Any], currency: str, tax_name: str) -> tuple[str, ...]:
    where = f"line {line['item_no']}" if line["item_no"] is not None else ""
    amount, status = line["amount_minor"], line["status"]
    told = money(amount, currency) if amount is not None else NOT_OWED.get(status, spoken(status))
    what = "law not loaded" if line["rule_id"] == NOT_LOADED else called(line["charge"], tax_name)
    if line["rule_id"] == BY_CODE and amount == 0:
        return what, where, told, "counted with the other line of this code"
    has_base = line["base_minor"] is not None and line["rate_text"] and status not in NOT_OWED
    base = f" of {money_text(line['base_minor'], currency)}" if has_base and "%" in line["rate_text"] else ""
    return what, where, told, f"{line['rate_text'] or line['source'] or ''}{base}{_mark(line)}"


def _mark(line: Mapping[str, Any]) -> str:
    """The status in brackets where the words before it do not say it; an estimate with its reason."""
    status, said = line["status"], line["rate_text"] or ""
    if status in {"definitive", *NOT_OWED} or (status == "relieved" and said.startswith("relie")):
        return ""
    why = f": {line['estimated_because']}" if line["estimated_because"] else ""
    return f" ({spoken(status)}{why})"
