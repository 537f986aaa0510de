"""Checking a message before it is lodged: what would be accepted, and every fault; nothing is kept."""

from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Lock
from typing import Final

from django.db import connection
from django.http import HttpResponse

from tidewaiter.api.calls import JSON, Call, body_of, json_response
from tidewaiter.api.described import Given, Operation, Reply, Schema
from tidewaiter.api.problems import Problem
from tidewaiter.api.schemas import ref
from tidewaiter.kit.format import CANONICAL
from tidewaiter.model.errors import Unavailable, WrongUse
from tidewaiter.service import discovery
from tidewaiter.service.file_check import check_file
from tidewaiter.service.settings import home_folder

CHECK_MAX: Final = 1 << 20
"""Bytes of a message that is checked here; larger ones by ``tidewaiter formats check``."""
NAME: Final = "message"
WAIT_S: Final = 10
BUSY: Final = "Another message is being checked just now. Send it again in a moment."
ASKED: Final = {"as": "Whose law it is checked by; without it the form alone is.", "on": "The day of the check."}
_ONE_AT_A_TIME: Final = Lock()


def check(call: Call) -> HttpResponse:
    """Every fault of a message, as ``tidewaiter formats check --json`` tells them."""
    asked = call.request.GET
    unknown = [name for name in asked if name not in {*ASKED, "format", "name"}]
    if unknown:
        faults = [{"parameter": name[:80], "value": "", "message": "There is no such parameter."} for name in unknown]
        raise Problem(422, "The query cannot be read.", errors=faults)
    form = asked.get("format")
    if form is not None and form not in {CANONICAL, *discovery.sender_sheets(None)}:
        raise WrongUse("No format is called so here. Leave it out, and the format is guessed.")
    body = body_of(call, CHECK_MAX, KINDS)
    connection.close()  # nobody holds one while he reads
    if not _ONE_AT_A_TIME.acquire(timeout=WAIT_S):
        raise Unavailable(BUSY)
    try:
        with TemporaryDirectory(prefix="tidewaiter-") as folder:
            path = Path(folder) / _name(asked.get("name", ""))
            path.write_bytes(body)
            told = check_file(path, sheet=form, jurisdiction=asked.get("as"), on=asked.get("on"), home=home_folder())
    finally:
        _ONE_AT_A_TIME.release()
    return json_response({"consignments": dict(told.consignments), "faults": [one.checked() for one in told.faults]})


KINDS: Final = ("application/octet-stream", "text/csv", "application/xml", "application/x-ndjson", JSON)


def _name(told: str) -> str:
    """The last part of what the file is called, where that is a plain name."""
    return told if told and told.replace(".", "").replace("_", "").replace("-", "").isalnum() else NAME


def operations(given: Sequence[Given], kinds: dict[str, Schema]) -> tuple[Operation, ...]:
    """The address of checks; ``given`` are the parameters of files, ``kinds`` the bodies."""
    of_file = tuple(one for one in given if one.place == "query")
    own = (
        Given("as", "query", ASKED["as"], {"type": "string", "pattern": "^[A-Z]{2}(/[A-Z]{2})?$"}),
        Given("on", "query", ASKED["on"], {"type": "string", "format": "date"}),
    )
    return (
        Operation(
            "check", "POST", "/v1/checks",
            "What would be accepted of a message, and every fault in it; nothing is lodged.", check, "lodge",
            {200: Reply("What is wrong with it.", ref("Checked"))}, (*of_file, *own),
            {**kinds, JSON: {}}, (413, 415, 422, 503),
        ),
    )  # fmt: skip
