"""Words for people, the same at the terminal and on a page: shares, plurals, days, sentences with their evidence."""

from collections.abc import Mapping
from datetime import date, datetime
from string import Formatter
from typing import Any, Final

from tidewaiter.model.money import money_text

MICRO_PLACES: Final = 6
MONTHS: Final = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
    "December",
)  # fmt: skip


def spoken(word: str) -> str:
    """``document_check`` as a person says it."""
    return word.replace("_", " ")


def counted(count: int, one: str, many: str = "") -> str:
    """``1 filing``, ``1,204 filings``."""
    return f"{count:,} {one if count == 1 else many or one + 's'}"


def share(part: int, whole: int) -> str:
    """A percentage that never calls something nothing, or almost all everything."""
    if not whole:
        return "-"
    percent = 100 * part / whole
    if 0 < percent < 0.1:  # noqa: PLR2004 - below one decimal
        return "< 0.1 %"
    return "> 99.9 %" if 99.9 < percent < 100 else f"{percent:.1f} %"  # noqa: PLR2004 - the same from above


def day_text(day: date) -> str:
    """``day_text(date(2026, 10, 20))`` is ``20 October 2026``, whatever the machine's language."""
    return f"{day.day} {MONTHS[day.month - 1]} {day.year}"


def moment_text(accepted_at: str) -> str:
    """A run's moment: its day, with the hour where that is not midnight; or the word for each filing's own moment."""
    try:
        moment = datetime.fromisoformat(accepted_at)
    except ValueError:
        return f"each filing on its own day ({accepted_at})"
    hour = "" if moment.hour == moment.minute == 0 else f", {moment:%H:%M} UTC"
    return day_text(moment.date()) + hour


def due_text(minor: int, unresolved: int, currency: str) -> str:
    """What is due on filings of which some are ``unresolved``: what is not determined is never told as nothing.

    A filing that is not resolved is left out whole, with what is known of its charges, and the words say so.

    >>> due_text(305, 0, "EUR"), due_text(305, 1, "EUR"), due_text(0, 2, "EUR")
    ('EUR 3.05', 'EUR 3.05, without 1 filing not resolved (all its charges)', 'not determined for 2 filings')
    """
    if not unresolved:
        return money_text(minor, currency)
    open_ones = counted(unresolved, "filing")
    if not minor:
        return f"not determined for {open_ones}"
    whole = "all its charges" if unresolved == 1 else "all their charges"
    return f"{money_text(minor, currency)}, without {open_ones} not resolved ({whole})"


def filled(sentence: str, evidence: Mapping[str, Any], currency: str) -> str:
    """The sentence with its evidence as a person reads it: money with its currency, masses in kg."""
    parts = []
    for text, name, _, _ in Formatter().parse(sentence):
        parts.append(text)
        if name:
            parts.append(_value_text(name, evidence.get(name), currency))
    return "".join(parts)


CLAIMED: Final = {
    "amount_micro": " {currency} in all", "goods_micro": " {currency} for the goods", "quantity_micro": " pieces",
    "gross_mass_mg": "", "consignee_country": " its country",
}  # fmt: skip
"""What an assertion may say, and the words behind it."""


def claimed_text(said: Mapping[str, Any]) -> str:
    """What an assertion says: ``45 EUR in all, 2 pieces``."""
    told = [(name, unit) for name, unit in CLAIMED.items() if said[name] is not None]
    return ", ".join(filled(f"{{{name}}}", said, "") + unit.format(**said) for name, unit in told)


def _value_text(name: str, value: object, currency: str) -> str:
    if value is None:
        return "(not known)" if name.endswith("_minor") else "(not declared)"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list):
        return ", ".join(str(one) for one in value)
    if isinstance(value, int) and ("_minor" in name or name.endswith("_minor")):
        return money_text(value, currency)
    if isinstance(value, int) and name.endswith(("_micro", "_mg")):
        unit = " kg" if name.endswith("_mg") else ""
        whole, rest = divmod(abs(value), 10**MICRO_PLACES)
        return f"{'-' if value < 0 else ''}{whole}.{rest:0{MICRO_PLACES}d}".rstrip("0").rstrip(".") + unit
    return str(value).replace(";", ", ") if name in {"defaulted", "unmapped"} else str(value)
