"""XML text: the bytes of an XML file as sound UTF-8, in the encoding that it declares and in no other."""

import codecs
import re
from collections.abc import Iterator
from typing import Final

import numpy as np

from tidewaiter.model.errors import UnusableInput
from tidewaiter.runners.reading.encodings import mark_of
from tidewaiter.runners.reading.text import WINDOW
from tidewaiter.runners.reading.unwrapping import Contents

DECLARED: Final = re.compile(rb"\s*<\?xml[^>]*?\sencoding\s*=\s*[\"']([A-Za-z0-9._:-]+)[\"']")
UNMARKED: Final = {b"<\0": "utf-16-le", b"\0<": "utf-16-be"}
READ: Final = frozenset(
    """
    ascii utf-8 utf-16 utf-16-le utf-16-be utf-32 utf-32-le utf-32-be gb18030 gbk gb2312 big5 shift_jis euc_jp euc_kr
    koi8-r koi8-u cp437 cp850 cp852 cp866 mac-roman
    """.split()
)
LINE_END: Final = 0x0A
FAMILIES: Final = ("iso8859-", "cp125")
"""Encodings of text that we read: a file may declare others, some of which are no encodings of text at all."""


def looks_like_xml(head: bytes) -> bool:
    """True where the first sign that is no white space opens a tag, in whatever encoding."""
    mark, _ = mark_of(head)
    start = head[len(mark) : len(mark) + 1024].replace(b"\0", b"").lstrip()
    return start.startswith(b"<")


def lines_in(text: bytes) -> int:
    """How many lines end in a text."""
    return int(np.count_nonzero(np.frombuffer(text, dtype=np.uint8) == LINE_END))


class XmlText:
    """The text of an XML file. ``encoding`` is what its mark or its declaration says, UTF-8 where neither does."""

    def __init__(self, contents: Contents, name: str) -> None:
        """Read the first stretch; ``UnusableInput`` for an encoding we do not read."""
        self._contents, self.name = contents, name
        head = contents.read_fully(WINDOW)
        mark, marked = mark_of(head)
        self.encoding = marked or next((told for start, told in UNMARKED.items() if head.startswith(start)), "")
        if not self.encoding:
            self.encoding = self._declared(head)
        self._lines, self._held = 1, b""
        self._decoder = codecs.getincrementaldecoder(self.encoding)("strict")
        self._is_plain = self.encoding in {"utf-8", "ascii"}
        self.start = self._utf8(head[len(mark) :], is_end=len(head) < WINDOW)

    def pieces(self) -> Iterator[bytes]:
        """The text as UTF-8, lines ended by newlines; ``UnusableInput`` at bytes that the encoding does not have."""
        yield self.start
        while raw := self._contents.read_fully(WINDOW):
            yield self._utf8(raw, is_end=False)
        yield self._utf8(b"", is_end=True)

    def _declared(self, head: bytes) -> str:
        told = DECLARED.match(head[:1024])
        name = told[1].decode() if told else "utf-8"
        try:
            encoding = codecs.lookup(name).name
        except LookupError:
            encoding = ""
        if encoding not in READ and not encoding.startswith(FAMILIES):
            raise UnusableInput(f"{self.name} declares the encoding '{name}', which we do not read. Send it as UTF-8.")
        return encoding

    def _utf8(self, raw: bytes, *, is_end: bool) -> bytes:
        try:
            text = raw if self._is_plain and raw.isascii() and self._is_settled() else self._decoded(raw, is_end)
        except UnicodeDecodeError as error:
            at = self._lines + error.object[: error.start].count(b"\n")
            raise UnusableInput(
                f"{self.name}, line {at}: bytes that are not valid {self.encoding}. Nothing of it was taken; save it "
                "in the encoding that it declares, best UTF-8."
            ) from error
        self._lines += lines_in(text)
        return self._with_newlines(text, is_end)

    def _is_settled(self) -> bool:
        """True where no character is cut between two stretches."""
        return not self._decoder.getstate()[0]

    def _decoded(self, raw: bytes, is_end: bool) -> bytes:  # noqa: FBT001 - handed through
        was_settled = self._is_settled()
        text = self._decoder.decode(raw, is_end)
        return raw if self._is_plain and was_settled and self._is_settled() else text.encode()

    def _with_newlines(self, text: bytes, is_end: bool) -> bytes:  # noqa: FBT001 - handed through
        if not self._held and b"\r" not in text:
            return text
        text = self._held + text
        self._held = b"\r" if text.endswith(b"\r") and not is_end else b""
        return text.removesuffix(self._held).replace(b"\r\n", b"\n").replace(b"\r", b"\n")
