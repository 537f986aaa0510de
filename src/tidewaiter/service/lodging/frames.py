"""Frames between a door and the batcher: a length, then one message of MessagePack."""

import socket
from typing import Final

import msgspec

from tidewaiter.model.errors import Unavailable
from tidewaiter.runners.batcher.message import BODY_MAX

LENGTH_BYTES: Final = 4
FRAME_MAX: Final = 4 * BODY_MAX
GONE: Final = "The batcher closed the line. Send the message again with the same key."


class Lodged(msgspec.Struct, frozen=True):
    """A message as a door hands it over; without a body it only asks whether anybody answers."""

    body: bytes
    submitter: str
    key: str
    wait_s: float


class Replied(msgspec.Struct, frozen=True):
    """What became of it: ``fate`` and ``answer``, or the ``code`` and sentence of the error that the door raises."""

    fate: str = ""
    answer: str = ""
    code: str = ""
    sentence: str = ""
    retry_after_s: int = 0


def send(to: socket.socket, told: msgspec.Struct) -> None:
    """Send one frame."""
    data = msgspec.msgpack.encode(told)
    to.sendall(len(data).to_bytes(LENGTH_BYTES) + data)


def receive(of: socket.socket) -> bytes | None:
    """The next frame; None where the other side has hung up between two frames."""
    head = _exactly(of, LENGTH_BYTES)
    if head is None:
        return None
    size = int.from_bytes(head)
    if size > FRAME_MAX:
        raise Unavailable(GONE)
    data = _exactly(of, size)
    if data is None:
        raise Unavailable(GONE)
    return data


def _exactly(of: socket.socket, size: int) -> bytes | None:
    parts, left = [], size
    while left:
        part = of.recv(min(left, 1 << 20))
        if not part:
            if left != size:
                raise Unavailable(GONE)
            return None
        parts.append(part)
        left -= len(part)
    return b"".join(parts)
