"""Style, script and icons of the pages: read once, sent packed, kept for good under the hash of their bytes."""

import gzip
from functools import cache
from hashlib import sha256
from importlib.resources import files
from typing import Final, NamedTuple

from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

FOLDER: Final = files("tidewaiter.web") / "static"
FOREVER: Final = "public, max-age=31536000, immutable"
KINDS: Final = {"css": "text/css; charset=utf-8", "js": "text/javascript; charset=utf-8", "svg": "image/svg+xml"}
NAMES: Final = {
    "tabler.min.css": "vendor/tabler.min.css.gz",
    "htmx.min.js": "vendor/htmx.min.js.gz",
    "tidewaiter.css": "tidewaiter.css",
    "passkeys.js": "passkeys.js",
    "icons.svg": "icons.svg",
    "mark.svg": "mark.svg",
}
"""Every file that is sent, by the name in its address; nothing else of the package can be asked for."""
DIGEST_LETTERS: Final = 16


class Asset(NamedTuple):
    """A file with its hash, packed and plain."""

    digest: str
    packed: bytes
    plain: bytes


@cache
def asset(name: str) -> Asset:
    """A file by its name; ``KeyError`` where there is none."""
    data = FOLDER.joinpath(NAMES[name]).read_bytes()
    plain = gzip.decompress(data) if NAMES[name].endswith(".gz") else data
    packed = data if plain is not data else gzip.compress(plain, mtime=0)
    return Asset(sha256(plain).hexdigest()[:DIGEST_LETTERS], packed, plain)


def address(name: str) -> str:
    """Where a file is: another address as soon as a byte of it is another."""
    return f"/static/{asset(name).digest}/{name}"


@require_safe
def send(request: HttpRequest, digest: str, name: str) -> HttpResponse:
    """Send a file, packed where the browser takes it so."""
    if name not in NAMES or asset(name).digest != digest:
        raise Http404
    is_packed = "gzip" in request.headers.get("Accept-Encoding", "")
    response = HttpResponse(
        asset(name).packed if is_packed else asset(name).plain, content_type=KINDS[name.rpartition(".")[2]]
    )
    response.headers["Cache-Control"] = FOREVER
    response.headers["Vary"] = "Accept-Encoding"
    response.headers["X-Content-Type-Options"] = "nosniff"
    if is_packed:
        response.headers["Content-Encoding"] = "gzip"
    return response
