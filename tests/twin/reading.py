"""What a row of text says: amounts, days, codes. A text that cannot be what its field is spoils its filing."""

from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation
from functools import cache

MOST_DECIMALS = 6
CLOSED = {
    "party_relation": "B2C C2C B2B C2B", "mode": "POST EXPRESS CARGO",
    "nature": "SALE GIFT SAMPLE RETURN DOCUMENT REPAIR REPLACEMENT OTHER",
    "vat_scheme": "IOSS SPECIAL OVR VOEC UKVAT LVG NONE",
}  # fmt: skip
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
    """A commodity code as its digits: dots and blanks of the printed form do not count; what is no code is none."""
    plain = "" if code is None else code.replace(".", "").replace(" ", "")
    is_code = plain.isdecimal() and len(plain) in {6, 8, 10} and not plain.startswith("9999")
    return plain if is_code else None


def upper(text):
    """A code of a closed list, whatever its case."""
    return None if text is None else text.upper()


def without_strange_words(filing):
    """The filing without those words of closed lists that are on none: they say nothing."""
    strange = [name for name, words in CLOSED.items() if upper(filing.get(name)) not in words.split()]
    return {name: said for name, said in filing.items() if name not in strange}


def lower(text):
    """A word of a closed list, whatever its case."""
    return None if text is None else text.lower()
