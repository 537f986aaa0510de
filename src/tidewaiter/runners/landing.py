"""Landing: every original is kept by the hash of its bytes before anybody parses it."""

from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import BinaryIO

from tidewaiter.model.errors import UnusableInput
from tidewaiter.runners.reading import Source
from tidewaiter.runners.workspace import told_plainly

BLOCK = 1 << 22


@dataclass(frozen=True, slots=True)
class Landed:
    """An original under its own name and hash; ``path`` is the kept copy."""

    source: Source
    sha256: str
    bytes: int


def hashed(sources: Sequence[Source]) -> list[tuple[Source, str]]:
    """Each source with the SHA-256 of its bytes, in order."""
    found = []
    for source in sources:
        with source.path.open("rb") as original:
            found.append((source, _hash(original)))
    return found


def _hash(original: BinaryIO, copy: BinaryIO | None = None) -> str:
    """SHA-256 of what is left of a file, which is copied on the way where a copy is wanted."""
    digest = sha256()
    while block := original.read(BLOCK):
        digest.update(block)
        if copy is not None:
            copy.write(block)
    return digest.hexdigest()


def land(sources: Sequence[tuple[Source, str]], folder: Path) -> list[Landed]:
    """Copy every original to ``folder/<sha256>`` and read from the copy from then on.

    Two sources of equal bytes share one copy. A file that changed since it was hashed is refused, so what is parsed
    is what the receipt names.
    """
    with told_plainly(folder):
        folder.mkdir(parents=True, exist_ok=True)
        return [_kept(source, digest, folder) for source, digest in sources]


def _kept(source: Source, digest: str, folder: Path) -> Landed:
    copy = folder / digest
    if not copy.exists():
        half = folder / f"{digest}.half"
        with source.path.open("rb") as original, half.open("wb") as kept:
            copied = _hash(original, kept)
        if copied == digest:
            half.rename(copy)
        else:
            raise UnusableInput(f"{source.name} changed while it was read. Send it again when it is complete.")
    return Landed(Source(copy, source.name, source.member), digest, copy.stat().st_size)
