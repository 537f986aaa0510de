"""Files of others in the pages: those of their packages, with their licences; sent packed and kept for good."""

import tomllib
from hashlib import sha256

import pytest

from tidewaiter.web.act_forms import FORMS
from tidewaiter.web.assets import FOLDER, NAMES, asset

LOCK = tomllib.loads(FOLDER.joinpath("vendor/vendored.toml").read_text(encoding="utf-8"))["file"]


@pytest.mark.parametrize("one", LOCK, ids=lambda one: one["name"])
def test_a_vendored_file_is_the_one_that_was_locked_and_brings_its_licence(one):
    assert sha256(asset(one["name"]).plain).hexdigest() == one["sha256"]
    assert FOLDER.joinpath(f"vendor/{one['name'].partition('.')[0]}.LICENSE.txt").is_file()


def test_every_packed_file_is_locked_and_sent():
    packed = {
        path.name.removesuffix(".gz") for path in FOLDER.joinpath("vendor").iterdir() if path.name.endswith(".gz")
    }

    assert packed == {one["name"] for one in LOCK} <= NAMES.keys()


def test_a_first_page_is_light():
    sent = sum(len(asset(name).packed) for name in ("tabler.min.css", "htmx.min.js", "tidewaiter.css", "icons.svg"))

    assert sent < 130_000


def test_icons_that_pages_name_are_there():
    sprite = asset("icons.svg").plain.decode()

    assert [form.icon for form in FORMS.values() if f'id="{form.icon}"' not in sprite] == []
