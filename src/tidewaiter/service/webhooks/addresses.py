"""Where a webhook may go: https, to a public address, looked up once; what was looked up is what is called."""

import socket
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network
from threading import Thread
from typing import Final
from urllib.parse import urlsplit

from tidewaiter.model.errors import AddressRefused

Network = IPv4Network | IPv6Network
Address = IPv4Address | IPv6Address
PORTS: Final = {"https": 443, "http": 80}
LONGEST: Final = 2000
LOOK_UP_S: Final = 5.0
"""Seconds that a name may take; the resolver itself has no limit that could be set."""
NOT_PUBLIC: Final = tuple(map(ip_network, ("192.0.0.0/24", "192.88.99.0/24", "2002::/16", "64:ff9b:1::/48")))
"""Beside what the library knows: protocol assignments, relays of 6to4 and its addresses (which hold an inner one at
will), local translation (IANA special-purpose registries)."""


@dataclass(frozen=True)
class Target:
    """An address as it is called: the name for TLS and the Host header, the number that it was looked up as."""

    scheme: str
    host: str
    port: int
    number: str
    path: str


def look_up(host: str, port: int) -> list[str]:
    """Numbers of a host, as the machine's resolver gives them; ``OSError`` where it fails or takes too long."""
    found: Future[list[str]] = Future()
    Thread(target=_resolve, args=(host, port, found), daemon=True).start()
    return found.result(LOOK_UP_S)


def target(url: str, inner: Sequence[Network] = (), resolve: Callable[[str, int], list[str]] = look_up) -> Target:
    """The target of an address; ``inner`` are networks that may be called although they are not public.

    Every number that the name has must be allowed, not only the one that is called: the next call may get another.

    Raises:
        AddressRefused: not to be called; the sentence says why, and never what answers inside.
    """
    scheme, host, port, path = _parts(url)
    try:
        numbers = resolve(host, port)
    except (OSError, UnicodeError) as fault:
        raise AddressRefused(f"The name {host} cannot be looked up.") from fault
    allowed = [_allowed(number, inner) for number in numbers]
    if not allowed or not all(allowed):
        raise AddressRefused(f"{host} is not a public address. Give one that everybody can reach.")
    if scheme == "http" and not all(_inside(ip_address(_bare(number)), inner) for number in numbers):
        raise AddressRefused("A webhook goes by https.")
    return Target(scheme, host, port, _bare(numbers[0]), path)


def networks(texts: Sequence[str]) -> tuple[Network, ...]:
    """Networks from their texts, as ``10.1.0.0/16``."""
    return tuple(ip_network(text) for text in texts)


def _resolve(host: str, port: int, found: Future[list[str]]) -> None:
    try:
        told = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
        found.set_result([str(one[4][0]) for one in told])
    except (OSError, UnicodeError) as fault:
        found.set_exception(fault)


def _parts(url: str) -> tuple[str, str, int, str]:
    if len(url) > LONGEST or not url.isascii() or any(not " " < sign < "\x7f" for sign in url) or "\\" in url:
        raise AddressRefused("An address has at most 2,000 plain characters, without blanks.")
    try:
        told = urlsplit(url)
        port = told.port or PORTS[told.scheme]
    except (ValueError, KeyError) as fault:
        raise AddressRefused("A webhook's address begins with https:// and names a host.") from fault
    if not told.hostname or told.username is not None or told.password is not None or told.fragment:
        raise AddressRefused("A webhook's address names a host, and neither a user nor a place in a page.")
    return told.scheme, told.hostname, port, (told.path or "/") + (f"?{told.query}" if told.query else "")


def _bare(number: str) -> str:
    return number.partition("%")[0]


def _allowed(number: str, inner: Sequence[Network]) -> bool:
    address = ip_address(_bare(number))
    return _inside(address, inner) or _is_public(address)


def _inside(address: Address, inner: Sequence[Network]) -> bool:
    return any(address in network for network in inner if network.version == address.version)


def _is_public(address: Address) -> bool:
    """True where anybody can call it; addresses of IPv6 that hold one of IPv4 lie in reserved blocks."""
    known = address.is_global and not address.is_multicast and not address.is_reserved
    return known and not _inside(address, NOT_PUBLIC)
