"""The demonstration from one command to a person at the desk, and its end."""

import json
import os
import re
import subprocess
import sys
from http.cookiejar import CookieJar
from urllib.error import HTTPError
from urllib.parse import urlencode
from urllib.request import HTTPCookieProcessor, build_opener

import pytest

pytestmark = pytest.mark.slow


def _run(*words, **environment):
    return subprocess.run(
        [sys.executable, "-m", "tidewaiter", *words],
        env={**os.environ, **environment}, capture_output=True, text=True, check=False, timeout=600,
    )  # fmt: skip


def test_a_demonstration_is_left_running_with_an_account_for_each_role(own_server, tmp_path):
    told = _run("demo", "--parcels", "300", "--to", str(tmp_path / "demo"), "--serve", "--port", "18310", "--json")
    assert told.returncode == 0, told.stderr
    service = json.loads(told.stdout)["service"]
    home = str(tmp_path / "demo" / "service")
    try:
        by_name = {one["name"]: one for one in service["accounts"]}
        page = _enter(service["address"], "officer", by_name["officer"]["password"])
        assert int(re.search(r"([\d,]+) cases?, the most urgent", page).group(1).replace(",", "")) > 0
        with pytest.raises(HTTPError) as refused:
            _enter(service["address"], "officer", "not the password")
        assert refused.value.code == 401
    finally:
        ended = _run("serve", "--stop", TIDEWAITER_HOME=home)
    assert "Stopped." in ended.stdout
    assert _run("db", "status", TIDEWAITER_HOME=home).returncode == 1


def _enter(address, name, password):
    browser = build_opener(HTTPCookieProcessor(CookieJar()))
    form = browser.open(f"{address}/sign-in", timeout=60).read().decode()
    mark = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', form).group(1)
    told = urlencode({"csrfmiddlewaretoken": mark, "name": name, "password": password, "code": ""}).encode()
    return browser.open(f"{address}/sign-in", told, timeout=60).read().decode()
