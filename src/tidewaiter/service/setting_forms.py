"""Forms of settings: how a text is read, and in which words one is refused that means nothing."""

from collections.abc import Callable
from ipaddress import IPv4Network, IPv6Network, ip_network

Network = IPv4Network | IPv6Network


def whole(least: int, most: int) -> Callable[[str], int]:
    """A whole number within bounds."""

    def read(text: str) -> int:
        if not text.isdecimal() or not least <= int(text) <= most:
            raise ValueError(f"a whole number from {least} to {most}")
        return int(text)

    return read


def as_address(text: str) -> str:
    """The address of a database, or nothing."""
    if text and not text.startswith(("postgresql://", "postgres://")):
        raise ValueError("an address that begins with postgresql://")
    return text


def as_receiver(text: str) -> str:
    """An address on the web, or nothing."""
    if text and not text.startswith(("http://", "https://")):
        raise ValueError("an address that begins with http:// or https://")
    return text


def as_issuer(text: str) -> str:
    """An address by https, or of this machine, or nothing."""
    near = ("http://127.0.0.1:", "http://localhost:")
    if text and not text.startswith(("https://", *near)):
        raise ValueError("an address that begins with https://")
    return text


def as_names(text: str) -> tuple[str, ...]:
    """Names between commas."""
    return tuple(name.strip() for name in text.split(",") if name.strip())


def as_networks(text: str) -> tuple[Network, ...]:
    """Networks between commas."""
    try:
        return tuple(ip_network(name) for name in as_names(text))
    except ValueError as fault:
        raise ValueError("networks between commas, as 10.1.0.0/16") from fault
