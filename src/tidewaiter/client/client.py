"""Calls of the API; what may be sent again is sent again, under the same key."""

import hashlib
import http.client
import json
import random
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Final
from urllib.parse import quote, urlencode, urlsplit
from uuid import uuid4

from tidewaiter.client.answers import Lane, Lodged, Page, Problem, Standing, Told

AGAIN: Final = frozenset({429, 502, 503, 504})
"""Statuses after which the same call is worth another try."""
TRIES: Final = 6
PAUSE_MAX_S: Final = 30.0
JSON: Final = "application/json"
BROKEN: Final = (OSError, http.client.HTTPException)


class Client:
    """One machine's way to the service at ``address``; for one thread at a time.

    ``tries``: how often a call is made at most; ``pause`` waits so many seconds between two.
    """

    def __init__(
        self, address: str, key: str, *, timeout_s: float = 60.0, tries: int = TRIES,
        pause: Callable[[float], None] = time.sleep,
    ) -> None:  # fmt: skip
        parts = urlsplit(address)
        if parts.scheme not in {"http", "https"} or not parts.hostname:
            raise ValueError(f"'{address}' is no address of a service. Write it like https://customs.example")
        self._parts, self._key, self._timeout_s, self._tries, self._pause = parts, key, timeout_s, tries, pause
        self._line: http.client.HTTPConnection | None = None

    def lodge(self, filing: Mapping[str, Any], *, key: str | None = None) -> Lodged:
        """Lodge one filing in canonical fields; sent again under the same key until it is answered.

        Raises ``Problem`` with all faults where it cannot be taken, and with status 409 for a key used otherwise.
        """
        body = json.dumps(filing, ensure_ascii=False).encode()
        told = self._told("POST", "/v1/consignments", body, {"Idempotency-Key": key or uuid4().hex})
        return Lodged(told["fate"], told.get("filing"), told.get("status"), told["receipt"], told)

    def standing(self, filing: str) -> Standing:
        """Where a filing stands."""
        told = self._told("GET", f"/v1/consignments/{quote(filing, safe='')}")
        return Standing(told["filing"], told["consignment_id"], told["version"], told["status"], told)

    def filings(self, after: str = "0", size: int = 100) -> Page:
        """A page of your filings."""
        return self._page("/v1/consignments", "consignments", after, size)

    def errors(self, after: str = "0", size: int = 100) -> Page:
        """A page of what is wrong with your messages."""
        return self._page("/v1/errors", "errors", after, size)

    def every_error(self, after: str = "0") -> Iterator[Told]:
        """All that is wrong with your messages, from a cursor to now."""
        is_last = False
        while not is_last:
            page = self.errors(after)
            yield from page.rows
            after, is_last = page.next, page.is_last

    def repairs(self, after: str = "0", size: int = 100, state: str = "open") -> Page:
        """A page of what is asked of you, all questions of a filing together."""
        return self._page("/v1/repairs", "repairs", after, size, state=state)

    def mend(self, filing: str, version: int, fields: Mapping[str, Any]) -> Lodged:
        """Answer what is asked of a version of a filing; these fields alone are sent."""
        return self._changed("POST", f"/v1/consignments/{quote(filing, safe='')}/repairs", version, fields)

    def amend(self, filing: str, version: int, fields: Mapping[str, Any]) -> Lodged:
        """Send what changes of a version of a filing, answered or not; the rest stays as it was."""
        return self._changed("PATCH", f"/v1/consignments/{quote(filing, safe='')}", version, fields)

    def cancel(self, filing: str, version: int) -> Lodged:
        """Withdraw a filing, as the version that you looked at."""
        return self._changed("DELETE", f"/v1/consignments/{quote(filing, safe='')}", version, None)

    def versions(self, filing: str) -> list[Told]:
        """Every version of a filing with what became of it, the first one first."""
        told: list[Told] = self._told("GET", f"/v1/consignments/{quote(filing, safe='')}/versions")["versions"]
        return told

    def receipt(self, job: str) -> Told:
        """The signed receipt of a message, or of the file of a job."""
        return self._told("GET", f"/v1/messages/{quote(job, safe='')}/receipt")

    def _changed(self, method: str, path: str, version: int, fields: Mapping[str, Any] | None) -> Lodged:
        body = None if fields is None else json.dumps(fields, ensure_ascii=False).encode()
        told = self._told(method, path, body, {"If-Match": f'"v{version}"'})
        return Lodged(told["fate"], told.get("filing"), told.get("status"), told["receipt"], told)

    def quote(self, filing: Mapping[str, Any]) -> Told:
        """What a filing would cost; nothing is kept."""
        return self._told("POST", "/v1/quotes", json.dumps(filing, ensure_ascii=False).encode())

    def check(self, message: bytes, *, jurisdiction: str = "", on: str = "", form: str = "") -> Told:
        """What would be accepted of a file, and every fault in it; nothing is lodged."""
        asked = {name: value for name, value in {"as": jurisdiction, "on": on, "format": form}.items() if value}
        place = f"/v1/checks?{urlencode(asked)}" if asked else "/v1/checks"
        return self._told("POST", place, message, {"Content-Type": "application/octet-stream"})

    def tell_events(self, events: Sequence[Mapping[str, Any]], *, key: str | None = None) -> Told:
        """Tell what happened to parcels, up to a thousand events; of each: accepted, duplicate, or refused and why."""
        body = json.dumps({"events": list(events)}, ensure_ascii=False).encode()
        return self._told("POST", "/v1/events", body, {"Idempotency-Key": key or uuid4().hex})

    def tell_assertions(self, assertions: Sequence[Mapping[str, Any]]) -> Told:
        """Tell orders, payments or waybills, up to a thousand; of each: accepted, duplicate, or refused and why."""
        return self._told("POST", "/v1/assertions", json.dumps({"assertions": list(assertions)}).encode())

    def lane(self, barcode: str) -> Lane:
        """Which lane a barcode takes."""
        told = self._told("GET", f"/v1/sorter/{quote(barcode, safe='')}")
        return Lane(told["barcode"], told["lane"], told["is_known"])

    def hand_over(self, path: Path, *, form: str | None = None, part_bytes: int = 8 << 20) -> Told:
        """Hand over a file part by part, going on where a part was cut off; gives its job."""
        size, place, at = path.stat().st_size, "", 0
        told: Told = {}
        with path.open("rb") as file:
            digest = hashlib.file_digest(file, "sha256").hexdigest()
            while at < size:
                file.seek(at)
                part = file.read(part_bytes)
                told = self._part(place, part, at, {"Upload-Length": str(size), "Content-SHA256": digest}, form)
                place, at = f"/v1/messages/{told['job']}", told["received"]
        return told

    def job(self, job: str) -> Told:
        """How far a file is, and what became of it."""
        return self._told("GET", f"/v1/jobs/{quote(job, safe='')}")

    def _part(self, place: str, part: bytes, at: int, whole: Mapping[str, str], form: str | None) -> Told:
        heads = {"Content-Type": "application/octet-stream", "Upload-Offset": str(at), **whole}
        if place:
            try:
                return self._told("PATCH", place, part, heads)
            except Problem as told:  # the part before was kept although its answer was lost
                if told.status == 409:  # noqa: PLR2004 - a conflict
                    return self._told("GET", place.replace("/messages/", "/jobs/"))
                raise
        asked = f"?{urlencode({'format': form})}" if form else ""
        return self._told("POST", f"/v1/messages{asked}", part, heads)

    def _page(self, path: str, name: str, after: str, size: int, **more: str) -> Page:
        told = self._told("GET", f"{path}?{urlencode({'after': after, 'size': size, **more})}")
        return Page(told[name], told["next"], told["is_last"])

    def _told(self, method: str, path: str, body: bytes | None = None, heads: Mapping[str, str] | None = None) -> Told:
        """The answer to a call; made again with growing pauses where the service was away or asked for it."""
        given = {"Authorization": f"Bearer {self._key}", "Content-Type": JSON, **(heads or {})}
        for tried in range(1, self._tries + 1):
            pause_s = min(PAUSE_MAX_S, 0.1 * 2**tried) * random.uniform(0.5, 1.0)  # noqa: S311 - so that not all come at once
            try:
                status, asked_s, told = self._once(method, path, body, given)
            except BROKEN:
                self.close()
                if tried == self._tries:
                    raise
            else:
                if status < 400:  # noqa: PLR2004 - below are answers
                    return told
                if status not in AGAIN or tried == self._tries:
                    raise Problem(status, told)
                pause_s = max(pause_s, asked_s)
            self._pause(pause_s)
        raise AssertionError("a call is tried at least once")

    def _once(self, method: str, path: str, body: bytes | None, heads: Mapping[str, str]) -> tuple[int, float, Told]:
        if self._line is None:
            kind = http.client.HTTPSConnection if self._parts.scheme == "https" else http.client.HTTPConnection
            self._line = kind(self._parts.hostname or "", self._parts.port, timeout=self._timeout_s)
        self._line.request(method, self._parts.path.rstrip("/") + path, body, dict(heads))
        answer = self._line.getresponse()
        data = answer.read()
        asked = answer.headers.get("Retry-After", "0")
        try:
            told = json.loads(data)
        except ValueError:
            told = {"title": "The answer is no JSON.", "detail": ""}
        return answer.status, float(asked) if asked.isdecimal() else 0.0, told

    def close(self) -> None:
        """Hang up; the next call dials again."""
        if self._line is not None:
            self._line.close()
            self._line = None
