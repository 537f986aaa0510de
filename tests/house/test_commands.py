"""The reference describes every command and option of the terminal, and none that is not there."""

import importlib
import re

import cyclopts
import pytest

from bench.each import BENCHES
from tools.source import DOCS, PACKAGE, ROOT

PAGE = DOCS / "reference" / "cli.md"


def test_every_command_is_described_under_a_heading_of_its_own():
    described = set(_sections())

    assert [name for name in _commands() if name not in described] == []


def test_every_option_of_a_command_stands_in_its_section():
    sections = _sections()

    missing = {
        f"{name} {option}"
        for name, command in _commands().items()
        for option in _options(command)
        if not re.search(rf"{re.escape(option)}(?![\w-])", sections.get(name, ""))
    }

    assert sorted(missing) == []


def test_no_command_is_described_that_is_not_there():
    known = set(_commands())

    assert [name for name in _sections() if name not in known] == []


def test_every_command_says_in_a_sentence_what_it_does():
    silent = [name for name, command in _commands().items() if not (command.help or "").strip()]

    assert silent == []


def _sections():
    """Name of a command to the text under its heading: ``## tidewaiter reference import``."""
    parts = re.split(r"^#+ `?tidewaiter ([^`\n]+)`?$", PAGE.read_text(encoding="utf-8"), flags=re.MULTILINE)
    return {name.strip(): text for name, text in zip(parts[1::2], parts[2::2], strict=True)}


def _commands():
    return dict(_walk(_root()))


def _root():
    """The application with the most commands: all others hang below it."""
    importlib.import_module("tidewaiter.cli")
    names = [
        ".".join(path.relative_to(PACKAGE.parent).with_suffix("").parts).removesuffix(".__init__")
        for path in sorted((PACKAGE / "cli").rglob("*.py"))
    ]
    found = [value for name in names for value in vars(importlib.import_module(name)).values()]
    apps = [value for value in found if isinstance(value, cyclopts.App)]
    if not apps:
        pytest.fail("tidewaiter.cli has no command line yet")
    return max(apps, key=lambda app: len(list(_walk(app))))


def _walk(app, above=()):
    for name in app:
        if name.startswith("-"):
            continue
        command = app[name]
        if command.default_command is not None:
            yield " ".join((*above, name)), command
        yield from _walk(command, (*above, name))


def _options(command):
    for argument in command.assemble_argument_collection(parse_docstring=False):
        is_shown = argument.field_info.kind is argument.field_info.KEYWORD_ONLY and argument.parameter.show is not False
        if is_shown and argument.names[0].startswith("--"):
            yield argument.names[0]


def test_every_bench_is_run_by_make_bench():
    """What calls a bench, or is called by one, is none of its own."""
    measure = {path.stem for path in (ROOT / "bench").glob("*.py") if '"__main__"' in path.read_text(encoding="utf-8")}

    assert measure - {"each", "jobs", "api"} == set(BENCHES)
