"""XML checks: the constraints of a message model as column checks over the elements of a block.

They find what a validator of XML Schema finds: strange, missing, repeated and misplaced elements, texts and attributes
that are not of their form, text where elements belong.
"""

from dataclasses import dataclass, field
from functools import cached_property
from threading import Lock
from typing import Final

import numpy as np
import polars as pl
from numpy.typing import NDArray

from tidewaiter.kit.message_model import MessageModel
from tidewaiter.runners.reading.xml_forms import are_right, attribute_fault, form_of, odd_texts
from tidewaiter.runners.reading.xml_nodes import Nodes, Paths
from tidewaiter.runners.reading.xml_tags import Numbers, Places

FAULTS: Final = {"record": pl.Int64, "at": pl.Int64, "path": pl.String, "code": pl.String, "value": pl.String}
"""``record`` is the number of the filing in the block, from 0; ``at`` the place of the element."""

STRANGE, MISSING, REPEATED, MISPLACED, WRONG_FORM, WRONG_ATTRIBUTE, LOOSE_TEXT = (
    "strange", "missing", "repeated", "misplaced", "form", "attribute", "loose_text",
)  # fmt: skip


@dataclass
class Checks:
    """The checks of one model; they keep what they learn about the paths and tags of the file they look at.

    Several threads may look at blocks of one file side by side.
    """

    model: MessageModel
    _paths: Paths | None = None
    _numbers: Numbers = field(default_factory=lambda: np.zeros(0, dtype=np.int32))
    _right_tags: dict[tuple[int, int], str] = field(default_factory=dict)
    _lock: Lock = field(default_factory=Lock)

    def faults(self, nodes: Nodes) -> pl.DataFrame:
        """All faults of a block, in the order of the text; none where a validator finds none."""
        number = self._numbered(nodes)[nodes.path]
        found = [
            *self._strange(nodes, number),
            *self._placed(nodes, number),
            *self._missing(nodes),
            *self._formed(nodes, number),
            *self._attributes(nodes, number),
        ]
        told = [self._told(nodes, at, path, code) for at, path, code in found if len(at)]
        return pl.concat([pl.DataFrame(schema=FAULTS), *told]).sort("at", maintain_order=True)

    def _told(self, nodes: Nodes, at: Places, path: str, code: str) -> pl.DataFrame:
        spelled = {one: nodes.paths.spelled(one).partition("/")[2] for one in np.unique(nodes.path[at]).tolist()}
        shows = code in {WRONG_FORM, LOOSE_TEXT}
        return pl.DataFrame(
            {
                "record": np.searchsorted(nodes.records, at, side="right") - 1,
                "at": at,
                "path": [f"{spelled[one]}{path}" for one in nodes.path[at].tolist()],
                "code": [code] * len(at),
                "value": nodes.text(at) if shows else [None] * len(at),
            },
            schema=FAULTS,
        )

    def _numbered(self, nodes: Nodes) -> Numbers:
        """The place of each path of the file in the model; -1 where the model has none."""
        with self._lock:
            if self._paths is not nodes.paths:
                self._paths, self._numbers, self._right_tags = nodes.paths, np.zeros(0, dtype=np.int32), {}
            for path in range(len(self._numbers), len(nodes.paths.told)):
                name, _, rest = nodes.paths.spelled(path).partition("/")
                number = self.model.numbers.get(rest, -1) if name == self.model.name else -1
                self._numbers = np.append(self._numbers, np.int32(number))
            return self._numbers

    def _strange(self, nodes: Nodes, number: Numbers) -> list[tuple[Places, str, str]]:
        above = np.where(nodes.parent >= 0, number[np.maximum(nodes.parent, 0)], 0)
        holds = self._holds
        strange = np.flatnonzero((number < 0) & (above >= 0))
        loose = np.flatnonzero(nodes.is_leaf & (number >= 0) & holds[number] & (nodes.size > 0))
        if len(loose):
            says = nodes.text(loose).str.strip_chars(" \t\n\r") != ""
            loose = loose[says.to_numpy()]
        return [(strange, "", STRANGE), (loose, "", LOOSE_TEXT)]

    @cached_property
    def _holds(self) -> NDArray[np.bool_]:
        """True for elements that hold others."""
        return np.array([not element.form for element in self.model.elements])

    @cached_property
    def _most(self) -> Places:
        """How often each element may stand within one; 0 where there is no limit."""
        return np.array([element.most or 0 for element in self.model.elements])

    @cached_property
    def _forms(self) -> tuple[list[str], Numbers]:
        """The forms there are, and which one each element has; the last entry is for elements of no model."""
        forms = sorted({element.form for element in self.model.elements} - {""})
        place = {form: at for at, form in enumerate(forms)}
        of_number = [place.get(element.form, len(forms)) for element in self.model.elements]
        return forms, np.array([*of_number, len(forms)], dtype=np.int32)

    def _placed(self, nodes: Nodes, number: Numbers) -> list[tuple[Places, str, str]]:
        """Elements that come after one they should come before, or once more than they may."""
        order = np.argsort(nodes.parent, kind="stable")
        order = order[(nodes.parent[order] >= 0) & (number[order] >= 0)]
        parent, own = nodes.parent[order], number[order]
        is_same = parent[1:] == parent[:-1]
        before = is_same & (own[1:] < own[:-1])
        again = is_same & (own[1:] == own[:-1])
        run = np.flatnonzero(~np.concatenate(([False], again)))
        length = np.diff(np.append(run, len(order)))
        limit = self._most[own[run]]
        over = run[(limit > 0) & (length > limit)]
        return [(order[1:][before], "", MISPLACED), (order[over + 1], "", REPEATED)]

    def _missing(self, nodes: Nodes) -> list[tuple[Places, str, str]]:
        found = []
        path_of = {told: path for path, told in enumerate(self._numbered(nodes).tolist()) if told >= 0}
        for element in self.model.elements[1:]:
            if element.least:
                holders = nodes.of(path_of.get(self.model.numbers[element.parent], -1))
                held = nodes.parent[nodes.of(path_of.get(self.model.numbers[element.path], -1))]
                if len(holders) > np.count_nonzero(np.diff(held)) + bool(len(held)):
                    without = holders[~np.isin(holders, held)]
                    found.append((without, f"/{element.name}".lstrip("/" if not element.parent else ""), MISSING))
        return found

    def _formed(self, nodes: Nodes, number: Numbers) -> list[tuple[Places, str, str]]:
        """Leaves by form: each form is looked at once."""
        forms, of_number = self._forms
        form = np.where(nodes.is_leaf, of_number[number], len(forms)).astype(np.uint8)
        order = np.argsort(form, kind="stable")
        bounds = np.concatenate(([0], np.cumsum(np.bincount(form, minlength=len(forms) + 1))))
        is_odd = odd_texts(nodes)
        found = []
        for at, told in enumerate(forms):
            leaves = order[bounds[at] : bounds[at + 1]]
            if len(leaves):
                wrong = leaves[~are_right(nodes, leaves, form_of(told), is_odd)]
                found.append((np.sort(wrong), "", WRONG_FORM))
        return found

    def _attributes(self, nodes: Nodes, number: Numbers) -> list[tuple[Places, str, str]]:
        """Tags by element: each is looked at once for each element whose tag it is."""
        tags = nodes.paths.tags.tags
        key = (number.astype(np.int64) + 1) * len(tags) + nodes.tag
        found = []
        for told in np.flatnonzero(np.bincount(key)).tolist():
            element, tag = divmod(told, len(tags))
            if not element:
                continue
            fault = self._right_tags.get((element, tag))
            if fault is None:
                fault = attribute_fault(self.model.elements[element - 1].form, tags[tag].attributes)
                self._right_tags[element, tag] = fault
            if fault:
                found.append((np.flatnonzero(key == told), f"@{fault}", WRONG_ATTRIBUTE))
        return found
