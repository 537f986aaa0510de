"""Listening: the batcher's socket in the home folder, open to its own account alone."""

import os
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import datetime
from pathlib import Path
from typing import Final, Self

import msgspec

from tidewaiter.exchange.ids import new_id
from tidewaiter.model.errors import Busy, TidewaiterError, Unavailable
from tidewaiter.runners.batcher.batcher import Batcher
from tidewaiter.runners.batcher.message import Message
from tidewaiter.service.lodging.book import ANSWER
from tidewaiter.service.lodging.frames import Lodged, Replied, receive, send

FOLDER: Final = "run"
SOCKET: Final = "batcher.sock"
WAITING: Final = 256
LONGEST: Final = 100
"""Bytes of a socket's address that every system takes; a longer one is reached through its folder."""

Decode: Final = msgspec.msgpack.Decoder(Lodged).decode


@contextmanager
def address(home: Path) -> Iterator[str]:
    """The socket's address while inside; where its path is too long for one, it leads through the open folder."""
    folder = home / FOLDER
    plain = folder / SOCKET
    if len(os.fsencode(plain)) <= LONGEST:
        yield str(plain)
        return
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        yield f"/proc/self/fd/{handle}/{SOCKET}"
    finally:
        os.close(handle)


class Listener:
    """Takes frames at the socket, a thread for each line, and hands them to the batcher."""

    def __init__(self, home: Path, batcher: Batcher, clock: Callable[[], datetime]) -> None:
        self._batcher, self._clock = batcher, clock
        self._socket = _bound(home)
        self._lines: set[socket.socket] = set()
        self._thread = threading.Thread(target=self._accept, name="listener", daemon=True)

    def __enter__(self) -> Self:
        """Begin to listen."""
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        """Take no more lines and read no more from those that are open; what was asked is still answered."""
        for line in (self._socket, *self._lines):
            with suppress(OSError):
                line.shutdown(socket.SHUT_RD)
        self._thread.join()
        self._socket.close()

    def _accept(self) -> None:
        while True:
            try:
                line, _ = self._socket.accept()
            except OSError:
                return
            self._lines.add(line)
            threading.Thread(target=self._serve, args=(line,), daemon=True).start()

    def _serve(self, line: socket.socket) -> None:
        with line, suppress(OSError, Unavailable):
            while (frame := receive(line)) is not None:
                send(line, self._reply(frame))
        self._lines.discard(line)

    def _reply(self, frame: bytes) -> Replied:
        try:
            lodged = Decode(frame)
            if not lodged.body:
                return Replied(fate="listening")
            message = Message(str(new_id(self._clock())), lodged.body, lodged.submitter, lodged.key)
            answer = self._batcher.put(message).wait(lodged.wait_s)
        except TidewaiterError as fault:
            retry_after_s = fault.retry_after_s if isinstance(fault, Busy) else 1
            return Replied(code=fault.code, sentence=str(fault), retry_after_s=retry_after_s)
        except (ValueError, msgspec.MsgspecError):
            return Replied(code=Unavailable.code, sentence="The door and the batcher are of different editions.")
        return Replied(fate=answer.fate, answer=answer.receipt[ANSWER])


def _bound(home: Path) -> socket.socket:
    """A socket of mode 0600 in a folder of mode 0700; what an earlier batcher left is taken away."""
    folder = home / FOLDER
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    folder.chmod(0o700)
    (folder / SOCKET).unlink(missing_ok=True)
    made = socket.socket(socket.AF_UNIX)
    with address(home) as place:
        made.bind(place)
    (folder / SOCKET).chmod(0o600)
    made.listen(WAITING)
    return made
