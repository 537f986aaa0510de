"""A witness: somebody else who keeps what the log showed, cosigns it, and refuses a log that shows two things."""

import json
import os
from pathlib import Path

from tidewaiter.model.errors import LogBroken, NoteRefused, WrongUse
from tidewaiter.model.note import (
    Checkpoint,
    Signature,
    cosignature_line,
    cosigned_text,
    read_checkpoint,
    read_key,
    read_note,
)
from tidewaiter.model.tree import consistency, is_grown
from tidewaiter.store.log.checkpoints import NEWEST
from tidewaiter.store.log.keys import Signer
from tidewaiter.store.log.tiles import nodes_of
from tidewaiter.store.verify.notes import is_signed


def cosign(folder: Path, log_key: str, seen: Path, witness: Signer, at_s: int) -> Checkpoint:
    """Look at the newest checkpoint of a log's folder, prove that it continues the last one in ``seen``, keep it there.

    ``log_key`` is the key of the log as a word; ``at_s`` is Unix time. Refuses, and keeps nothing, where the log is
    shorter than it was, shows other entries, or is signed by another key.
    """
    path = folder / NEWEST
    if not path.is_file():
        raise WrongUse(f"{folder} holds no checkpoint of a log.")
    note = path.read_text(encoding="utf-8")
    text, signatures = read_note(note)
    told = read_checkpoint(text)
    _check_signature(log_key, text, signatures)
    before = _last(seen)
    if before == told:
        return told
    if before is not None:
        _check_growth(folder, before, told)
    signer = witness.as_witness()
    line = cosignature_line(signer.key, at_s, signer.sign(cosigned_text(text, at_s)))
    with seen.open("a", encoding="utf-8") as file:
        file.write(json.dumps(note + line, ensure_ascii=False) + "\n")
        file.flush()
        os.fsync(file.fileno())
    return told


def _check_signature(word: str, text: str, signatures: tuple[Signature, ...]) -> None:
    key = read_key(word)
    if not any(one.key_hash == key.key_hash and is_signed(word, text.encode(), one.data) for one in signatures):
        raise LogBroken(f"The newest checkpoint is not signed by {word}. Ask for the entry that changed the key.")


def _last(seen: Path) -> Checkpoint | None:
    if not seen.is_file() or not seen.stat().st_size:
        return None
    try:
        line = seen.read_text(encoding="utf-8").splitlines()[-1]
        return read_checkpoint(read_note(str(json.loads(line)))[0])
    except ValueError as fault:
        raise NoteRefused(f"{seen} holds something else than checkpoints in its last line.") from fault


def _check_growth(folder: Path, before: Checkpoint, told: Checkpoint) -> None:
    if told.origin != before.origin:
        raise LogBroken(f"This is the log {told.origin}, and {before.origin} was seen before.")
    if told.size < before.size:
        raise LogBroken(f"The log shows {told.size:,} entries, and {before.size:,} were seen before: it was cut.")
    path = consistency(before.size, told.size, nodes_of(folder, told.size)) if before.size < told.size else []
    if not is_grown(before.size, before.root, told.size, told.root, path):
        raise LogBroken(
            f"The log shows other entries than the {before.size:,} that were seen before: it was rewritten, or it "
            "shows different things to different people."
        )
