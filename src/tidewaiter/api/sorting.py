"""The sorter's questions: which lane a barcode takes, and the list for when the line is cut."""

from collections.abc import Iterator
from typing import IO, Final

from django.http import HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase

from tidewaiter.api.calls import Call, json_response
from tidewaiter.service import filings

PIECE: Final = 1 << 16


def lane(call: Call, barcode: str) -> HttpResponse:
    """Which lane a barcode takes."""
    return json_response(filings.lane(call.actor, barcode)._asdict())


def offline_list(call: Call) -> HttpResponseBase:
    """All lanes of parcels in the carrier's hands, a line each; moment, number and hash stand in the head."""
    found = filings.offline_list(call.actor, call.now)
    return StreamingHttpResponse(
        _pieces(found.file),
        content_type="application/x-ndjson",
        headers={
            "Content-Length": str(found.size),
            "ETag": f'"{found.sha256}"',
            "X-Content-SHA256": found.sha256,
            "X-List-At": found.at.isoformat(),
            "X-List-Count": str(found.barcodes),
        },
    )


def _pieces(file: IO[bytes]) -> Iterator[bytes]:
    with file:
        while piece := file.read(PIECE):
            yield piece
