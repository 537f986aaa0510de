"""Traces for who watches many services: off unless ``TIDEWAITER_TRACES`` names where to send them.

A span has the name of a route or a job and the fields that a log line has: never an address called, never a person.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from typing import Any, Final

from tidewaiter.model.errors import SettingRefused
from tidewaiter.service.log_lines import REQUEST_ID

SERVICE: Final = "tidewaiter"
NEEDED: Final = "opentelemetry.exporter.otlp.proto.http"

Fields = dict[str, str | int | float]


class Tracing:
    """Where spans go: nowhere, until ``begin``."""

    def __init__(self) -> None:
        self._tracer: Any = None
        self._provider: Any = None

    def begin(self, address: str) -> None:
        """Send spans to an OTLP receiver (``http://host:4318/v1/traces``) from now on, in a thread of their own.

        ``SettingRefused`` where the packages for it are not installed.
        """
        if not is_installed():
            raise SettingRefused(
                "TIDEWAITER_TRACES is set, and the packages for traces are not installed: "
                "pip install 'tidewaiter[telemetry]'."
            )
        from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter  # noqa: PLC0415 - only where traces are wanted
        from opentelemetry.sdk.resources import Resource  # noqa: PLC0415 - only where traces are wanted
        from opentelemetry.sdk.trace import TracerProvider  # noqa: PLC0415 - only where traces are wanted
        from opentelemetry.sdk.trace.export import BatchSpanProcessor  # noqa: PLC0415 - only where traces are wanted

        self._provider = TracerProvider(resource=Resource({"service.name": SERVICE}))
        self._provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter(endpoint=address)))
        self._tracer = self._provider.get_tracer(SERVICE)

    def end(self) -> None:
        """Send what waits, then nothing more."""
        if self._provider is not None:
            self._provider.shutdown()
        self._tracer = self._provider = None

    @contextmanager
    def span(self, name: str) -> Iterator[Fields]:
        """What is done inside is one span; the fields put into what is yielded are told with it."""
        fields: Fields = {}
        if self._tracer is None:
            yield fields
            return
        with self._tracer.start_as_current_span(name, record_exception=False, set_status_on_exception=False) as span:
            try:
                yield fields
            finally:
                if "name" in fields:
                    span.update_name(str(fields.pop("name")))
                span.set_attributes({**fields, "request_id": REQUEST_ID.get()})


TRACING: Final = Tracing()


def is_installed() -> bool:
    """Whether the packages for traces are here."""
    try:
        return find_spec(NEEDED) is not None
    except ModuleNotFoundError:
        return False
