"""Shared texts of a workbook: those that cells point to by number, each kept once."""

from typing import IO, Final

from tidewaiter.model.errors import UnusableInput
from tidewaiter.runners.reading.xlsx_xml import Parsing, parsed

STRINGS_MAX: Final = 2_000_000
"""So many texts fit the memory with room to spare."""


def shared_texts(stream: IO[bytes] | None, name: str) -> list[str]:
    """The texts in their order; none where the workbook has no such part."""
    reader = _Reader(name)
    if stream is not None:
        for _ in parsed(stream, Parsing(name, reader.started, reader.ended, reader.said)):
            pass
    return reader.texts


class _Reader:
    """Runs of one text are joined; phonetic hints beside a text are no part of it."""

    def __init__(self, name: str) -> None:
        self._name = name
        self.texts: list[str] = []
        self._parts: list[str] = []
        self._hints, self._is_text = 0, False

    def started(self, name: str, _told: dict[str, str]) -> None:
        if name == "t":
            self._is_text = not self._hints
        elif name == "si":
            self._parts = []
        elif name == "rPh":
            self._hints += 1

    def ended(self, name: str) -> None:
        if name == "t":
            self._is_text = False
        elif name == "rPh":
            self._hints -= 1
        elif name == "si":
            self.texts.append("".join(self._parts))
            if len(self.texts) > STRINGS_MAX:
                raise UnusableInput(f"{self._name} holds more than {STRINGS_MAX:,} texts. Save it as CSV.")

    def said(self, text: str) -> None:
        if self._is_text:
            self._parts.append(text)
