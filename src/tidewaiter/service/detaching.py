"""Use case: the service in the background: started, and back when requests may come in."""

import json
import os
import subprocess
import sys
import time
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Final
from urllib.error import HTTPError, URLError

from tidewaiter.model.errors import EnvironmentFault
from tidewaiter.service.own_address import look, own_address
from tidewaiter.service.settings import home_folder, settings

LOG: Final = "serve.log"
READY_S: Final = 180.0
LOOK_S: Final = 0.2


def serve_detached(port: int | None = None, environment: Mapping[str, str] | None = None) -> str:
    """Start ``tidewaiter serve`` in a session of its own; gives its address once ``/readyz`` answers.

    What it says goes to ``serve.log`` of the home folder. One that ends at once is told with its last words; one that
    stays unready is left running, and told with what it lacks.
    """
    told = dict(os.environ if environment is None else environment)
    if port is not None:
        told["TIDEWAITER_PORT"] = str(port)
    home = Path(told.get("TIDEWAITER_HOME") or home_folder())
    home.mkdir(parents=True, exist_ok=True)
    known = settings(told)
    address = own_address(known)
    with (home / LOG).open("ab") as log:
        began = log.tell()
        process = subprocess.Popen(
            [sys.executable, "-m", "tidewaiter", "serve"],
            env=told, stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True,
        )  # fmt: skip
    _await(process, address, home / LOG, began)
    return address


def _await(process: "subprocess.Popen[bytes]", address: str, log: Path, began: int) -> None:
    until, lacks = time.monotonic() + READY_S, ""
    while time.monotonic() < until:
        if process.poll() is not None:
            raise EnvironmentFault(f"The service ended at once. {_last_words(log, began)}")
        try:
            with look(f"{address}/readyz", 5):
                if process.poll() is None:
                    return
        except HTTPError as answer:
            with suppress(ValueError, KeyError):
                checks = json.load(answer)["checks"]
                lacks = " ".join(check["told"] for check in checks if check["state"] == "unready")
        except (URLError, OSError):
            pass
        time.sleep(LOOK_S)
    raise EnvironmentFault(f"The service runs at {address} and is not ready. {lacks} What it said: {log}")


def _last_words(log: Path, began: int) -> str:
    with log.open("rb") as file:
        file.seek(began)
        lines = file.read().decode("utf-8", "replace").splitlines()
    return " ".join(line for line in lines if not line.startswith("{"))[-500:] if lines else f"See {log}"
