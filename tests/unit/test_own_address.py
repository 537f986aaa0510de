"""The address under which this machine reaches its own web server."""

import pytest

from tidewaiter.service.own_address import own_address
from tidewaiter.service.settings import settings


@pytest.mark.parametrize(
    ("host", "tls", "address"),
    [
        ("127.0.0.1", False, "http://127.0.0.1:8080"), ("127.0.0.1", True, "https://127.0.0.1:8080"),
        ("0.0.0.0", False, "http://127.0.0.1:8080"), ("::", False, "http://[::1]:8080"),  # noqa: S104 - the case
        ("fd00::4", True, "https://[fd00::4]:8080"), ("customs.example", True, "https://customs.example:8080"),
    ],
)  # fmt: skip
def test_it_has_the_scheme_that_is_spoken_and_a_host_that_can_be_called(tmp_path, host, tls, address):
    files = {"TIDEWAITER_TLS_CERTIFICATE": "/a.crt", "TIDEWAITER_TLS_KEY": "/a.key"} if tls else {}

    assert own_address(settings({"TIDEWAITER_HOME": str(tmp_path), "TIDEWAITER_HOST": host, **files})) == address
