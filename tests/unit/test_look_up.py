"""A name has its time to be looked up."""

import threading

import pytest

from tidewaiter.model.errors import AddressRefused
from tidewaiter.service.webhooks import addresses


def test_a_name_that_is_looked_up_for_ever_is_given_up(monkeypatch):
    ends = threading.Event()
    monkeypatch.setattr(addresses, "LOOK_UP_S", 0.1)
    monkeypatch.setattr(addresses.socket, "getaddrinfo", lambda *_asked, **_more: ends.wait(30) and [])
    with pytest.raises(AddressRefused, match="cannot be looked up"):
        addresses.target("https://slow.example/hook")
    ends.set()
