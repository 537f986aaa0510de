"""Fitting: how well the values of a column bear out that it holds a field, 0 to 1."""

from collections.abc import Callable
from typing import Final

from tidewaiter.model.columns import BY_DOOR, VOCABULARY, Kind
from tidewaiter.runners.learning.shapes import (
    EMAIL,
    FEW,
    IOSS,
    MARKED,
    PHONE,
    POSTCODE,
    S10,
    TARIFF,
    TOKEN,
    UNIT,
    URL,
    WHOLE,
    Shape,
)

SILENT: Final = 0.8
"""A column without a value in the sample bears nothing out."""

COUNT_MAX: Final = 10_000
LETTERS_MIN: Final = 2

Fit = Callable[[Shape], float]


def fit(field: str, shape: Shape) -> float:
    """Share of the values that can be what the field is."""
    if not shape.values:
        return SILENT
    return _fit_of(field)(shape)


def _fit_of(field: str) -> Fit:
    for ending, found in BY_ENDING:
        if field.endswith(ending):
            return found
    if field in VOCABULARY:
        return _few
    return BY_KIND[BY_DOOR[field].kind]


def _few(shape: Shape) -> float:
    return (1.0 if shape.numbers < 1 else 0.8) if len(shape.different) <= FEW else 0.2


def _text(shape: Shape) -> float:
    """Words of people: letters in them, and no form that something else has."""
    if max(shape.countries, shape.currencies) > SILENT or shape.share(EMAIL) > SILENT:
        return 0.2
    lettered = sum(any(letter.isalpha() for letter in value) for value in shape.different)
    return lettered / len(shape.different) * (1.0 if shape.length > LETTERS_MIN else 0.3)


def _goods(shape: Shape) -> float:
    """Texts, unless they look like numbers of products."""
    return _text(shape) * (1 - 0.6 * shape.share(MARKED))


def _street(shape: Shape) -> float:
    return _text(shape) if shape.words > 1 or not shape.values[0].isascii() else 0.7 * _text(shape)


def _reference(shape: Shape) -> float:
    spread = len(shape.different) / len(shape.values)
    return (
        shape.share(TOKEN)
        * (0.55 + 0.45 * min(1.0, 3 * spread))
        * (1 - 0.5 * shape.countries)
        * (1 - 0.8 * shape.dates)
    )


def _consignment(shape: Shape) -> float:
    return max(shape.share(S10), _reference(shape))


def _scheme(shape: Shape) -> float:
    return max(shape.share(IOSS), 0.6 * shape.share(TOKEN))


def _count(shape: Shape) -> float:
    return shape.share(WHOLE) * (1.0 if shape.median < COUNT_MAX else 0.2)


def _number(shape: Shape) -> float:
    return shape.numbers * (0.4 if shape.share(TARIFF) == 1 and shape.median > COUNT_MAX else 1.0)


def _phone(shape: Shape) -> float:
    return shape.share(PHONE) if shape.dates < SILENT else 0.2


BY_ENDING: Final[tuple[tuple[str, Fit], ...]] = (
    ("consignment_id", _consignment),
    ("vat_scheme_id", _scheme),
    ("commodity_code", lambda shape: shape.share(TARIFF)),
    ("country_of_dispatch", lambda shape: shape.countries),
    ("country", lambda shape: shape.countries),
    ("item_origin", lambda shape: shape.countries),
    ("currency", lambda shape: shape.currencies),
    ("email", lambda shape: shape.share(EMAIL)),
    ("phone", _phone),
    ("postcode", lambda shape: shape.share(POSTCODE)),
    ("url", lambda shape: shape.share(URL)),
    ("item_unit", lambda shape: shape.share(UNIT) if len(shape.different) <= FEW else 0.2),
    ("_street", _street),
    ("region", lambda _shape: 0.9),
    ("item_quantity", _count),
    ("item_no", _count),
    ("_name", _text),
    ("_city", _text),
    ("item_description", _goods),
    ("_id", _reference),
    ("language", lambda shape: shape.share(UNIT)),
)
BY_KIND: Final[dict[Kind, Fit]] = {
    Kind.TEXT: lambda _shape: 0.9,
    Kind.CODE: lambda shape: shape.share(TOKEN),
    Kind.WORD: _few,
    Kind.AMOUNT: _number,
    Kind.MASS: _number,
    Kind.NUMBER: _number,
    Kind.COUNT: _count,
    Kind.INSTANT: lambda shape: shape.dates,
}
