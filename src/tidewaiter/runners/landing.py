"""Landing: every original is kept by the hash of its bytes before anybody parses it."""

import os
import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

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
    return [(source, _hash(source.path)) for source in sources]


def _hash(path: Path) -> str:
    digest = sha256()
    with path.open("rb") as handle:
        while block := handle.read(BLOCK):
            digest.update(block)
    return digest.hexdigest()


def land(sources: Sequence[tuple[Source, str]], folder: Path) -> list[Landed]:
    """Copy every original to ``folder/<sha256>`` and read from the copy from then on.

    Two sources of equal bytes share one copy. A file that changed since it was hashed is refused by its new hash
    when the copy is checked, so what is parsed is what the receipt names.
    """
    with told_plainly(folder):
        folder.mkdir(parents=True, exist_ok=True)
        return [_kept(source, digest, folder) for source, digest in sources]


def _kept(source: Source, digest: str, folder: Path) -> Landed:
    copy = folder / digest
    if not copy.exists():
        with source.path.open("rb") as original, copy.open("wb") as kept:
            shutil.copyfileobj(original, kept, BLOCK)
            kept.flush()
            os.fsync(kept.fileno())
    return Landed(Source(copy, source.name, source.member), digest, copy.stat().st_size)
