"""What a row of text says: amounts, days, codes. A text that cannot be what its field is spoils its filing."""

from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation
from functools import cache

MOST_DECIMALS = 6
LARGEST = Decimal(9_000_000_000)


class UnreadableFiling(Exception):
    """A value of the filing is no value of its field: nothing of the filing is taken."""


def amount(text):
    """A number with at most six decimals, neither negative nor absurdly large; an empty text is no number."""
    if text is None:
        return None
    try:
        number = Decimal(text)
    except InvalidOperation:
        raise UnreadableFiling(text) from None
    if not number.is_finite() or number < 0 or number > LARGEST:
        raise UnreadableFiling(text)
    if number != round(number, MOST_DECIMALS):
        raise UnreadableFiling(text)
    return number


@cache
def moment(text):
    """An instant in UTC; one without a zone is UTC, a bare day is its first moment."""
    if text is None:
        return None
    read = datetime.fromisoformat(text)
    return read.astimezone(UTC) if read.tzinfo else read.replace(tzinfo=UTC)


@cache
def digits(code):
    """A commodity code as its digits: dots and blanks of the printed form do not count."""
    return None if code is None else code.replace(".", "").replace(" ", "").upper()


def upper(text):
    """A code of a closed list, whatever its case."""
    return None if text is None else text.upper()


def lower(text):
    """A word of a closed list, whatever its case."""
    return None if text is None else text.lower()
