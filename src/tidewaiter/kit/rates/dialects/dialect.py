"""What a dialect consists of: its words for free, for sums, for references, and how it writes one term."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Final

from tidewaiter.kit.rates.expression import Join, Term

TAG: Final = re.compile(r"<[^<>]*>")
SPACE: Final = re.compile(r"[\s\u00a0]+")


@dataclass(frozen=True, slots=True)
class Dialect:
    """One way of writing duties. ``joins`` finds what stands between terms, ``joined`` says what each word means."""

    name: str
    joins: re.Pattern[str]
    joined: Mapping[str, Join]
    term: Callable[[str], Term | None]
    free: frozenset[str] = frozenset({"free"})
    references: tuple[re.Pattern[str], ...] = field(default=())

    def meaning(self, found: str) -> Join:
        """What a found join means; spaces and commas around it do not count."""
        return self.joined[found.strip(" ,").lower()]


def plain(text: str) -> str:
    """The text without mark-up and double spaces: ``14.5¢/m<sup>2 </sup>+ 0.4%`` is ``14.5¢/m2 + 0.4%``."""
    return SPACE.sub(" ", TAG.sub("", text)).strip()
