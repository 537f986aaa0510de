"""Footing: plans and shelves of one moment, on which the answers of a chunk rest; and where a run gets it from."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from hashlib import sha256
from typing import Any, Final, Protocol

from tidewaiter.pipeline.clearance import Clearance
from tidewaiter.pipeline.shelves import Shelves

FOLLOWED: Final = ("tariff:", "VAT:", "nomenclature:")
"""How the names of editions begin that may change while a run follows the shelves: the wide pass alone reads them."""


def law_version(editions: Mapping[str, str]) -> str:
    """First 16 hex digits of SHA-256 over the sorted pairs of shelf or sheet and edition."""
    text = "\n".join(f"{name}\t{edition}" for name, edition in sorted(editions.items()))
    return sha256(text.encode()).hexdigest()[:16]


@dataclass(frozen=True)
class Footing:
    """Plans and shelves that belong together. Whoever works on a chunk takes one and asks nothing else.

    ``in_use`` names the editions on the shelves it was opened from, so that it can be opened again.
    """

    clearance: Clearance
    shelves: Shelves
    in_use: Mapping[str, Sequence[str]] = field(default_factory=dict)

    @property
    def editions(self) -> Mapping[str, str]:
        """Everything that can change an answer, by the hash of its edition."""
        return self.shelves.editions

    @cached_property
    def version(self) -> str:
        """The law version that answers on this footing name."""
        return law_version(self.editions)

    def version_kept(self, *, is_followed: bool) -> str:
        """The law version of what does not change while a run lasts."""
        if not is_followed:
            return self.version
        return law_version({name: told for name, told in self.editions.items() if not name.startswith(FOLLOWED)})


def laws_told(
    filings: Mapping[str, int], known: Mapping[str, Mapping[str, str]], first: Footing
) -> list[dict[str, Any]]:
    """Each law version that filings were decided with, how many, and its editions; without filings the first one.

    ``known``: the editions of law versions that chunks noted.
    """
    spelled = {**known, first.version: first.editions}
    return [
        {"law_version": version, "filings": count, "editions": dict(sorted(spelled[version].items()))}
        for version, count in sorted((filings or {first.version: 0}).items())
    ]


class Footings(Protocol):
    """Where a run gets its footing from; ``is_followed``: chunks may get another one than the run began with."""

    @property
    def is_followed(self) -> bool:
        """True where ``now`` may change."""

    def begin(self, kept: Mapping[str, Sequence[str]] | None = None) -> Footing:
        """The footing a run begins on; ``kept``: the editions in use when it began before, where they are there."""

    def now(self) -> Footing:
        """The footing of a chunk that begins now; may be asked by several threads at once."""


@dataclass(frozen=True)
class Fixed:
    """One footing for good."""

    footing: Footing
    is_followed: bool = False

    def begin(self, kept: Mapping[str, Sequence[str]] | None = None) -> Footing:  # noqa: ARG002 - there is one only
        """The one there is."""
        return self.footing

    def now(self) -> Footing:
        """The one there is."""
        return self.footing
