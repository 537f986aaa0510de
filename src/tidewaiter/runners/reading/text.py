"""Text: a file as UTF-8 in blocks of whole lines, whatever it was written in and however its lines end."""

import codecs
from collections.abc import Iterator
from typing import Final

from tidewaiter.model.errors import UnusableInput
from tidewaiter.runners.reading.edifact_signs import as_declared, declared_encoding
from tidewaiter.runners.reading.encodings import encoding_of, mark_of
from tidewaiter.runners.reading.unwrapping import Contents

WINDOW: Final = 1 << 20
LINE_MAX: Final = 16 << 20
"""A line longer than 16 MiB is no goods line; it is not even read to its end."""

FOUL: Final = b"\xff"
"""Stands for bytes that the file's encoding does not have: never valid in UTF-8, so that their row is found."""

SPOILT: Final = "tidewaiter.spoilt"


class Text:
    """The text of a file; ``encoding`` is UTF-8 until the first bytes that are no ASCII say otherwise."""

    def __init__(self, contents: Contents, name: str) -> None:
        """Read the first stretch; raises ``UnusableInput`` for a file that says nothing."""
        self._contents, self.name = contents, name
        self._has_bare_returns = False
        head = contents.read_fully(WINDOW)
        mark, marked = mark_of(head)
        self._is_settled, self.encoding = bool(mark), marked or "utf-8"
        self._declared = declared_encoding(head)
        self._decoder = _decoder(self.encoding)
        first = self._utf8(head[len(mark) :])
        self._has_bare_returns = b"\r" in first and b"\n" not in first
        self._first = first.replace(b"\r", b"\n") if self._has_bare_returns else first
        if not self._first.strip():
            why = "is empty" if len(head) < WINDOW else f"begins with {WINDOW >> 20} MiB of nothing"
            raise UnusableInput(f"{name} {why}. Send the file with its header and rows.")

    @property
    def start(self) -> bytes:
        """The first stretch of the text."""
        return self._first

    def pieces(self, size: int) -> Iterator[bytes]:
        """The text as UTF-8 in pieces of at most ``size`` bytes; where they are cut means nothing."""
        for piece in self._windows():
            yield from (piece[start : start + size] for start in range(0, len(piece), size))

    def blocks(self, size: int) -> Iterator[bytes]:
        """The text in blocks of at least ``size`` bytes that end with a newline; the last one may be shorter.

        Where the file does not end with a newline, one is added. ``UnusableInput`` for a line without end.
        """
        held: list[bytes] = []
        have = 0
        for piece in self.pieces(size):
            stop = piece.rfind(b"\n") + 1
            have += len(piece)
            if have < size or not stop:
                held.append(piece)
                if not stop and have > LINE_MAX:
                    self._refuse_endless_line(b"".join(held))
                continue
            block = b"".join((*held, memoryview(piece)[:stop]))
            self._refuse_endless_line(block)
            yield block
            held, have = [piece[stop:]], len(piece) - stop
        rest = b"".join(held)
        self._refuse_endless_line(rest)
        if rest:
            yield rest if rest.endswith(b"\n") else rest + b"\n"

    def _refuse_endless_line(self, text: bytes) -> None:
        """Raise where a line, ended or not, is longer than ``LINE_MAX``."""
        start = 0
        while len(text) - start > LINE_MAX:
            stop = text.rfind(b"\n", start, start + LINE_MAX + 1)
            if stop < 0:
                raise UnusableInput(
                    f"{self.name} has a line of more than {LINE_MAX >> 20} MiB. Nothing of the file was taken; "
                    "check that its lines end with newlines."
                )
            start = stop + 1

    def _windows(self) -> Iterator[bytes]:
        yield self._first
        while raw := self._contents.read_fully(WINDOW):
            yield self._utf8(raw)
        yield self._utf8(b"", is_end=True)

    def _utf8(self, raw: bytes, *, is_end: bool = False) -> bytes:
        if not self._is_settled and not raw.isascii():
            self._is_settled = True
            self.encoding = as_declared(raw, self._declared) if self._declared else encoding_of(raw)
            self._decoder = _decoder(self.encoding)
        text = raw if self._decoder is None else self._decoder.decode(raw, is_end).encode("utf-8", SPOILT)
        return text.replace(b"\r", b"\n") if self._has_bare_returns else text


def _decoder(encoding: str) -> codecs.IncrementalDecoder | None:
    """What makes text of bytes; None for UTF-8, whose bytes pass as they are."""
    return None if encoding == "utf-8" else codecs.getincrementaldecoder(encoding)(SPOILT)


def _spoilt(error: UnicodeError) -> tuple[str | bytes, int]:
    if isinstance(error, UnicodeDecodeError):
        return "\udcff", error.end
    if isinstance(error, UnicodeEncodeError):
        return FOUL * (error.end - error.start), error.end
    raise error


codecs.register_error(SPOILT, _spoilt)
