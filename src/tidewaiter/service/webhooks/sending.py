"""One message to one address: the number that was looked up is called, no redirect is followed, time has an end."""

import http.client
import socket
import ssl
import threading
from collections.abc import Mapping
from typing import Final, NamedTuple

from tidewaiter.service.webhooks.addresses import PORTS, Target

CONNECT_S: Final = 5.0
WHOLE_S: Final = 15.0
"""Seconds for all of one call, however slowly the other side speaks."""
GONE: Final = 410
"""The receiver says that it wants no more (Standard Webhooks)."""
GOOD: Final = range(200, 300)


class Told(NamedTuple):
    """What became of one call: the status where there was an answer, else the kind of the fault."""

    status: int | None
    fault: str | None

    @property
    def is_delivered(self) -> bool:
        """True where the receiver took it."""
        return self.status in GOOD


def send(
    target: Target,
    headers: Mapping[str, str],
    body: bytes,
    whole_s: float = WHOLE_S,
    trust: ssl.SSLContext | None = None,
) -> Told:
    """POST ``body`` once; nothing of the answer is kept but its status, for an answer may be anything."""
    connection = _Pinned(target, trust)
    ends = threading.Timer(whole_s, connection.cut)
    ends.start()
    try:
        connection.request("POST", target.path, body, {"Host": _host(target), **headers})
        status = connection.getresponse().status
    except (OSError, http.client.HTTPException) as fault:
        return Told(None, "took too long" if connection.was_cut else _kind(fault))
    finally:
        ends.cancel()
        connection.close()
    return Told(status, None if status in GOOD else f"answered {status}")


class _Pinned(http.client.HTTPConnection):
    """A connection to the number of a target; the certificate is that of its name."""

    def __init__(self, target: Target, trust: ssl.SSLContext | None) -> None:
        super().__init__(target.host, target.port, timeout=CONNECT_S)
        self._target, self._trust, self.was_cut = target, trust, False

    def connect(self) -> None:
        """Call the number, never the name."""
        self.sock = socket.create_connection((self._target.number, self._target.port), CONNECT_S)
        if self._target.scheme == "https":
            context = self._trust or ssl.create_default_context()
            self.sock = context.wrap_socket(self.sock, server_hostname=self._target.host)

    def cut(self) -> None:
        """End the call from another thread."""
        self.was_cut = True
        if self.sock is not None:
            try:
                self.sock.shutdown(socket.SHUT_RDWR)
            except OSError:
                self.sock.close()


def _host(target: Target) -> str:
    name = f"[{target.host}]" if ":" in target.host else target.host
    return name if target.port == PORTS[target.scheme] else f"{name}:{target.port}"


def _kind(fault: Exception) -> str:
    if isinstance(fault, ssl.SSLError):
        return "its certificate does not hold"
    if isinstance(fault, TimeoutError):
        return "took too long"
    return "refused the connection" if isinstance(fault, ConnectionRefusedError) else "broke off"
