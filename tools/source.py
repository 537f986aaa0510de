"""The repository as the house rules see it: its files, their syntax trees, the words in them."""

import ast
import re
import shutil
import subprocess
from dataclasses import dataclass
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
PACKAGE = ROOT / "src" / "tidewaiter"
DOCS = ROOT / "docs"
PACKS = PACKAGE / "packs"
MADE_BY_TOOLS = {".git", ".venv", "site", "demo-out", "bench-out", "build", "dist", "__pycache__", ".coverage-data"}


@dataclass(frozen=True)
class Module:
    """One Python file of the package, parsed."""

    path: Path
    text: str
    tree: ast.Module

    @property
    def name(self) -> str:
        """Place in the repository."""
        return self.path.relative_to(ROOT).as_posix()

    @property
    def is_door_plate_only(self) -> bool:
        """True where the file holds nothing but its docstring."""
        return len(self.tree.body) == 1 and ast.get_docstring(self.tree) is not None


@cache
def modules() -> tuple[Module, ...]:
    """Every Python file of the package."""
    return tuple(_parsed(path) for path in sorted(PACKAGE.rglob("*.py")))


def _parsed(path: Path) -> Module:
    text = path.read_text(encoding="utf-8")
    return Module(path, text, ast.parse(text))


@cache
def repository_files() -> tuple[Path, ...]:
    """Files that are or would be in the repository: git's view where there is one, else all but what tools make."""
    git = shutil.which("git")
    if git and (ROOT / ".git").exists():
        command = [git, "-C", str(ROOT), "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
        listed = subprocess.run(command, check=True, capture_output=True, text=True).stdout  # noqa: S603 - fixed words
        return tuple(path for name in sorted(filter(None, listed.split("\0"))) if (path := ROOT / name).is_file())
    found = (path for path in sorted(ROOT.rglob("*")) if path.is_file())
    return tuple(path for path in found if not MADE_BY_TOOLS & set(path.relative_to(ROOT).parts))


def text_of(path: Path) -> str | None:
    """The text of a file; None where it holds bytes that are no text."""
    try:
        return path.read_text(encoding="utf-8")
    except UnicodeDecodeError:
        return None


def functions(tree: ast.AST) -> list[ast.FunctionDef | ast.AsyncFunctionDef]:
    """All functions and methods of a tree, inner ones too."""
    return [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)]


def words_of(identifier: str) -> list[str]:
    """``goods_lineNumber`` is goods, line, number."""
    return [word.lower() for word in re.findall(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+", identifier)]


def table_rows(page: str) -> list[list[str]]:
    """Cells of every row of the Markdown tables on a page, head and rule lines left out."""
    rows = [
        [cell.strip() for cell in re.split(r"(?<!\\)\|", line.strip().strip("|"))]
        for line in page.splitlines()
        if line.lstrip().startswith("|")
    ]
    rules = [number for number, cells in enumerate(rows) if all(set(cell) <= {"-", ":"} for cell in cells)]
    heads = {number - 1 for number in rules}
    return [cells for number, cells in enumerate(rows) if number not in heads and number not in rules]
