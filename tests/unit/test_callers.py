"""Who called: words of proxies are believed of listed ones alone, and read from their end."""

from ipaddress import ip_network

import pytest

from tidewaiter.service.callers import Caller, caller_of, network_of
from tidewaiter.service.settings import read_settings
from tidewaiter.site.behind import Behind

PROXIES = (ip_network("10.1.0.0/16"), ip_network("fd00::/8"))


@pytest.mark.parametrize(
    ("remote", "told", "caller"),
    [
        ("198.51.100.7", "203.0.113.9", "198.51.100.7"),
        ("10.1.0.4", "203.0.113.9", "203.0.113.9"),
        ("10.1.0.4", "192.0.2.1, 203.0.113.9", "203.0.113.9"),
        ("10.1.0.4", "192.0.2.1, 203.0.113.9, 10.1.0.5", "203.0.113.9"),
        ("10.1.0.4", "10.1.0.9,10.1.0.5", "10.1.0.9"),
        ("10.1.0.4", "", "10.1.0.4"),
        ("10.1.0.4", "192.0.2.1, unknown, 10.1.0.5", "10.1.0.5"),
        ("10.1.0.4", "203.0.113.9:51234", "203.0.113.9"),
        ("10.1.0.4", '"[2001:db8::7]:51234"', "2001:db8::7"),
        ("::ffff:10.1.0.4", "::ffff:203.0.113.9", "203.0.113.9"),
        ("fd00::4", "2001:db8::7", "2001:db8::7"),
        ("", "203.0.113.9", ""),
        ("unix:", "203.0.113.9", "unix:"),
    ],
)
def test_the_caller_is_the_last_that_is_no_proxy(remote, told, caller):
    assert caller_of(remote, told, "", "", PROXIES).address == caller


def test_scheme_and_host_are_those_of_the_nearest_proxy():
    assert caller_of("10.1.0.4", "203.0.113.9", "http, HTTPS", "evil.example, customs.example", PROXIES) == Caller(
        "203.0.113.9", "https", "customs.example"
    )
    assert caller_of("203.0.113.9", "10.1.0.4", "https", "customs.example", PROXIES) == Caller("203.0.113.9")


@pytest.mark.parametrize(
    ("address", "counted"),
    [
        ("203.0.113.9", "203.0.113.9"), ("::ffff:203.0.113.9", "203.0.113.9"), ("", ""), ("unix:", "unix:"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"), ("2001:db8:1:2:ffff::", "2001:db8:1:2::/64"),
    ],
)  # fmt: skip
def test_a_household_of_ipv6_is_one_caller(address, counted):
    assert network_of(address) == counted


@pytest.mark.parametrize(
    ("scheme", "days", "said"), [("https", 30, "max-age=2592000"), ("https", 0, None), ("http", 30, None)]
)
def test_only_an_answer_by_https_says_to_come_by_nothing_else(scheme, days, said):
    seen = {}

    def application(environ, start):
        seen.update(environ)
        start("200 OK", [("X-One", "1")])
        return [b""]

    heads = []
    asked = {
        "REMOTE_ADDR": "10.1.0.4", "HTTP_X_FORWARDED_PROTO": scheme, "HTTP_X_FORWARDED_FOR": "203.0.113.9",
        "HTTP_X_FORWARDED_HOST": "customs.example", "wsgi.url_scheme": "http",
    }  # fmt: skip
    list(Behind(application, PROXIES, days)(asked, lambda _status, headers: heads.extend(headers)))

    assert dict(heads).get("Strict-Transport-Security") == said
    assert (seen["REMOTE_ADDR"], seen["wsgi.url_scheme"], seen["HTTP_HOST"]) == (
        "203.0.113.9",
        scheme,
        "customs.example",
    )
    assert not [name for name in seen if name.startswith("HTTP_X_FORWARDED")]


def test_what_a_stranger_forwards_is_dropped():
    seen = {}

    def application(environ, start):
        seen.update(environ)
        return []

    asked = {"REMOTE_ADDR": "203.0.113.9", "HTTP_HOST": "customs.example", "wsgi.url_scheme": "http"}
    forged = {"HTTP_X_FORWARDED_FOR": "10.1.0.4", "HTTP_X_FORWARDED_PROTO": "https", "HTTP_X_FORWARDED_HOST": "evil"}
    Behind(application, PROXIES, 30)({**asked, **forged}, lambda *_: None)

    assert seen == asked


@pytest.mark.parametrize("name", ["TIDEWAITER_TLS_CERTIFICATE", "TIDEWAITER_TLS_KEY"])
def test_a_certificate_and_its_key_are_set_together(tmp_path, name):
    _, faults = read_settings({"TIDEWAITER_HOME": str(tmp_path), name: "/some/file"})

    assert len(faults) == 1
    assert "both, or neither" in faults[0]


def test_proxies_are_networks(tmp_path):
    _, faults = read_settings({"TIDEWAITER_HOME": str(tmp_path), "TIDEWAITER_PROXIES": "10.1.0.4, nginx"})

    assert len(faults) == 1
    assert "networks between commas" in faults[0]
