"""Pinned editions: shelves as they stood when an answer was given, found again by the hashes it names."""

from collections.abc import Collection, Mapping
from pathlib import Path

from tidewaiter.reference.in_use import lend
from tidewaiter.reference.shelf import Shelf


def pinned_home(home: Path, hashes: Collection[str], folder: Path) -> Path:
    """A home in ``folder`` on whose shelves exactly the editions of these hashes are in use; nothing is copied."""
    shelves = [Shelf(home, path.name) for path in sorted((home / "reference").glob("[!.]*"))]
    wanted = {shelf.name: [one.edition for one in shelf.editions() if one.hash in hashes] for shelf in shelves}
    return lend(home, {name: editions for name, editions in wanted.items() if editions}, folder)


def missing(pins: Mapping[str, str], there: Mapping[str, str]) -> str | None:
    """What to say of the first edition that is pinned and not there; none: all are there."""
    for name, edition in pins.items():
        if there.get(name) != edition:
            other = f"; there is {there[name][:16]} in its place" if name in there else ""
            gone = f"The edition '{name}' {edition[:16]} is no longer there{other}."
            return f"{gone} Without it the answer cannot be repeated."
    return None
