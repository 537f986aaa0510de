"""Passkeys in Chromium with a virtual authenticator, and a way in by an issuer."""

import pytest
from axe_playwright_python.sync_playwright import Axe

from tests.browser.test_pages import RULES
from tests.browser.test_site import WAYS
from tests.builders_accounts import PASSWORD
from tests.builders_database import FAST, migrated, new_name, removed, server
from tests.builders_issuer import CLIENT, SECRET, issuer
from tests.builders_site import served
from tidewaiter.store.postgres import Options

DEVICE = {
    "protocol": "ctap2", "transport": "internal", "hasResidentKey": True, "hasUserVerification": True,
    "isUserVerified": True, "automaticPresenceSimulation": True,
}  # fmt: skip


@pytest.fixture(scope="module")
def outside():
    with issuer() as found:
        yield found


@pytest.fixture(scope="module")
def site(tmp_path_factory, outside):
    with pytest.MonkeyPatch.context() as patch:
        home = tmp_path_factory.mktemp("site-home")
        patch.setenv("TIDEWAITER_HOME", str(home))
        folder = tmp_path_factory.mktemp("site-server")
        found, name = server(folder, Options(server=FAST)), new_name("site")
        database = found.make(name)
        migrated(database, home)
        told = {"ISSUER": outside.name, "CLIENT": CLIENT, "SECRET": SECRET}
        with served(database, home, 3, **{f"TIDEWAITER_OIDC_{one}": text for one, text in told.items()}) as site:
            site.address = site.address.replace("127.0.0.1", "localhost")  # keys are bound to a name
            yield site
        found.drop(name)
        removed(folder / "home")


@pytest.fixture
def page(chromium, site):
    """A browser whose machine holds passkeys."""
    context = chromium.new_context(base_url=site.address, **WAYS["wide"])
    page = context.new_page()
    link = context.new_cdp_session(page)
    link.send("WebAuthn.enable")
    link.send("WebAuthn.addVirtualAuthenticator", {"options": DEVICE})
    yield page
    context.close()


def _fill(page, who, code=None):
    page.goto("/sign-in")
    page.fill("#name", who)
    page.fill("#password", PASSWORD)
    if code is None:
        page.click("main form button:text-is('Sign in')")


def test_a_passkey_is_added_and_proves_its_person_at_the_sign_in_and_for_an_act(page, site):
    _fill(page, "otto")
    page.goto("/account/passkeys")
    page.fill("#called", "Laptop")
    page.click("text=Add a passkey")
    page.wait_for_url("**/account?done=passkeys")
    assert "Passkeys\nset up" in page.inner_text("main dl")

    page.click("text=Sign out")
    _fill(page, "otto")
    assert "not right" in page.inner_text("main")
    page.fill("#password", PASSWORD)
    page.click("text=Use a passkey")
    page.wait_for_url("**/queue")

    page.goto("/account/passkeys")
    assert "Laptop" in page.inner_text("main")
    page.click("text=Take away")
    page.wait_for_url("**/account?done=passkeys")
    page.click("text=Sign out")
    _fill(page, "otto")
    page.wait_for_url("**/queue")


def test_an_account_elsewhere_is_tied_lets_in_and_is_asked_for_a_proof_before_an_act(page, site):
    _fill(page, "fritz")
    page.goto("/account")
    page.click("text=Tie your organisation's account")
    page.click("text=Go there")
    page.wait_for_url("**/account?done=tied")
    page.click("text=Sign out")

    page.goto("/sign-in")
    page.click("text=Sign in by your organisation")
    page.wait_for_url("**/queue")
    page.goto("/account/passkeys")
    page.fill("#proof", PASSWORD)
    page.click("text=Go on")
    page.fill("#called", "Phone")
    page.click("text=Add a passkey")
    page.wait_for_url("**/account?done=passkeys")


def test_without_script_the_pages_ask_for_codes_and_say_what_needs_one(chromium, site):
    context = chromium.new_context(base_url=site.address, **WAYS["without script"])
    page = context.new_page()
    _fill(page, "sven")
    page.goto("/account/passkeys")

    assert "needs JavaScript" in page.inner_text("main")
    assert not page.is_visible("text=Add a passkey")
    context.close()


@pytest.mark.parametrize("way", ["wide", "narrow", "dark"])
def test_axe_finds_no_fault_on_the_new_pages(chromium, site, way):
    context = chromium.new_context(base_url=site.address, **WAYS[way])
    page = context.new_page()
    faults = {}
    page.goto("/sign-in")
    faults["sign-in"] = Axe().run(page, options=RULES).response["violations"]
    _fill(page, "sven")
    for path in ("/account", "/account/passkeys"):
        page.goto(path)
        faults[path] = Axe().run(page, options=RULES).response["violations"]
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    context.close()

    assert {path: found for path, found in faults.items() if found} == {}
