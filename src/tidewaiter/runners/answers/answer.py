"""What a sender is answered of one filing, before it is put in any dialect."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from tidewaiter.model.faults import Fault

ACCEPTED: Final = "accepted"
QUARANTINED: Final = "quarantined"
DUPLICATE: Final = "duplicate"


@dataclass(frozen=True, slots=True)
class FilingAnswer:
    """What became of one filing, or of a record that names none (``consignment_id`` is empty then).

    ``fate`` is ``accepted``, ``quarantined`` or ``duplicate``. Of an accepted one ``told`` has what its sender may
    know: ``status`` (``accepted``, ``asked``, ``released``, ``released_conditionally``, ``under_control``), what is
    ``asked``, references, days, amounts, ``law_version``; ``charges`` its rows of ``charges.parquet``; ``faults`` the
    strongest first.
    """

    source_file: str
    source_position: int
    consignment_id: str
    version: int | None
    fate: str
    faults: Sequence[Fault] = ()
    told: Mapping[str, Any] | None = None
    charges: Sequence[Mapping[str, Any]] = ()


@dataclass(frozen=True, slots=True)
class About:
    """What all answers of a run share: its ``receipt.json``; ``message_id`` is what the answers are known by."""

    receipt: Mapping[str, Any]
    message_id: str


Writer = Callable[[About, Iterable[FilingAnswer]], Iterator[bytes]]
"""A dialect: answers in, the bytes of one message out, piece by piece; pure, and flat in memory."""


@dataclass(frozen=True, slots=True)
class Dialect:
    """One form of answers: its name on the command line, the ending of its files, what writes it."""

    name: str
    ending: str
    title: str
    write: Writer
