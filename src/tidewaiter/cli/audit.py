"""``tidewaiter audit``."""

from dataclasses import asdict
from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

from tidewaiter.cli.words import plain, show, show_json
from tidewaiter.model.words import counted

BROKEN = 1


def verify(
    path: Annotated[Path | None, Parameter(name="PATH")] = None,
    /,
    *,
    key: str | None = None,
    seen: Annotated[tuple[Path, ...], Parameter(negative=())] = (),
    witness: str | None = None,
    json: Annotated[bool, Parameter(negative=())] = False,
) -> int:
    """Prove that the log is whole, or say where it is not; exit code 1 where it is not.

    Args:
        path: The folder of an exported log, or the file of a proof; the log of this installation when not given.
        key: The log's public key as you know it.
        seen: A file of checkpoints that somebody kept; give it once for each.
        witness: The public key that must have cosigned those.
        json: The report as JSON.
    """
    from tidewaiter.service.audit import verify as look

    report = look(path, key, seen, witness)
    if json:
        show_json({**asdict(report), "faults": [fault._asdict() for fault in report.faults]})
    else:
        show(["", *(f"  {plain(line)}" for line in report.lines()), ""])
    return BROKEN if report.faults else 0


def export(*, to: Path) -> int:
    """Write the log into a folder that proves itself elsewhere, without product and database.

    Args:
        to: Folder to make.
    """
    from tidewaiter.service.audit import export as write

    count = write(to)
    show(
        [
            "",
            f"  {counted(count, 'entry', 'entries')} written into {plain(to)}.",
            f"  Prove the log anywhere: python3 {plain(to)}/verify.pyz {plain(to)}",
            "",
        ]
    )
    return 0


def proof(*, to: Path, entry: int | None = None, batch: str | None = None, row: int | None = None) -> int:
    """Write the proof of one entry, or of one row of a batch, into a file.

    Args:
        to: File to write.
        entry: Number of the entry.
        batch: Number of the batch, as its entry tells it.
        row: Row of the batch, counted from 0.
    """
    from tidewaiter.service.audit import proof as make

    to.write_text(make(entry, batch, row), encoding="utf-8")
    show(["", f"  The proof is in {plain(to)}. Check it anywhere: tidewaiter audit verify {plain(to)}", ""])
    return 0


def sign() -> int:
    """Seal events and sign a checkpoint now; the service does so by itself."""
    from tidewaiter.service.audit import sign as make

    make()
    show(["", "  Signed.", ""])
    return 0


def change_key() -> int:
    """Give the log a new key by an entry that the old and the new one sign."""
    from tidewaiter.service.audit import change_key as change

    show(["", f"  The log is signed by {plain(change())} from now on. Tell everybody who verifies it.", ""])
    return 0


def witness(
    folder: Annotated[Path, Parameter(name="DIR")], /, *, key: str, seen: Path, own_key: Path, name: str
) -> int:
    """Look at somebody's log as its witness: prove that it only grew since last time, cosign it, keep that.

    Args:
        folder: Folder of the log: its checkpoint and its tiles.
        key: The log's public key.
        seen: File of what was cosigned so far; made where it is not there.
        own_key: File of the witness's own key; made where it is not there.
        name: The witness's name, without blanks.
    """
    from tidewaiter.service.audit import witness as look

    told, public = look(folder, key, seen, own_key, name)
    show(["", f"  Cosigned by {plain(public)}: {counted(told.size, 'entry', 'entries')} of {plain(told.origin)}.", ""])
    return 0
