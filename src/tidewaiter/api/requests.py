"""Every request is followed: one id from its first line to its last, a log line, a count, a duration."""

import logging
import re
from collections.abc import Callable
from time import perf_counter
from typing import Final
from uuid import uuid4

from django.http import HttpRequest, HttpResponse, JsonResponse
from prometheus_client import Counter, Histogram

from tidewaiter.service.log_lines import FIELDS, REQUEST_ID
from tidewaiter.service.tracing import TRACING, Fields

HEADER: Final = "X-Request-Id"
FIT: Final = re.compile(r"[A-Za-z0-9-]{8,64}")
UNKNOWN: Final = "unknown"
BROKEN: Final = 500

LOG: Final = logging.getLogger("tidewaiter.requests")
REQUESTS: Final = Counter("tidewaiter_requests", "Requests answered.", ("route", "method", "status"))
SECONDS: Final = Histogram("tidewaiter_request_seconds", "Seconds from request to answer.", ("route",))


class Followed:
    """Middleware: names a route by its pattern, never by the address called, which may hold somebody's number."""

    def __init__(self, answer: Callable[[HttpRequest], HttpResponse]) -> None:
        self.answer = answer

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer, with the id in the head of the answer; an id that came along is kept where it is plain."""
        began, asked = perf_counter(), request.headers.get(HEADER, "")
        name = asked if FIT.fullmatch(asked) else uuid4().hex
        token = REQUEST_ID.set(name)
        try:
            with TRACING.span("request") as span:
                response = self.answer(request)
                span.update(self._note(request, response, perf_counter() - began))
        finally:
            REQUEST_ID.reset(token)
        response.headers[HEADER] = name
        return response

    def process_exception(self, _request: HttpRequest, error: Exception) -> HttpResponse:
        """A fault of ours: its place goes to the log, its id to who asked."""
        LOG.error("a request failed", exc_info=error)
        return JsonResponse(
            {"title": "This is a fault of the service.", "status": BROKEN, "request_id": REQUEST_ID.get()},
            status=BROKEN,
            content_type="application/problem+json",
        )

    @staticmethod
    def _note(request: HttpRequest, response: HttpResponse, took_s: float) -> Fields:
        match = request.resolver_match
        route, method = (match.route if match else UNKNOWN), _method(request)
        REQUESTS.labels(route, method, str(response.status_code)).inc()
        SECONDS.labels(route).observe(took_s)
        fields: Fields = {"route": route, "method": method, "status": response.status_code}
        fields["ms"] = round(took_s * 1000, 2)
        LOG.info("request", extra={FIELDS: fields})
        return {**fields, "name": f"{method} {route}"}


METHODS: Final = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})


def _method(request: HttpRequest) -> str:
    """A caller may send any word as its method: only known ones become labels."""
    return request.method if request.method in METHODS else UNKNOWN
