"""Batches: rows that machines made, each a leaf of one tree, kept in a Parquet file that never changes."""

import hashlib
import io
import os
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import pyarrow as pa
import pyarrow.parquet as pq

from tidewaiter.model.tree import BLIND_BYTES, HASH_BYTES, Frontier, blinded_hashes, blinds

INLINE_BYTES: Final = 256 * 1024
"""Up to this size the leaves of a batch travel in the database, with the transaction that they belong to."""
FOLDER: Final = "batches"
COMPRESSED: Final = {"leaf": "gzip", "blind": "none", "hash": "none"}
"""Random bytes and hashes do not shrink; gzip is what every standard library reads."""
SCHEMA: Final = pa.schema(
    [
        pa.field("leaf", pa.binary(), nullable=False),
        pa.field("blind", pa.binary(BLIND_BYTES), nullable=False),
        pa.field("hash", pa.binary(HASH_BYTES), nullable=False),
    ]
)


@dataclass(frozen=True, slots=True)
class Sealed:
    """A batch as its entry tells it: ``what`` its rows are, their number and root, length and SHA-256 of the file.

    ``inline`` holds the file's bytes where they go into the database.
    """

    batch: str
    what: str
    rows: int
    root: bytes
    digest: bytes
    size: int
    inline: bytes | None = None

    def payload(self) -> Mapping[str, object]:
        """The words of its entry."""
        return {
            "batch": self.batch, "what": self.what, "rows": self.rows, "root": self.root.hex(),
            "file": self.digest.hex(), "bytes": self.size,
        }  # fmt: skip


class LeavesFile:
    """Writes the leaves of one batch, part by part; memory is that of a part."""

    def __init__(self, to: Any) -> None:  # noqa: ANN401 - a file or a place in memory, as pyarrow takes it
        self.rows = 0
        self._tree = Frontier()
        self._writer = pq.ParquetWriter(
            to, SCHEMA, compression=COMPRESSED, use_dictionary=False, write_statistics=False, store_schema=False,
            data_page_version="1.0", column_encoding=dict.fromkeys(SCHEMA.names, "PLAIN"),
        )  # fmt: skip

    def add(self, rows: Sequence[bytes], block: bytes) -> None:
        """Add rows (canonical bytes) with their random bytes, 16 for each row."""
        hashes = blinded_hashes(rows, block)
        self._tree.extend(hashes)
        self.rows += len(rows)
        columns = [pa.array(rows, pa.binary()), _fixed(blinds(block), BLIND_BYTES), _fixed(hashes, HASH_BYTES)]
        self._writer.write_table(pa.Table.from_arrays(columns, schema=SCHEMA))

    def close(self) -> bytes:
        """Write the end of the file and give the root."""
        self._writer.close()
        return self._tree.root()


def _fixed(values: Iterable[bytes], width: int) -> pa.Array:
    return pa.array(list(values), pa.binary(width))


def seal(batch: str, what: str, rows: Sequence[bytes], block: bytes, folder: Path | None = None) -> Sealed:
    """The batch of some rows: in the database where it is small or no folder of the log is given, else in a file."""
    memory = io.BytesIO()
    file = LeavesFile(memory)
    file.add(rows, block)
    root, data = file.close(), memory.getvalue()
    digest = hashlib.sha256(data).digest()
    if folder is None or len(data) <= INLINE_BYTES:
        return Sealed(batch, what, len(rows), root, digest, len(data), data)
    _keep(folder, digest, data)
    return Sealed(batch, what, len(rows), root, digest, len(data))


def leaves_file(
    batch: str, what: str, parts: Iterable[tuple[Sequence[bytes], bytes]], folder: Path, scratch: str
) -> Sealed:
    """The batch of many rows, written part by part (rows, their random bytes) into the log's folder.

    Durable when this returns; a file that no entry names has no effect. ``scratch`` names the half-written file.
    """
    half = folder / FOLDER / f".{scratch}.half"
    half.parent.mkdir(parents=True, exist_ok=True)
    try:
        file = LeavesFile(half)
        for rows, block in parts:
            file.add(rows, block)
        root, digest, size = file.close(), _digest(half), half.stat().st_size
        with half.open("rb") as written:
            os.fsync(written.fileno())
        _placed(half, place_of(folder, digest))
    finally:
        half.unlink(missing_ok=True)
    return Sealed(batch, what, file.rows, root, digest, size)


def place_of(folder: Path, digest: bytes) -> Path:
    """Where a batch's file lies: named after its own SHA-256, never after what a sender wrote."""
    return folder / FOLDER / digest.hex()[:2] / f"{digest.hex()}.parquet"


def _keep(folder: Path, digest: bytes, data: bytes) -> None:
    place = place_of(folder, digest)
    half = folder / FOLDER / f".{digest.hex()}.{os.getpid()}.half"
    half.parent.mkdir(parents=True, exist_ok=True)
    with half.open("wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    _placed(half, place)


def _placed(half: Path, place: Path) -> None:
    """Put a finished file in its place, durably."""
    place.parent.mkdir(parents=True, exist_ok=True)
    half.rename(place)
    for folder in (place.parent, place.parent.parent):
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def _digest(path: Path) -> bytes:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").digest()
