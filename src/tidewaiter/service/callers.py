"""Callers: who called through proxies, as far as those are believed, and what one caller holds of addresses."""

from collections.abc import Iterable, Sequence
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from typing import Final, NamedTuple

from tidewaiter.service.setting_forms import Network

Address = IPv4Address | IPv6Address
HELD_OF_IPV6: Final = 64
"""Bits of an IPv6 address that are a household or an office; it may choose the others as it likes (RFC 6177)."""
HTTPS: Final = "https"


class Caller(NamedTuple):
    """Who called, and by which scheme and host name; None: as the web server saw it."""

    address: str
    scheme: str | None = None
    host: str | None = None


def caller_of(
    remote: str, forwarded_for: str, scheme: str, host: str, proxies: Sequence[Network]
) -> Caller:  # fmt: skip
    """Who called where ``remote`` is whose connection it is; the rest are the words of X-Forwarded-For, -Proto, -Host.

    They are believed of a listed proxy alone. Each proxy appends whom it saw, so the list is read from its end: the
    first address that is no proxy's is who called; what stands before it anyone may have written. Of several schemes
    and hosts the last counts, which the nearest proxy wrote.
    """
    near = _read(remote)
    if near is None or not _is_within(near, proxies):
        return Caller(remote)
    found = near
    for told in reversed(_parts(forwarded_for)):
        before = _read(told)
        if before is None:
            break
        found = before
        if not _is_within(before, proxies):
            break
    schemes, hosts = _parts(scheme), _parts(host)
    return Caller(str(found), schemes[-1].lower() if schemes else None, hosts[-1] if hosts else None)


def network_of(address: str) -> str:
    """What is counted as one caller: an IPv4 address, of IPv6 the network that one household holds."""
    found = _read(address)
    if isinstance(found, IPv6Address):
        return str(ip_network((found, HELD_OF_IPV6), strict=False))
    return str(found) if found else address


def _parts(text: str) -> list[str]:
    return [part.strip() for part in text.split(",") if part.strip()]


def _read(text: str) -> Address | None:
    """An address, with or without a port; one of IPv4 in the dress of IPv6 is the IPv4 address."""
    bare = text.strip().strip('"')
    if bare.startswith("["):
        bare = bare[1:].partition("]")[0]
    elif bare.count(":") == 1:
        bare = bare.partition(":")[0]
    try:
        found = ip_address(bare)
    except ValueError:
        return None
    return getattr(found, "ipv4_mapped", None) or found


def _is_within(address: Address, networks: Iterable[Network]) -> bool:
    return any(address in network for network in networks if network.version == address.version)
