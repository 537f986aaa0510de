"""Reading: a file of whatever wrapping, encoding and layout becomes batches of canonical text rows."""

import zipfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cached_property, partial
from pathlib import Path
from tempfile import TemporaryFile
from threading import Lock
from typing import IO, Final

import polars as pl

from tidewaiter.kit.format import CANONICAL, SenderSheet, canonical_sheet
from tidewaiter.model.errors import UnusableInput
from tidewaiter.model.worded import Worded
from tidewaiter.runners.reading.archives import is_workbook
from tidewaiter.runners.reading.carrier import Carrier, Unread
from tidewaiter.runners.reading.csv_rows import CsvRows
from tidewaiter.runners.reading.edifact_rows import EdifactRows
from tidewaiter.runners.reading.edifact_signs import is_edifact
from tidewaiter.runners.reading.json_rows import JsonRows
from tidewaiter.runners.reading.mapping import mapped
from tidewaiter.runners.reading.parquet_rows import MAGIC, ParquetRows
from tidewaiter.runners.reading.rejects import REJECTS
from tidewaiter.runners.reading.sources import Source, Survey, find_sources, survey
from tidewaiter.runners.reading.text import WINDOW, Text
from tidewaiter.runners.reading.unwrapping import DAMAGED, Contents, packing, unwrapped
from tidewaiter.runners.reading.xlsx_rows import XlsxRows
from tidewaiter.runners.reading.xml_rows import XmlRows
from tidewaiter.runners.reading.xml_text import XmlText, looks_like_xml

__all__ = ["REJECTS", "Batch", "Reading", "Source", "Survey", "as_told", "find_sources", "open_source", "survey"]

BLOCK_BYTES: Final = 8 << 20
LOOK: Final = 4_096
MAGIC_BYTES: Final = 8
OLD_OFFICE: Final = bytes.fromhex("d0cf11e0a1b11ae1")
"""How files of Office before 2007 begin, and newer ones that are encrypted."""

WORKBOOKS: Final = (".xlsx", ".xlsm")


@dataclass(frozen=True)
class Batch:
    """Canonical text rows, of the columns the file has, and the records that could not become rows.

    Each record of the file is in one of the two: its rows carry its ``source_position``, or it is one reject. Columns
    of few ``words`` are told apart from the ``loose`` ones; ``order`` names all as the file has them.
    """

    loose: pl.DataFrame
    rejects: pl.DataFrame
    words: Mapping[str, Worded] = field(default_factory=dict)
    order: Sequence[str] = ()

    @property
    def height(self) -> int:
        """How many rows there are."""
        return self.loose.height

    def some(self, at: pl.Series) -> "Batch":
        """The rows at these places."""
        words = {name: column.some(at) for name, column in self.words.items()}
        return Batch(self.loose[at], self.rejects, words, self.order)

    @cached_property
    def rows(self) -> pl.DataFrame:
        """All columns as texts."""
        if not self.words:
            return self.loose
        told = {name: self.words[name].told(name) if name in self.words else self.loose[name] for name in self.order}
        rest = [self.loose[name] for name in self.loose.columns if name not in told]
        return pl.DataFrame([*told.values(), *rest])


def _read(reading: "Reading", carrier: Carrier, unread: Unread) -> Batch:
    """A batch that was cut off, read; what only reading it told is taken down."""
    raw = unread()
    reading.note(carrier)
    made = mapped(raw, carrier.columns, carrier.sheet)
    return Batch(made.rows, raw.rejects, made.words, made.order)


@dataclass
class Reading:
    """One file being read. What is known of it at the start may grow until ``batches`` is exhausted.

    ``carrier`` is ``csv``, ``ndjson`` (also for a JSON array), ``parquet``, ``xlsx``, ``xml`` or ``edifact``.
    ``source_rows`` counts data records: those of CSV, the objects of NDJSON, the rows of Parquet and XLSX, the filings
    of XML, the messages of EDIFACT; ``is_flat`` where each is one row. ``notes``: how it was read.
    """

    source: Source
    sheets: Sequence[SenderSheet] = field(repr=False)
    wanted: str | None
    block_bytes: int
    sheet_name: str = ""
    carrier: str = ""
    encoding: str = ""
    delimiter: str = ""
    unknown_columns: tuple[str, ...] = ()
    source_rows: int = 0
    is_flat: bool = True
    notes: tuple[str, ...] = ()
    _lock: Lock = field(default_factory=Lock, repr=False)

    def batches(self) -> Iterator[Batch]:
        """Batches in the order of the file; raises ``UnusableInput`` as soon as the file proves unusable.

        What came before the error does not count: the file is refused whole.
        """
        return (read() for read in self.pieces())

    def pieces(self) -> Iterator[Callable[[], Batch]]:
        """The same, each yet to be read by whoever calls it: several threads may do so side by side."""
        with _opened(self) as carrier:
            for unread in carrier.pieces():
                self.note(carrier)
                yield partial(_read, self, carrier, unread)
            self.note(carrier)

    def note(self, carrier: Carrier) -> None:
        """Take down what is known by now."""
        with self._lock:
            self.sheet_name, self.carrier, self.delimiter = carrier.sheet.name, carrier.name, carrier.delimiter
            self.encoding, self.unknown_columns = carrier.encoding, carrier.unknown_columns
            self.source_rows = carrier.records
            self.is_flat = carrier.is_flat
            self.notes = carrier.notes


def open_source(
    source: Source, sheets: Sequence[SenderSheet], format_name: str | None = None, block_bytes: int = BLOCK_BYTES
) -> Reading:
    """Look at the beginning of a file and choose the sheet to read it by.

    The canonical one is always among them, unless they are about events.

    ``UnusableInput`` for a file that must be refused whole, as far as its beginning tells.
    """
    others = [sheet for sheet in sheets if sheet.name != CANONICAL]
    own = [] if any(sheet.about for sheet in others) else [canonical_sheet()]
    reading = Reading(source, [*own, *others], format_name, block_bytes)
    with _opened(reading) as carrier:
        reading.note(carrier)
    return reading


@contextmanager
def as_told(source: Source, sheets: Sequence[SenderSheet]) -> Iterator[Carrier]:
    """A file open at its first record, under its sender's own names and in its own words."""
    with _opened(Reading(source, sheets, None, BLOCK_BYTES)) as carrier:
        yield carrier


@contextmanager
def _opened(reading: Reading) -> Iterator[Carrier]:
    """The file, open at its first record."""
    source, wanted = reading.source, reading.wanted
    sheets = [sheet for sheet in reading.sheets if not sheet.carrier]
    if not source.member and _is_workbook(source.path):
        yield XlsxRows(source.path, source.name, sheets, wanted)
        return
    with unwrapped(source) as contents:
        magic = contents.peek(MAGIC_BYTES)
        if contents.is_packed and packing(magic) == "zip" and source.name.lower().endswith(WORKBOOKS):
            with _unpacked(contents) as file:
                yield XlsxRows(file, source.name, sheets, wanted)
        elif contents.is_packed and packing(magic):
            raise UnusableInput(f"{source.name} is packed more than once. Pack files once only.")
        elif magic == OLD_OFFICE:
            raise UnusableInput(
                f"{source.name} is an old workbook (XLS) or one with a password. Save it as XLSX or CSV."
            )
        elif magic[: len(MAGIC)] == MAGIC and not contents.is_packed:
            yield ParquetRows(source.path, source.name, sheets, wanted)
        elif magic[: len(MAGIC)] == MAGIC:
            with _unpacked(contents) as file:
                yield ParquetRows(file, source.name, sheets, wanted)
        else:
            yield _text_rows(contents, reading, sheets)


@contextmanager
def _unpacked(contents: Contents) -> Iterator[IO[bytes]]:
    """A file of what is packed, for readers that go to and fro in it."""
    with TemporaryFile() as file:
        while block := contents.read(WINDOW):
            file.write(block)
        file.seek(0)
        yield file


def _is_workbook(path: Path) -> bool:
    """True for a zip that is a workbook of any kind; what is damaged is told of later."""
    try:
        with path.open("rb") as file:
            if packing(file.read(MAGIC_BYTES)) != "zip":
                return False
        with zipfile.ZipFile(path) as archive:
            return is_workbook(archive)
    except DAMAGED:
        return False


def _text_rows(contents: Contents, reading: Reading, flat: Sequence[SenderSheet]) -> Carrier:
    """A carrier of text; ``flat`` are the sheets of files without a frame of their own."""
    name = reading.source.name
    if looks_like_xml(contents.peek(LOOK)):
        return XmlRows(XmlText(contents, name), reading.sheets, reading.wanted, reading.block_bytes)
    if name.lower().endswith(".parquet"):
        raise UnusableInput(f"{name} is called Parquet and is none. Send it again, complete, or under its true ending.")
    text = Text(contents, name)
    if is_edifact(text.start):
        return EdifactRows(text, reading.sheets, reading.wanted, reading.block_bytes)
    rows = JsonRows if text.start.lstrip()[:1] in {b"{", b"["} else CsvRows
    named = [sheet for sheet in reading.sheets if sheet.carrier and sheet.name == reading.wanted]
    if named:
        raise UnusableInput(
            f"{name} is not {named[0].carrier.upper()}, and the format '{named[0].name}' is. Name the format that "
            "the file is in."
        )
    return rows(text, flat, reading.wanted, reading.block_bytes)
