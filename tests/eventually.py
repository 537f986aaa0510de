"""What is true in a moment: other databases of a server may hold a cursor back while they write."""

import time

LIMIT_S = 20


def eventually(ask, wanted):
    """What ``ask`` gives as soon as that is ``wanted``, else what it gave at the end of twenty seconds."""
    until = time.monotonic() + LIMIT_S
    while (found := ask()) != wanted and time.monotonic() < until:
        time.sleep(0.05)
    return found
