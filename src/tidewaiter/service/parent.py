"""A child that ends with its parent: no port stays taken and no work goes on unwatched after a kill."""

import ctypes
import os
import signal
import sys
from typing import Final

SERVED_BY: Final = "SERVED_BY"
"""Name in a child's environment of who serves: in a container that may be process 1, which else is the orphanage."""
PR_SET_PDEATHSIG: Final = 1
"""``prctl`` (linux/prctl.h): the signal a process gets when its parent dies."""


def end_with_parent() -> None:
    """Ask the kernel to stop this process when its parent is gone; systems other than Linux have no such wish."""
    if sys.platform != "linux":
        return
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
    if os.getppid() == 1 and os.environ.get(SERVED_BY) != "1":
        os.kill(os.getpid(), signal.SIGTERM)
