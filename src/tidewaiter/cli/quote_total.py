"""The headline of a quote: what it costs in one line, what of it is known, and whether it is an estimate."""

from collections.abc import Mapping
from typing import Any, Final

from tidewaiter.cli.quote_lines import called, money
from tidewaiter.model.money import money_text

PARTS: Final = ("duty_minor", "tax_minor", "fee_minor")


def headline(answer: Mapping[str, Any]) -> str:
    """What it costs; a sum is never told while a part of it is open, and an estimate is told as one."""
    currency, total, due = answer["currency"], answer["total_minor"], answer["due_at_border_minor"]
    if not answer["resolved"]:
        return _known(answer)
    at_border = f", of which {money_text(due, currency)} at the border" if due != total and total is not None else ""
    whole = total if total is not None else due
    worth = money(answer["intrinsic_value_minor"], currency)
    estimated = "estimated: " if is_estimate(answer) else ""
    return f"{estimated}{money_text(whole, currency)} to pay on goods worth {worth}{at_border}{_at_sale(answer)}"


def _at_sale(answer: Mapping[str, Any]) -> str:
    """What the seller collects beside it: it is paid, and not here."""
    elsewhere = (line["charge"] for line in answer["lines"] if line["status"] == "collected_elsewhere")
    names = dict.fromkeys(called(charge, answer["tax_name"]) for charge in elsewhere)
    return f"; {' and '.join(names)} is paid at the sale" if names else ""


def is_estimate(answer: Mapping[str, Any]) -> bool:
    """True where any part, or a value it turns on, rests on less than law and rates that were read."""
    return bool(answer["assumed"]) or any(line["status"] in {"estimated", "provisional"} for line in answer["lines"])


def _known(answer: Mapping[str, Any]) -> str:
    """The charges whose amount is known, each kind added up; a nil among them says nothing while others are open."""
    currency, sums = answer["currency"], dict[str, int]()
    for line in answer["lines"]:
        if line["amount_minor"]:
            name = called(line["charge"], answer["tax_name"])
            sums[name] = sums.get(name, 0) + line["amount_minor"]
    estimated = ", estimated" if is_estimate(answer) and sums else ""
    told = ", ".join(f"{name} {money_text(minor, currency)}" for name, minor in sums.items())
    return f"known so far{estimated}: {told}" if sums else "nothing of it can be determined yet"
