"""Who knows whom: the contracts hold, nothing is knotted, and asking for help wakes no engine."""

import os
import re
import subprocess
import sys
import sysconfig
import tomllib
from graphlib import CycleError, TopologicalSorter
from pathlib import Path
from resource import RUSAGE_CHILDREN, getrusage

import grimp
import pytest

from tools.source import ROOT

ENGINES = ("polars", "django", "numpy", "pyarrow")
SCRIPTS = Path(sysconfig.get_path("scripts"))
HELP_CPU_S = 0.25


def test_the_contracts_between_rooms_are_kept():
    told = subprocess.run(
        [SCRIPTS / "lint-imports", "--no-cache"], cwd=ROOT, capture_output=True, text=True, check=False
    )

    assert told.returncode == 0, told.stdout[-3000:]


def test_no_contract_is_bent_by_an_exception():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))

    contracts = project["tool"]["importlinter"]["contracts"]

    assert [contract["name"] for contract in contracts if "ignore_imports" in contract] == []
    assert any(contract.get("exhaustive") for contract in contracts)


def test_no_modules_import_each_other_in_a_ring():
    graph = grimp.build_graph("tidewaiter", cache_dir=None)
    known = {module: graph.find_modules_directly_imported_by(module) for module in graph.modules}

    try:
        TopologicalSorter(known).prepare()
    except CycleError as knot:
        pytest.fail(" -> ".join(knot.args[1]))


def test_asking_for_help_imports_no_engine():
    told = _help("-X", "importtime")

    imported = set(re.findall(r"\|\s+([\w.]+)$", told.stderr, flags=re.MULTILINE))

    assert "cyclopts" in imported
    assert sorted(name for name in imported if name.split(".")[0] in ENGINES) == []


def test_help_answers_within_a_quarter_of_a_second_of_work():
    spent = []
    for _ in range(5):
        before = getrusage(RUSAGE_CHILDREN)
        _help()
        after = getrusage(RUSAGE_CHILDREN)
        spent.append(after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)

    assert min(spent) <= HELP_CPU_S, spent


def _help(*options):
    """Ask for help in a process of its own, without the tracing that a coverage run would add to it."""
    plain = {name: value for name, value in os.environ.items() if not name.startswith(("COV", "COVERAGE"))}
    command = [sys.executable, *options, SCRIPTS / "tidewaiter", "--help"]
    return subprocess.run(command, capture_output=True, text=True, check=True, env=plain)
