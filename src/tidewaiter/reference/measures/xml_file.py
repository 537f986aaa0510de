"""XML of tariff publications, packed or plain: one subtree after the other, never a document type or an entity."""

import gzip
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Final
from xml.parsers import expat

from tidewaiter.model.errors import PublicationRefused, UnusableInput

PIECE: Final = 1 << 20
GZIP: Final = b"\x1f\x8b"
ZIP: Final = b"PK\x03\x04"


@dataclass(slots=True)
class Element:
    """An element with its local name, its own text and what stands in it; ``line`` is where it starts."""

    name: str
    line: int
    text: str = ""
    inside: list["Element"] = field(default_factory=list)

    def child(self, name: str) -> "Element | None":
        """The first element of that name in it."""
        return next((one for one in self.inside if one.name == name), None)

    def told(self, name: str) -> str:
        """Text of the child of that name; empty where there is none."""
        found = self.child(name)
        return found.text if found else ""


def subtrees(file: Path, names: frozenset[str]) -> Iterator[Element]:
    """The root as far as it is told, without what stands in it, then each element called one of ``names``, whole.

    Raises ``PublicationRefused`` for a document type and ``UnusableInput`` for what is no well-formed XML.
    """
    reader = _Reader(names)
    with opened(file) as stream:
        try:
            while piece := stream.read(PIECE):
                reader.parser.Parse(piece, False)  # noqa: FBT003 - the parser takes it by place
                yield from reader.taken()
            reader.parser.Parse(b"", True)  # noqa: FBT003 - the same
        except expat.ExpatError as damage:
            raise UnusableInput(f"{file.name} is no well-formed XML: {damage}. Download it again.") from damage
        except (zipfile.BadZipFile, gzip.BadGzipFile, zlib.error, EOFError) as damage:
            raise UnusableInput(f"{file.name} is packed and damaged: {damage}. Download it again.") from damage
        except _DoctypeFound:
            raise PublicationRefused(
                f"{file.name} declares a document type. Official tariff messages have none; it is not read.",
                (f"document type: line {reader.parser.CurrentLineNumber}",),
            ) from None
    yield from reader.taken()


@contextmanager
def opened(file: Path) -> Iterator[IO[bytes]]:
    """The file's XML, unpacked where its first bytes, not its name, say that it is packed."""
    try:
        with file.open("rb") as probe:
            first = probe.read(4)
        if first == ZIP:
            with zipfile.ZipFile(file) as archive, archive.open(_only_member(archive, file)) as stream:
                yield stream
        elif first.startswith(GZIP):
            with gzip.open(file) as stream:
                yield stream
        else:
            with file.open("rb") as stream:
                yield stream
    except zipfile.BadZipFile as damage:
        raise UnusableInput(f"{file.name} is packed and damaged: {damage}. Download it again.") from damage
    except OSError as fault:
        raise UnusableInput(f"{file} cannot be read: {fault.strerror or fault}.") from fault


def _only_member(archive: zipfile.ZipFile, file: Path) -> str:
    members = [one.filename for one in archive.infolist() if not one.is_dir()]
    if len(members) != 1:
        raise UnusableInput(f"{file.name} holds {len(members)} files. Unpack it and import them one after the other.")
    return members[0]


class _DoctypeFound(Exception):
    """The document declares a type."""


class _Reader:
    """Builds the subtrees that are asked for while the parser runs; the rest is forgotten at once."""

    def __init__(self, names: frozenset[str]) -> None:
        self.names = names
        self.parser = expat.ParserCreate(namespace_separator="}")
        self.parser.buffer_text = True
        self.parser.StartElementHandler = self._start
        self.parser.EndElementHandler = self._end
        self.parser.CharacterDataHandler = self._text
        self.parser.StartDoctypeDeclHandler = self._doctype
        self._open: list[Element] = []
        self._done: list[Element] = []
        self._has_root = False

    def taken(self) -> list[Element]:
        """What was completed since the last time."""
        done, self._done = self._done, []
        return done

    def _start(self, name: str, _attributes: dict[str, str]) -> None:
        local = name.rpartition("}")[2]
        element = Element(local, self.parser.CurrentLineNumber)
        if not self._has_root:
            self._has_root = True
            self._done.append(element)
        elif self._open:
            self._open[-1].inside.append(element)
            self._open.append(element)
        elif local in self.names:
            self._open.append(element)

    def _end(self, _name: str) -> None:
        if self._open:
            element = self._open.pop()
            element.text = element.text.strip()
            if not self._open:
                self._done.append(element)

    def _text(self, text: str) -> None:
        if self._open:
            self._open[-1].text += text

    @staticmethod
    def _doctype(*_told: object) -> None:
        raise _DoctypeFound
