"""``python -m tidewaiter.service.lodging``: the batcher, as a child of ``tidewaiter serve``."""

import signal
import sys
import threading
from datetime import UTC, datetime

from tidewaiter.model.errors import TidewaiterError
from tidewaiter.service.bootstrap import begin
from tidewaiter.service.database import app_address
from tidewaiter.service.log_lines import write_lines
from tidewaiter.service.parent import end_with_parent
from tidewaiter.store.prepared import planned_once


def main() -> int:
    """Decide what the doors hand over until told to stop; what stands in line then is still answered."""
    end_with_parent()
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
