"""One word for one thing, and no drawers."""

import ast
import re

import pytest

from tools.source import DOCS, ROOT, modules, repository_files, table_rows, text_of, words_of

DRAWERS = {"base2", "common", "helper", "helpers", "manager", "managers", "misc", "util", "utils"}
GLOSSARY = DOCS / "glossary.md"
OWN_WORDS = {"docs/glossary.md", "CHANGELOG.md", "docs/reference/jurisdictions.md"}
"""Pages with words of others: refused ones, names that were given up, and titles of laws as they are printed."""


def test_no_file_or_folder_is_a_drawer():
    parts = {
        (path.relative_to(ROOT).as_posix(), word)
        for path in repository_files()
        for part in path.relative_to(ROOT).parts
        for word in words_of(part.split(".")[0])
    }

    assert sorted(place for place in parts if place[1] in DRAWERS) == []


def test_the_glossary_is_rich_and_explains_each_word_once():
    words = [row[0] for row in _glossary()]

    assert len(words) >= 60
    assert sorted({word for word in words if words.count(word) > 1}) == []
    assert [row[0] for row in _glossary() if len(row) != 3 or not row[1]] == []


def test_no_refused_word_is_explained_as_a_word_of_ours():
    words = {row[0].replace(" ", "_").lower() for row in _glossary()}

    assert words & set(_refused()) == set()


def test_no_name_in_the_package_uses_a_refused_word():
    refused = _refused()

    found = {
        f"{module.name}: {name} (say {refused[word]})"
        for module in modules()
        for name in _names(module.tree)
        for word in refused
        if _uses(name, word)
    }

    assert sorted(found) == []


def test_no_page_uses_a_refused_word():
    refused = _refused()
    pages = [path for path in repository_files() if path.suffix == ".md"]

    found = {
        f"{name}: {word} (say {refused[word]})"
        for path in pages
        if (name := path.relative_to(ROOT).as_posix()) not in OWN_WORDS
        for word in refused
        if re.search(rf"(?<![\w-]){word.replace('_', '[ _-]')}s?(?![\w-])", _prose(text_of(path)), re.IGNORECASE)
    }

    assert sorted(found) == []


@pytest.mark.parametrize(
    ("name", "word", "is_used"),
    [
        ("shipment_id", "shipment", True),
        ("Shipments", "shipment", True),
        ("address_postal_code", "postal_code", True),
        ("postal_officer_code", "postal_code", False),
        ("fxr", "fx", False),
    ],
)
def test_a_refused_word_is_seen_as_a_whole_word_only(name, word, is_used):
    assert _uses(name, word) is is_used


def _glossary():
    return table_rows(GLOSSARY.read_text(encoding="utf-8"))


def _refused():
    """Refused word to the word that is used instead."""
    return {word: row[0] for row in _glossary() for word in re.split(r",\s*", row[2]) if word}


def _names(tree):
    """Every name the code gives to something: modules aside, these are what a reader has to learn."""
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.ClassDef):
            yield node.name
        elif isinstance(node, ast.arg | ast.keyword) and node.arg:
            yield node.arg
        elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            yield node.id
        elif isinstance(node, ast.Constant) and isinstance(node.value, str) and node.value.isidentifier():
            yield node.value


def _uses(name, word):
    spelled = "_".join(words_of(name))
    return re.search(rf"(^|_){word}s?(_|$)", spelled) is not None


def _prose(text):
    """A page without its code: what stands in fences and backticks may be the name of somebody else."""
    without_fences = re.sub(r"^```.*?^```", "", text, flags=re.MULTILINE | re.DOTALL)
    return re.sub(r"`[^`\n]*`", "", without_fences)
