"""Memory: both allocators of the process are told to keep what is let go: the next chunk asks for it again."""

import ctypes
import os
from contextlib import suppress
from typing import Final

ENGINE: Final = {"_RJEM_MALLOC_CONF": "dirty_decay_ms:10000,muzzy_decay_ms:10000"}
"""The engine's allocator keeps pages for ten seconds: handing them to the kernel and back cost a tenth of the time."""

TRIM_THRESHOLD, MMAP_THRESHOLD, ARENA_MAX = -1, -3, -8
LIBRARY: Final = {TRIM_THRESHOLD: 256 << 20, MMAP_THRESHOLD: 32 << 20, ARENA_MAX: 1}
"""The C library's serves numpy and Arrow: large arrays come from its heap, and from one heap, so that what one thread
lets go another can use. The numbers are those of ``mallopt`` (malloc.h)."""


def keep_memory() -> None:
    """Tell the allocators, before the engine is loaded; what the environment says already stands."""
    for name, told in ENGINE.items():
        os.environ.setdefault(name, told)
    with suppress(OSError, AttributeError):  # a C library that has no mallopt
        mallopt = ctypes.CDLL(None).mallopt
        for option, value in LIBRARY.items():
            mallopt(option, value)
