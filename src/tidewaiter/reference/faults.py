"""Faults of a publication: each with its file, its line, what is wrong and what to do about it."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from tidewaiter.model.errors import PublicationRefused


@dataclass(frozen=True, slots=True)
class Place:
    """Where something stands: a file and, where it has lines or rows, the number of one (the head is line 1)."""

    file: str
    line: int | None = None

    def __str__(self) -> str:
        return self.file if self.line is None else f"{self.file}, line {self.line}"


@dataclass(slots=True)
class Faults:
    """What is wrong with the files of one import, collected until all of them were looked at.

    ``left_out`` are rows that a repair does without; ``is_repair`` says that one is under way.
    """

    left_out: frozenset[Place] = frozenset()
    is_repair: bool = False
    found: list[str] = field(default_factory=list)
    places: list[Place] = field(default_factory=list)

    def add(self, place: Place, what: str, remedy: str, also: Place | None = None) -> None:
        """One fault; ``remedy`` is a sentence that says what to do next, ``also`` a second row it is about."""
        self.found.append(f"{place}: {what}. {remedy}")
        self.places += [place, also] if also else [place]

    def refuse(self, files: Iterable[str]) -> None:
        """Raise ``PublicationRefused`` with every fault, if there is one."""
        if self.found:
            many = f"{len(self.found):,} faults, the first: " if len(self.found) > 1 else ""
            raise PublicationRefused(
                f"{', '.join(files)}: not imported, nothing was changed: {many}{self.found[0]}",
                tuple(self.found),
                tuple((place.file, place.line) for place in self.places),
            )
