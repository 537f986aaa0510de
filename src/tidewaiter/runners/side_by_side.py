"""Side by side: pieces of work in a few threads, answers in the order of the pieces.

Polars and numpy work outside Python's lock, so threads fill the cores; nothing is copied between processes.
"""

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TypeVar

import polars as pl

Piece = TypeVar("Piece")
Made = TypeVar("Made")

THREADS_MAX = 8
"""More pieces at once would take more memory than they give time."""


def threads() -> int:
    """How many pieces are worked on at once: the engine's threads (``--threads``)."""
    return min(pl.thread_pool_size(), THREADS_MAX)


def in_order(work: Callable[[Piece], Made], pieces: Iterable[Piece], at_once: int | None = None) -> Iterator[Made]:
    """``work`` done on every piece, ``at_once`` of them at a time; answers come in the order of the pieces.

    Unless told otherwise that is one more than there are threads: while one waits for the disk the others work.

    At most one finished answer waits beside those in work, so memory stays bounded. An error is raised where its
    answer would have come. Whoever stops early waits for nothing that has not begun.
    """
    width = at_once or threads() + 1
    pool = ThreadPoolExecutor(max_workers=width, thread_name_prefix="piece")
    waiting: deque[Future[Made]] = deque()
    try:
        for piece in pieces:
            waiting.append(pool.submit(work, piece))
            if len(waiting) > width:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()
    finally:
        pool.shutdown(wait=True, cancel_futures=True)


def ahead(batches: Iterator[Made]) -> Iterator[Made]:
    """The same batches in the same order, the next one made in a thread of its own while this one is worked on.

    Whoever stops early waits for nothing: what is still being made is thrown away.
    """
    nothing = object()
    thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="ahead")
    try:
        coming = thread.submit(next, batches, nothing)
        while (batch := coming.result()) is not nothing:
            coming = thread.submit(next, batches, nothing)
            yield batch  # type: ignore[misc]
    finally:
        thread.shutdown(wait=False, cancel_futures=True)
