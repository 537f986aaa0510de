"""Webhooks over HTTP: each filer its own, the secret once, pages and replays."""

import pytest

from tests.builders_batcher import MOMENT

URL = "https://93.184.216.34/hook"


@pytest.fixture
def key(keys):
    return keys("F1", "webhooks")


@pytest.fixture
def hook(api, key):
    return api("POST", "/v1/webhooks", key, b'{"url": "%s", "kinds": ["filing.released"]}' % URL.encode()).json()


def test_an_address_is_named_and_its_secret_told_once(api, key, hook):
    (listed,) = api("GET", "/v1/webhooks", key).json()["webhooks"]
    found = api("GET", f"/v1/webhooks/{hook['id']}", key).json()

    assert hook["secret"].startswith("whsec_")
    assert listed == found
    assert (found["url"], found["kinds"], "secret" in found) == (URL, ["filing.released"], False)


def test_a_secret_is_changed_an_address_removed(api, key, hook):
    changed = api("POST", f"/v1/webhooks/{hook['id']}/secret", key, b"{}").json()["secret"]
    removed = api("DELETE", f"/v1/webhooks/{hook['id']}", key)

    assert changed.startswith("whsec_") != (changed == hook["secret"])
    assert removed.status_code == 204
    assert api("GET", "/v1/webhooks", key).json()["webhooks"] == []
    assert api("DELETE", f"/v1/webhooks/{hook['id']}", key).status_code == 404


def test_another_filer_finds_nothing(api, keys, hook):
    other = keys("F2", "webhooks")
    place = f"/v1/webhooks/{hook['id']}"
    answers = [
        api("GET", place, other), api("DELETE", place, other), api("POST", f"{place}/secret", other, b"{}"),
        api("POST", f"{place}/enable", other, b"{}"), api("GET", f"{place}/deliveries", other),
        api("POST", f"{place}/replay", other, b'{"since": "2026-01-01T00:00:00Z"}'),
    ]  # fmt: skip

    assert [one.status_code for one in answers] == [404] * 6


def test_deliveries_are_told_page_by_page_and_again(api, key, hook, as_app):
    from tidewaiter.exchange import outbox
    from tidewaiter.service.outbox import tell
    from tidewaiter.store.access import acting

    with acting("service", ["service"]):
        for number in range(3):
            tell(as_app, "filing.released", f"F{number}", {}, "F1")
        outbox.deal(as_app, MOMENT)
    place = f"/v1/webhooks/{hook['id']}"
    first = api("GET", f"{place}/deliveries?size=2", key).json()
    second = api("GET", f"{place}/deliveries?size=2&after={first['next']}", key).json()
    again = api("POST", f"{place}/replay", key, b'{"delivery": "%s"}' % first["deliveries"][0]["id"].encode())

    assert [one["subject"] for one in first["deliveries"] + second["deliveries"]] == ["F0", "F1", "F2"]
    assert (first["is_last"], second["is_last"]) == (False, True)
    assert (again.status_code, again.json()) == (202, {"deliveries": 0})


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b'{"url": "http://example.org/"}', 422),
        (b'{"url": "https://127.0.0.1/"}', 422),
        (b'{"url": "https://[::ffff:127.0.0.1]/"}', 422),
        (b'{"url": "https://93.184.216.34/", "secret": "mine"}', 422),
        (b'{"url": "https://93.184.216.34/", "kinds": ["Filing"]}', 422),
        (b'{"url": 5}', 422),
        (b"{", 422),
        (b"\xff", 422),
    ],
)
def test_what_cannot_be_an_address_is_told_so(api, key, body, status):
    answer = api("POST", "/v1/webhooks", key, body)

    assert (answer.status_code, answer["Content-Type"]) == (status, "application/problem+json")
    assert api("GET", "/v1/webhooks", key).json()["webhooks"] == []


def test_a_key_that_was_not_made_for_it_is_refused(api, keys):
    assert api("GET", "/v1/webhooks", keys("F1", "lodge")).status_code == 403
