"""Traces: none unless somebody wants them, and then names of routes, never what was called or who."""

import threading
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest

from tidewaiter.model.errors import SettingRefused
from tidewaiter.service import tracing
from tidewaiter.service.log_lines import REQUEST_ID
from tidewaiter.service.tracing import Tracing


@contextmanager
def receiver():
    """A receiver of traces and the bodies it got."""
    bodies = []

    class Taking(BaseHTTPRequestHandler):
        def do_POST(self):
            bodies.append(self.rfile.read(int(self.headers["Content-Length"])))
            self.send_response(200)
            self.end_headers()

        def log_message(self, *_):
            """Nothing."""

    server = HTTPServer(("127.0.0.1", 0), Taking)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/v1/traces", bodies
    server.shutdown()
    server.server_close()


def spans(body):
    told = ExportTraceServiceRequest.FromString(body)
    return [span for place in told.resource_spans for scope in place.scope_spans for span in scope.spans]


def test_nothing_is_traced_unless_somebody_wants_it():
    with Tracing().span("request") as told:
        told["route"] = "v1/x"


def test_a_span_reaches_the_receiver_with_the_words_of_its_log_line():
    tracing_now = Tracing()
    token = REQUEST_ID.set("0123456789abcdef")
    with receiver() as (address, bodies):
        tracing_now.begin(address)
        with tracing_now.span("request") as told:
            told |= {"name": "GET v1/sorter/<barcode>", "route": "v1/sorter/<barcode>", "status": 200}
        tracing_now.end()
    REQUEST_ID.reset(token)

    (span,) = spans(bodies[0])
    fields = {pair.key: pair.value for pair in span.attributes}
    assert span.name == "GET v1/sorter/<barcode>"
    assert fields["status"].int_value == 200
    assert fields["request_id"].string_value == "0123456789abcdef"


def test_a_fault_inside_is_told_without_its_message():
    tracing_now = Tracing()
    with receiver() as (address, bodies):
        tracing_now.begin(address)
        with pytest.raises(ValueError, match="Ada"), tracing_now.span("job"):
            raise ValueError("Ada Example, 1 Sample Street")
        tracing_now.end()

    assert b"Ada" not in b"".join(bodies)
    assert [span.name for span in spans(bodies[0])] == ["job"]


def test_who_wants_traces_without_their_packages_is_told_what_to_install(monkeypatch):
    monkeypatch.setattr(tracing, "NEEDED", "opentelemetry_that_is_not_here.exporter")

    with pytest.raises(SettingRefused, match=r"tidewaiter\[telemetry\]"):
        Tracing().begin("http://127.0.0.1:1/v1/traces")
