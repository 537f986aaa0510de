"""Proofs that an entry, or a row of a batch, is in the log of a signed checkpoint: small files, no database needed."""

import base64
import io
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import pyarrow.parquet as pq

from tidewaiter.model.errors import WrongUse
from tidewaiter.model.tree import Tree, inclusion
from tidewaiter.store.log.batches import place_of
from tidewaiter.store.log.checkpoints import NEWEST, entries, newest
from tidewaiter.store.log.entries import Connection, batch_seq
from tidewaiter.store.log.tiles import nodes_of

FORMAT: Final = "tidewaiter-proof/1"


@dataclass(frozen=True, slots=True)
class BatchRow:
    """A row of a batch with its random bytes and its path to the batch's root."""

    number: int
    leaf: bytes
    blind: bytes
    path: list[bytes]


def proof_of_entry(connection: Connection, folder: Path, seq: int, row: BatchRow | None = None) -> str:
    """The proof of an entry, as the auditor; with a row, of that row of the batch that the entry tells."""
    told = newest(folder)
    if told is None or seq > told.size:
        raise WrongUse(f"Entry {seq} is in no checkpoint yet. One is made every ten seconds while the service runs.")
    entry = next(entries(connection, seq - 1, seq), None)
    if entry is None:
        raise WrongUse(f"There is no entry {seq} in the log; it has {told.size:,}.")
    proof: dict[str, Any] = {
        "format": FORMAT,
        "entry": {"seq": seq, "prev": entry.prev.hex(), "payload": entry.payload.decode()},
        "path": _text(inclusion(seq - 1, told.size, nodes_of(folder, told.size))),
        "checkpoint": (folder / NEWEST).read_text(encoding="utf-8"),
        "key": _key(connection, told.size),
    }
    if row is not None:
        proof["row"] = {
            "number": row.number, "leaf": row.leaf.decode(), "blind": row.blind.hex(), "path": _text(row.path),
        }  # fmt: skip
    return json.dumps(proof, ensure_ascii=False, separators=(",", ":")) + "\n"


def proof_of_row(connection: Connection, folder: Path, batch: str, number: int) -> str:
    """The proof of one row of a batch, counted from 0."""
    seq = batch_seq(connection, batch)
    if seq is None:
        raise WrongUse(f"There is no batch {batch} in the log.")
    (entry,) = entries(connection, seq - 1, seq)
    digest = bytes.fromhex(json.loads(entry.payload)["file"])
    return proof_of_entry(connection, folder, seq, row_of(_file(connection, folder, batch, digest), number))


def row_of(file: bytes | Path, number: int) -> BatchRow:
    """A row of a file of leaves."""
    source = pq.ParquetFile(io.BytesIO(file) if isinstance(file, bytes) else file)
    hashes = source.read(columns=["hash"]).column(0).to_pylist()
    if not 0 <= number < len(hashes):
        raise WrongUse(f"The batch has rows 0 to {len(hashes) - 1:,}, and no row {number:,}.")
    group, at = 0, number
    while at >= source.metadata.row_group(group).num_rows:
        at -= source.metadata.row_group(group).num_rows
        group += 1
    (row,) = source.read_row_group(group, columns=["leaf", "blind"]).slice(at, 1).to_pylist()
    return BatchRow(number, row["leaf"], row["blind"], Tree(hashes).inclusion(number))


def _file(connection: Connection, folder: Path, batch: str, digest: bytes) -> bytes | Path:
    with connection.cursor() as cursor:
        cursor.execute("select file from log_leaves where batch = %s", [batch])
        found = cursor.fetchone()
    return bytes(found[0]) if found else place_of(folder, digest)


def _key(connection: Connection, size: int) -> str:
    """The key that was in force when the log had this many entries."""
    with connection.cursor() as cursor:
        cursor.execute(
            "select payload from log_entry where log_field(payload, 'kind') in ('log_opened', 'key_changed') "
            "and seq <= %s order by seq desc limit 1",
            [size],
        )
        told = json.loads(bytes(cursor.fetchone()[0]))
    return str(told.get("new", told.get("key")))


def _text(path: list[bytes]) -> str:
    return base64.b64encode(b"".join(path)).decode()
