"""Rates that a tariff prints beside its general ones, as published and read only for codes that claim one."""

from bisect import bisect_left
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

Marked = Mapping[str, str] | None
"""Rate texts by the symbols that give them; nothing where the column is in doubt."""

FEWEST: Final = 4
"""Digits of a heading: nothing shorter has a rate."""


@dataclass(frozen=True, slots=True, eq=False)
class RateColumn:
    """Texts of one column by the code of the line that has them; ``read`` cuts a text by its symbols.

    ``codes`` are those of all lines, sorted: below a code that is not there stand the lines it is asked for.
    """

    dialect: str
    texts: Mapping[str, str]
    codes: tuple[str, ...]
    read: Callable[[str], Marked]

    def lines(self, code: str) -> list[str]:
        """The lines that a code is asked of: its own or the one above it with a text, else all below it with one."""
        for length in range(len(code), FEWEST - 1, -1):
            if code[:length] in self.texts:
                return [code[:length]]
        end = bisect_left(self.codes, code + ":")
        return list(self.codes[bisect_left(self.codes, code) : end])


def column(dialect: str, texts: Mapping[str, str], read: Callable[[str], Marked]) -> RateColumn:
    """A column of those lines that have a text in it."""
    told = {code: text for code, text in texts.items() if text}
    return RateColumn(dialect, told, tuple(sorted(told)), read)
