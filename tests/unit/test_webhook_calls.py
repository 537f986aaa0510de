"""Calls of webhooks: where they may go, how they are signed, when they end."""

import contextlib
import socket
import threading
import time
from ipaddress import IPv4Address

import pytest

from tidewaiter.model.errors import AddressRefused, NotGenuine
from tidewaiter.service.webhooks.addresses import Target, target
from tidewaiter.service.webhooks.sending import send
from tidewaiter.service.webhooks.signing import new_secret, require_genuine, signature, signed_headers


@pytest.mark.parametrize(
    ("url", "numbers"),
    [
        ("http://example.org/", ["93.184.216.34"]),
        ("https://user@example.org/", ["93.184.216.34"]),
        ("https://example.org/#there", ["93.184.216.34"]),
        ("https://exa mple.org/", ["93.184.216.34"]),
        ("ftp://example.org/", ["93.184.216.34"]),
        ("https:///path", ["93.184.216.34"]),
        ("https://example.org:99999/", ["93.184.216.34"]),
        ("https://example.org/", []),
        ("https://example.org/", ["93.184.216.34", "10.0.0.1"]),
        *(
            ("https://example.org/", [number])
            for number in (
                "127.0.0.1", str(IPv4Address(0)), "10.1.2.3", "172.16.0.1", "192.168.1.1", "169.254.169.254",
                "100.64.0.1", "192.0.0.8", "198.18.0.1", "224.0.0.1", "255.255.255.255", "::1", "::", "fe80::1%eth0",
                "fc00::1", "fd00:ec2::254", "ff02::1", "::ffff:127.0.0.1", "::ffff:169.254.169.254", "::127.0.0.1",
                "2002:7f00:1::", "2002:a9fe:a9fe::1", "64:ff9b::7f00:1", "64:ff9b::a9fe:a9fe", "64:ff9b:1::a00:1",
                "2001:0:7f00:1::", "2001:db8::1",
            )
        ),
    ],
)  # fmt: skip
def test_an_address_that_is_not_public_is_refused(url, numbers):
    with pytest.raises(AddressRefused):
        target(url, (), lambda _host, _port: numbers)


@pytest.mark.parametrize("number", ["93.184.216.34", "2606:2800:220:1:248:1893:25c8:1946"])
def test_a_public_address_is_called_by_the_number_that_was_looked_up(number):
    found = target("https://example.org/hook?a=1", (), lambda _host, _port: [number])

    assert (found.host, found.port, found.number, found.path) == ("example.org", 443, number, "/hook?a=1")


def test_a_message_that_was_changed_or_is_old_is_not_genuine():
    key = new_secret()
    headers = signed_headers("msg_1", 1_000_000, b"{}", [key])

    require_genuine(headers, b"{}", key, 1_000_300)
    for body, secret, now in ((b"{ }", key, 1_000_000), (b"{}", new_secret(), 1_000_000), (b"{}", key, 1_000_301)):
        with pytest.raises(NotGenuine):
            require_genuine(headers, body, secret, now)
    with pytest.raises(NotGenuine):
        require_genuine({}, b"{}", key, 1_000_000)


def test_the_published_example_of_the_scheme_is_signed_the_same():
    """Given in the specification of Standard Webhooks 1.0."""
    key = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
    body = b'{"test": 2432232314}'

    assert signature("msg_p5jXN8AQM9LWM0D4loKWxJek", 1614265330, body, key) == (
        "g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="
    )


def test_a_receiver_that_never_ends_is_cut_off():
    with socket.create_server(("127.0.0.1", 0)) as server:

        def drip():
            connection, _ = server.accept()
            with connection, contextlib.suppress(OSError):
                for _ in range(100):
                    connection.sendall(b"H")
                    time.sleep(0.05)

        threading.Thread(target=drip, daemon=True).start()
        began = time.monotonic()
        told = send(Target("http", "x", server.getsockname()[1], "127.0.0.1", "/"), {}, b"{}", whole_s=0.5)

    assert (told.status, told.fault) == (None, "took too long")
    assert time.monotonic() - began < 3
