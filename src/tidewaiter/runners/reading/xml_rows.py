"""XML rows: filings of an XML message become one row a goods line, taken in columns from the elements of a block."""

from collections.abc import Iterator, Sequence
from functools import partial
from itertools import islice
from threading import Lock
from typing import Final

import numpy as np
import polars as pl

from tidewaiter.kit.format import SenderSheet
from tidewaiter.model.columns import BY_DOOR
from tidewaiter.model.errors import UnusableInput
from tidewaiter.runners.reading.carrier import Carrier, Raw, Unread
from tidewaiter.runners.reading.csv_records import FIELD_MAX
from tidewaiter.runners.reading.rejects import ORIGINAL_BYTES, Rejects
from tidewaiter.runners.reading.sheet_choice import asked_for
from tidewaiter.runners.reading.xml_blocks import Block, XmlBlocks
from tidewaiter.runners.reading.xml_checks import Checks
from tidewaiter.runners.reading.xml_columns import Columns, leaf_paths
from tidewaiter.runners.reading.xml_faults import Telling, XmlFault
from tidewaiter.runners.reading.xml_nodes import Nodes, Paths, joined
from tidewaiter.runners.reading.xml_places import places_of
from tidewaiter.runners.reading.xml_tags import Places
from tidewaiter.runners.reading.xml_text import XmlText

BLOCK_MAX: Final = 2 << 20
"""Blocks as large as the caches of a core, and what comes after reading works on several at once."""

TOGETHER: Final = 4
BROKEN: Final = (
    "Filings that break the message model of their sheet: {count:,}. They stand in another namespace, so they are not "
    "held to it; 'tidewaiter formats check' names each fault."
)
NO_SPACE: Final = "The elements stand in no namespace; they were read as those of the message they are named after."


class XmlRows(Carrier):
    """One XML file being read; positions are the numbers of its filings."""

    name = "xml"
    is_flat = False

    def __init__(self, text: XmlText, sheets: Sequence[SenderSheet], wanted: str | None, block_bytes: int) -> None:
        """Read up to the first filing to choose the sheet; raises ``UnusableInput`` where none fits."""
        self._text = text
        ours = [sheet for sheet in asked_for(sheets, wanted) if sheet.carrier == "xml"]
        if wanted and not ours:
            raise UnusableInput(f"{text.name} is XML, and the format '{wanted}' is none of XML. Name the one it is in.")
        self._blocks = XmlBlocks(text, {sheet.message for sheet in ours}, min(block_bytes, BLOCK_MAX))
        named = [sheet for sheet in ours if sheet.message == self._blocks.record]
        self.sheet = max(named, key=lambda sheet: len(sheet.columns))
        self._paths, self._seen, self._lock = Paths(), dict[str, None](), Lock()
        self._on_line = {name for name in self.sheet.columns if self._is_on_line(name)}
        self.covered = frozenset(self._covering())
        self._checks = Checks(self.sheet.model) if self.sheet.model else None
        self.is_held = self._blocks.namespace == self.sheet.constraints.get("namespace")
        self._broken = 0

    @property
    def encoding(self) -> str:
        """As the file declares it."""
        return self._text.encoding

    @property
    def columns(self) -> list[str]:  # type: ignore[override]
        """The places of the sheet, and paths of the file that it says nothing about."""
        return [*map(self._spelled, self.sheet.columns), *(path for path in self._seen if path not in self.covered)]

    @property
    def notes(self) -> tuple[str, ...]:
        """What was mended in reading."""
        told = () if self._blocks.namespace else (NO_SPACE,)
        return (*told, BROKEN.format(count=self._broken)) if self._broken else told

    def pieces(self) -> Iterator[Unread]:
        """One batch a block; ``UnusableInput`` as soon as the file proves to be no XML."""
        blocks = self._blocks.blocks()
        while some := list(islice(blocks, TOGETHER)):
            self.records += sum(block.records for block in some)
            yield partial(self._raw, some)

    def _raw(self, blocks: Sequence[Block]) -> Raw:
        """Rows and rejects of several blocks, one after the other."""
        nodes, before = joined([self._blocks.nodes(block, self._paths) for block in blocks]), blocks[0].before
        with self._lock:
            self._seen |= dict.fromkeys(path.partition("/")[2] for path in leaf_paths(nodes))
        rejects = Rejects()
        columns = self._laid_out(nodes, before, rejects, self._held_back(nodes))
        told = [name for name in self.sheet.columns if self._is_there(columns, name)]
        frame = pl.DataFrame(
            [
                (columns.of_line(name) if name in self._on_line else columns.of_filing(name)).alias(self._spelled(name))
                for name in told
            ]
        )
        positions = np.searchsorted(nodes.records, columns.row_record) + before + 1
        return Raw(frame, pl.Series(positions, dtype=pl.Int64), rejects.frame())

    def _is_there(self, columns: Columns, name: str) -> bool:
        """False for a column that no filing of the block says anything in; the filing's own name is always there."""
        return self.sheet.key in self.sheet.columns[name] or columns.has(name, is_on_line=name in self._on_line)

    def _held_back(self, nodes: Nodes) -> list[XmlFault]:
        """Faults for which filings are set aside; where they are not held to the model they are counted only."""
        found = self._checks.faults(nodes) if self._checks else None
        if found is None or found.is_empty() or self.sheet.model is None:
            return []
        if self.is_held:
            return list(Telling(nodes, self.sheet.model).told(found))
        with self._lock:
            self._broken += found["record"].n_unique()
        return []

    def faults(self) -> Iterator[tuple[int, XmlFault]]:
        """Every fault of the file by its model, each with the position of its filing."""
        before = 0
        for nodes in self.blocks() if self._checks else ():
            if self._checks and self.sheet.model:
                for fault in Telling(nodes, self.sheet.model).told(self._checks.faults(nodes)):
                    yield before + fault.record + 1, fault
            before += len(nodes.records)

    def blocks(self) -> Iterator[Nodes]:
        """The elements of the file, block by block."""
        return (self._blocks.nodes(block, self._paths) for block in self._blocks.blocks())

    def _laid_out(self, nodes: Nodes, before: int, rejects: Rejects, faults: Sequence[XmlFault]) -> Columns:
        """The rows there are; each filing that cannot become rows is one more reject, or several."""
        record, items = self._blocks.record, self.sheet.items
        lines = nodes.of(nodes.paths.find(f"{record}/{items}"))
        of_line = np.searchsorted(nodes.records, lines, side="right") - 1
        bare = np.flatnonzero(np.bincount(of_line, minlength=len(nodes.records)) == 0)
        heads = Columns(nodes, record, items, nodes.records, np.full(len(nodes.records), -1))
        may_be_bare = self._says_no_original(heads, bare)
        bad = {int(at): "ROW-06" for at in bare[~may_be_bare]}
        long = nodes.is_leaf & (nodes.size > FIELD_MAX)
        bad |= {int(at): "ROW-05" for at in np.searchsorted(nodes.records, np.flatnonzero(long), side="right") - 1}
        at = np.concatenate((lines, nodes.records[bare]))
        owner = np.concatenate((of_line, bare))
        line = np.concatenate((lines, np.full(len(bare), -1)))
        out = bad.keys() | {fault.record for fault in faults}
        is_good = ~np.isin(owner, list(out)) if out else np.ones(len(owner), dtype=np.bool_)
        order = np.argsort(at, kind="stable")
        order = order[is_good[order]]
        if out:
            self._reject(bad, faults, heads, before, rejects)
        return Columns(nodes, record, items, nodes.records[owner[order]], line[order])

    def _says_no_original(self, heads: Columns, bare: Places) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
        """True for filings that take back or change another one: they need no goods lines."""
        says = np.zeros(len(bare), dtype=np.bool_)
        words = self.sheet.values.get("function", {})
        for name, fields in self.sheet.columns.items():
            if "function" in fields and len(bare):
                told = heads.of_filing(name).gather(bare).replace(words)
                says |= told.is_in(["amendment", "cancellation"]).fill_null(value=False).to_numpy()
        return says

    def _reject(
        self, bad: dict[int, str], faults: Sequence[XmlFault], heads: Columns, before: int, rejects: Rejects
    ) -> None:
        nodes = heads.nodes
        key = next(name for name, fields in self.sheet.columns.items() if self.sheet.key in fields)
        named = heads.of_filing(key)
        starts = nodes.start[nodes.records].tolist()
        ends = [*starts[1:], len(nodes.block)]

        def reject(at: int, code: str, pointer: str = "", value: str | None = None, message: str = "") -> None:
            original = nodes.block[starts[at] : min(ends[at], starts[at] + ORIGINAL_BYTES)]
            told = named[at]
            name = told if code != "ROW-05" else told and told[:80]
            rejects.add(
                before + at + 1, code, original, consignment_id=name, pointer=pointer, value=value, message=message
            )

        for at, code in sorted(bad.items()):
            reject(at, code)
        for fault in faults:
            if fault.record not in bad:
                reject(fault.record, fault.code, fault.path, fault.value, fault.sentence)

    def _is_on_line(self, name: str) -> bool:
        return any(BY_DOOR[field].level == "item" for field in self.sheet.columns[name])

    def _spelled(self, name: str) -> str:
        return self.sheet.on_item(name) if name in self._on_line else name

    def _covering(self) -> Iterator[str]:
        """Paths of which the sheet takes the text."""
        for name in self.sheet.columns:
            base = f"{self.sheet.items}/" if name in self._on_line else ""
            for place in places_of(name):
                yield from (base + path for path in place.paths)
                at = ["/".join(place.names[:depth]) for depth in range(len(place.conditions))]
                for above, conditions in zip(at, place.conditions, strict=True):
                    told = (condition.name for condition in conditions if not condition.is_attribute)
                    yield from (base + "/".join(filter(None, (above, child))) for child in told)
