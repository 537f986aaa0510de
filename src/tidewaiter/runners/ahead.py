"""One step ahead: the next batch is made in a thread of its own while this one is worked on."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

Made = TypeVar("Made")


def ahead(batches: Iterator[Made]) -> Iterator[Made]:
    """The same batches in the same order; at most one waits. An error is raised where its batch would have come.

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
