"""Log lines: one JSON object each, with the request's id, and nothing that could be about a person."""

import json
import logging
import re
import sys
import traceback
from contextvars import ContextVar
from datetime import UTC, datetime
from typing import Final

REQUEST_ID: ContextVar[str] = ContextVar("request_id", default="")
OURS: Final = "tidewaiter"
FIELDS: Final = "fields"
VALUE: Final = re.compile(r"%(?:\([^)]*\))?[-#0 +]*\d*(?:\.\d+)?[a-zA-Z]|\{[^}]*\}")
"""Where a wording of another library has a value."""


class Lines(logging.Formatter):
    """A record as JSON. Of other libraries only the wording is taken, without values: they may hold names.

    Of an exception come its kind and where it happened, never its message, which often quotes a row.
    """

    def format(self, record: logging.LogRecord) -> str:
        """One line."""
        told: dict[str, object] = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "event": _event(record),
        }
        if isinstance(status := getattr(record, "status_code", None), int):
            told["status"] = status
        if REQUEST_ID.get():
            told["request_id"] = REQUEST_ID.get()
        if record.name.startswith(OURS):
            told |= getattr(record, FIELDS, {})
        if record.exc_info and record.exc_info[0]:
            kind, _, trace = record.exc_info
            told["fault"] = kind.__name__
            told["where"] = [f"{frame.filename}:{frame.lineno}" for frame in traceback.extract_tb(trace)]
        return json.dumps(told, ensure_ascii=True, default=str)


def _event(record: logging.LogRecord) -> str:
    """What happened, in the wording without its values; a wording that is nothing but values says where it is from."""
    wording = str(record.msg)
    if any(letter.isalpha() for letter in VALUE.sub("", wording)):
        return wording
    return f"{record.levelname.lower()} of {record.name}"


def write_lines(level: int = logging.INFO) -> None:
    """From now on this process writes its log as lines on standard error."""
    logging.logThreads = logging.logProcesses = logging.logMultiprocessing = False
    logging._srcfile = None  # noqa: SLF001 - the manual's way: no line asks where it was written
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(Lines())
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(logging.WARNING)
    logging.getLogger(OURS).setLevel(level)
