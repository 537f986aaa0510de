"""A small proxy of HTTP that says who called it, as real ones do; and certificates for a service that speaks TLS."""

import ipaddress
import threading
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from http.client import HTTPConnection
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

OURS = ("x-forwarded-proto", "x-forwarded-host")


class Answer(tuple):
    """Status, headers as pairs, body."""

    __slots__ = ()

    def head(self, name):
        """Values of a header."""
        return [value for known, value in self[1] if known.lower() == name]


def ask(port, method, path, body=None, source="127.0.0.1", **heads):
    """Ask a server of this machine, from one of its addresses."""
    link = HTTPConnection("127.0.0.1", port, timeout=30, source_address=(source, 0))
    try:
        link.request(method, path, body, {name.replace("_", "-"): value for name, value in heads.items()})
        found = link.getresponse()
        return Answer((found.status, found.getheaders(), found.read().decode()))
    finally:
        link.close()


@contextmanager
def proxy(port, *, as_line=False, source="127.0.0.1", scheme="https"):
    """A proxy before the service on ``port``; gives its own port.

    It appends who called it to X-Forwarded-For, or adds a line of its own (``as_line``), and calls the service from the
    address ``source``.
    """

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def log_message(self, *_):
            pass

        def _forward(self):
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            link = HTTPConnection("127.0.0.1", port, timeout=30, source_address=(source, 0))
            link.putrequest(self.command, self.path, skip_host=True, skip_accept_encoding=True)
            before = self.headers.get_all("X-Forwarded-For", [])
            for name, value in self.headers.items():
                if name.lower() not in (*OURS, "x-forwarded-for", "connection"):
                    link.putheader(name, value)
            caller = self.client_address[0]
            for value in [*before, caller] if as_line else [", ".join([*before, caller])]:
                link.putheader("X-Forwarded-For", value)
            link.putheader("X-Forwarded-Proto", scheme)
            link.endheaders(body)
            found = link.getresponse()
            told = found.read()
            self.send_response_only(found.status)
            for name, value in found.getheaders():
                if name.lower() not in ("transfer-encoding", "content-length", "connection"):
                    self.send_header(name, value)
            self.send_header("Content-Length", str(len(told)))
            self.end_headers()
            self.wfile.write(told)
            link.close()

        do_GET = do_POST = _forward  # noqa: N815 - as the library calls them

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield server.server_address[1]
    finally:
        server.shutdown()
        server.server_close()


def certificate(folder, *names, days=90, now=None):
    """A certificate of its own making for these names; gives its file and that of its key."""
    moment = now or datetime.now(UTC)
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "customs.example")])
    told = [
        x509.IPAddress(ipaddress.ip_address(each)) if each[0].isdigit() else x509.DNSName(each) for each in names
    ]  # fmt: skip
    made = (
        x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
        .serial_number(x509.random_serial_number()).not_valid_before(moment - timedelta(days=1))
        .not_valid_after(moment + timedelta(days=days))
        .add_extension(x509.SubjectAlternativeName(told), critical=False)
        .sign(key, hashes.SHA256())
    )  # fmt: skip
    folder.mkdir(parents=True, exist_ok=True)
    crt, secret = folder / "service.crt", folder / "service.key"
    crt.write_bytes(made.public_bytes(serialization.Encoding.PEM))
    secret.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
    )  # fmt: skip
    secret.chmod(0o600)
    return crt, secret
