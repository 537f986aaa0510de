"""Names of letters: a file name that any system takes, one for each marketplace, whatever it calls itself."""

import re
import unicodedata
from collections.abc import Iterable
from typing import Final

LONGEST: Final = 48
TAKEN: Final = frozenset(
    {"con", "prn", "aux", "nul", *(f"{kind}{digit}" for kind in ("com", "lpt") for digit in range(10))}
)
"""Names that one system or another keeps for itself."""


def file_names(marketplaces: Iterable[str]) -> dict[str, str]:
    """A file name for each; those that look alike once cleaned are numbered in the order they come.

    >>> file_names(["Shop", "shop", "../etc", "市场"])
    {'Shop': 'shop.html', 'shop': 'shop-2.html', '../etc': 'etc.html', '市场': 'marketplace.html'}
    """
    found: dict[str, str] = {}
    used: set[str] = set()
    for marketplace in marketplaces:
        plain = cleaned(marketplace)
        stem, number = plain, 1
        while stem in used:
            number += 1
            stem = f"{plain}-{number}"
        used.add(stem)
        found[marketplace] = f"{stem}.html"
    return found


def cleaned(marketplace: str) -> str:
    """Letters a to z, digits and single dashes; never empty, never a name that is taken."""
    latin = unicodedata.normalize("NFKD", marketplace).encode("ascii", "ignore").decode().lower()
    stem = re.sub(r"[^a-z0-9]+", "-", latin).strip("-")[:LONGEST].strip("-")
    return f"marketplace-{stem}" if stem in TAKEN else stem or "marketplace"
