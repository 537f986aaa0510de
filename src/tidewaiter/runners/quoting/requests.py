"""Requests: what a line asks of a quote beside its filing, or what is wrong with it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal, InvalidOperation
from fractions import Fraction
from typing import Any, Final

from tidewaiter.kit.rates.expression import Duty, Expression, Free, Unresolved
from tidewaiter.kit.rates.parse import parse
from tidewaiter.kit.rates.printed import printed
from tidewaiter.model.codes import CURRENCY_DIGITS
from tidewaiter.model.dates import FIRST_PLAUSIBLE_YEAR, LAST_PLAUSIBLE_YEAR
from tidewaiter.pipeline.assumptions import Assumptions

OWN: Final = ("as", "on", "assume", "editions")
"""Keys of a line that are no field of a filing."""

ASSUMABLE: Final = ("duty_rate", "tax_rate", "exchange_rates")
AN_ANSWER: Final = "QUO-08"
"""A line that is an answer already; none of its fields is one of a filing."""

LARGEST: Final = 2**40
"""As in ``reference.exchange_rates``: products with amounts fit 128 bits."""


@dataclass(frozen=True, slots=True)
class Wrong:
    """Why a line cannot be answered; ``field`` is the place that would mend it."""

    code: str
    field: str
    value: str | None
    message: str


class Refused(Exception):
    """A line that cannot be answered."""

    def __init__(self, wrong: Wrong) -> None:
        self.wrong = wrong
        super().__init__(wrong.message)


@dataclass(frozen=True, slots=True)
class Terms:
    """What lines that are worked out together share: jurisdiction with office, what is assumed, and editions to use.

    Without ``editions`` those in use count.
    """

    as_: str
    assumed: Assumptions = field(default_factory=Assumptions)
    editions: tuple[tuple[str, str], ...] = ()


def terms_of(told: Mapping[str, Any], default_as: str | None, place_of: Mapping[str, str]) -> Terms:
    """The terms of a line; raises ``Refused``. ``place_of``: jurisdiction of a destination, where a line names none."""
    if "permalink" in told and "items" not in told:
        raise Refused(Wrong(AN_ANSWER, "permalink", None, "This is an answer of a quote: use --again to ask it again."))
    named = told.get("as") or default_as or place_of.get(str(told.get("destination_country") or "").strip().upper())
    if not named:
        raise Refused(
            Wrong("QUO-01", "as", None, "Nothing says under whose law: give as, or a destination_country we know.")
        )
    return Terms(str(named).strip().upper(), _assumptions(told.get("assume")), _editions(told.get("editions")))


def day_of(told: Mapping[str, Any], default: date | None) -> date | None:
    """The day a filing that carries no date of its own is judged on; raises ``Refused`` for what is no day."""
    said = told.get("on")
    if said in {None, ""}:
        return default
    try:
        day = date.fromisoformat(str(said))
    except ValueError:
        day = None
    if day is None or not FIRST_PLAUSIBLE_YEAR <= day.year <= LAST_PLAUSIBLE_YEAR:
        raise Refused(Wrong("QUO-02", "on", str(said), "on is no day of parcels. Write it like 2026-10-20."))
    return day


def _editions(told: object) -> tuple[tuple[str, str], ...]:
    if told in (None, {}, ""):
        return ()
    if not isinstance(told, dict):
        raise Refused(Wrong("QUO-04", "editions", str(told), "editions is an object of names and hashes."))
    return tuple(sorted((str(name), str(edition)) for name, edition in told.items()))


def _assumptions(told: object) -> Assumptions:
    if told in (None, {}, ""):
        return Assumptions()
    if not isinstance(told, dict):
        raise _no_assumption("assume", told, f"assume is an object with {', '.join(ASSUMABLE)}")
    for name in told:
        if name not in ASSUMABLE:
            raise _no_assumption(f"assume.{name}", told[name], f"what can be assumed is {', '.join(ASSUMABLE)}")
    tax = _rate(told, "tax_rate")
    if tax is not None and not isinstance(tax, Free) and not _is_share(tax):
        raise _no_assumption("assume.tax_rate", told["tax_rate"], "a tax rate is a percentage, like 20 %")
    duty = _rate(told, "duty_rate")
    return Assumptions(_text(duty), _text(tax), _exchange(told.get("exchange_rates")))


def _text(rate: Expression | None) -> str | None:
    return None if rate is None else printed(rate)


def _rate(told: Mapping[str, Any], name: str) -> Expression | None:
    if told.get(name) in (None, ""):
        return None
    read = parse(str(told[name]))
    if isinstance(read, Unresolved):
        raise _no_assumption(f"assume.{name}", told[name], f"the rate is not understood ({read.reason}); like 12 %")
    return read


def _is_share(rate: Expression) -> bool:
    if not isinstance(rate, Duty) or len(rate.terms) > 1:
        return False
    return rate.terms[0].currency is None and rate.terms[0].unit == "value"


def _exchange(told: object) -> tuple[tuple[str, int, int], ...]:
    if told in (None, {}, ""):
        return ()
    if not isinstance(told, dict):
        raise _no_assumption("assume.exchange_rates", told, 'exchange_rates is an object like {"USD": "0.92"}')
    return tuple(sorted(_pair(str(name).upper(), said) for name, said in told.items()))


def _pair(currency: str, said: object) -> tuple[str, int, int]:
    place = f"assume.exchange_rates.{currency}"
    if currency not in CURRENCY_DIGITS:
        raise _no_assumption(place, said, f"{currency} is no currency of ISO 4217")
    try:
        rate = Fraction(Decimal(str(said)))
    except (InvalidOperation, ValueError, OverflowError):
        rate = Fraction(0)
    if rate <= 0 or max(rate.numerator, rate.denominator) >= LARGEST:
        raise _no_assumption(place, said, "an exchange rate is a plain positive number, like 0.92")
    return currency, rate.numerator, rate.denominator


def _no_assumption(place: str, said: object, reason: str) -> Refused:
    return Refused(Wrong("QUO-03", place, str(said), f"{place} cannot be taken: {reason}."))


def refuse_own_currency(assumed: Assumptions, currency: str) -> None:
    """Raises ``Refused`` where a rate is assumed for the currency that the law itself counts in: it is one for one."""
    for name, numerator, denominator in assumed.exchange_rates:
        if name == currency:
            said = f"{numerator}/{denominator}"
            raise _no_assumption(
                f"assume.exchange_rates.{name}", said, f"the law counts in {name} itself, which no rate converts"
            )
