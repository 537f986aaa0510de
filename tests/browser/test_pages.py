"""Reports, letters and the index as a person opens them: without a network, on any width, by keyboard, on paper."""

import re

import pytest
from axe_playwright_python.sync_playwright import Axe

PAGE = re.compile(rb"/Type\s*/Page\b")
LARGEST = 1_000_000
WIDTHS = (1280, 390)
RULES = {
    "runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}
}


@pytest.fixture(params=WIDTHS, ids=lambda width: f"{width} wide")
def opened(request, chromium):
    """Opens a file with the network blocked; every address asked for is noted."""
    context = chromium.new_context(viewport={"width": request.param, "height": 900}, offline=True)
    asked = []

    def open_page(path):
        page = context.new_page()
        page.on("request", lambda call: asked.append(call.url))
        page.goto(path.as_uri())
        return page, asked

    yield open_page
    context.close()


def test_every_page_opens_without_a_network_and_asks_for_nothing_but_itself(opened, pages):
    for name, path in pages.items():
        page, asked = opened(path)

        assert page.locator("h1").count() == 1, name
        assert [address for address in asked if address != path.as_uri()] == [], name
        asked.clear()


def test_axe_finds_no_fault_with_every_table_open(opened, pages):
    axe = Axe()

    for name, path in pages.items():
        page, _ = opened(path)
        page.evaluate("document.querySelectorAll('details').forEach(one => { one.open = true; })")
        found = axe.run(page, options=RULES).response["violations"]

        assert [(fault["id"], fault["nodes"][0]["html"]) for fault in found] == [], name


def test_no_page_scrolls_sideways(opened, pages):
    for name, path in pages.items():
        page, _ = opened(path)
        page.evaluate("document.querySelectorAll('details').forEach(one => { one.open = true; })")

        assert page.evaluate("document.documentElement.scrollWidth - window.innerWidth") <= 0, name


def test_words_beside_a_bar_do_not_run_into_each_other(opened, pages):
    overlaps = """() => [...document.querySelectorAll('svg.plot')].flatMap(plot => {
        const boxes = [...plot.querySelectorAll('text')].map(one => [one.textContent, one.getBoundingClientRect()]);
        return boxes.flatMap(([a, left], at) => boxes.slice(at + 1).filter(([b, right]) =>
            left.width && right.width && left.left < right.right && right.left < left.right &&
            left.top + 3 < right.bottom && right.top + 3 < left.bottom).map(([b]) => a + ' | ' + b));
    })"""

    for name, path in pages.items():
        page, _ = opened(path)

        assert page.evaluate(overlaps) == [], name


def test_every_plot_has_its_table_within_reach_of_the_keyboard(opened, pages):
    for name, path in pages.items():
        page, _ = opened(path)
        page.evaluate("document.querySelector('summary')?.focus()")
        if page.locator("figure").count():
            assert page.evaluate("document.activeElement.tagName") == "SUMMARY", name
            page.keyboard.press("Enter")
            assert page.locator("details[open] table").first.is_visible(), name


def test_every_link_leads_to_a_page_or_a_part_of_one(opened, pages):
    for name, path in pages.items():
        page, _ = opened(path)
        for target in page.eval_on_selector_all("a[href]", "links => links.map(link => link.getAttribute('href'))"):
            if target.startswith("#"):
                assert page.locator(target).count() == 1, (name, target)
            else:
                assert (path.parent / target).is_file(), (name, target)


def test_a_letter_fits_on_one_sheet_and_a_report_prints_too(chromium, pages):
    for name, path in pages.items():
        page = chromium.new_page()
        page.goto(path.as_uri())
        sheets = len(PAGE.findall(page.pdf(prefer_css_page_size=True)))
        page.close()

        assert sheets == 1 if name.startswith("letter") else 1 <= sheets <= 14, (name, sheets)


def test_no_page_is_heavy(pages):
    assert {name: path.stat().st_size for name, path in pages.items() if path.stat().st_size > LARGEST} == {}
