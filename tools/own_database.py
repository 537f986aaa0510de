"""A plug-in of pytest: each worker takes the database server that was started for it."""

import os
from typing import Final

import pytest

OF_WORKERS: Final = "DATABASES_OF_WORKERS"
"""Addresses of servers with a space between, one for each worker."""
OF_TESTS: Final = "TIDEWAITER_TEST_DATABASE_URL"


def pytest_configure(config: pytest.Config) -> None:
    """Name the worker's own server to its tests, before the first of them runs."""
    worker = getattr(config, "workerinput", None)
    if worker is not None:
        number = int(str(worker["workerid"]).removeprefix("gw"))
        os.environ[OF_TESTS] = os.environ[OF_WORKERS].split()[number]
