"""The proof of one row or one entry: a small file that stands on its own."""

import base64
import json
from typing import Any, Final

from tidewaiter.store.verify.hashes import Entry, entry_hash, root_by_path, sha256
from tidewaiter.store.verify.notes import checkpoint_of, is_note_of
from tidewaiter.store.verify.report import DAMAGED, Report

FORMAT: Final = "tidewaiter-proof/1"


def check_proof(text: str, trusted: str | None = None) -> Report:
    """Follow a proof from its row to the signed checkpoint; without a trusted key, by the key that it names itself."""
    report = Report()
    try:
        told = json.loads(text)
        if told["format"] != FORMAT:
            report.add("proof", f"is of another form than {FORMAT}")
        else:
            _follow(report, told, trusted or told["key"])
    except DAMAGED:
        report.add("proof", "is damaged and cannot be followed")
    return report


def _follow(report: Report, told: dict[str, Any], key: str) -> None:
    entry = Entry(told["entry"]["seq"], bytes.fromhex(told["entry"]["prev"]), b"", told["entry"]["payload"].encode())
    if "row" in told:
        leaf = sha256(b"\x00", bytes.fromhex(told["row"]["blind"]), told["row"]["leaf"].encode())
        batch = json.loads(entry.payload)
        root = root_by_path(leaf, told["row"]["number"], batch["rows"], _path(told["row"]["path"]))
        report.rows = 1
        if root.hex() != batch["root"]:
            report.add(f"batch {batch['batch']} row {told['row']['number']}", "is not the row that was sealed")
    note = checkpoint_of(told["checkpoint"])
    report.entries, report.checkpoints, report.size, report.root = 1, 1, note.size, note.root.hex()
    report.keys.append(key.strip())
    if root_by_path(entry_hash(entry), entry.seq - 1, note.size, _path(told["path"])) != note.root:
        report.add(f"entry {entry.seq}", "is not in the log of the checkpoint")
    if not is_note_of(key, note):
        report.add("checkpoint", f"is not signed by {key.strip()}")


def _path(text: str) -> list[bytes]:
    data = base64.b64decode(text, validate=True)
    return [data[at : at + 32] for at in range(0, len(data), 32)]
