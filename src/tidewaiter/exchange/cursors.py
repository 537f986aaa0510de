"""Cursors: how far a list was read, so that reading on misses nothing and repeats nothing."""

from typing import Final, NamedTuple, Self
from uuid import UUID

from tidewaiter.store.log.entries import Connection


class Cursor(NamedTuple):
    """The place of a row in a list: the mark of the transaction that wrote it, then its number.

    ``mark`` is None at the start of a list, and in cursors of editions whose lists stood in the order of numbers: who
    reads on from one of those misses nothing, and may be told once more of a row that was written late.
    """

    mark: int | None
    number: int

    def __str__(self) -> str:
        return str(self.number) if self.mark is None else f"{self.mark}-{self.number}"

    def behind(self) -> tuple[str, list[int]]:
        """The condition that a row lies behind here and nothing can come before it any more, with its values."""
        if self.mark is None:
            return f"seq > %s and {SETTLED}", [self.number]
        return f"(written_by, seq) > (%s::text::xid8, %s) and {SETTLED}", [self.mark, self.number]

    @classmethod
    def read(cls, text: str) -> Self | None:
        """The cursor that was told as ``text``; None where none is."""
        words = text.split("-")
        if len(words) > len(cls._fields) or not all(_is_whole(word) for word in words):
            return None
        *mark, number = map(int, words)
        return cls(mark[0] if mark else None, number)


START: Final = Cursor(None, 0)
PATTERN: Final = "^[0-9]{1,18}(-[0-9]{1,18})?$"
"""How a cursor is told to machines; 18 digits, so that no value is beyond what the database can hold."""
SETTLED: Final = "written_by < settled_before()"
ORDER: Final = "written_by, seq"
PLACE: Final = "written_by::text::bigint, seq"
"""Of a row what its cursor is made of."""


def place_of(connection: Connection, table: str, name: UUID) -> Cursor:
    """The cursor behind a row that the acting person sees, by its id."""
    with connection.cursor() as cursor:
        cursor.execute(f"select {PLACE} from {table} where id = %s", [name])  # noqa: S608 - a table of ours
        return Cursor(*cursor.fetchone())


def _is_whole(word: str) -> bool:
    return word.isascii() and word.isdecimal() and len(word) <= 18  # noqa: PLR2004 - as in the pattern
