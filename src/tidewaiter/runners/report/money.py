"""Money by kind and collector; what could not be determined has a word and a dashed bar, never a zero."""

from collections import defaultdict
from typing import Any, Final

from tidewaiter.model.money import money_text
from tidewaiter.model.words import counted, spoken
from tidewaiter.runners.report.markup import Markup, figure, paragraph, section, table
from tidewaiter.runners.report.plots import Bar, bars
from tidewaiter.runners.report.wording import Told

NOT_TOLD: Final = {"unresolved": "not determined", "collected_elsewhere": "not collected here"}
COLLECTOR: Final = {
    "border": "at the border", "vendor": "by the seller", "operator": "by the operator", "account": "on account",
    "none": "nothing due",
}  # fmt: skip
CALLED: Final = {"vat": "VAT"}


def money(told: Told) -> str:
    """What is due, from whom it is collected, and what is not known."""
    rows = told.summary["charges"]
    if not rows:
        return ""
    currency = told.summary["currency"]
    title = _title(told, currency)
    cells = [
        (_kind(one["charge"]), spoken(one["status"]), _collector(one["collected_from"]),
         f"{one['rows']:,}", amount_text(one, currency))
        for one in rows
    ]  # fmt: skip
    twin = table(f"Charges in {currency}", ("kind", "status", "collected", "charges", "amount"), cells)
    plot = bars("Amounts by kind and collector", _bars(rows, currency))
    note = Markup('<span class="key"></span>determined; dashed: charges whose amount is not determined')
    body = [
        paragraph(_goods(told, currency), "lead"),
        figure("Amounts by kind and who collects them", plot, twin, note, is_open=True),
        paragraph("An empty amount is never a zero: relieved means the law asks nothing, not determined that a rate, "
                  "a value or a law is missing.", "quiet"),
    ]  # fmt: skip
    return section("money", title, body)


def _title(told: Told, currency: str) -> str:
    due, unresolved = told.summary["due_at_border_minor"], told.accepted - told.summary["resolved"]
    open_ones = f"not yet determined for {counted(unresolved, 'filing')}"
    if not due:
        return f"Money: due at the border is {open_ones}" if unresolved else "Money: nothing is due at the border"
    known = f"Money: {money_text(due, currency)} is due at the border"
    return f"{known}, and {open_ones}" if unresolved else known


def _goods(told: Told, currency: str) -> str:
    """The declared value, and on how many filings it is not known."""
    unvalued = told.figures.modes.whole["unvalued"]
    if unvalued == told.accepted:
        return "The value of the goods is not known."
    without = f", without {counted(unvalued, 'filing')} of no known value" if unvalued else ""
    return f"The goods are declared at {money_text(told.summary['intrinsic_value_minor'], currency)}{without}."


def amount_text(one: dict[str, Any], currency: str) -> str:
    """Money, or why there is none."""
    if one["status"] in NOT_TOLD and not one["amount_minor"]:
        return NOT_TOLD[one["status"]]
    return money_text(one["amount_minor"], currency)


def _bars(rows: list[dict[str, Any]], currency: str) -> list[Bar]:
    known: defaultdict[tuple[str, str], int] = defaultdict(int)
    unknown: defaultdict[tuple[str, str], int] = defaultdict(int)
    for one in rows:
        key = one["charge"], one["collected_from"]
        if one["status"] == "unresolved":
            unknown[key] += one["rows"]
        elif one["amount_minor"]:
            known[key] += one["amount_minor"]
    shown = []
    for kind, collector in sorted({*known, *unknown}, key=lambda key: (-known[key], key)):
        key, name = (kind, collector), f"{_kind(kind)} {_collector(collector)}"
        if known[key]:
            shown.append(Bar(name, money_text(known[key], currency), [(known[key], "release")]))
        if unknown[key]:
            shown.append(Bar(f"{name}, not determined", counted(unknown[key], "charge"), [(0, "open")]))
    return shown or [Bar("No amount is due or missing", "", [])]


def _kind(charge: str) -> str:
    return CALLED.get(charge, spoken(charge))


def _collector(word: str) -> str:
    return COLLECTOR.get(word, spoken(word))
