"""Tasks of the worker: registered by name, run in a thread, each effect taken once however often it is tried."""

import logging
import traceback
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

from django.db import connection
from procrastinate import App, BaseRetryStrategy, JobContext, PsycopgConnector, RetryDecision
from procrastinate.jobs import Job

from tidewaiter.exchange.work import TRIES, first_time, note_fault, pause_s
from tidewaiter.model.errors import TidewaiterError
from tidewaiter.service.log_lines import FIELDS
from tidewaiter.store.access import acting

SERVICE: Final = "service"
"""Person and role of machines of the house; no person can hold it, for the matrix of rights does not know it."""
LOG: Final = logging.getLogger("tidewaiter.work")
CONNECTIONS: Final = 6

TASKS: Final[dict[str, Callable[..., None]]] = {}
RUNNING: Final[set[int]] = set()
"""Numbers of the jobs that this process works on just now."""


@dataclass(frozen=True)
class Turn:
    """One try of one job."""

    job: int
    clock: Callable[[], datetime] = lambda: datetime.now(UTC)

    @contextmanager
    def once(self, key: str = "") -> Iterator[bool]:
        """One transaction for an effect; False inside where it was taken by an earlier try, and is to be left alone.

        ``key`` names the effect where a job has several, or where other jobs may have taken it.
        """
        with acting(SERVICE, [SERVICE]):
            yield first_time(connection, key or f"job/{self.job}")


def task(name: str) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """Register a function ``(turn, **args)`` as the task ``name``; the name stays, since jobs that wait bear it."""

    def register(function: Callable[..., None]) -> Callable[..., None]:
        if TASKS.setdefault(name, function) is not function:
            raise ValueError(f"Two tasks are named {name}.")
        return function

    return register


class Pauses(BaseRetryStrategy):
    """Growing pauses between tries, and an end to them."""

    def get_retry_decision(self, *, exception: BaseException, job: Job) -> RetryDecision | None:  # noqa: ARG002 - as it is called
        """When to try again; None: the job is set aside."""
        tries = job.attempts + 1
        return None if tries >= TRIES else RetryDecision(retry_in={"seconds": pause_s(tries)})


def application(address: str, modules: Sequence[str]) -> App:
    """The library's application with the tasks that ``modules`` registered, over connections of its own."""
    LOG.info("worker begins", extra={FIELDS: {"modules": [*modules], "tasks": sorted(TASKS)}})
    logging.getLogger("procrastinate").setLevel(logging.CRITICAL)  # its lines quote arguments; ours do not
    app = App(connector=PsycopgConnector(conninfo=address, min_size=1, max_size=CONNECTIONS))
    for name, function in TASKS.items():
        app.task(name=name, pass_context=True, retry=Pauses())(_followed(name, function))
    return app


def _followed(name: str, function: Callable[..., None]) -> Callable[..., None]:
    def run(context: JobContext, **args: Any) -> None:  # noqa: ANN401 - what the job was enqueued with
        job, tries = int(context.job.id or 0), context.job.attempts + 1
        RUNNING.add(job)
        try:
            function(Turn(job), **args)
        except Exception as fault:
            _note(job, name, tries, reason(fault))
            raise
        finally:
            RUNNING.discard(job)
        LOG.info("job done", extra={FIELDS: {"job": job, "task": name, "tries": tries}})

    return run


def _note(job: int, name: str, tries: int, why: str) -> None:
    LOG.warning("job failed", extra={FIELDS: {"job": job, "task": name, "tries": tries, "reason": why}})
    with acting(SERVICE, [SERVICE]):
        note_fault(connection, job, tries, why, datetime.now(UTC))


def reason(fault: BaseException) -> str:
    """A fault without its words, which may quote somebody's row: kind, code, and the last place of ours it came by."""
    code = f" [{fault.code}]" if isinstance(fault, TidewaiterError) else ""
    frames = [frame for frame in traceback.extract_tb(fault.__traceback__) if "tidewaiter" in frame.filename]
    place = f" at {frames[-1].filename.rpartition('tidewaiter/')[2]}:{frames[-1].lineno}" if frames else ""
    return f"{type(fault).__name__}{code}{place}"
