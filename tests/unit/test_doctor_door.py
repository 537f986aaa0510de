"""The doctor at the door: a certificate that does not serve, proxies that hold callers, a door without TLS."""

from datetime import UTC, datetime, timedelta

import pytest

from tests.builders_proxy import certificate
from tidewaiter.service.doctor_door import of_door
from tidewaiter.service.settings import settings

NOW = datetime(2026, 11, 27, tzinfo=UTC)
NAMED = {"TIDEWAITER_HOSTS": "localhost,customs.example"}


def _found(tmp_path, now=NOW, **told):
    known = settings(
        {"TIDEWAITER_HOME": str(tmp_path), **{f"TIDEWAITER_{name}": str(text) for name, text in told.items()}}
    )
    return {one.name: one for one in of_door(known, now)}


def _tls(tmp_path, *names, **more):
    crt, key = certificate(tmp_path / "tls", *(names or ("customs.example", "127.0.0.1")), days=90, now=NOW)
    return _found(tmp_path, TLS_CERTIFICATE=more.get("crt", crt), TLS_KEY=more.get("key", key),
                  HOSTS="localhost,customs.example", now=more.get("now", NOW))["tls"]  # fmt: skip


def test_a_certificate_that_serves_is_told_with_its_end(tmp_path):
    found = _tls(tmp_path)

    assert found.is_sound
    assert "2027-02-25" in found.told


def test_a_certificate_for_all_names_below_one_serves_for_each(tmp_path):
    assert _tls(tmp_path, "*.example").is_sound


@pytest.mark.parametrize(("days", "is_sound"), [(75, True), (76, False), (91, False)])
def test_a_certificate_is_renewed_two_weeks_before_its_end(tmp_path, days, is_sound):
    assert _tls(tmp_path, now=NOW + timedelta(days=days)).is_sound is is_sound


def test_each_fault_of_a_certificate_is_told(tmp_path):
    _, other = certificate(tmp_path / "other", "customs.example", now=NOW)
    open_key = certificate(tmp_path / "open", "customs.example", now=NOW)
    open_key[1].chmod(0o644)
    (tmp_path / "no.pem").write_text("no certificate")

    told = {
        "names": _tls(tmp_path, "elsewhere.example"),
        "other": _tls(tmp_path, key=other),
        "open": _tls(tmp_path, crt=open_key[0], key=open_key[1]),
        "text": _tls(tmp_path, crt=tmp_path / "no.pem"),
        "absent": _tls(tmp_path, crt=tmp_path / "absent.pem"),
    }

    assert not [name for name, one in told.items() if one.is_sound or not one.mend]
    for name, word in (("names", "customs.example"), ("other", "is not the key"), ("open", "open to others"),
                       ("text", "is not what"), ("absent", "cannot be read")):  # fmt: skip
        assert word in told[name].told


@pytest.mark.parametrize(
    ("networks", "hosts", "is_sound"),
    [
        ("10.1.0.4/32", "customs.example", True), ("0.0.0.0/0", "customs.example", False),
        ("10.0.0.0/8,::/0", "customs.example", False), ("10.1.0.4/32", "localhost", False),
    ],
)  # fmt: skip
def test_proxies_hold_no_callers_and_come_with_a_name(tmp_path, networks, hosts, is_sound):
    assert _found(tmp_path, PROXIES=networks, HOSTS=hosts)["proxies"].is_sound is is_sound


@pytest.mark.parametrize(
    ("host", "proxies", "is_sound"),
    [("127.0.0.1", "", True), ("0.0.0.0", "", False), ("0.0.0.0", "10.1.0.4/32", True), ("::1", "", True)],  # noqa: S104 - the case
)
def test_a_door_to_other_machines_has_tls(tmp_path, host, proxies, is_sound):
    assert _found(tmp_path, HOST=host, PROXIES=proxies)["door"].is_sound is is_sound
