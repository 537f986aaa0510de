"""Build the documentation into plain pages that need no network, or check its links and its contents list."""

import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from html import escape
from itertools import pairwise
from os.path import relpath
from pathlib import Path
from shutil import copytree, rmtree

from markdown_it import MarkdownIt
from markdown_it.token import Token

from tools.source import DOCS, ROOT

SITE = ROOT / "site"
STYLE = (Path(__file__).parent / "docs.css").read_text(encoding="utf-8")
FRONT, PICTURES = "index.md", "pictures"
SHELVES = ("tutorial", "howto", "explanation", "reference", "adr")
MARKDOWN = MarkdownIt("commonmark", {"html": True}).enable("table")
OUTSIDE = ("http://", "https://", "mailto:")


@dataclass(frozen=True)
class Page:
    """One Markdown page of ``docs``."""

    path: Path

    @property
    def name(self) -> str:
        """Place below ``docs``."""
        return self.path.relative_to(DOCS).as_posix()

    @property
    def text(self) -> str:
        """The page as it is written."""
        return self.path.read_text(encoding="utf-8")

    @property
    def title(self) -> str:
        """The first heading; a page has exactly one of that rank."""
        found = re.search(r"^# (.+)$", self.text, flags=re.MULTILINE)
        return found.group(1) if found else self.name

    @property
    def target(self) -> Path:
        """Where the built page goes."""
        return SITE / self.path.relative_to(DOCS).with_suffix(".html")


def main() -> int:
    """Check all links; without ``--check`` also write ``site``."""
    pages = [Page(path) for path in sorted(DOCS.rglob("*.md"))]
    broken = [*faults(pages)]
    for fault in broken:
        print(fault)
    if "--check" not in sys.argv and not broken:
        build(pages)
        print(f"{len(pages)} pages: open {SITE.relative_to(ROOT)}/index.html")
    return 1 if broken else 0


def build(pages: list[Page]) -> None:
    """Write every page with the list of contents beside it, and the pictures they show."""
    rmtree(SITE, ignore_errors=True)
    if (DOCS / PICTURES).is_dir():
        copytree(DOCS / PICTURES, SITE / PICTURES)
    for page in pages:
        page.target.parent.mkdir(parents=True, exist_ok=True)
        page.target.write_text(rendered(page, pages), encoding="utf-8")


def rendered(page: Page, pages: list[Page]) -> str:
    """A whole HTML page: its own style inside, nothing fetched from anywhere."""
    body = MARKDOWN.renderer.render(_with_anchors(MARKDOWN.parse(page.text)), MARKDOWN.options, {})
    return (
        f'<!doctype html>\n<html lang="en"><head><meta charset="utf-8">'
        f'<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{escape(page.title)} - Tidewaiter</title><style>{STYLE}</style></head>\n"
        f'<body><nav aria-label="Contents">{contents(page, pages)}</nav>\n<main>{body}</main></body></html>\n'
    )


def contents(here: Page, pages: list[Page]) -> str:
    """The list of all pages, seen from ``here``: the front pages, then shelf by shelf."""
    shelves = {"": sorted((page for page in pages if "/" not in page.name), key=lambda page: page.name != FRONT)}
    shelves |= {shelf: [page for page in pages if page.name.startswith(f"{shelf}/")] for shelf in SHELVES}
    return "".join(
        f"<h2>{escape(_shelf_title(shelf))}</h2><ul>{''.join(_entry(here, page) for page in held)}</ul>"
        for shelf, held in shelves.items()
        if held
    )


def _shelf_title(shelf: str) -> str:
    return {"": "Tidewaiter", "howto": "How to", "adr": "Decision records"}.get(shelf, shelf.capitalize())


def _entry(here: Page, page: Page) -> str:
    mark = ' aria-current="page"' if page == here else ""
    link = relpath(page.target, here.target.parent).replace("\\", "/")
    title = "Overview" if page.name == FRONT else page.title
    return f'<li><a href="{escape(link)}"{mark}>{escape(title)}</a></li>'


def _with_anchors(tokens: list[Token]) -> list[Token]:
    """Give headings an id and point links at pages as they are built."""
    for opening, inline in pairwise(tokens):
        if opening.type == "heading_open":
            opening.attrSet("id", anchor(inline.content))
        for child in inline.children or ():
            link = str(child.attrGet("href") or "")
            if child.type == "link_open" and not link.startswith(OUTSIDE):
                child.attrSet("href", re.sub(r"\.md(?=#|$)", ".html", link))
    return tokens


def anchor(heading: str) -> str:
    """``What `clear` writes`` is ``what-clear-writes``."""
    return re.sub(r"[^\w]+", "-", heading.lower()).strip("-")


def faults(pages: list[Page]) -> Iterator[str]:
    """Links and pictures that lead nowhere, pages without one title."""
    for page in pages:
        if len(re.findall(r"^# .+$", _unfenced(page.text), flags=re.MULTILINE)) != 1:
            yield f"docs/{page.name}: a page has one title."
        for link in re.findall(r"\[[^\]]*\]\(([^)\s]+)\)", _unfenced(page.text)):
            if not link.startswith(OUTSIDE) and not _leads_somewhere(page, link):
                yield f"docs/{page.name}: {link} leads nowhere."


def _unfenced(text: str) -> str:
    return re.sub(r"^```.*?^```", "", text, flags=re.MULTILINE | re.DOTALL)


def _leads_somewhere(page: Page, link: str) -> bool:
    name, _, part = link.partition("#")
    target = (page.path.parent / name).resolve() if name else page.path
    if not target.is_file() or not target.is_relative_to(DOCS):
        return False
    headings = re.findall(r"^#+ (.+)$", _unfenced(target.read_text(encoding="utf-8")), flags=re.MULTILINE)
    return not part or part in {anchor(heading) for heading in headings}


if __name__ == "__main__":
    sys.exit(main())
