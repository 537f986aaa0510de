"""Made-up files with their answers, which prove a sheet: found, paired and read, whatever the sheet is about."""

import tomllib
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Final, NamedTuple

from tidewaiter.model.errors import SheetRefused

ANSWER: Final = ".toml"
FOLDER: Final = "cases"

Answer = Mapping[str, Any]


class Case(NamedTuple):
    """A file, which may be missing, and what it must become."""

    file: Path
    answer: Answer


def cases_of(pack: Path, parts: Sequence[str]) -> list[Case]:
    """The cases of a pack in order; ``SheetRefused`` for an answer with other parts than these."""
    answers = sorted((pack / FOLDER).glob(f"*{ANSWER}"))
    return [Case(path.with_name(path.name.removesuffix(ANSWER)), _read(path, parts)) for path in answers]


def faults_of(cases: Sequence[Case], faults_in: Callable[[Path, Answer], Iterator[str]]) -> Iterator[str]:
    """A sentence for everything that ``faults_in`` finds in a case, for a file that is not there, for no cases."""
    if not cases:
        yield f"It has no cases. Put a made-up file and its answer (list.csv, list.csv{ANSWER}) into {FOLDER}/."
    for file, answer in cases:
        if file.is_file():
            yield from (f"{file.name}: {fault}" for fault in faults_in(file, answer))
        else:
            yield f"{file.name}{ANSWER} is the answer to {file.name}, which is not there."


def _read(path: Path, parts: Sequence[str]) -> Answer:
    told = tomllib.loads(path.read_text(encoding="utf-8"))
    strangers = sorted(set(told) - set(parts))
    if strangers:
        listed = f"{', '.join(parts[:-1])} and {parts[-1]}"
        raise SheetRefused(f"{path.name} has the parts {', '.join(strangers)}; there are {listed}.")
    return told
