"""Pages in Debian's Chromium: runs cleared once, a browser that reaches no network."""

import shutil

import pytest
from playwright.sync_api import sync_playwright

from tests import builders_report as runs
from tidewaiter.cli import main

CHROMIUM = ("chromium", "chromium-browser")


def pytest_collection_modifyitems(items):
    for item in items:
        if "browser" in item.path.parts:
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="session")
def chromium():
    """The browser of the machine; nothing is downloaded."""
    program = next(filter(None, map(shutil.which, CHROMIUM)), None)
    if program is None:
        pytest.fail("Chromium is not installed: apt-get install chromium")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def pages(tmp_path_factory):
    """Every page the product writes, by name: the demo's reports, letters and index, and those of odd runs."""
    folder = tmp_path_factory.mktemp("pages")
    demo = folder / "demo"
    assert main(["demo", "--parcels", "400", "--to", str(demo)]) == 0
    found = {"index": demo / "index.html"}
    for law in ("eu", "gb", "us"):
        found[f"report {law}"] = demo / law / "report.html"
        found |= {f"letter {law} {path.stem}": path for path in sorted((demo / law / "letters").iterdir())[:2]}
    for make in (runs.nothing_accepted, runs.one_parcel, runs.hostile_words, runs.moved):
        out = make(folder / make.__name__)
        found[f"report {make.__name__}"] = out / "report.html"
        letters = sorted((out / "letters").iterdir()) if (out / "letters").is_dir() else []
        found |= {f"letter {make.__name__} {path.stem}": path for path in letters[:4]}
    return found
