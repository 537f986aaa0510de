"""Unwrapping: the bytes of a source without gzip, zstd or zip around them; damage and bombs become a sentence."""

import zipfile
import zlib
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import Final, Protocol

import pyarrow as pa

from tidewaiter.model.errors import UnusableInput
from tidewaiter.runners.reading.archives import BOMB_FROM, RATIO_MAX, refuse_unsafe
from tidewaiter.runners.reading.sources import Source

GZIP: Final = b"\x1f\x8b"
ZSTD: Final = b"\x28\xb5\x2f\xfd"
ZSTD_SKIPPABLE: Final = b"\x2a\x4d\x18"
"""Ends the mark of a frame that a decoder skips; the byte before it is 0x50 to 0x5F."""

ZIP: Final = b"PK\x03\x04"
DAMAGED: Final = (
    EOFError,
    OSError,
    zlib.error,
    zipfile.BadZipFile,
    RuntimeError,
    ValueError,
    pa.ArrowException,
)
"""What a decompressor says of a stream that is cut, damaged, encrypted or packed in a way nobody knows."""


class Readable(Protocol):
    """Anything that gives its next bytes."""

    def read(self, size: int, /) -> bytes:
        """At most ``size`` bytes; none at the end."""
        ...


@contextmanager
def unwrapped(source: Source) -> Iterator["Contents"]:
    """The bytes of a source, decompressed on the way; damage on the way is an ``UnusableInput``."""
    with ExitStack() as stack:
        try:
            contents = _contents(source, stack)
        except DAMAGED as error:
            raise UnusableInput(f"{source.name} cannot be opened ({error}). Send it again, complete.") from error
        yield contents


def _contents(source: Source, stack: ExitStack) -> "Contents":
    raw = stack.enter_context(pa.OSFile(str(source.path)))
    magic = raw.read(4)
    raw.seek(0)
    codec = packing(magic)
    if codec == "zip":
        archive = stack.enter_context(zipfile.ZipFile(source.path))
        refuse_unsafe(source.name, archive)
        member = archive.getinfo(source.member or _only_member(archive, source))
        return Contents(stack.enter_context(archive.open(member)), source.name, lambda: member.compress_size)
    if codec:
        return Contents(stack.enter_context(pa.CompressedInputStream(raw, codec)), source.name, raw.tell)
    return Contents(raw, source.name, None)


def packing(magic: bytes) -> str:
    """How bytes that begin like this are packed: ``gzip``, ``zstd``, ``zip``; empty for plain ones."""
    if magic[:2] == GZIP:
        return "gzip"
    if magic[:4] == ZSTD or (magic[1:4] == ZSTD_SKIPPABLE and magic[:1] in b"PQRSTUVWXYZ[\\]^_"):
        return "zstd"
    return "zip" if magic[:4] == ZIP else ""


def _only_member(archive: zipfile.ZipFile, source: Source) -> str:
    names = [info.filename for info in archive.infolist() if not info.is_dir()]
    if len(names) != 1:
        raise UnusableInput(f"{source.name} is an archive of {len(names)} files. Name the one that is meant.")
    return names[0]


class Contents:
    """A stream that turns damage and bombs into a sentence; a cut stream is never a short file."""

    def __init__(self, stream: Readable, name: str, packed: "Weight | None") -> None:
        """``packed`` tells how many packed bytes went in, to weigh what comes out against."""
        self._stream, self._name, self._packed = stream, name, packed
        self._ahead, self._out = b"", 0
        self.is_packed = packed is not None

    def peek(self, size: int) -> bytes:
        """The first bytes, which stay to be read."""
        self._ahead = self.read_fully(size)
        return self._ahead

    def read(self, size: int, /) -> bytes:
        """The next bytes; ``UnusableInput`` where the packing is cut, damaged or a bomb."""
        if self._ahead:
            block, self._ahead = self._ahead[:size], self._ahead[size:]
            return block
        try:
            block = self._stream.read(size)
        except DAMAGED as error:
            raise UnusableInput(
                f"{self._name} is cut or damaged after {self._out} unpacked bytes ({error}). "
                "Nothing of it was taken; send it again, complete."
            ) from error
        self._out += len(block)
        if self._packed is not None and self._out > BOMB_FROM and self._out > RATIO_MAX * max(self._packed(), 1):
            raise UnusableInput(f"{self._name} unpacks more than {RATIO_MAX}-fold. Send it unpacked.")
        return block

    def read_fully(self, size: int) -> bytes:
        """Exactly ``size`` bytes, fewer only at the end."""
        parts, have = [], 0
        while have < size and (block := self.read(size - have)):
            parts.append(block)
            have += len(block)
        return b"".join(parts)


class Weight(Protocol):
    """A count of bytes, asked for when needed."""

    def __call__(self) -> int:
        """So many bytes by now."""
        ...
