"""What the doctor sees at the door: TLS, the proxies before it, and whether persons can sign in from elsewhere."""

import stat
from collections.abc import Iterator
from datetime import datetime, timedelta
from ipaddress import ip_address
from pathlib import Path
from typing import Any, Final

from tidewaiter.service.settings import Settings
from tidewaiter.service.soundness import Finding

LOOPBACK: Final = frozenset({"localhost", "127.0.0.1", "::1", "[::1]"})
SOON: Final = timedelta(days=14)
WIDEST: Final = {4: 8, 6: 16}
"""Bits at least that a network of proxies has: one that is wider holds callers too."""


def of_door(told: Settings, now: datetime) -> Iterator[Finding]:
    """TLS of our own, proxies, and the way of persons who are not at this machine."""
    certificate, key = told.path("TIDEWAITER_TLS_CERTIFICATE"), told.path("TIDEWAITER_TLS_KEY")
    if certificate and key:
        yield _tls(certificate, key, told, now)
    if told.text("TIDEWAITER_PROXIES"):
        yield _proxies(told)
    yield _from_elsewhere(told, is_tls=certificate is not None)


def _tls(certificate: Path, key: Path, told: Settings, now: datetime) -> Finding:
    from cryptography.hazmat.primitives.serialization import load_pem_private_key  # noqa: PLC0415 - the service's packages are optional
    from cryptography.x509 import load_pem_x509_certificate  # noqa: PLC0415 - the same

    try:
        found = load_pem_x509_certificate(certificate.read_bytes())
        secret = load_pem_private_key(key.read_bytes(), None)
    except OSError as fault:
        return _fault(
            "tls", f"{fault.filename} cannot be read ({fault.strerror}).", "Give it to the service's account."
        )
    except (ValueError, TypeError):
        mend = "Both are PEM; the certificate stands first in its file, the key has no password."
        return _fault("tls", f"{certificate} or {key} is not what it should be.", mend)
    until, hosts = found.not_valid_after_utc, told.names("TIDEWAITER_HOSTS")
    lacking = [name for name in hosts if name not in LOOPBACK and not _is_for(found, name)]
    faults = (
        (stat.S_IMODE(key.stat().st_mode) & 0o077, f"{key} is open to others.", f"chmod go= {key}"),
        (secret.public_key() != found.public_key(), f"{key} is not the key of {certificate}.",
         "Name the two files that were made together."),
        (until - SOON <= now, f"The certificate is good until {until:%Y-%m-%d %H:%M} UTC.",
         "Have it renewed, then serve anew."),
        (lacking, f"The certificate is not made for {', '.join(lacking)}.",
         "Have it made for every name of TIDEWAITER_HOSTS."),
    )  # fmt: skip
    first = next(((said, mend) for holds, said, mend in faults if holds), None)
    if first:
        return _fault("tls", *first)
    return Finding("tls", True, f"The certificate is good until {until:%Y-%m-%d}.")  # noqa: FBT003 - a field


def _is_for(certificate: Any, name: str) -> bool:  # noqa: ANN401 - a certificate of a package that may be absent
    from cryptography.x509 import DNSName, ExtensionNotFound, IPAddress, SubjectAlternativeName  # noqa: PLC0415 - the same

    try:
        names = certificate.extensions.get_extension_for_class(SubjectAlternativeName).value
    except ExtensionNotFound:
        return False
    told = [*names.get_values_for_type(DNSName), *map(str, names.get_values_for_type(IPAddress))]
    wild = f"*.{name.partition('.')[2]}"
    return name.lstrip(".") in told or wild in told or name == "*"


def _proxies(told: Settings) -> Finding:
    networks = told.networks("TIDEWAITER_PROXIES")
    wide = [one for one in networks if one.prefixlen < WIDEST[one.version]]
    if wide:
        mend = "Name the proxies alone in TIDEWAITER_PROXIES: who calls from there may say that he is anybody."
        return _fault("proxies", f"{wide[0]} holds callers as well as proxies.", mend)
    if set(told.names("TIDEWAITER_HOSTS")) <= LOOPBACK:
        mend = "Add the name that browsers call to TIDEWAITER_HOSTS."
        return _fault("proxies", "The service may be called by names of this machine alone.", mend)
    return Finding("proxies", True, f"Believed who called: {', '.join(map(str, networks))}.")  # noqa: FBT003 - a field


def _from_elsewhere(told: Settings, *, is_tls: bool) -> Finding:
    host = told.text("TIDEWAITER_HOST")
    is_near = host in LOOPBACK or _is_loopback(host)
    if is_near or is_tls or told.text("TIDEWAITER_PROXIES"):
        return Finding("door", True, f"Persons sign in by {'this machine or its proxy' if is_near else 'https'}.")  # noqa: FBT003 - a field
    mend = (
        "Set TIDEWAITER_TLS_CERTIFICATE and TIDEWAITER_TLS_KEY, or stand behind a proxy that speaks TLS and name it in "
        "TIDEWAITER_PROXIES."
    )
    return _fault("door", f"{host} is open to other machines without TLS: a browser there cannot sign in.", mend)


def _is_loopback(host: str) -> bool:
    try:
        return ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False


def _fault(name: str, told: str, mend: str) -> Finding:
    return Finding(name, False, told, mend)  # noqa: FBT003 - a field
