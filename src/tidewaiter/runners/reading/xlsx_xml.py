"""XML of a workbook, fed block by block: no DOCTYPE, no depth, no endless element; damage becomes a sentence."""

from collections.abc import Callable, Iterator
from functools import lru_cache
from typing import IO, Final
from xml.parsers import expat

from tidewaiter.model.errors import UnusableInput

BLOCK: Final = 1 << 18
DEPTH_MAX: Final = 100
TOKEN_MAX: Final = 8 << 20
"""One tag, with its attributes, is never so long; expat would hold it in memory."""

SPACES: Final = (
    "http://schemas.openxmlformats.org/spreadsheetml/2006/main",
    "http://purl.oclc.org/ooxml/spreadsheetml/main",
)
"""Namespaces of spreadsheets: the transitional and the strict one (ISO/IEC 29500)."""

BROKEN: Final = (expat.ExpatError, ValueError, LookupError)
"""What parsing says of text that is no XML, or in an encoding nobody knows."""

PACKAGES: Final = ("/relationships", "/content-types")

Started = Callable[[str, dict[str, str]], None]
Ended = Callable[[str], None]
Said = Callable[[str], None]


class Parsing:
    """One part being parsed. Handlers get names of spreadsheets bare, others with their namespace before them."""

    def __init__(self, name: str, started: Started, ended: Ended, said: Said | None = None) -> None:
        """``name`` is what the file is called in a sentence."""
        self._name, self._depth, self._fed = name, 0, 0
        self._started, self._ended = started, ended
        parser = expat.ParserCreate(namespace_separator=" ")
        parser.buffer_text = True
        parser.StartDoctypeDeclHandler = self._refuse_doctype
        parser.StartElementHandler = self._down
        parser.EndElementHandler = self._up
        if said:
            parser.CharacterDataHandler = said
        self._parser = parser

    def feed(self, block: bytes) -> None:
        """Parse some more; no bytes mean the end."""
        try:
            self._parser.Parse(block, not block)
        except BROKEN as fault:
            raise UnusableInput(f"{self._name} is damaged inside ({fault}). Save it again.") from fault
        self._fed += len(block)
        if self._fed - self._parser.CurrentByteIndex > TOKEN_MAX:
            raise UnusableInput(f"{self._name} has an element of more than {TOKEN_MAX >> 20} MiB. Save it again.")

    def _down(self, name: str, told: dict[str, str]) -> None:
        self._depth += 1
        if self._depth > DEPTH_MAX:
            raise UnusableInput(f"{self._name} nests its elements more than {DEPTH_MAX} deep. Save it again.")
        self._started(local(name), told)

    def _up(self, name: str) -> None:
        self._depth -= 1
        self._ended(local(name))

    def _refuse_doctype(self, *_told: object) -> None:
        raise UnusableInput(f"{self._name} holds a DOCTYPE, which no workbook needs. Save it again.")


@lru_cache(maxsize=1_024)
def local(name: str) -> str:
    """The bare name of an element of spreadsheets or packages; another's with its namespace: nobody asks for it."""
    space, _, bare = name.rpartition(" ")
    return bare if space in SPACES or space.endswith(PACKAGES) else name


def parsed(stream: IO[bytes], parsing: Parsing) -> Iterator[None]:
    """Feed a part to its end, some bytes at a time."""
    while block := stream.read(BLOCK):
        parsing.feed(block)
        yield
    parsing.feed(b"")
    yield
