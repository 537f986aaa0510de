"""Handing over: a door's side of the batcher's socket, a line for each of its threads."""

import socket
import threading
from pathlib import Path
from typing import Final

import msgspec

from tidewaiter.model.errors import Busy, KeyUsedOtherwise, Unavailable, UnusableInput
from tidewaiter.service.lodging.frames import Lodged, Replied, receive, send
from tidewaiter.service.lodging.listening import address
from tidewaiter.service.settings import home_folder

WAIT_S: Final = 30.0
"""How long a sender is kept waiting; the answer is there later under the same key."""
GRACE_S: Final = 5.0
NOBODY: Final = (
    "No batcher answers just now; it is started again within seconds. Send the message again with the same key."
)

_decode: Final = msgspec.msgpack.Decoder(Replied).decode
_lines = threading.local()


def hand_over(body: bytes, submitter: str, key: str, *, home: Path | None = None, wait_s: float = WAIT_S) -> Replied:
    """What became of a message, after the commit.

    Raises ``Busy`` where the line is full, ``KeyUsedOtherwise``, ``UnusableInput`` for one that is too long, and
    ``Unavailable`` where nothing is known: whoever sends it again with the same key gets the one answer.
    """
    lodged = Lodged(body, submitter, key, wait_s)
    try:
        replied = _exchanged(home or home_folder(), lodged, wait_s + GRACE_S)
    except OSError as fault:
        _hang_up()
        raise Unavailable(NOBODY) from fault
    except (Unavailable, msgspec.MsgspecError) as fault:
        _hang_up()
        raise Unavailable(str(fault)) from fault
    if replied.code:
        raise _fault(replied, key)
    return replied


def is_listening(home: Path | None = None) -> bool:
    """Whether a batcher takes messages."""
    try:
        return hand_over(b"", "", "", home=home, wait_s=0.0).fate == "listening"
    except Unavailable:
        return False


def _exchanged(home: Path, lodged: Lodged, limit_s: float) -> Replied:
    """One frame there and one back. A line that broke since the last call is opened anew, once: nothing was sent."""
    line = getattr(_lines, "line", None)
    if line is not None and not _is_open(line):
        _hang_up()
        line = None
    if line is None:
        line = _lines.line = _opened(home)
    line.settimeout(limit_s)
    send(line, lodged)
    data = receive(line)
    if data is None:
        raise Unavailable(NOBODY)
    return _decode(data)


def _opened(home: Path) -> socket.socket:
    line = socket.socket(socket.AF_UNIX)
    try:
        with address(home) as place:
            line.connect(place)
    except OSError:
        line.close()
        raise
    return line


def _is_open(line: socket.socket) -> bool:
    """False where the other side has hung up: there is something to read, and it is the end."""
    line.setblocking(False)  # noqa: FBT003 - the standard library's word
    try:
        return line.recv(1, socket.MSG_PEEK) != b""
    except BlockingIOError:
        return True
    except OSError:
        return False


def _hang_up() -> None:
    line = getattr(_lines, "line", None)
    if line is not None:
        line.close()
    _lines.line = None


def _fault(replied: Replied, key: str) -> Exception:
    if replied.code == Busy.code:
        return Busy(replied.retry_after_s)
    if replied.code == KeyUsedOtherwise.code:
        return KeyUsedOtherwise(key)
    if replied.code == UnusableInput.code:
        return UnusableInput(replied.sentence)
    return Unavailable(replied.sentence)
