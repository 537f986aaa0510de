"""What was looked at and what is wrong."""

import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final, NamedTuple

MOST_FAULTS: Final = 1_000
DAMAGED: Final = (ValueError, LookupError, TypeError, AttributeError, ArithmeticError, zlib.error)
"""What reading damaged bytes may end in."""


class Fault(NamedTuple):
    """What is wrong, and where: an entry, a row of a batch, a checkpoint or a file."""

    place: str
    sentence: str


@dataclass
class Report:
    """What was looked at, and every fault found, the first one first; ``keys`` are those that signed, in order."""

    entries: int = 0
    batches: int = 0
    rows: int = 0
    checkpoints: int = 0
    events: int = 0
    size: int = 0
    root: str = ""
    keys: list[str] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)

    def add(self, place: str, sentence: str) -> None:
        """Note a fault; what follows of it in the same place is not told again."""
        if len(self.faults) < MOST_FAULTS and not (self.faults and self.faults[-1].place == place):
            self.faults.append(Fault(place, sentence))

    def lines(self, most: int = 20) -> Iterator[str]:
        """The report in words."""
        if not self.faults:
            yield f"The log is whole: {self._seen()}."
        else:
            yield f"The log is not whole: {_counted(len(self.faults), 'fault')} in {self._seen()}. The first:"
            yield from (f"  {fault.place}: {fault.sentence}." for fault in self.faults[:most])
        yield from (f"  Signed by {key}" for key in self.keys)

    def _seen(self) -> str:
        told = [_counted(self.entries, "entry", "entries"), _counted(self.checkpoints, "checkpoint")]
        if self.batches:
            told.append(f"{_counted(self.batches, 'batch', 'batches')} of {_counted(self.rows, 'row')}")
        if self.events:
            told.append(_counted(self.events, "event"))
        return ", ".join(told)


def _counted(number: int, one: str, many: str = "") -> str:
    return f"{number:,} {one if number == 1 else many or one + 's'}"
