"""A log's folder as a whole: entries, checkpoints, tiles, batch files."""

from collections.abc import Sequence
from pathlib import Path

from tidewaiter.store.verify.batches import check_batches
from tidewaiter.store.verify.chain import Chain
from tidewaiter.store.verify.files import batch_bytes, entries_of, notes_in, notes_of
from tidewaiter.store.verify.notes import checkpoint_of, is_note_of
from tidewaiter.store.verify.proof import check_proof
from tidewaiter.store.verify.report import DAMAGED, Report
from tidewaiter.store.verify.tiles import Tiles


def verify(path: Path, trusted: str | None = None, seen: Sequence[Path] = (), witness: str | None = None) -> Report:
    """Check the folder of a log, or the file of a proof.

    ``trusted`` is the key that must have signed; ``seen`` are files of checkpoints that somebody kept, which the log
    must still hold; ``witness`` is the key that must have cosigned those.
    """
    if path.is_file():
        return check_proof(path.read_text(encoding="utf-8"), trusted)
    report = Report()
    notes = notes_of(path, report)
    for file in seen:
        notes += kept(file, witness, report)
    size = _size(path, report)
    chain = Chain(report, notes, Tiles(path, size))
    chain.walk(entries_of(path, size, report), trusted)
    check_batches(report, chain.batches, batch_bytes(path, report))
    return report


def kept(file: Path, witness: str | None, report: Report) -> list[tuple[str, str]]:
    """Checkpoints of a file that somebody kept; each must be cosigned where the key of a witness is given."""
    notes = notes_in(file, file.name, report)
    for place, note in notes if witness else ():
        try:
            is_cosigned = is_note_of(witness or "", checkpoint_of(note))
        except DAMAGED:
            is_cosigned = False
        if not is_cosigned:
            report.add(place, "is not cosigned by the witness")
    return notes


def _size(folder: Path, report: Report) -> int:
    """How many entries the newest checkpoint tells of."""
    try:
        return checkpoint_of((folder / "checkpoint").read_text(encoding="utf-8")).size
    except OSError:
        report.add("file checkpoint", "is missing")
    except DAMAGED:
        report.add("file checkpoint", "is no checkpoint")
    return 0
