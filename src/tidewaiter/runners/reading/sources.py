"""Sources: which files are meant by what was named, and which lie beside them and are not."""

import zipfile
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import Final

from tidewaiter.model.errors import UnusableInput, WrongUse
from tidewaiter.runners.reading.archives import WRAPPED, is_workbook, refuse_unsafe

READABLE: Final = (
    ".csv", ".tsv", ".txt", ".ndjson", ".jsonl", ".json", ".parquet", ".xlsx", ".xml", ".edi", ".edifact",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Source:
    """A file to read, the name it is known by, and the member of a zip archive where it is one."""

    path: Path
    name: str
    member: str = ""


@dataclass
class Survey:
    """What was found: ``sources`` to read, in order, and the names of files in folders that are none."""

    sources: list[Source] = field(default_factory=list)
    skipped: list[str] = field(default_factory=list)


def find_sources(inputs: Sequence[str | Path]) -> list[Source]:
    """Files as named; of a folder every readable file but hidden ones and ``truth*``, sorted by name."""
    return survey(inputs).sources


def survey(inputs: Sequence[str | Path]) -> Survey:
    """The same, with the files that were skipped."""
    found = Survey()
    for given in inputs:
        path = Path(given)
        if path.is_dir():
            _survey_folder(path, found)
        elif path.exists():
            found.sources += _opened(path, path.name, found)
        else:
            raise WrongUse(f"There is no file or folder {path}. Check the name.")
    found.sources = list(_told_apart(found.sources))
    return found


def _survey_folder(folder: Path, found: Survey) -> None:
    before = len(found.sources)
    for child in sorted(child for child in folder.rglob("*") if child.is_file()):
        name = child.relative_to(folder).as_posix()
        if is_readable(name):
            found.sources += _opened(child, name, found)
        else:
            found.skipped.append(name)
    if len(found.sources) == before:
        raise WrongUse(f"The folder {folder} holds no readable file ({', '.join(READABLE)}, also .gz .zst .zip).")


def is_readable(name: str) -> bool:
    """True for names we read without being told to: a known ending, nothing hidden, no ``truth*`` on the way."""
    parts = PurePosixPath(name.lower()).parts
    if any(part.startswith((".", "truth", "__macosx")) for part in parts):
        return False
    bare = parts[-1]
    for ending in WRAPPED:
        bare = bare.removesuffix(ending)
    return bare.endswith(READABLE) or parts[-1].endswith(".zip")


def _told_apart(sources: list[Source]) -> Iterator[Source]:
    """The same sources, each with a name of its own: those that share one carry their folder, or a number."""
    shared = {name for name, times in Counter(source.name for source in sources).items() if times > 1}
    given: set[str] = set()
    for source in sources:
        name = source.name
        if name in shared:
            name = (source.path / source.member).as_posix() if source.member else source.path.as_posix()
        number = 2
        while name in given:
            name, number = f"{name.removesuffix(f' ({number - 1})')} ({number})", number + 1
        given.add(name)
        yield Source(source.path, name, source.member)


def _opened(path: Path, name: str, found: Survey) -> list[Source]:
    """The file itself, or the readable members of a zip archive."""
    if not _starts_with(path, b"PK\x03\x04"):
        return [Source(path, name)]
    try:
        with zipfile.ZipFile(path) as archive:
            if is_workbook(archive):
                return [Source(path, name)]
            members = refuse_unsafe(name, archive)
    except (zipfile.BadZipFile, RuntimeError, ValueError) as error:
        raise UnusableInput(f"{name} is a damaged zip archive ({error}). Send it again, complete.") from error
    chosen = members if len(members) == 1 else [info for info in members if is_readable(info.filename)]
    found.skipped += [f"{name}/{info.filename}" for info in members if info not in chosen]
    if not chosen:
        raise UnusableInput(f"{name} is an archive without a readable file ({', '.join(READABLE)}).")
    return [Source(path, f"{name}/{info.filename}", info.filename) for info in chosen]


def _starts_with(path: Path, magic: bytes) -> bool:
    try:
        with path.open("rb") as handle:
            return handle.read(len(magic)) == magic
    except OSError as error:
        raise UnusableInput(f"{path} cannot be opened ({error.strerror}). Check its permissions.") from error
