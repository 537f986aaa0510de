"""Handing over files of messages, in one piece or in parts that go on where the line was cut."""

from collections.abc import Iterator
from typing import Any, Final

from django.http import HttpRequest, HttpResponse

from tidewaiter.api.calls import Call, id_of, json_response
from tidewaiter.api.changing import key_of
from tidewaiter.api.described import Given
from tidewaiter.api.problems import Problem
from tidewaiter.exchange.uploads import RECEIVING, Upload
from tidewaiter.model.errors import KeyUsedOtherwise, PartRefused
from tidewaiter.service import uploads
from tidewaiter.service.receipts.giving import given
from tidewaiter.service.settings import home_folder

RUNS: Final = "runs"
PIECE: Final = 1 << 18
SHA256_HEX: Final = 64
DIGITS_MAX: Final = 15
HEADS: Final = {"Upload-Offset": "Where the next part begins.", "Location": "The job."}
NUMBER: Final = {"type": "string", "pattern": "^[0-9]{1,12}$"}
OFFSET: Final = Given("Upload-Offset", "header", "Where this part begins.", NUMBER, is_required=True)
GIVEN: Final = (
    Given("Upload-Length", "header", "Bytes of the whole file, where this is its first part.", NUMBER),
    Given("Content-SHA256", "header",
          "SHA-256 of the whole file in hex: the same file sent again goes on where it was.",
          {"type": "string", "pattern": "^[0-9a-f]{64}$"}),
    Given("format", "query", "Name of its format; guessed where it is not given.",
          {"type": "string", "pattern": "^[a-z0-9_-]{1,40}$"}),
    Given("name", "query", "What the file is called.", {"type": "string", "pattern": "^[A-Za-z0-9._-]{1,100}$"}),
)  # fmt: skip


def begin(call: Call) -> HttpResponse:
    """A whole file, or its first part."""
    _refuse_packed(call.request)
    length = _number(call.request, "CONTENT_LENGTH", "Content-Length")
    size = _number(call.request, "HTTP_UPLOAD_LENGTH", "Upload-Length")
    asked = call.request.GET
    made = uploads.begin(
        call.actor,
        size if size is not None else length or 0,
        call.now,
        form=asked.get("format"),
        file_name=asked.get("name"),
        content_hash=_hash(call.request),
        key=key_of(call),
    )
    if made.state != RECEIVING and key_of(call) and not call.request.headers.get("Content-SHA256"):
        if not uploads.is_again(made, _parts(call.request)):
            raise KeyUsedOtherwise(key_of(call))
        return _told(made)
    if made.received:
        return _told(made)  # the same file was begun before: go on where it is
    return _added(call, made, 0)


def receipt(call: Call, id: str) -> HttpResponse:  # noqa: A002 - the name in the address
    """The signed receipt of a message or a file, and the proof that one of its filings was accepted."""
    named = call.request.GET.get("consignment_id")
    found = given(call.actor, id_of(id), home_folder() / RUNS, named, _version(call.request))
    if found is None:
        raise Problem(404, "There is nothing at this address, or nothing that you may see.")
    return json_response(found)


def _version(request: HttpRequest) -> int | None:
    text = request.GET.get("version")
    if text is None:
        return None
    if not (text.isascii() and text.isdecimal()) or len(text) > DIGITS_MAX:
        raise Problem(422, "version is a whole number.", errors=[])
    return int(text)


def go_on(call: Call, id: str) -> HttpResponse:  # noqa: A002 - the name in the address
    """The next part of a file."""
    _refuse_packed(call.request)
    offset = _number(call.request, "HTTP_UPLOAD_OFFSET", "Upload-Offset")
    if offset is None:
        raise Problem(422, "Say where the part begins: Upload-Offset.", errors=[])
    return _added(call, _found(call, id), offset)


def job(call: Call, id: str) -> HttpResponse:  # noqa: A002 - the name in the address
    """How far a file is, and what became of it."""
    return _told(_found(call, id), 200)


def _found(call: Call, name: str) -> Upload:
    found = uploads.found(call.actor, id_of(name))
    if found is None:
        raise Problem(404, "There is nothing at this address, or nothing that you may see.")
    return found


def _added(call: Call, upload: Upload, offset: int) -> HttpResponse:
    try:
        return _told(uploads.add(call.actor, upload, offset, _parts(call.request), call.now))
    except PartRefused as fault:
        heads = {} if fault.offset is None else {"Upload-Offset": str(fault.offset)}
        raise Problem(409, str(fault), heads=heads, code=fault.code) from fault


def _parts(request: HttpRequest) -> Iterator[bytes]:
    """The body piece by piece; where the line is cut, what came."""
    try:
        while piece := request.read(PIECE):
            yield bytes(piece)
    except OSError:
        return


def _told(upload: Upload, status: int = 202) -> HttpResponse:
    heads: dict[str, str] = {"Upload-Offset": str(upload.received), "Location": f"/v1/jobs/{upload.id}"}
    told: dict[str, Any] = uploads.told_of(upload)
    return json_response(told, status, heads)


def _number(request: HttpRequest, name: str, shown: str) -> int | None:
    text = request.META.get(name)
    if not text:
        return None
    if not (text.isascii() and text.isdecimal()) or len(text) > DIGITS_MAX:
        raise Problem(422, f"{shown} is a whole number of bytes.", errors=[])
    return int(text)


def _hash(request: HttpRequest) -> bytes | None:
    text = request.headers.get("Content-SHA256", "")
    if not text:
        return None
    try:
        if len(text) == SHA256_HEX:
            return bytes.fromhex(text)
    except ValueError:
        pass
    raise Problem(422, "Content-SHA256 is a SHA-256 in 64 hex digits.", errors=[])


def _refuse_packed(request: HttpRequest) -> None:
    if request.headers.get("Content-Encoding", "identity").lower() not in {"identity", ""}:
        raise Problem(415, "The file is packed on the way. Send it as it is.", heads={"Accept-Encoding": "identity"})
