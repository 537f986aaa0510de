"""A message model: which elements a message may have, in which order, how often, and what their text may be.

A pack of a format brings it as ``model.csv``: the elements in their order, each with its path from the message's own
element (the first row, with an empty path), its WCO id, how often it may stand there and the form of its text.
"""

import csv
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache, cached_property
from typing import Final

from tidewaiter.model.errors import SheetRefused

HEADER: Final = ["path", "wco", "least", "most", "form"]
KINDS: Final = ("code", "id", "text", "amount", "measure", "quantity", "number", "date")
"""What a text may be; ``code`` loses white space at its edges before it is looked at."""


@dataclass(frozen=True, slots=True)
class Element:
    """One element: ``most`` is None where there is no limit; ``form`` is empty for one that holds others.

    A form is a kind and its limits: ``text an..70`` (up to 70 signs), ``code a2`` (two letters), ``code n..2 9|13``
    (digits, one of these), ``amount 16,3`` (digits in all, digits after the point).
    """

    path: str
    wco: str
    least: int
    most: int | None
    form: str

    @property
    def name(self) -> str:
        """Its own name."""
        return self.path.rpartition("/")[2]

    @property
    def parent(self) -> str:
        """Path of the element that holds it."""
        return self.path.rpartition("/")[0]


@dataclass(frozen=True)
class MessageModel:
    """The elements of a message, in their order; ``name`` is that of its own element."""

    name: str
    elements: tuple[Element, ...]

    @cached_property
    def numbers(self) -> Mapping[str, int]:
        """Place of each element in the order, by path."""
        return {element.path: number for number, element in enumerate(self.elements)}

    def find(self, path: str) -> Element | None:
        """The element at a path; None where the model has none."""
        number = self.numbers.get(path)
        return None if number is None else self.elements[number]

    def pointer(self, path: str) -> str:
        """WCO ids from the message down to an element, joined by ``/``; empty where the model does not know it.

        Which one of several a step of the path is (``A/B[2]/C``) is told behind its id: ``42A/67A/68A[2]/137``; an
        attribute (``A/B@unitCode``) has the place of its element.
        """
        ids, told = [self.elements[0].wco], ""
        for step in path.partition("@")[0].split("/") if path else ():
            name, bracket, number = step.partition("[")
            told = f"{told}/{name}".removeprefix("/")
            element = self.find(told)
            if element is None:
                return ""
            if element.wco:
                ids.append(f"{element.wco}{bracket}{number}")
        return "/".join(ids)


@cache
def read_model(name: str, text: str) -> MessageModel:
    """Read ``model.csv``; ``SheetRefused`` where it is none."""
    header, *rows = csv.reader(text.splitlines())
    if header != HEADER or not rows:
        raise SheetRefused(f"The model of {name} has the columns {', '.join(header)}, not {', '.join(HEADER)}.")
    model = MessageModel(name, tuple(_elements(rows)))
    faults = [element.path for element in model.elements[1:] if model.find(element.parent) is None]
    faults += [element.path for element in model.elements if element.form and element.form.split()[0] not in KINDS]
    if faults:
        raise SheetRefused(f"The model of {name} has elements that are none: {', '.join(faults)}.")
    return model


def _elements(rows: list[list[str]]) -> Iterator[Element]:
    for path, wco, least, most, form in rows:
        yield Element(path, wco, int(least), int(most) if most else None, form)
