"""The site as it is served, behind a proxy and with TLS of its own: who called, by what, and what a browser is told."""

import re
import ssl
from urllib.parse import urlencode
from urllib.request import Request, urlopen

import pytest

from tests.builders_accounts import PASSWORD
from tests.builders_proxy import ask, certificate, proxy
from tests.builders_site import served

HOST = "customs.example"
THROTTLED, REFUSED, ENTERED = 429, 401, 302
MARK = re.compile(r'name="csrfmiddlewaretoken" value="([^"]+)"')


@pytest.fixture
def site(database, tmp_path):
    """A site that believes proxies at 127.0.0.1 and is called by a name."""
    with served(
        database, tmp_path, 2, TIDEWAITER_PROXIES="127.0.0.1/32", TIDEWAITER_HOSTS=f"{HOST},127.0.0.1"
    ) as found:
        yield int(found.address.rpartition(":")[2])


def _enter(port, name="olga", password=PASSWORD, source="127.0.0.2", origin=f"https://{HOST}", **heads):
    """Fill the form of the sign-in as a browser does."""
    form = ask(port, "GET", "/sign-in", source=source, Host=HOST, **heads)
    (mark,) = MARK.findall(form[2])
    cookie = form.head("set-cookie")[0].partition(";")[0]
    body = urlencode({"csrfmiddlewaretoken": mark, "name": name, "password": password, "code": ""})
    more = {"Origin": origin, "Cookie": cookie, "Content-Type": "application/x-www-form-urlencoded", "Host": HOST}
    return ask(port, "POST", "/sign-in", body, source, **more, **heads)


@pytest.mark.parametrize("as_line", [False, True])
def test_a_person_signs_in_through_a_proxy_and_his_cookie_is_for_https_alone(site, as_line):
    with proxy(site, as_line=as_line) as port:
        answer = _enter(port)
        strange = _enter(port, origin="https://elsewhere.example")

    assert answer[0] == ENTERED
    (cookie,) = [one for one in answer.head("set-cookie") if one.startswith("tidewaiter_session=")]
    assert {"Secure", "HttpOnly", "SameSite=Lax"} <= {part.strip() for part in cookie.split(";")}
    assert answer.head("strict-transport-security") == ["max-age=31536000"]
    assert strange[0] == 403


@pytest.mark.parametrize("as_line", [False, True])
def test_who_guesses_is_slowed_down_by_his_own_address_whatever_he_forwards(site, as_line):
    with proxy(site, as_line=as_line) as port:
        guessed = [_enter(port, password="wrong", X_Forwarded_For=f"192.0.2.{nth}")[0] for nth in range(9)]  # noqa: S106 - of nobody
        colleague = _enter(port, source="127.0.0.3")[0]

    assert guessed == [REFUSED] * 8 + [THROTTLED]
    assert colleague == ENTERED


def test_who_is_no_proxy_is_not_believed(site):
    forged = {"X_Forwarded_For": "192.0.2.1", "X_Forwarded_Proto": "https", "X_Forwarded_Host": "127.0.0.1"}

    direct = ask(site, "GET", "/sign-in", source="127.0.0.9", Host=HOST, **forged)
    guessed = [
        _enter(site, password="wrong", source="127.0.0.9", origin=f"http://{HOST}", X_Forwarded_For=f"192.0.2.{nth}")[0]  # noqa: S106 - of nobody
        for nth in range(9)
    ]

    assert direct.head("strict-transport-security") == []
    assert guessed == [REFUSED] * 8 + [THROTTLED]


def test_the_site_speaks_tls_itself(database, tmp_path):
    crt, key = certificate(tmp_path / "tls", "127.0.0.1")
    told = {"TIDEWAITER_TLS_CERTIFICATE": str(crt), "TIDEWAITER_TLS_KEY": str(key), "TIDEWAITER_HSTS_DAYS": "1"}
    with served(database, tmp_path / "home", 2, **told) as found:
        trusting = ssl.create_default_context(cafile=str(crt))
        with urlopen(Request(f"{found.address}/sign-in"), context=trusting, timeout=30) as answer:  # noqa: S310 - our own address
            heads = answer.headers

    assert found.address.startswith("https:")
    assert heads["Strict-Transport-Security"] == "max-age=86400"
    assert "Secure" in heads["Set-Cookie"]
