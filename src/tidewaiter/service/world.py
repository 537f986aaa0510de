"""Use case: weeks of made-up traffic, its events and its truth, in a folder."""

import json
import shutil
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, Final

from tidewaiter import __version__
from tidewaiter.model.dates import FIRST_PLAUSIBLE_YEAR, LAST_PLAUSIBLE_YEAR
from tidewaiter.model.errors import OutputInUse, WrongUse
from tidewaiter.runners.local import Progress
from tidewaiter.runners.workspace import told_plainly
from tidewaiter.world.messages import write_world
from tidewaiter.world.setting import DESTINATIONS, World
from tidewaiter.world.sheet import WEEKDAYS, WorldSheet, world_sheet

MADE: Final = "made.json"
PARCELS_MAX: Final = 40_000_000
"""Barcodes have eight digits, and parcels that nobody filed take some as well."""

WEEKS_MAX: Final = 520


@dataclass(frozen=True)
class MadeWorld:
    """A world in its folder; ``was_there`` where this very one was made before. ``order`` is what it was made by."""

    folder: Path
    order: dict[str, Any]
    was_there: bool


def make_world(
    folder: Path,
    *,
    parcels: int,
    weeks: int,
    seed: int,
    destination: str,
    on: date | None = None,
    sheet: Path | None = None,
    tells_in_messages: bool = False,
    faults: float | None = None,
    progress: Progress | None = None,
) -> MadeWorld:
    """Write ``messages/``, ``events.csv`` and the truth to ``folder``, all of them or none.

    Without ``on`` the traffic begins on the day that the sheet names; ``faults`` is the share of parcels with a true
    fault, in place of the sheet's. A folder that holds this very world is left as it is; one that holds anything else
    is refused with ``OutputInUse``. ``tells_in_messages``: the events are told a second time in ``events/``, as posts
    and operators would tell them.
    """
    figures = _sheet(sheet, faults)
    _refuse_what_cannot_be(parcels, weeks, seed, destination)
    if on is not None and not FIRST_PLAUSIBLE_YEAR <= on.year <= LAST_PLAUSIBLE_YEAR:
        raise WrongUse(f"--on lies in {FIRST_PLAUSIBLE_YEAR} to {LAST_PLAUSIBLE_YEAR}, not on {on}.")
    world = World(destination, seed, figures, on or figures.begins(destination), weeks, parcels, tells_in_messages)
    return written(folder, world, progress)


def make_day(
    folder: Path, *, parcels: int, seed: int, destination: str, on: date, progress: Progress | None = None
) -> MadeWorld:
    """The same for one day: a week of which that day brings everything."""
    _refuse_what_cannot_be(parcels, 1, seed, destination)
    shares = "\n".join(f"{name} = {int(number == on.weekday())}" for number, name in enumerate(WEEKDAYS))
    world = World(destination, seed, world_sheet(f"[weekday]\n{shares}\n"), on, 1, parcels)
    return written(folder, world, progress)


def written(folder: Path, world: World, progress: Progress | None = None) -> MadeWorld:
    """A world in its folder, made where it is not there yet."""
    order = _order(world)
    made = folder / MADE
    if made.is_file() and made.read_text(encoding="utf-8") == _told(order):
        return MadeWorld(folder, order, was_there=True)
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise OutputInUse(f"{folder} holds something else than this world. Name another folder with --to.")
    _write(folder, world, order, progress)
    return MadeWorld(folder, order, was_there=False)


def _sheet(path: Path | None, faults: float | None) -> WorldSheet:
    if path is None:
        return world_sheet(faults=faults)
    try:
        return world_sheet(path.read_text(encoding="utf-8"), faults)
    except UnicodeDecodeError as fault:
        raise WrongUse(f"The sheet {path} is no text in UTF-8. Save it as UTF-8 and try again.") from fault
    except OSError as fault:
        raise WrongUse(f"The sheet {path} cannot be read: {_reason(path)}.") from fault


def _reason(path: Path) -> str:
    """Why a sheet cannot be opened, in words."""
    if path.is_dir():
        return "it is a folder; name a file in it"
    return "you may not read it; ask for the right to" if path.exists() else "there is no such file"


def _refuse_what_cannot_be(parcels: int, weeks: int, seed: int, destination: str) -> None:
    if not 1 <= parcels <= PARCELS_MAX:
        raise WrongUse(f"--parcels is 1 to {PARCELS_MAX:,}, not {parcels:,}.")
    if not 1 <= weeks <= WEEKS_MAX:
        raise WrongUse(f"--weeks is 1 to {WEEKS_MAX}, not {weeks:,}.")
    if seed < 0:
        raise WrongUse(f"--seed is 0 or more, not {seed}.")
    if destination not in DESTINATIONS:
        raise WrongUse(f"--as is {', '.join(DESTINATIONS)}, not '{destination}'.")


def _order(world: World) -> dict[str, Any]:
    return {
        "as": world.destination,
        "parcels": world.parcels,
        "weeks": world.weeks,
        "seed": world.seed,
        "begins": world.begins.isoformat(),
        "sheet": world.sheet.edition,
        **({"event_messages": True} if world.tells_in_messages else {}),
        "tidewaiter": __version__,
    }


def _told(order: dict[str, Any]) -> str:
    return json.dumps(order, indent=2) + "\n"


def _write(folder: Path, world: World, order: dict[str, Any], progress: Progress | None) -> None:
    """Write beside the place and rename: the folder is there when it is complete, or not at all."""
    partial = folder.absolute().parent / f".{folder.absolute().name}.partial"
    shutil.rmtree(partial, ignore_errors=True)
    try:
        with told_plainly(partial):
            partial.mkdir(parents=True)
            write_world(partial, world, progress or (lambda _word, _count: None))
            (partial / MADE).write_text(_told(order), encoding="utf-8")
            if folder.is_dir():
                folder.rmdir()
            partial.rename(folder)
    finally:
        shutil.rmtree(partial, ignore_errors=True)
