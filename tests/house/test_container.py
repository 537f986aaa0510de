"""The container file: copies what is there, installs what is pinned, sets what is a setting, runs as a plain user."""

import re
import tomllib
from pathlib import Path

from tidewaiter.service.settings import KNOWN

ROOT = Path(__file__).resolve().parents[2]
TOLD = (ROOT / "Containerfile").read_text(encoding="utf-8")


def test_it_copies_what_the_package_is_made_of():
    copied = {word for line in re.findall(r"^COPY (?!--from)(.*)$", TOLD, re.MULTILINE) for word in line.split()[:-1]}
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]

    assert all((ROOT / name).exists() for name in copied)
    assert {"src", "pyproject.toml", project["readme"], "requirements.lock"} <= copied


def test_what_it_sets_is_a_setting():
    assert set(re.findall(r"\b(TIDEWAITER_[A-Z_]+)=", TOLD)) <= KNOWN.keys()


def test_it_installs_what_is_pinned_and_runs_as_a_plain_user():
    assert "-r requirements.lock" in TOLD
    assert TOLD.index("\nUSER tidewaiter") < TOLD.index("\nCMD ")
