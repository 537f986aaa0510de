"""The one canonical text of an expression; reading it gives the expression again."""

from fractions import Fraction
from json import dumps

from tidewaiter.kit.rates.expression import VALUE, Duty, Expression, Free, Reference, Term
from tidewaiter.kit.rates.numbers import HUNDRED_MILLION, decimal, mixed
from tidewaiter.kit.rates.units import PLACEHOLDERS


def printed(expression: Expression) -> str:
    """The canonical text: ``9.6 % + 0.21 EUR/kg MAX 17 %``, ``0.235 USD/3 piece``, ``free``.

    A reference is printed as ``reference "text"``, what is not understood as ``unresolved ["text", "reason"]``.

    >>> printed(Duty((Term("", Fraction(1, 3), VALUE), Term("+", Fraction("0.08"), "piece", "USD"))))
    '33 1/3 % + 0.08 USD/piece'
    """
    match expression:
        case Free():
            return "free"
        case Duty(terms):
            return " ".join(f"{term.join} {_term(term)}".strip() for term in terms)
        case Reference(text):
            return f"reference {dumps(text, ensure_ascii=False)}"
    return f"unresolved {dumps([expression.text, expression.reason], ensure_ascii=False)}"


def _term(term: Term) -> str:
    if term.currency is not None:
        return _amount(term.factor, term.currency, term.unit)
    if term.unit in PLACEHOLDERS and term.factor == 1:
        return term.unit
    share = f"{mixed(term.factor * 100)} %"
    return share if term.unit == VALUE else f"{share} of {term.unit}"


def _amount(factor: Fraction, currency: str, unit: str) -> str:
    """An amount per so many of a unit that it has at most eight decimals."""
    per = (factor * HUNDRED_MILLION).denominator
    amount = decimal(factor * per)
    return f"{amount} {currency}/{unit}" if per == 1 else f"{amount} {currency}/{per} {unit}"
