"""Our own address: by which scheme, host and port the web server answers, and a look whether it does."""

import ssl
from http.client import HTTPResponse
from typing import Any, Final
from urllib.request import urlopen

from tidewaiter.service.settings import Settings

EVERYWHERE: Final = {"0.0.0.0": "127.0.0.1", "::": "[::1]"}  # noqa: S104 - how such a host is reached from here


def own_address(told: Settings) -> str:
    """The address under which this machine reaches the web server."""
    scheme = "https" if told.text("TIDEWAITER_TLS_CERTIFICATE") else "http"
    host = told.text("TIDEWAITER_HOST")
    host = EVERYWHERE.get(host, f"[{host}]" if ":" in host and not host.startswith("[") else host)
    return f"{scheme}://{host}:{told.whole('TIDEWAITER_PORT')}"


def look(address: str, limit_s: float) -> HTTPResponse:
    """Ask our own address; its certificate is made for the names others call it by, and is not looked at."""
    more: dict[str, Any] = {}
    if address.startswith("https:"):
        more["context"] = ssl._create_unverified_context()  # noqa: S323, SLF001 - to ourselves, and nothing is told
    found: HTTPResponse = urlopen(address, timeout=limit_s, **more)  # noqa: S310 - our own address
    return found
