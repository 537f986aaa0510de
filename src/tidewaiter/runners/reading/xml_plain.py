"""XML made plain: records written anew without comments, sections, prefixes and namespaces, by a full parser.

The slow way, for what the fast one does not read, and the only judge of what is XML: it knows the line of a fault.
"""

from collections.abc import Collection
from typing import Final
from xml.parsers import expat
from xml.sax.saxutils import escape, quoteattr

from tidewaiter.model.errors import UnusableInput
from tidewaiter.runners.reading.xml_nodes import DEPTH_MAX

NO_FILINGS: Final = "Response"
"""Element of the messages that answer filings; the filing they speak of stands in them and is none."""

KIN: Final = "ns."
"""Put before the name of an element of another namespace of its record's family (``urn:wco:datamodel:WCO``)."""

STRANGE: Final = "x.."
"""Put before the name of an element of any other namespace: no name we know holds it."""

LOOSE: Final = f"{STRANGE}text"
"""Element made of text that stands beside elements, where no filing has any."""

FAMILY_PARTS: Final = 4
SPACE_OF_INSTANCES: Final = "http://www.w3.org/2001/XMLSchema-instance"
HINTS: Final = frozenset({"schemaLocation", "noNamespaceSchemaLocation"})
"""Attributes of that space which say only where a schema may be found."""

RECORD_MAX: Final = 16 << 20


class Found(Exception):
    """The first record stands at this byte of what was fed; its name and its namespace, empty for none."""

    def __init__(self, at: int, record: str, namespace: str) -> None:
        """What was found."""
        super().__init__(record)
        self.at, self.record, self.namespace = at, record, namespace


class Plain:
    """Reads records, wherever they stand, and writes each as plain elements in no namespace."""

    def __init__(self, name: str, records: Collection[str], line: int = 0) -> None:
        """``line``: how many lines come before what is fed, where it is not the beginning of the file."""
        self.name, self.line = name, line
        self.wrappers: list[str] = []
        self.namespace: str | None = None
        self._records, self._depth, self._inside = records, 0, 0
        self._parts: list[str] = []
        self._size, self._is_looking = 0, False
        self._said: list[str] = []
        self._holds: list[bool] = []
        self._done: list[bytes] = []
        self._parser = parser = expat.ParserCreate("UTF-8", " ")
        parser.buffer_text = True
        parser.StartDoctypeDeclHandler = self._doctype
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.CharacterDataHandler = self._text

    def feed(self, text: bytes, *, is_end: bool = False) -> list[bytes]:
        """Records that are complete by now; ``UnusableInput`` with the line where the text is no XML or refused."""
        try:
            self._parser.Parse(text, is_end)
        except expat.ExpatError as error:
            raise self._refused(error.lineno, f"not well-formed XML ({expat.ErrorString(error.code)})") from error
        done, self._done = self._done, []
        return done

    def look(self, text: bytes) -> Found | None:
        """Where the first record begins in the beginning of a file; None where there is none."""
        self._is_looking = True
        try:
            self.feed(text)
        except Found as found:
            return found
        return None

    @property
    def is_between(self) -> bool:
        """True where no record is open."""
        return not self._inside

    @property
    def depth(self) -> int:
        """How many elements are open."""
        return self._depth

    def skipped(self, lines: int) -> None:
        """So many lines of the file were read elsewhere."""
        self.line += lines

    def _refused(self, line: int, why: str) -> UnusableInput:
        return UnusableInput(f"{self.name}, line {line + self.line}: {why}. Nothing of it was taken.")

    def _here(self, why: str) -> UnusableInput:
        return self._refused(self._parser.CurrentLineNumber, why)

    def _doctype(self, *_told: object) -> None:
        raise self._here("a document type (DOCTYPE), which may define entities and is never read. Send it without")

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        self._depth += 1
        if self._depth > DEPTH_MAX:
            raise self._here(f"elements nested more than {DEPTH_MAX} deep, which no filing needs")
        space, _, local = name.rpartition(" ")
        if not self._inside:
            if local == NO_FILINGS:
                raise self._here("answers to filings (Response), no filings. Send the filings")
            if local not in self._records:
                if self._depth > len(self.wrappers):
                    self.wrappers.append(local)
                return
            if self._is_looking:
                raise Found(self._parser.CurrentByteIndex, local, space)
            self.namespace, self._inside, self._size = space, self._depth, 0
        else:
            self._say_loose()
            self._holds[-1] = True
        self._holds.append(False)
        told = "".join(f" {_attribute(key)}={quoteattr(value)}" for key, value in attributes.items() if _counts(key))
        self._add(f"<{self._ours(space, local)}{told}>")

    def _end(self, name: str) -> None:
        if self._inside:
            space, _, local = name.rpartition(" ")
            if self._holds.pop():
                self._say_loose()
            self._parts.append(escape("".join(self._said)))
            self._said = []
            self._add(f"</{self._ours(space, local)}>")
            if self._depth == self._inside:
                self._inside = 0
                self._done.append("".join(self._parts).encode())
                self._parts = []
        self._depth -= 1

    def _text(self, text: str) -> None:
        if self._inside:
            self._said.append(text)
            self._grow(len(text))

    def _say_loose(self) -> None:
        """Text that stands beside elements becomes one of its own; white space there says nothing."""
        text, self._said = "".join(self._said), []
        if text.strip(" \t\n\r"):
            self._add(f"<{LOOSE}>{escape(text)}</{LOOSE}>")

    def _add(self, part: str) -> None:
        self._parts.append(part)
        self._grow(len(part))

    def _grow(self, size: int) -> None:
        self._size += size
        if self._size > RECORD_MAX:
            raise self._here(f"a filing of more than {RECORD_MAX >> 20} MiB")

    def _ours(self, space: str, local: str) -> str:
        if space == self.namespace:
            return local
        return (KIN if _family(space) == _family(self.namespace or "") else STRANGE) + local


def _counts(attribute: str) -> bool:
    space, _, local = attribute.rpartition(" ")
    return space != SPACE_OF_INSTANCES or local not in HINTS


def _attribute(name: str) -> str:
    space, _, local = name.rpartition(" ")
    return STRANGE + local if space else local


def _family(namespace: str) -> list[str]:
    return namespace.split(":")[:FAMILY_PARTS]
