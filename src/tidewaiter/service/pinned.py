"""Pinned editions: shelves as they stood when an answer was given, found again by the hashes it names."""

from collections.abc import Collection, Mapping
from pathlib import Path

from tidewaiter.reference.shelf import CURRENT, MANIFEST, Shelf


def pinned_home(home: Path, hashes: Collection[str], folder: Path) -> Path:
    """A home in ``folder`` on whose shelves exactly the editions of these hashes are in use; nothing is copied."""
    for path in sorted((home / "reference").glob("[!.]*")):
        shelf = Shelf(home, path.name)
        wanted = [one.edition for one in shelf.editions() if one.hash in hashes]
        if wanted:
            _lend(shelf, wanted, folder / "reference" / shelf.name)
    return folder


def missing(pins: Mapping[str, str], there: Mapping[str, str]) -> str | None:
    """What to say of the first edition that is pinned and not there; none: all are there."""
    for name, edition in pins.items():
        if there.get(name) != edition:
            other = f"; there is {there[name][:16]} in its place" if name in there else ""
            gone = f"The edition '{name}' {edition[:16]} is no longer there{other}."
            return f"{gone} Without it the answer cannot be repeated."
    return None


def _lend(shelf: Shelf, editions: list[str], folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for edition in editions:
        if (shelf.folder / edition / MANIFEST).is_file() and not (folder / edition).exists():
            (folder / edition).symlink_to((shelf.folder / edition).resolve(), target_is_directory=True)
    (folder / CURRENT).write_text("".join(f"{name}\n" for name in editions), encoding="utf-8")
