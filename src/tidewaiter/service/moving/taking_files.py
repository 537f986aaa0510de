"""Use case: a file of events that a party handed over, taken as its calls are, and what became of each."""

import json
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Any, Final

from tidewaiter.model.errors import UnusableInput, WrongUse
from tidewaiter.runners.reading.unwrapping import packing
from tidewaiter.service.moving.from_files import Part, events_in
from tidewaiter.service.moving.taking import ACCEPTED, DUPLICATE, REFUSED, may_tell, take_of
from tidewaiter.store.rights import Actor

ASIDE_MAX: Final = 1_000
"""How many events that could not be taken a job names one by one."""
MAGIC_BYTES: Final = 8
BODY: Final = "body"
"""What a file that came as the body of a call is called in sentences about it."""
Told = dict[str, Any]


def write_parts(parts: Iterator[Part], path: Path) -> int:
    """Write what a file says beside it, a part a line, and give how many rows; nothing is there before all is read."""
    rows, aside = 0, path.with_suffix(".part")
    with aside.open("w", encoding="utf-8") as file:
        for part in parts:
            rows += len(part.events) + len({(one["position"], one.get("row")) for one in part.refused})
            file.write(json.dumps({"events": part.events, "refused": part.refused}) + "\n")
    aside.rename(path)
    return rows


def read_parts(path: Path) -> Iterator[Part]:
    """What ``write_parts`` wrote."""
    with path.open(encoding="utf-8") as file:
        for line in file:
            yield Part(**json.loads(line))


def take_parts(teller: str, parts: Iterator[Part], clock: Callable[[], datetime], key: str) -> Told:
    """Take all parts, each as a call of its own with a key of its own, so that a second try repeats nothing.

    Every row has one fate: accepted, told before (``duplicate``) or refused; in = the three together.
    """
    counts, aside = {ACCEPTED: 0, DUPLICATE: 0, REFUSED: 0}, list[Told]()
    for number, part in enumerate(parts):
        told = json.loads(take_of(teller, part.events, clock(), f"{key}/{number}")) if part.events else {"events": ()}
        fates = [one["fate"] for one in told["events"]]
        refused = _by_row(part, told["events"])
        counts[ACCEPTED] += fates.count(ACCEPTED)
        counts[DUPLICATE] += fates.count(DUPLICATE)
        counts[REFUSED] += len(refused)
        aside += refused[: ASIDE_MAX - len(aside)]
    return {"events": {"in": sum(counts.values()), **counts}, "aside": aside}


def take_body(actor: Actor, body: bytes, now: datetime, key: str = "") -> bytes:
    """Events as a machine tells them in a form of a file; the answer is that of ``take``, each event with its place.

    Raises:
        WrongUse: what came is no events in any form that is read, or is packed.
        NotAllowed, Unavailable: as ``take``.
    """
    teller = may_tell(actor)
    fates = list[Told]()
    for number, part in enumerate(_parts_of(body)):
        fates += [{"fate": REFUSED, **row} for row in _by_row(part, [])]
        told = json.loads(take_of(teller, part.events, now, f"{key}/{number}" if key else "")) if part.events else {}
        fates += [{**fate, "position": event["position"]} for event, fate in
                  zip(part.events, told.get("events", ()), strict=True)]  # fmt: skip
    fates.sort(key=lambda fate: fate["position"])
    counts = {word: sum(fate["fate"] == word for fate in fates) for word in (ACCEPTED, DUPLICATE, REFUSED)}
    return json.dumps({**counts, "events": fates}).encode()


def _parts_of(body: bytes) -> list[Part]:
    if packing(body[:MAGIC_BYTES]):
        raise WrongUse("The body is packed. Send the events as they are.")
    with NamedTemporaryFile(prefix="tidewaiter-") as file:
        file.write(body)
        file.flush()
        try:
            return list(events_in(Path(file.name), BODY))
        except UnusableInput as fault:
            raise WrongUse(str(fault)) from fault


def _by_row(part: Part, fates: list[Told]) -> list[Told]:
    """What could not be taken, one entry a row of the file, with all that is wrong with it."""
    rows = list[Told]()
    by_place: dict[tuple[int, int], list[Told]] = {}
    for one in part.refused:
        by_place.setdefault((one["position"], one.get("row", 0)), []).append(one)
    for (position, _), errors in by_place.items():
        rows.append({"position": position, "errors": [_without_place(one) for one in errors]})
    for event, fate in zip(part.events, fates, strict=bool(fates)):
        if fate["fate"] == REFUSED:
            rows.append({"position": event["position"], "errors": fate["errors"]})
    return sorted(rows, key=lambda row: row["position"])


def _without_place(one: Told) -> Told:
    return {name: value for name, value in one.items() if name not in ("position", "row")}
