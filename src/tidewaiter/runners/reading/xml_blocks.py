"""XML blocks: a file cut between its records, whatever wraps them; nothing of it is parsed that need not be."""

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import Final

from tidewaiter.model.errors import UnusableInput
from tidewaiter.runners.reading.xml_nodes import Nodes, Paths, nodes_of
from tidewaiter.runners.reading.xml_plain import Plain
from tidewaiter.runners.reading.xml_tags import NotPlain
from tidewaiter.runners.reading.xml_text import XmlText, lines_in

COMMENT: Final = re.compile(rb"<!--(?:(?!--).)*-->", re.DOTALL)


@dataclass(frozen=True)
class Block:
    """Whole records: how many came ``before`` them, how many there are, and the lines of the file before the block."""

    text: bytes
    before: int
    records: int
    line: int
    is_plain: bool = False


class XmlBlocks:
    """The records of one file. ``record`` is the name of their element, ``namespace`` theirs, empty for none."""

    def __init__(self, text: XmlText, records: Collection[str], size: int) -> None:
        """Read up to the first record; ``UnusableInput`` where there is none, or what comes before it is refused."""
        self._text, self.name, self._size = text, text.name, size
        plain = Plain(self.name, records)
        found = plain.look(text.start)
        if found is None:
            raise UnusableInput(_no_filing(self.name, records, plain.wrappers))
        self.record, self.namespace, self._at = found.record, found.namespace, found.at
        self._prologue = text.start[: found.at]
        self._end = f"</{self.record}>".encode()
        self._is_simple = text.start.startswith(f"<{self.record}".encode(), found.at)

    def blocks(self) -> Iterator[Block]:
        """Blocks of about the size asked for; ``UnusableInput`` as soon as the file proves to be no XML."""
        before, line, held = 0, lines_in(self._prologue), b""
        is_simple, plain = self._is_simple, None
        for piece, is_last in self._stretches():
            text = held + piece
            if is_simple and (cut := self._cut(text)) is not None:
                made, stop = cut
                block = Block(made, before, made.count(self._end), line)
                yield block
                before, line, held = before + block.records, line + lines_in(text[:stop]), text[stop:]
                if not is_last:
                    continue
                text = held
            plain = plain or self._primed(line)
            is_simple = False
            for block in self._slow_blocks(plain, text, before, line, is_last=is_last):
                yield block
                before += block.records
            held = b""

    def _cut(self, text: bytes) -> tuple[bytes, int] | None:
        """Whole records without comments, and where they end; None where that cannot be told without a parser."""
        stop = text.rfind(self._end) + len(self._end)
        made = _uncommented(text[:stop]) if stop >= len(self._end) else None
        return None if made is None else (made, stop)

    def _stretches(self) -> Iterator[tuple[bytes, bool]]:
        """The text from the first record on, in stretches of at least the size asked for, and which one is the last."""
        held: list[bytes] = []
        have = 0
        for number, piece in enumerate(self._text.pieces()):
            if have >= self._size:
                yield b"".join(held), False
                held, have = [], 0
            held.append(piece if number else piece[self._at :])
            have += len(held[-1])
        yield b"".join(held), True

    def nodes(self, block: Block, paths: Paths) -> Nodes:
        """A block as columns; ``UnusableInput`` where it turns out to be no XML."""
        try:
            nodes = nodes_of(block.text, paths)
        except NotPlain:
            nodes = self._slowly(block, paths)
        if len(nodes.records) != block.records:
            raise UnusableInput(
                f"{self.name}, after line {block.line}: elements named {self.record} within or beside others. "
                "Nothing of it was taken."
            )
        return nodes

    def _slowly(self, block: Block, paths: Paths) -> Nodes:
        plain, records = self._primed(block.line), [block.text]
        if not block.is_plain:
            depth = plain.depth
            records = plain.feed(block.text)
            if not plain.is_between or plain.depth != depth:
                raise UnusableInput(f"{self.name}, after line {block.line}: a {self.record} that does not end.")
        try:
            return nodes_of(b"".join(records), paths)
        except NotPlain as odd:
            raise UnusableInput(
                f"{self.name}, after line {block.line}: XML unlike any filing ({odd}). Nothing of it was taken."
            ) from odd

    def _primed(self, line: int) -> Plain:
        """A full parser that has read what comes before the first record."""
        plain = Plain(self.name, {self.record})
        plain.feed(self._prologue)
        plain.skipped(line - lines_in(self._prologue))
        return plain

    def _slow_blocks(self, plain: Plain, text: bytes, before: int, line: int, *, is_last: bool) -> Iterator[Block]:
        """Blocks of what a full parser makes of a stretch."""
        records: list[bytes] = []
        size = 0
        for start in range(0, max(len(text), 1), STEP):
            is_end = is_last and start + STEP >= len(text)
            made = plain.feed(text[start : start + STEP], is_end=is_end)
            records += made
            size += sum(map(len, made))
            if records and (size >= self._size or start + STEP >= len(text)):
                yield Block(b"".join(records), before, len(records), line, is_plain=True)
                before, records, size = before + len(records), [], 0


def _no_filing(name: str, records: Collection[str], wrappers: list[str]) -> str:
    return (
        f"{name} is XML without any filing we know ({', '.join(sorted(records)) or 'no sheet names one'}); its "
        f"outermost element is {wrappers[0] if wrappers else 'none'}. Write a sender sheet for it, or name one with "
        "--format."
    )


STEP: Final = 1 << 20


def _uncommented(block: bytes) -> bytes | None:
    """The block without comments; None where it holds more than elements and text."""
    if b"!" in block and b"<!" in block:
        block = COMMENT.sub(b"", block)
    return None if (b"!" in block and b"<!" in block) or (b"?" in block and b"<?" in block) else block
