"""``python -m tidewaiter.service.clearing_apart``: one file cleared in a process of its own, for the worker.

What a file takes of memory and processor then ends with it, and whatever stops it stops nothing else.
"""

import json
import os
import subprocess
import sys
from contextlib import suppress
from pathlib import Path
from typing import Any, Final

from tidewaiter.model.errors import EnvironmentFault, FileRefused, OutputInUse, TidewaiterError, Unavailable
from tidewaiter.service.parent import end_with_parent

NICE: Final = 10
"""What nobody waits for gives way to messages that somebody waits for."""
LAST: Final = 19
"""Files give way to everything else."""
CODE: Final = "code"
PASSING: Final = (EnvironmentFault, OutputInUse, Unavailable)
"""Faults of the machine, not of the file: another try may not meet them again.

The folder is in use while the process of a worker that was killed has not ended yet.
"""


def clear_apart(path: Path, target: Path, **words: str | None) -> bool:
    """Clear the file ``path`` into ``target`` as ``clear_files`` would with ``words``.

    A try that was cut off is gone on with; a run that is finished is taken as it is. True for a file of events: nothing
    is cleared then, and what it says is written to ``words["events"]``.

    Raises:
        FileRefused: the file cannot be cleared; nothing of it is taken.
        Unavailable: the process died, or what is wrong is not the file (no room on the disk, say): it is tried again.
    """
    told = {"path": str(path), "target": str(target), **words}
    command = [sys.executable, "-m", "tidewaiter.service.clearing_apart"]
    done = subprocess.run(command, input=json.dumps(told).encode(), stdout=subprocess.PIPE, check=False)  # noqa: S603 - our own words
    try:
        answer: dict[str, Any] = json.loads(done.stdout)
    except ValueError as fault:
        raise Unavailable("The process that cleared the file died; it is tried again.") from fault
    if CODE in answer and not answer["passes"]:
        raise FileRefused(answer[CODE], answer["sentence"])
    if CODE in answer:
        raise Unavailable(answer["sentence"])
    return bool(answer["events"])


def give_way(nice: int = NICE) -> None:
    """Have this process, and what it starts, give way to those that somebody waits for; the last at once."""
    os.setpriority(os.PRIO_PROCESS, 0, nice)
    if nice == LAST and hasattr(os, "SCHED_IDLE"):
        with suppress(OSError):  # a container may forbid it
            os.sched_setscheduler(0, os.SCHED_IDLE, os.sched_param(0))


def main() -> int:
    """Clear what standard input names; the answer goes to standard output as JSON."""
    end_with_parent()
    give_way(LAST)
    told = json.loads(sys.stdin.read())
    answer: dict[str, Any] = {}
    try:
        answer = {"events": _holds_events(told)}
        if not answer["events"]:
            _clear(told)
    except TidewaiterError as fault:
        answer = {CODE: fault.code, "sentence": str(fault), "passes": isinstance(fault, PASSING)}
    sys.stdout.write(json.dumps(answer))
    return 0


def _holds_events(told: dict[str, Any]) -> bool:
    """Whether the file tells events; then what it says is written to ``events``, once it was read whole."""
    from tidewaiter.service.moving.from_files import events_in, holds_events  # noqa: PLC0415 - the engine loads late
    from tidewaiter.service.moving.taking_files import write_parts  # noqa: PLC0415 - the same

    path, target, form = Path(told["path"]), Path(told["events"]), told["format_name"]
    is_so = holds_events(path, told["name"], form)
    if is_so and not target.exists():
        target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        write_parts(events_in(path, told["name"], form), target)
    return is_so


def _clear(told: dict[str, Any]) -> None:
    from tidewaiter.service.clear import clear_files  # noqa: PLC0415 - the engine loads once the process gives way

    clear_files(
        [told["path"]], told["jurisdiction"], Path(told["target"]), on=told["on"], format_name=told["format_name"],
        submitter=told["submitter"], home=Path(told["home"]),
    )  # fmt: skip


if __name__ == "__main__":
    sys.exit(main())
