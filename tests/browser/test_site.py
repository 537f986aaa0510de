"""The desk's pages as an officer uses them: any width, keyboard alone, dark, from right to left, without script."""

import os
import re
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe

from tests.browser.test_pages import RULES
from tests.builders_accounts import PASSWORD
from tests.builders_database import FAST, migrated, new_name, removed, server
from tests.builders_site import served
from tidewaiter.store.postgres import Options

SHOTS = os.environ.get("PICTURES_TO")
WAYS = {
    "wide": {"viewport": {"width": 1280, "height": 900}},
    "narrow": {"viewport": {"width": 320, "height": 700}},
    "dark": {"viewport": {"width": 1280, "height": 900}, "color_scheme": "dark"},
    "without script": {"viewport": {"width": 1280, "height": 900}, "java_script_enabled": False},
}


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    with pytest.MonkeyPatch.context() as patch:
        home = tmp_path_factory.mktemp("site-home")
        patch.setenv("TIDEWAITER_HOME", str(home))
        folder = tmp_path_factory.mktemp("site-server")
        found, name = server(folder, Options(server=FAST)), new_name("site")
        database = found.make(name)
        migrated(database, home)
        with served(database, home) as site:
            yield site
        found.drop(name)
        removed(folder / "home")


@pytest.fixture
def visit(chromium, site):
    """A browser of one way, signed in as somebody."""
    contexts = []

    def open_as(who="olga", way="wide"):
        context = chromium.new_context(base_url=site.address, **WAYS[way])
        contexts.append(context)
        page = context.new_page()
        if who:
            page.goto("/sign-in")
            page.fill("#name", who)
            page.fill("#password", PASSWORD)
            page.click("main button")
            assert page.url.endswith(("/queue", "/account")), page.inner_text("main")
        return page

    yield open_as
    for context in contexts:
        context.close()


def _addresses(site):
    of = f"/cases/{site.cases['release']}"
    return {
        "queue": "/queue", "queue nothing": "/queue?text=nothing-like-this", "case": of,
        "case waiting": f"/cases/{site.cases['waiting']}", "release": f"{of}/release", "hold": f"{of}/hold",
        "ask": f"{of}/ask", "inspect": f"{of}/inspect", "assign": f"{of}/assign", "note": f"{of}/note",
        "account": "/account", "password": "/account/password", "codes": "/account/codes", "missing": "/cases/nothing",
    }  # fmt: skip


@pytest.mark.parametrize("way", ["wide", "narrow", "dark"])
def test_every_page_is_without_fault_for_axe_and_fits_its_width(visit, site, way):
    page, axe = visit(way=way), Axe()
    door = visit(who=None, way=way)
    door.goto("/sign-in?next=/queue")
    for name, address in [("sign-in", None), *_addresses(site).items()]:
        shown = page if address else door
        if address:
            page.goto(address)
        _shot(shown, f"{name} {way}")
        found = axe.run(shown, options=RULES).response["violations"]

        assert [(fault["id"], fault["nodes"][0]["html"]) for fault in found] == [], name
        assert shown.evaluate("document.documentElement.scrollWidth - window.innerWidth") <= 0, name


def test_every_page_stands_from_right_to_left_as_well(visit, site):
    page, axe = visit(way="narrow"), Axe()
    for name, address in _addresses(site).items():
        page.goto(address)
        page.evaluate("document.documentElement.dir = 'rtl'")
        _shot(page, f"{name} rtl")
        found = axe.run(page, options=RULES).response["violations"]

        assert [(fault["id"], fault["nodes"][0]["html"]) for fault in found] == [], name
        assert page.evaluate("document.documentElement.scrollWidth - window.innerWidth") <= 0, name
        assert page.evaluate(UNTOLD) == [], name


UNTOLD = """() => {
    const texts = document.createTreeWalker(document.querySelector('main'), NodeFilter.SHOW_TEXT);
    const found = [];
    while (texts.nextNode()) {
        const one = texts.currentNode;
        const bare = /[A-Z]{3} \\d+\\.\\d\\d|\\d{4}-\\d\\d-\\d\\d|[A-Z]{2}\\d{9}[A-Z]{2}/.test(one.textContent);
        if (bare && !one.parentElement.closest('bdi, time, [dir], title, .tw-sentence')) found.push(one.textContent);
    }
    return found;
}"""
"""Money, dates and barcodes that stand bare, so that another direction of writing would turn them around."""


def test_pages_ask_for_nothing_but_what_is_ours_and_break_no_rule_of_their_own(visit, site):
    page = visit()
    asked, told = [], []
    page.on("request", lambda call: asked.append(call.url))
    page.on("console", lambda line: told.append(line.text))
    page.on("pageerror", lambda fault: told.append(str(fault)))
    for name, address in _addresses(site).items():
        if name != "missing":
            page.goto(address)

    assert [one for one in asked if not one.startswith(site.address)] == []
    assert told == []


def test_an_officer_releases_a_parcel_by_keyboard_alone(visit, site):
    page = visit(who=None)
    page.goto(f"/cases/{site.cases['release']}")
    _type_in(page, "olga", PASSWORD)
    page.wait_for_url(f"**/cases/{site.cases['release']}")
    assert page.url.endswith(site.cases["release"])

    _press_to(page, "a", "Release")
    page.keyboard.press("Enter")
    page.wait_for_url("**/release")
    assert page.locator("input[name=items]:checked").count() == 2
    _press_to(page, "select", "")
    page.keyboard.press("ArrowDown")
    _press_to(page, "button", "Release")
    page.keyboard.press("Enter")
    page.wait_for_url("**?done=release")

    assert "Released." in page.inner_text("[role=status]")
    assert page.locator(".tw-released").count() >= 2
    _shot(page, "released")


def _type_in(page, name, password):
    page.keyboard.type(name)
    page.keyboard.press("Tab")
    page.keyboard.type(password)
    page.keyboard.press("Enter")
    page.wait_for_load_state()


def _press_to(page, tag, words):
    """Press Tab until the focus is on it; the ring around it is seen."""
    for _ in range(60):
        page.keyboard.press("Tab")
        found = page.evaluate(
            "() => { const on = document.activeElement;"
            " return [on.tagName.toLowerCase(), on.innerText || '', getComputedStyle(on).outlineStyle]; }"
        )
        if found[0] == tag and (tag == "select" or found[1].strip() == words):
            assert found[2] == "solid"
            return
    raise AssertionError(f"{tag} {words} cannot be reached by keyboard.")


def test_a_form_without_what_it_needs_names_all_of_it_and_forgets_nothing(visit, site):
    page = visit(way="without script")
    page.goto(f"/cases/{site.cases['held']}/hold")
    for box in page.locator("input[name=items]").all():
        box.uncheck()
    page.fill("#text", "seen at the belt")
    page.click("main form button")

    assert page.locator("#faults a").count() == 2
    assert page.input_value("#text") == "seen at the belt"
    _shot(page, "faults")
    page.click("#faults a >> nth=1")
    assert page.url.endswith("#reason")


def test_two_people_at_one_case_and_a_second_press_are_told_what_happened(visit, site):
    first, second = visit(way="without script"), visit(way="without script")
    for page in (first, second):
        page.goto(f"/cases/{site.cases['held']}/note")
        page.fill("#text", "the label is torn")
    first.click("main form button")
    assert "Note added." in first.inner_text("[role=status]")

    second.click("main form button")
    assert "has changed" in second.inner_text("h1")
    assert "the label is torn" in second.inner_text("main")
    _shot(second, "changed")


def test_a_button_pressed_twice_does_it_once(visit, site):
    page = visit(way="without script")
    page.goto(f"/cases/{site.cases['held']}/note")
    told = {name: page.input_value(f"input[name={name}]") for name in ("csrfmiddlewaretoken", "key", "saw")}
    answers = [
        page.request.post(page.url, form={**told, "text": "pressed twice"}, headers={"origin": site.address})
        for _ in range(2)
    ]

    assert [answer.url for answer in answers] == [f"{site.address}/cases/{site.cases['held']}?done=note"] * 2
    assert answers[1].text().count("pressed twice") == 1


def test_a_form_from_elsewhere_does_nothing_and_says_so(visit, site):
    page = visit(way="without script")
    told = page.request.post(f"/cases/{site.cases['held']}/note", form={"text": "forged", "saw": "1", "key": "k"})

    assert told.status == 403
    assert "Nothing was done" in told.text()


def test_the_case_of_another_office_looks_like_none(visit, site):
    page = visit("fritz", way="without script")
    there, nowhere = (
        page.request.get(f"/cases/{name}") for name in (site.cases["held"], "018f0000-0000-7000-8000-000000000000")
    )

    assert (there.status, nowhere.status) == (404, 404)
    assert _plain(there.text()) == _plain(nowhere.text())


def _plain(text):
    return re.sub(r'name="csrfmiddlewaretoken" value="[^"]+"', "", text)


def test_after_the_sign_out_the_pages_are_closed_and_nothing_is_kept(visit, site):
    page = visit(way="without script")
    head = page.request.get("/queue").headers
    page.click("header button")
    page.goto("/queue")

    assert "sign-in" in page.url
    assert head["cache-control"] == "no-store"


def test_a_narrowed_queue_has_an_address_that_shows_the_same(visit, site):
    page = visit()
    page.select_option("#assigned", "me")
    page.wait_for_url("**assigned=me**")
    rows = page.locator("tbody tr").count()
    again = visit()
    again.goto(page.url)

    assert rows == again.locator("tbody tr").count() > 0
    assert again.input_value("#assigned") == "me"


def test_the_last_row_of_the_queue_is_reached_page_by_page(visit, site):
    page = visit("sven", way="without script")
    page.goto("/queue")
    count = int(re.search(r"(\d+) cases", page.inner_text("caption")).group(1))
    seen = page.locator("tbody a").all_inner_texts()
    while page.locator("a[rel=next]").count():
        page.click("a[rel=next]")
        seen += page.locator("tbody a").all_inner_texts()

    assert len(seen) == len(set(seen)) == count > 50


def _shot(page, name):
    """Keep a picture where somebody wants to look."""
    if SHOTS:
        page.screenshot(path=Path(SHOTS) / f"{name.replace(' ', '-')}.png", full_page=True)
