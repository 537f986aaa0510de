"""What the documentation says is so: its links lead somewhere, its lists are current, its code runs."""

import os
import re
import subprocess
import sys
import sysconfig
import tomllib
from dataclasses import dataclass

import pytest

from tidewaiter import __version__
from tools import build_docs, reference_pages
from tools.source import DOCS, ROOT, repository_files

PAGES = [path for path in repository_files() if path.suffix == ".md" and (path.parent == ROOT or DOCS in path.parents)]
FENCE = re.compile(r"^```(\w+)(?: exit=(\d+))?\n(.*?)^```", flags=re.MULTILINE | re.DOTALL)
RECORD = ("Question", "Choices", "Decision", "Figures", "Consequences", "Revisit when")
LEAST_PAGE = 400
SECONDS = 300


@dataclass(frozen=True)
class Code:
    """A fenced block: its language, the exit code it promises, its text."""

    language: str
    exit_code: int
    text: str


def blocks(page):
    found = FENCE.findall(page.read_text(encoding="utf-8"))
    return [Code(language, int(code or 0), text) for language, code, text in found]


def _named(path):
    return path.relative_to(ROOT).as_posix()


def _with_blocks(*languages):
    pages = [page for page in PAGES if any(code.language in languages for code in blocks(page))]
    return pytest.mark.parametrize("page", pages, ids=_named)


def test_every_link_leads_somewhere_and_every_page_has_one_title():
    pages = [build_docs.Page(path) for path in sorted(DOCS.rglob("*.md"))]

    assert list(build_docs.faults(pages)) == []


def test_the_lists_of_the_reference_are_what_stands_in_the_code():
    behind = [
        name
        for name, text in reference_pages.pages()
        if not (DOCS / "reference" / name).exists() or (DOCS / "reference" / name).read_text(encoding="utf-8") != text
    ]

    assert behind == [], "run `make docs`"


@pytest.mark.parametrize("shelf", ["tutorial", "howto", "explanation", "reference", "adr"])
def test_every_shelf_of_the_documentation_holds_a_page(shelf):
    assert list((DOCS / shelf).glob("*.md"))


@pytest.mark.parametrize("page", PAGES, ids=_named)
def test_no_page_is_an_empty_promise(page):
    assert len(page.read_text(encoding="utf-8")) >= LEAST_PAGE


@_with_blocks("python")
def test_python_shown_in_the_documentation_runs(page, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    names = {"__name__": "documentation"}

    for number, code in enumerate(code for code in blocks(page) if code.language == "python"):
        exec(compile(code.text, f"{page.name}, block {number}", "exec"), names)  # noqa: S102 - our own pages


@_with_blocks("toml")
def test_sheets_shown_in_the_documentation_can_be_read(page):
    for code in blocks(page):
        if code.language == "toml":
            assert tomllib.loads(code.text)


@_with_blocks("console")
def test_commands_shown_in_the_documentation_do_what_the_page_shows(page, tmp_path):
    for code in blocks(page):
        if code.language == "console":
            for command, shown in _turns(code.text):
                told = _run(command, tmp_path)
                assert told.returncode == code.exit_code, f"$ {command}\n{told.stdout}\n{told.stderr}"
                _assert_shown(shown, told.stdout + told.stderr, command)


def _turns(text):
    """Commands (``$ ...``, continued by a backslash or with a text of their own) with the lines shown below them."""
    joined = text.replace("\\\n", " ")
    for turn in re.split(r"^\$ ", joined, flags=re.MULTILINE)[1:]:
        command, *shown = turn.splitlines()
        heredoc = re.search(r"<<'(\w+)'", command)
        if heredoc:
            end = shown.index(heredoc[1]) + 1
            command, shown = "\n".join([command, *shown[:end]]), shown[end:]
        yield command, [line for line in shown if line.strip()]


def _run(command, folder):
    scripts = f"{sysconfig.get_path('scripts')}{os.pathsep}{os.environ['PATH']}"
    plain = {**os.environ, "PATH": scripts, "COLUMNS": "120", "NO_COLOR": "1", "PYTHON": sys.executable}
    shell = ["bash", "-euo", "pipefail", "-c", command]
    silent = subprocess.DEVNULL
    return subprocess.run(
        shell, cwd=folder, env=plain, stdin=silent, capture_output=True, text=True, check=False, timeout=SECONDS
    )


def _assert_shown(shown, output, command):
    """Each line shown comes in this order; runs of blanks are one, and three dots stand for anything."""
    lines = iter(" ".join(line.split()) for line in output.splitlines())
    for line in shown:
        parts = (re.escape(part) for part in re.split(r"\.{3}|…", " ".join(line.split())))
        pattern = re.compile(".*".join(parts))
        assert any(pattern.fullmatch(said) for said in lines), f"$ {command}\nshows: {line}\nsays:\n{output}"


@pytest.mark.parametrize("record", sorted((DOCS / "adr").glob("*.md")), ids=_named)
def test_a_decision_record_has_its_six_parts(record):
    text = record.read_text(encoding="utf-8")

    assert re.fullmatch(r"\d{4}-[a-z0-9-]+\.md", record.name)
    assert text.startswith(f"# {record.name[:4]} ")
    assert tuple(re.findall(r"^## (.+)$", text, flags=re.MULTILINE)) == RECORD
    assert re.search(r"^\d{4}-\d{2}-\d{2}, (proposed|accepted|superseded by \d{4})", text, flags=re.MULTILINE)


def test_decision_records_are_numbered_once_each():
    numbers = [record.name[:4] for record in (DOCS / "adr").glob("*.md")]

    assert sorted({number for number in numbers if numbers.count(number) > 1}) == []


def test_the_changelog_tells_of_this_version():
    text = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")

    section = re.search(rf"^## {re.escape(__version__)}\b.*?(?=^## |\Z)", text, flags=re.MULTILINE | re.DOTALL)

    assert section is not None
    assert re.search(r"^- \S", section.group(), flags=re.MULTILINE)


def test_the_front_page_names_the_two_commands():
    text = (ROOT / "README.md").read_text(encoding="utf-8")

    assert "make demo" in text
    assert "make test" in text
