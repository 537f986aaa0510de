"""Use case: measures of a jurisdiction onto their shelf."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from tidewaiter.model.errors import WrongUse
from tidewaiter.reference.measures.editions import NOBODY_SAID, MeasureImport, import_messages, import_tables
from tidewaiter.service import discovery


@dataclass(frozen=True, slots=True)
class Measures:
    """What the door says of an import: whose law it is, from when, since when it is known, under which terms."""

    jurisdiction: str
    valid_from: date | None = None
    known_from: date | None = None
    licence: str = ""
    repair: bool = False


def import_measures(source: str, files: Sequence[Path], home: Path, about: Measures) -> dict[str, Any]:
    """Import messages (``taric``) or tables (``taric-tables``); the answer counts records and lists what is open.

    Raises ``WrongUse`` for a file that is not there or a jurisdiction nobody knows.
    """
    if about.jurisdiction not in discovery.jurisdictions():
        raise WrongUse(f"Say with --as whose measures they are: {', '.join(discovery.jurisdictions())}.")
    absent = [str(file) for file in files if not file.exists()]
    if absent:
        raise WrongUse(f"There is no {', '.join(absent)}. Check the name.")
    licence = about.licence or NOBODY_SAID
    if source == "taric":
        if about.repair:
            raise WrongUse("Messages cannot be repaired: each builds on the one before. Get the damaged one again.")
        return _told(import_messages(files, home, about.jurisdiction, about.known_from, licence))
    return _told(
        import_tables(files, home, about.jurisdiction, about.valid_from, about.known_from, licence, repair=about.repair)
    )


def _told(made: MeasureImport) -> dict[str, Any]:
    return {
        "shelf": made.manifest.shelf,
        "edition": made.manifest.edition,
        "title": made.manifest.title,
        "rows": made.manifest.rows,
        "kinds": {kind.replace(".", " "): count for kind, count in made.kinds.items()},
        "change_counts": dict(made.changes),
        "changes": made.difference.to_dicts(),
        "unresolved": made.unresolved.select(key="rate_text", reason="reason").to_dicts(),
        "left_out": list(made.listed),
        "replaced": list(made.replaced),
        "was_there": made.was_there,
        "is_taken": True,
    }
