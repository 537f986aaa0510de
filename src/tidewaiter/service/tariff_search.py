"""Use case: words of a person to headings and subheadings of a tariff, as far as descriptions are loaded."""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from typing import Any, Final

import numpy as np

from tidewaiter.model.errors import WrongUse
from tidewaiter.reference.tariff import open_tariff
from tidewaiter.reference.word_index import WordIndex, word_index, words_of
from tidewaiter.reference.wordings import Wordings, sections, wordings
from tidewaiter.service.discovery import jurisdictions
from tidewaiter.service.settings import home_folder

SHOWN: Final = 10
OF_A_HEADING: Final = 3
"""So many lines of one heading at most: people look for the heading first."""

NEAR: Final = 0.75
"""How near a word must be spelled to be proposed, as ``difflib`` counts."""

LONGEST: Final = 500
"""Letters of a question that are read."""


@dataclass(frozen=True)
class Catalogue:
    """The lines of a tariff with their index, opened once and asked often."""

    jurisdiction: str
    told: Wordings
    index: WordIndex
    section_of: Mapping[str, tuple[str, str]]

    def search(self, text: str, limit: int = SHOWN) -> dict[str, Any]:
        """The lines that fit best, the best first, with what leads down to each; ``unknown`` words no line holds."""
        asked = words_of(text[:LONGEST])
        if not asked:
            raise WrongUse(f"'{text[:LONGEST]}' holds no word to look for. Say what the goods are, like cotton shirts.")
        meant = self._joined(asked)
        found = list(self._best(self.index.scores(meant), limit))
        unknown = self.index.unknown(meant)
        return {
            "asked": text, "as": self.jurisdiction, "lines": len(self.told.lines), "found": found,
            "unknown": {word: self._near(word) for word in unknown}, "editions": dict(self.told.editions),
        }  # fmt: skip

    def _joined(self, asked: list[str]) -> list[str]:
        """The words with ``smart phone`` written as one, where the lines know it only so."""
        meant, at = [], 0
        while at < len(asked):
            pair = asked[at : at + 2]
            is_one = "".join(pair) in self.index.words and bool(self.index.unknown(pair))
            meant.append("".join(pair) if is_one else asked[at])
            at += len(pair) if is_one else 1
        return meant

    def _best(self, scores: "np.typing.NDArray[np.float64]", limit: int) -> Iterator[dict[str, Any]]:
        """Lines by score, of equal ones the shorter code first; a few of each heading."""
        hits = np.flatnonzero(scores)
        order = hits[np.argsort(-scores[hits], kind="stable")]
        of_heading: Counter[str] = Counter()
        rows = self.told.lines
        for place in order[: limit * 50].tolist():
            code, own, above = rows.row(place)
            if of_heading[code[:4]] == OF_A_HEADING:
                continue
            of_heading[code[:4]] += 1
            number, name = self.section_of.get(code[:2], ("", ""))
            path = [f"Section {number}: {name}"] if number else []
            yield {"code": code, "description": own, "path": [*path, *above], "score": round(float(scores[place]), 2)}
            if of_heading.total() == limit:
                return

    def _near(self, word: str) -> str | None:
        """A word that some line holds and that is spelled nearly like this one."""
        alike = [
            known for known in self.index.words if known[:1] == word[:1] and abs(len(known) - len(word)) < OF_A_HEADING
        ]
        return next(iter(get_close_matches(word, alike, 1, NEAR)), None)


def catalogue(jurisdiction: str, home: Path | None = None) -> Catalogue:
    """The lines that are loaded of a jurisdiction's tariff, ready to be searched."""
    if jurisdiction not in (known := jurisdictions()):
        raise WrongUse(f"There is no jurisdiction '{jurisdiction}'. There are: {', '.join(known)}.")
    place = home or home_folder()
    told = wordings(place, open_tariff(place, jurisdiction))
    index = word_index(told.lines["own"], told.lines["above"].list.join(" ; "))
    return Catalogue(jurisdiction, told, index, sections())


def search(text: str, jurisdiction: str, *, limit: int = SHOWN, home: Path | None = None) -> dict[str, Any]:
    """One question to the tariff of a jurisdiction; ``WrongUse`` for one without words, or a code."""
    digits = text.replace(".", "").replace(" ", "")
    if digits.isdecimal():
        raise WrongUse(f"'{text}' is a code. See it with: tidewaiter tariff show {digits} --as {jurisdiction}")
    return catalogue(jurisdiction, home).search(text, limit)
