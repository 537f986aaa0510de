"""Log lines: one JSON object each, with the request's id, and nothing that could be about a person."""

import json
import logging
import sys
import traceback
from contextvars import ContextVar
from datetime import UTC, datetime
from typing import Final

REQUEST_ID: ContextVar[str] = ContextVar("request_id", default="")
OURS: Final = "tidewaiter"
FIELDS: Final = "fields"


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
            "event": str(record.msg),
        }
        if REQUEST_ID.get():
            told["request_id"] = REQUEST_ID.get()
        if record.name.startswith(OURS):
            told |= getattr(record, FIELDS, {})
        if record.exc_info and record.exc_info[0]:
            kind, _, trace = record.exc_info
            told["fault"] = kind.__name__
            told["where"] = [f"{frame.filename}:{frame.lineno}" for frame in traceback.extract_tb(trace)]
        return json.dumps(told, ensure_ascii=True, default=str)


def write_lines(level: int = logging.INFO) -> None:
    """From now on this process writes its log as lines on standard error."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(Lines())
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(logging.WARNING)
    logging.getLogger(OURS).setLevel(level)
