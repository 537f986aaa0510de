"""Drafting: a sender sheet out of proposals, with the units, decimals, days and words that the values show."""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from tidewaiter.model.columns import BY_DOOR, VOCABULARY, Kind
from tidewaiter.runners.learning.lexicon import folded, lexicon
from tidewaiter.runners.learning.naming import Heading
from tidewaiter.runners.learning.proposing import Layout, Proposed, headed
from tidewaiter.runners.reading.mapping import NUMERIC

HEAVY_KG: Final = 20
"""A parcel of online trade hardly weighs so much: figures beyond are grams."""

CURRENCY_OF: Final = {
    "item_value_amount": "item_value_currency",
    "freight_amount": "freight_currency",
    "invoice_total_amount": "invoice_total_currency",
    "insurance_amount": "insurance_currency",
}
NOTED: Final = 5
BARE: Final = re.compile("[A-Za-z0-9_-]+")


@dataclass(frozen=True)
class Draft:
    """A sheet as proposed; ``notes`` are sentences on what a person should look at."""

    columns: Mapping[str, tuple[str, ...]]
    items: str
    decimal: str
    dates: str
    units: Mapping[str, str]
    values: Mapping[str, Mapping[str, str]]
    constants: Mapping[str, str]
    notes: tuple[str, ...]


def drafted(proposals: Sequence[Proposed], layout: Layout, items: str) -> Draft:
    """The sheet that the proposals make."""
    columns = {one.column: one.fields for one in proposals if one.fields}
    by_field = {name: column for column, fields in columns.items() for name in fields}
    decimal, dates = _decimal(by_field, layout), _dates(by_field, layout)
    units = {name: _unit(headed(layout)[column], layout, column)
             for name, column in by_field.items() if BY_DOOR[name].kind is Kind.MASS}  # fmt: skip
    values, strange = _values(by_field, layout)
    constants = dict(_constants(by_field, layout))
    notes = tuple(_notes(by_field, layout, units, strange))
    return Draft(columns, items, decimal, dates.rstrip("?"), units, values, constants, notes)


def _decimal(by_field: Mapping[str, str], layout: Layout) -> str:
    shapes = [layout.shapes[column] for name, column in by_field.items() if BY_DOOR[name].kind in NUMERIC]
    commas, points = sum(shape.commas for shape in shapes), sum(shape.points for shape in shapes)
    return "," if commas > points else "."


def _dates(by_field: Mapping[str, str], layout: Layout) -> str:
    """Order of days; with a question mark where nobody can tell and the day is taken to come first."""
    orders = [layout.shapes[column].date_order for name, column in by_field.items() if _is_day(name)]
    for order in ("dmy", "mdy"):
        if order in orders:
            return order
    return "dmy?" if "dm?" in orders else ""


def _is_day(name: str) -> bool:
    return BY_DOOR[name].kind is Kind.INSTANT


def _unit(heading: Heading, layout: Layout, column: str) -> str:
    """Unit of a mass: the heading's word for it, else what a parcel can weigh."""
    for unit, meaning in (("kg", "kg"), ("g", "gram")):
        if heading.says(meaning):
            return unit
    return "g" if layout.shapes[column].median >= HEAVY_KG else "kg"


def _values(by_field: Mapping[str, str], layout: Layout) -> tuple[dict[str, dict[str, str]], dict[str, list[str]]]:
    """The sender's words of closed lists in ours, and those that nobody knows."""
    found: dict[str, dict[str, str]] = {}
    strange: dict[str, list[str]] = {}
    for name in by_field.keys() & VOCABULARY.keys():
        part = "person_type" if name.endswith("person_type") else name
        known = lexicon().values.get(part, {})
        for value in layout.shapes[by_field[name]].different:
            if value.casefold() in {word.casefold() for word in VOCABULARY[name]}:
                continue
            meant = known.get("".join(folded(value).split()))
            if meant:
                found.setdefault(name, {})[value] = meant
            else:
                strange.setdefault(name, []).append(value)
    return found, strange


def _constants(by_field: Mapping[str, str], layout: Layout) -> Iterator[tuple[str, str]]:
    """Currencies that a heading names and no column says."""
    for amount, currency in CURRENCY_OF.items():
        if amount in by_field and currency not in by_field:
            told = headed(layout)[by_field[amount]].currency
            if told:
                yield currency, told


def _notes(
    by_field: Mapping[str, str], layout: Layout, units: Mapping[str, str], strange: Mapping[str, Sequence[str]]
) -> Iterator[str]:
    for name, words in sorted(strange.items()):
        shown = ", ".join(repr(word) for word in words[:NOTED])
        yield f"{name}: nobody knows {shown}. Say in [values.{name}] what they mean; there are: {_listed(name)}."
    for name, unit in units.items():
        heading = headed(layout)[by_field[name]]
        if not heading.says("kg") and not heading.says("gram"):
            yield f"{name}: column {heading.column} names no unit; by its figures it is {unit}."
    if _dates(by_field, layout).endswith("?"):
        yield "Days are written with their year last, and none tells day from month: the day is taken to come first."
    for amount in by_field.keys() & CURRENCY_OF.keys():
        if CURRENCY_OF[amount] not in by_field and not headed(layout)[by_field[amount]].currency:
            yield f"{amount}: no column says its currency. Add {CURRENCY_OF[amount]} to [constants]."


def _listed(name: str) -> str:
    return ", ".join(VOCABULARY[name])


def sheet_text(draft: Draft, name: str, title: str) -> str:
    """The draft as the TOML of a sender sheet."""
    heading = {"name": name, "title": title, **({"items": draft.items} if draft.items != "items" else {})}
    if draft.decimal != ".":
        heading["decimal"] = draft.decimal
    if draft.dates:
        heading["dates"] = draft.dates
    parts = ["\n".join(_lines(heading)), "\n".join(("[columns]", *_lines(draft.columns)))]
    tables = {"constants": draft.constants, "units": draft.units}
    tables |= {f"values.{field}": words for field, words in draft.values.items()}
    parts += ["\n".join((f"[{table}]", *_lines(said))) for table, said in tables.items() if said]
    return "\n\n".join(parts) + "\n"


def _lines(table: Mapping[str, str | tuple[str, ...]]) -> Iterator[str]:
    for key, value in table.items():
        told = value[0] if isinstance(value, tuple) and len(value) == 1 else value
        text = _quoted(told) if isinstance(told, str) else f"[{', '.join(map(_quoted, told))}]"
        yield f"{key if BARE.fullmatch(key) else _quoted(key)} = {text}"


def _quoted(text: str) -> str:
    """A basic string of TOML."""
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")
