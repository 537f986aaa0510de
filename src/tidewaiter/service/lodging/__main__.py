"""``python -m tidewaiter.service.lodging``: the batcher, as a child of ``tidewaiter serve``."""

import os
import signal
import sys
import threading
from contextlib import suppress
from datetime import UTC, datetime
from typing import Final

from tidewaiter.model.errors import TidewaiterError
from tidewaiter.service.bootstrap import begin
from tidewaiter.service.database import app_address
from tidewaiter.service.log_lines import write_lines
from tidewaiter.service.parent import end_with_parent
from tidewaiter.store.prepared import planned_once

FIRST: Final = -5
"""Everybody waits for the one process that decides; what it takes of a processor, batches share."""


def main() -> int:
    """Decide what the doors hand over until told to stop; what stands in line then is still answered."""
    end_with_parent()
    with suppress(PermissionError):  # the machine's owner alone may put a process before others
        os.setpriority(os.PRIO_PROCESS, 0, FIRST)
    write_lines()
    stop = threading.Event()
    for word in (signal.SIGTERM, signal.SIGINT):
        signal.signal(word, lambda *_: stop.set())
    try:
        begin(planned_once(app_address()))
        from tidewaiter.service.lodging.following import FOLLOWS  # noqa: PLC0415 - the database is chosen by now
        from tidewaiter.service.lodging.serving import lodge_until  # noqa: PLC0415 - the same

        lodge_until(stop, lambda: datetime.now(UTC), FOLLOWS)
    except TidewaiterError as error:
        sys.stderr.write(f"tidewaiter: {error} [{error.code}]\n")
        return error.exit_code
    return 0


if __name__ == "__main__":
    sys.exit(main())
