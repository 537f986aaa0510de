"""A workbook's package: which sheets it has, its shared texts and which styles are dates; nothing else is unpacked."""

import posixpath
import zipfile
import zlib
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Final

from tidewaiter.model.errors import UnusableInput
from tidewaiter.runners.reading.archives import CONTENT_TYPES, OPEN_DOCUMENT, refuse_unsafe
from tidewaiter.runners.reading.xlsx_dates import date_styles
from tidewaiter.runners.reading.xlsx_texts import shared_texts
from tidewaiter.runners.reading.xlsx_xml import Parsing, Started, parsed

WORKBOOK_KIND: Final = "spreadsheetml.sheet.main+xml"
MACROS: Final = "sheet.macroEnabled.main+xml"
BINARY: Final = "sheet.binary.macroEnabled.main"

SMALL_MAX: Final = 16 << 20
STRINGS_BYTES: Final = 128 << 20
SHEET_MAX: Final = 1 << 30
RATIO_MAX: Final = 100
DENSE_FROM: Final = 16 << 20
"""A part of more than 16 MiB that was packed more than a hundredfold is no list: rows differ at least by number."""

DAMAGED: Final = (zipfile.BadZipFile, zlib.error, EOFError, OSError, RuntimeError, ValueError)
"""What unpacking says of a package that is cut, damaged, or packed in a way nobody knows."""

SAVE: Final = "Save the sheet as XLSX or CSV."


@dataclass(frozen=True)
class Listed:
    """A sheet as the workbook lists it."""

    name: str
    is_visible: bool
    part: str


@dataclass
class Workbook:
    """What has to be known of a workbook before its cells can be read."""

    archive: zipfile.ZipFile
    name: str
    sheets: list[Listed] = field(default_factory=list)
    texts: list[str] = field(default_factory=list)
    dates: frozenset[int] = frozenset()
    since_1904: bool = False

    def text(self, number: str) -> str | None:
        """The shared text of this number; None where there is none."""
        if not (number.isascii() and number.isdigit() and len(number) < 10):  # noqa: PLR2004 - digits of a number
            return None
        place = int(number)
        return self.texts[place] if place < len(self.texts) else None

    def sheet(self, listed: Listed) -> IO[bytes]:
        """The XML of a sheet, yet to be read."""
        return self._opened(listed.part, SHEET_MAX)

    def part(self, path: str, limit: int = SMALL_MAX) -> IO[bytes] | None:
        """A part that may be missing."""
        return self._opened(path, limit) if path in self.archive.NameToInfo else None

    def _opened(self, path: str, limit: int) -> IO[bytes]:
        info = self.archive.NameToInfo.get(path)
        if info is None:
            raise UnusableInput(f"{self.name} lacks its part '{path}'. Save it again.")
        if info.file_size > limit:
            size, most = info.file_size >> 20, limit >> 20
            raise UnusableInput(f"{self.name} unpacks '{path}' to {size:,} MiB, more than {most:,}. Save it as CSV.")
        if info.file_size > DENSE_FROM and info.file_size > RATIO_MAX * max(info.compress_size, 1):
            raise UnusableInput(f"{self.name} unpacks '{path}' more than {RATIO_MAX}-fold. Save it as CSV.")
        return self.archive.open(info)


def open_workbook(file: Path | IO[bytes], name: str) -> Workbook:
    """The workbook, its sheets listed; ``UnusableInput`` for what is none that may be read."""
    try:
        archive = zipfile.ZipFile(file)
        refuse_unsafe(name, archive)
        if OPEN_DOCUMENT in archive.NameToInfo:
            raise UnusableInput(f"{name} is an OpenDocument file. {SAVE}")
        workbook = Workbook(archive, name)
        _read(workbook)
    except DAMAGED as error:
        raise UnusableInput(f"{name} is a damaged workbook ({error}). Send it again, complete.") from error
    return workbook


def _read(workbook: Workbook) -> None:
    main = _main_part(workbook)
    targets = _targets(workbook, _relations_of(main), posixpath.dirname(main))
    _list_sheets(workbook, main, targets)
    folder = posixpath.dirname(main)
    workbook.dates = date_styles(workbook.part(posixpath.join(folder, "styles.xml")), workbook.name)
    workbook.texts = shared_texts(
        workbook.part(posixpath.join(folder, "sharedStrings.xml"), STRINGS_BYTES), workbook.name
    )


def _main_part(workbook: Workbook) -> str:
    """Path of the workbook's own part; what has macros or is binary is not read."""
    found: list[str] = []
    kinds: list[str] = []

    def started(name: str, told: dict[str, str]) -> None:
        if name == "Override":
            kinds.append(told.get("ContentType", ""))
            if kinds[-1].endswith(WORKBOOK_KIND):
                found.append(told.get("PartName", "").lstrip("/"))

    _parse(workbook, CONTENT_TYPES, started)
    if any(kind.endswith(MACROS) for kind in kinds):
        raise UnusableInput(f"{workbook.name} is a workbook with macros, which are not taken in. Save it as XLSX.")
    if any(BINARY in kind for kind in kinds):
        raise UnusableInput(f"{workbook.name} is a binary workbook (XLSB). {SAVE}")
    if not found:
        raise UnusableInput(f"{workbook.name} is no workbook: none of its parts is one. {SAVE}")
    return found[0]


def _relations_of(part: str) -> str:
    folder, name = posixpath.split(part)
    return posixpath.join(folder, "_rels", f"{name}.rels")


def _targets(workbook: Workbook, part: str, folder: str) -> dict[str, str]:
    """Part by id of relation; one that leads outside the file is left out."""
    found: dict[str, str] = {}

    def started(name: str, told: dict[str, str]) -> None:
        if name == "Relationship" and told.get("TargetMode") != "External":
            target = told.get("Target", "")
            path = target.lstrip("/") if target.startswith("/") else posixpath.normpath(posixpath.join(folder, target))
            found[told.get("Id", "")] = path

    _parse(workbook, part, started)
    return found


def _list_sheets(workbook: Workbook, part: str, targets: dict[str, str]) -> None:
    def started(name: str, told: dict[str, str]) -> None:
        if name == "workbookPr":
            workbook.since_1904 = told.get("date1904", "").lower() in {"1", "true", "on"}
        elif name == "sheet":
            of_relation = next((value for key, value in told.items() if key.endswith(" id")), "")
            visible = told.get("state", "visible") == "visible"
            workbook.sheets.append(Listed(told.get("name", ""), visible, targets.get(of_relation, "")))

    _parse(workbook, part, started)


def _parse(workbook: Workbook, part: str, started: Started) -> None:
    stream = workbook.part(part)
    if stream is None:
        raise UnusableInput(f"{workbook.name} lacks its part '{part}'. Save it again.")
    for _ in parsed(stream, Parsing(workbook.name, started, lambda _name: None)):
        pass
