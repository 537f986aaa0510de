"""XML faults: what breaks a message model, told to its sender: which element, what is wrong, and how to mend it."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final, NamedTuple

import numpy as np
import polars as pl

from tidewaiter.kit.message_model import Element, MessageModel
from tidewaiter.runners.reading.xml_checks import (
    LOOSE_TEXT,
    MISPLACED,
    MISSING,
    REPEATED,
    STRANGE,
    WRONG_ATTRIBUTE,
    WRONG_FORM,
)
from tidewaiter.runners.reading.xml_forms import ATTRIBUTES, form_of
from tidewaiter.runners.reading.xml_nodes import Nodes
from tidewaiter.runners.reading.xml_plain import KIN, LOOSE
from tidewaiter.runners.reading.xml_plain import STRANGE as ELSEWHERE
from tidewaiter.runners.reading.xml_tags import Places

CODES: Final = {
    STRANGE: "SCH-01", MISSING: "SCH-02", REPEATED: "SCH-03", MISPLACED: "SCH-04", WRONG_FORM: "SCH-05",
    WRONG_ATTRIBUTE: "SCH-06", LOOSE_TEXT: "SCH-07",
}  # fmt: skip
FAULTS_MAX: Final = 50
"""Faults that are told of one filing; of more only their number is."""

SIGNS: Final = {"an": "signs", "n": "digits", "a": "letters"}
SHORTEST: Final = 60


class XmlFault(NamedTuple):
    """A fault of the filing at this place of its block: ``path`` from the filing, with which one of several it is."""

    record: int
    code: str
    path: str
    value: str | None
    sentence: str


@dataclass
class Telling:
    """Puts the faults of a block into words."""

    nodes: Nodes
    model: MessageModel
    _owners: dict[int, tuple[Places, Places]] = field(default_factory=dict)

    def told(self, faults: pl.DataFrame) -> Iterator[XmlFault]:
        """The faults that ``Checks`` found, at most ``FAULTS_MAX`` of a filing and a last word on the others."""
        ranked = faults.with_columns(rank=pl.int_range(pl.len()).over("record"), of=pl.len().over("record"))
        for record, at, path, kind, value, rank, of in ranked.filter(pl.col("rank") <= FAULTS_MAX).iter_rows():
            if rank == FAULTS_MAX:
                more = f"There are {of - FAULTS_MAX:,} more faults in this filing. Mend these first."
                yield XmlFault(record, CODES[kind], self.place(at, path), None, more)
            elif path.rpartition("/")[2] == LOOSE:
                holder, above, text = (
                    int(self.nodes.parent[at]),
                    path.rpartition("/")[0],
                    self.nodes.text(np.array([at]))[0],
                )
                sentence = self._sentence(holder, above, LOOSE_TEXT, text)
                yield XmlFault(record, CODES[LOOSE_TEXT], self.place(holder, above), text, sentence)
            else:
                yield XmlFault(record, CODES[kind], self.place(at, path), value, self._sentence(at, path, kind, value))

    def place(self, at: int, path: str) -> str:
        """The path of an element, or of what it lacks (``path`` says it), with the numbers of those repeated."""
        element, _, attribute = path.partition("@")
        depth = 0
        steps: list[str] = []
        while at >= 0 and self.nodes.parent[at] >= 0:
            name = self.nodes.paths.told[int(self.nodes.path[at])][1]
            steps.append(f"{name}{self._number(at)}")
            at, depth = int(self.nodes.parent[at]), depth + 1
        rest = element.split("/")[depth:] if element else []
        return "/".join([*reversed(steps), *rest]) + (f"@{attribute}" if attribute else "")

    def _number(self, at: int) -> str:
        """Which one of its kind an element is within its parent; nothing where there is no other."""
        path = int(self.nodes.path[at])
        if path not in self._owners:
            of_path = self.nodes.of(path)
            self._owners[path] = of_path, self.nodes.parent[of_path]
        every, owners = self._owners[path]
        first, last = (
            np.searchsorted(owners, self.nodes.parent[at], side="left"),
            np.searchsorted(owners, self.nodes.parent[at], side="right"),
        )
        return f"[{int(np.searchsorted(every, at)) - int(first) + 1}]" if last - first > 1 else ""

    def _sentence(self, at: int, path: str, kind: str, value: str | None) -> str:
        name, _, attribute = path.partition("@")
        element, holder = self.model.find(name), name.rpartition("/")[0].rpartition("/")[2] or self.model.name
        own = name.rpartition("/")[2].removeprefix(KIN) or self.model.name
        if kind == STRANGE or element is None:
            is_far = own.startswith(ELSEWHERE)
            told = f"{own.removeprefix(ELSEWHERE)}{' of that namespace' if is_far else ''}"
            return f"{holder} has no element {told}. Take it out, or write it under its right name where it belongs."
        if kind == WRONG_ATTRIBUTE:
            return _attribute_sentence(element, own, attribute)
        if kind == MISPLACED:
            return f"{own} stands after {self._before(at)}, and belongs before it. Change their order."
        return {
            MISSING: f"{holder} must have {own}, and has none. Give it.",
            REPEATED: f"{own} may stand {_times(element)} in {holder}, and stands more often. Leave the others out.",
            LOOSE_TEXT: f"{own} holds elements and no text of its own. Take the text '{_short(value)}' out.",
            WRONG_FORM: f"{own} is '{_short(value)}', and must be {form_in_words(element.form)}. Correct it.",
        }[kind]

    def _before(self, at: int) -> str:
        """Name of the element before this one within the same parent."""
        before, parent = at - 1, self.nodes.parent[at]
        while before >= 0 and self.nodes.parent[before] != parent:
            before = int(self.nodes.parent[before])
        return self.nodes.paths.told[int(self.nodes.path[before])][1]


def form_in_words(text: str) -> str:
    """What a form of a message model allows.

    >>> form_in_words("code n..2 9|13"), form_in_words("amount 16,3")
    ('one of 9, 13', 'a number of at most 16 digits, of which 3 after the point')
    """
    form = form_of(text)
    if form.kind == "date":
        return "a day like 20260131, or a moment like 20260131093000Z (formatCode 102 or 304)"
    if form.words:
        return f"one of {', '.join(form.words)}"
    if form.signs:
        most = f"{'exactly' if form.is_exact else 'at most'} {form.size} {SIGNS[form.signs]}"
        return f"{most} on one line, and not empty" if form.signs == "an" else most
    if form.size < 0:
        return "a number like 12.5"
    return f"a number of at most {form.size} digits" + (
        f", of which {form.places} after the point" if form.places else ""
    )


def _attribute_sentence(element: Element, own: str, attribute: str) -> str:
    kind = element.form.partition(" ")[0]
    if attribute not in ATTRIBUTES.get(kind, ()):
        known = ", ".join(ATTRIBUTES.get(kind, ())) or "none"
        return f"{own} has the attribute {attribute}, which it may not have. Take it out (known: {known})."
    needed = {"formatCode": "102 or 304", "currencyID": "three capital letters like EUR", "unitCode": "a code like KGM"}
    return (
        f"The attribute {attribute} of {own} is missing or none. Write {needed.get(attribute, 'a code of its list')}."
    )


def _times(element: Element) -> str:
    return "once" if element.most == 1 else f"{element.most} times at most"


def _short(value: str | None) -> str:
    return (value or "")[:SHORTEST]
