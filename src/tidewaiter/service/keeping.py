"""``python -m tidewaiter.service.keeping``: the log's keeper, as a child of ``tidewaiter serve``."""

import signal
import sys
import threading
from datetime import UTC, datetime

import psycopg

from tidewaiter.model.errors import TidewaiterError
from tidewaiter.service.audit import keys_folder, log_folder
from tidewaiter.service.database import database
from tidewaiter.service.parent import end_with_parent
from tidewaiter.store.log.keeper import keep


def main() -> int:
    """Seal and sign until told to stop; whoever started this begins it again where the database went away."""
    end_with_parent()
    stop = threading.Event()
    for word in (signal.SIGTERM, signal.SIGINT):
        signal.signal(word, lambda *_: stop.set())
    try:
        keep(database().owner, log_folder(), keys_folder(), stop, lambda: datetime.now(UTC))
    except psycopg.OperationalError:
        return 1
    except TidewaiterError as error:
        sys.stderr.write(f"tidewaiter: {error} [{error.code}]\n")
        return error.exit_code
    return 0


if __name__ == "__main__":
    sys.exit(main())
