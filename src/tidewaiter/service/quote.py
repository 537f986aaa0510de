"""Use case: what filings would cost and which data sets the law allows them; nothing is screened and nothing kept."""

import re
import sys
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, BinaryIO, Final

import msgspec

from tidewaiter.kit.jurisdiction import Jurisdiction
from tidewaiter.model.columns import BY_DOOR
from tidewaiter.model.errors import UnusableInput, WrongUse
from tidewaiter.pipeline.assumptions import law_with, shelves_with
from tidewaiter.pipeline.quoting import quoting
from tidewaiter.pipeline.shelves import Shelves
from tidewaiter.runners.quoting.answers import Answer
from tidewaiter.runners.quoting.desk import Desk
from tidewaiter.runners.quoting.permalink import TAX, Bench, kind_of_edition
from tidewaiter.runners.quoting.requests import Refused, Terms, Wrong
from tidewaiter.runners.reading.json_lines import Lines, lines_of
from tidewaiter.runners.reading.text import LINE_MAX
from tidewaiter.service import discovery
from tidewaiter.service.clear import moment_of
from tidewaiter.service.pinned import missing, pinned_home
from tidewaiter.service.settings import home_folder
from tidewaiter.service.shelves import law_with_shelves, open_shelves

BINARY: Final = (b"PK", b"PAR1", b"\x1f\x8b", b"\xd0\xcf\x11\xe0")
"""How archives and spreadsheets, Parquet, gzip and older spreadsheets begin."""

BLOCK_BYTES: Final = 4 << 20
Pins = tuple[tuple[str, str], ...]
LINES_AT_ONCE: Final = 8_192
STREAM: Final = "-"


@dataclass
class House:
    """Laws and shelves that quotes rest on, each opened when it is first asked for."""

    laws: Mapping[str, Jurisdiction]
    home: Path
    opened: dict[tuple[str, Pins], tuple[Jurisdiction, Shelves]] = field(default_factory=dict)
    views: list[TemporaryDirectory[str]] = field(default_factory=list)

    def desk(self, default_as: str | None = None, default_on: date | None = None) -> Desk:
        """A desk that answers lines."""
        places = {place: code for code, law in self.laws.items() for place in law.places}
        return Desk(self.bench_for, places, default_as, default_on)

    def bench_for(self, terms: Terms) -> Bench:
        """The plan and shelves for lines of these terms; raises ``Refused`` for a jurisdiction nobody has law of."""
        sheet, office = self._law(terms.as_)
        if (sheet.code, terms.editions) not in self.opened:
            self.opened[sheet.code, terms.editions] = self._opened(sheet, terms.editions)
        law, opened = self.opened[sheet.code, terms.editions]
        shelves = shelves_with(terms.assumed, opened)
        is_taxed_by_sheet = law.tax_rates == sheet.tax_rates
        editions = {
            name: edition
            for name, edition in shelves.editions.items()
            if not (is_taxed_by_sheet and kind_of_edition(name) == TAX)
        }
        return Bench(quoting(law_with(terms.assumed, law), shelves), shelves, office, editions)

    def _opened(self, sheet: Jurisdiction, pins: Pins) -> tuple[Jurisdiction, Shelves]:
        """Law and shelves as they are in use, or with exactly the editions that are pinned."""
        home = self.home
        if pins:
            self.views.append(TemporaryDirectory(prefix="tidewaiter-"))
            home = pinned_home(home, {edition for _, edition in pins}, Path(self.views[-1].name))
        law = law_with_shelves(sheet, home)
        shelves = open_shelves(law, (), (), home)
        if fault := missing(dict(pins), shelves.editions):
            raise Refused(Wrong("QUO-04", "editions", None, fault))
        return law, shelves

    def _law(self, named: str) -> tuple[Jurisdiction, str | None]:
        code, _, office = named.partition("/")
        if code not in self.laws:
            known = ", ".join(self.laws)
            raise Refused(Wrong("QUO-01", "as", named, f"No jurisdiction is called '{named}'. There are: {known}."))
        law = self.laws[code]
        if office and office not in law.places:
            told = f"'{office}' is no place of {code}. There are: {', '.join(law.places)}."
            raise Refused(Wrong("QUO-01", "as", named, told))
        return law, office or None


def open_house(packs: Path | None = None, home: Path | None = None) -> House:
    """Every jurisdiction by its code, and the shelves under ``home``."""
    return House(discovery.jurisdictions(packs), home or home_folder())


def quotes(
    source: str,
    *,
    as_: str | None = None,
    on: str | None = None,
    packs: Path | None = None,
    home: Path | None = None,
    stream: BinaryIO | None = None,
) -> Iterator[Answer]:
    """An answer for each filing of an NDJSON file (``-``: what comes in), in its order.

    ``as_`` and ``on`` stand in for lines that do not say; a line that cannot be answered gives ``errors`` in its place.
    Raises ``WrongUse`` for a day or file that is none.
    """
    day = _day(on) if on else None
    return open_house(packs, home).desk(as_, day).quote(blocks_of(source, stream))


def json_line(answer: Mapping[str, Any]) -> str:
    """An answer as one line of JSON: days in ISO 8601, letters as they are."""
    return msgspec.json.encode(answer).decode()


def _day(on: str) -> date:
    moment = moment_of(on)
    if isinstance(moment, str):
        raise WrongUse(f"'{on}' is no day. A quote takes a day like 2026-10-20; without --on each line says its own.")
    return moment.date()


def blocks_of(source: str, stream: BinaryIO | None = None) -> Iterator[Lines]:
    """The lines of the source, block by block."""
    if source == STREAM:
        yield from _cut(lines_of(told_as_lines(_blocks(stream or sys.stdin.buffer), "what comes in")))
        return
    path = Path(source)
    if path.is_dir():
        raise WrongUse(f"{path} is a folder. A quote takes one file of filings: name a file in it.")
    if not path.is_file():
        raise WrongUse(f"There is no file {path}. Check the name, or give - for what comes in.")
    with path.open("rb") as file:
        yield from _cut(lines_of(told_as_lines(_blocks(file), str(path))))


def _blocks(file: BinaryIO) -> Iterator[bytes]:
    """Whole lines, about ``BLOCK_BYTES`` at a time; a byte order mark at the start is no text."""
    start, rest = True, b""
    while piece := file.read(BLOCK_BYTES):
        piece = piece.removeprefix(b"\xef\xbb\xbf") if start else piece
        start = False
        whole, newline, after = (rest + piece).rpartition(b"\n")
        if newline:
            yield whole + newline
        rest = after
        if len(rest) > LINE_MAX:
            raise UnusableInput("A line is longer than 16 MiB: that is no filing. Write one JSON object a line.")
    if rest:
        yield rest


def told_as_lines(blocks: Iterator[bytes], name: str) -> Iterator[bytes]:
    """The blocks as they are; ``UnusableInput`` where they begin as a table, an archive, or JSON over several lines."""
    first = next(blocks, b"")
    if wrong := _other_form(first):
        raise UnusableInput(f"{name} is {wrong}. A quote takes one filing a line, each a JSON object.")
    yield first
    yield from blocks


def _other_form(start: bytes) -> str:
    """What else the text is, told by its first line; empty for lines of JSON, whole or broken."""
    line = start.lstrip().partition(b"\n")[0].strip()
    if start.startswith(BINARY):
        return "no text (a spreadsheet, an archive or Parquet)"
    if line in {b"[", b"{"} or line.startswith(b"[{"):
        return "one JSON text and not one object a line"
    if line.startswith(b"{"):
        return ""
    cells = {cell.strip().strip('"') for cell in re.split("[,;\t|]", line.decode(errors="replace"))}
    if len(cells) > 1 and cells & set(BY_DOOR):
        return "a table (CSV), which `tidewaiter clear` reads"
    return ""


def _cut(blocks: Iterable[Lines]) -> Iterator[Lines]:
    for lines in blocks:
        for start in range(0, len(lines.numbers), LINES_AT_ONCE):
            end = start + LINES_AT_ONCE
            yield Lines(lines.numbers[start:end], lines.texts[start:end])
