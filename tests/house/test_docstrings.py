"""Examples in docstrings are true, and every module opens with its door plate."""

import ast
import doctest
import importlib

import pytest

from tools.source import PACKAGE, modules

WITH_EXAMPLES = [module for module in modules() if ">>> " in module.text]


def test_there_are_examples_to_read():
    assert any("model" in module.path.parts for module in WITH_EXAMPLES)


@pytest.mark.parametrize("module", WITH_EXAMPLES, ids=lambda module: module.name)
def test_examples_in_docstrings_are_true(module):
    parts = module.path.relative_to(PACKAGE.parent).with_suffix("").parts
    imported = importlib.import_module(".".join(parts).removesuffix(".__init__"))

    outcome = doctest.testmod(imported)

    assert outcome.attempted > 0
    assert outcome.failed == 0


@pytest.mark.parametrize("module", modules(), ids=lambda module: module.name)
def test_a_module_opens_with_one_sentence_that_would_do_as_a_door_plate(module):
    plate = (ast.get_docstring(module.tree) or "").split("\n\n")[0].splitlines()

    assert len(plate) == 1
    assert plate[0].endswith(".")
