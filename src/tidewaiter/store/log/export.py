"""The log as a folder that an auditor takes away, with the program that proves it."""

import os
import shutil
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

from tidewaiter import store
from tidewaiter.model.errors import LogBroken, OutputInUse, WrongUse
from tidewaiter.model.note import read_checkpoint, read_note
from tidewaiter.store.log.batches import FOLDER, place_of
from tidewaiter.store.log.checkpoints import KEPT, NEWEST
from tidewaiter.store.log.entries import Connection
from tidewaiter.store.log.tiles import ENTRIES, HEIGHT, WIDTH, tile_path

VERIFIER: Final = "verify.pyz"
IN_ONE_ARCHIVE: Final = 5_000
AT_ONCE: Final = 500
TRIES: Final = 5
READ_ME: Final = """A signed log, complete up to the entries that the file `checkpoint` tells of.

    python3 verify.pyz .

proves it: Python 3.11 or later with the package `cryptography`, no network, no product, no database. Give the key that
you know by --key, checkpoints that you kept by --seen FILE. verify.pyz is a zip archive of short Python files.
"""


def export(connection: Connection, folder: Path, to: Path) -> int:
    """Copy the log, as the auditor, into a new folder; gives how many entries it holds.

    Beside entries, tiles and checkpoints come the leaves of all batches: files as they are, small ones in archives.
    """
    if to.exists() and (not to.is_dir() or any(to.iterdir())):
        raise OutputInUse(f"{to} is in use. Name a folder that is empty or not there yet.")
    if not (folder / NEWEST).is_file():
        raise WrongUse("The log has no checkpoint yet. One is made every ten seconds while the service runs.")
    half = to.with_name(f".{to.name}.half")
    for _ in range(TRIES):
        shutil.rmtree(half, ignore_errors=True)
        half.mkdir(parents=True)
        size = _copied(folder, half)
        if size:
            break
    else:
        raise LogBroken("Tiles of the newest checkpoint are missing. Find out why: tidewaiter audit verify")
    _copy_batches(connection, folder, half / FOLDER, size)
    write_verifier(half / VERIFIER)
    (half / "README.txt").write_text(READ_ME, encoding="utf-8")
    if to.exists():
        to.rmdir()
    half.rename(to)
    return size


def _copied(folder: Path, to: Path) -> int:
    """Copy checkpoints and tiles; 0 where the log grew meanwhile and took a tile away that is not full."""
    if (folder / KEPT).is_dir():
        shutil.copytree(folder / KEPT, to / KEPT)
    note = (folder / NEWEST).read_text(encoding="utf-8")
    size = read_checkpoint(read_note(note)[0]).size
    try:
        for name in _tiles(size):
            (to / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(folder / name, to / name)
    except FileNotFoundError:
        return 0
    (to / NEWEST).write_text(note, encoding="utf-8")
    return size


def _tiles(size: int) -> Iterator[Path]:
    names: list[int | str] = [ENTRIES]
    level = 0
    while count := size >> HEIGHT * level:
        for name in (*names, level):
            yield from (tile_path(name, nth) for nth in range(count // WIDTH))
            if count % WIDTH:
                yield tile_path(name, count // WIDTH, count % WIDTH)
        names, level = [], level + 1


def _copy_batches(connection: Connection, folder: Path, to: Path, size: int) -> None:
    to.mkdir()
    archive: zipfile.ZipFile | None = None
    for number, (digest, data) in enumerate(_small(connection, size)):
        if number % IN_ONE_ARCHIVE == 0:
            if archive:
                archive.close()
            archive = zipfile.ZipFile(to / f"small-{number // IN_ONE_ARCHIVE:06d}.zip", "x")
        if archive:
            archive.writestr(zipfile.ZipInfo(f"{digest}.parquet"), bytes(data))
    if archive:
        archive.close()
    for (digest,) in _large(connection, size):
        place = place_of(to.parent, bytes.fromhex(digest))
        place.parent.mkdir(exist_ok=True)
        _link(place_of(folder, bytes.fromhex(digest)), place)


def _small(connection: Connection, size: int) -> Iterator[tuple[str, bytes]]:
    """Leaves in the database, some hundred batches at a time."""
    after = 0
    while True:
        rows = _all(
            connection,
            "select seq, log_field(payload, 'file'), file from log_entry join log_leaves "
            "on batch = log_field(payload, 'batch') "
            "where log_field(payload, 'kind') = 'batch' and seq > %s and seq <= %s order by seq limit %s",
            after,
            size,
            AT_ONCE,
        )
        if not rows:
            return
        yield from ((digest, file) for _, digest, file in rows)
        after = rows[-1][0]


def _large(connection: Connection, size: int) -> list[Any]:
    return _all(
        connection,
        "select distinct log_field(payload, 'file') from log_entry where log_field(payload, 'kind') = 'batch' "
        "and seq <= %s and not exists (select from log_leaves where batch = log_field(payload, 'batch'))",
        size,
    )


def _all(connection: Connection, query: str, *values: object) -> list[Any]:
    with connection.cursor() as cursor:
        cursor.execute(query, list(values))
        return list(cursor.fetchall())


def _link(source: Path, to: Path) -> None:
    """The same file where the disk allows it, else a copy: it never changes."""
    try:
        os.link(source, to)
    except FileNotFoundError as fault:
        raise LogBroken(f"{source}, the leaves of a batch, is missing. Restore it from a backup.") from fault
    except OSError:
        shutil.copyfile(source, to)


def write_verifier(to: Path) -> None:
    """The proof as one program: the files of ``store.verify`` in an archive that Python runs."""
    rooms = Path(store.__file__).parent
    with zipfile.ZipFile(to, "w", zipfile.ZIP_DEFLATED) as archive:
        _put(
            archive, "__main__.py", "import runpy\n\nrunpy.run_module('tidewaiter.store.verify', run_name='__main__')\n"
        )
        for name in ("tidewaiter/__init__.py", "tidewaiter/store/__init__.py"):
            _put(archive, name, '"""Part of the proof of a log."""\n')
        for path in sorted((rooms / "verify").glob("*.py")):
            _put(archive, f"tidewaiter/store/verify/{path.name}", path.read_text(encoding="utf-8"))


def _put(archive: zipfile.ZipFile, name: str, text: str) -> None:
    """The same bytes whenever it is made: no date but the first that an archive knows."""
    archive.writestr(zipfile.ZipInfo(name), text, zipfile.ZIP_DEFLATED)
