"""Nothing unfinished, nothing of one machine, nothing fetched from outside."""

import re
import tokenize

import pytest

from tools import build_docs
from tools.source import PACKAGE, ROOT, repository_files, text_of

UNFINISHED = re.compile(r"\b(TO[D]O|FIX[M]E|XX[X])\b")
NUMBERED = re.compile(r"\(#\d+\)|#\d+")
MACHINE_PATHS = re.compile(r"(?<![\w.])/(w[o]rk|r[o]ot|h[o]me/\w+|U[s]ers/\w+|t[m]p)/[\w.]")
SWITCHED_OFF = re.compile(r"pragma: no (cover|branch)|Not[I]mplementedError|mark\.skip\b|assert Tru[e]\b")
FETCHES = re.compile(
    r"""<(script|link|img|iframe|source|object)\b[^>]*(src|href|data)\s*=\s*["']?(https?:)?//"""
    r"""|@import\s|url\(\s*["']?(https?:)?//|\bfetch\(\s*["']http|fonts\.g|\bcdn[.\-]|unpkg|jsdelivr""",
    re.IGNORECASE,
)
LARGEST = 512 * 1024


def _lines():
    for path in repository_files():
        text = text_of(path)
        if text is not None and path.suffix != ".lock":
            for number, line in enumerate(text.splitlines(), start=1):
                yield f"{path.relative_to(ROOT).as_posix()}:{number}", line


def test_what_is_still_to_do_carries_the_number_of_its_issue():
    assert [place for place, line in _lines() if UNFINISHED.search(line) and not NUMBERED.search(line)] == []


def test_no_path_of_one_machine_stands_in_the_repository():
    assert [place for place, line in _lines() if MACHINE_PATHS.search(line)] == []


def test_nothing_is_switched_off():
    code = [(place, line) for place, line in _lines() if place.startswith(("src/", "tests/", "tools/", "bench/"))]

    assert [place for place, line in code if SWITCHED_OFF.search(line)] == []


def test_every_exception_from_a_style_rule_says_why():
    silent = []
    for path in (path for path in repository_files() if path.suffix == ".py"):
        with path.open("rb") as code:
            comments = [token for token in tokenize.tokenize(code.readline) if token.type == tokenize.COMMENT]
        silent += [
            f"{path.relative_to(ROOT).as_posix()}:{comment.start[0]}"
            for comment in comments
            if re.search(r"#\s*noqa(?!:.*[A-Z]+\d+.*\s-\s\S)", comment.string)
        ]

    assert silent == []


def test_no_file_of_the_repository_is_heavy():
    heavy = {path.relative_to(ROOT).as_posix(): path.stat().st_size for path in repository_files()}

    assert {name: size for name, size in heavy.items() if size > LARGEST} == {}


def test_no_page_the_product_writes_fetches_anything():
    written = [path for path in PACKAGE.rglob("*") if path.suffix in {".py", ".html", ".css", ".js", ".svg"}]

    assert [path.name for path in written if FETCHES.search(text_of(path) or "")] == []


def test_the_built_documentation_fetches_nothing():
    pages = [build_docs.Page(path) for path in sorted(build_docs.DOCS.rglob("*.md"))]

    assert [page.name for page in pages if FETCHES.search(build_docs.rendered(page, pages))] == []


@pytest.mark.parametrize(
    "text",
    [
        '<script src="https://example.org/a.js"></script>',
        "<link rel=stylesheet href=//example.org/a.css>",
        "@import 'a.css';",
        "src: url(https://example.org/font.woff2)",
        "https://fonts.googleapis.com/css",
    ],
)
def test_fetching_from_outside_would_be_seen(text):
    assert FETCHES.search(text)


def test_a_link_for_a_reader_to_follow_fetches_nothing():
    assert not FETCHES.search(
        '<a href="https://eur-lex.europa.eu/">the law</a> <svg xmlns="http://www.w3.org/2000/svg">'
    )
