"""Advisory locks: each number once, and none anywhere else."""

import re
from pathlib import Path

import tidewaiter
from tidewaiter.store import locks

NUMBERS = {name: value for name, value in vars(locks).items() if name.isupper()}


def test_no_two_locks_are_one():
    assert len({*NUMBERS.values()}) == len(NUMBERS) == 8


def test_every_lock_is_one_of_these_or_made_of_a_text():
    """Who takes a lock names it by a constant of this module, or hashes what it is about."""
    taking = re.compile(r"pg_(?:try_)?advisory_(?:xact_)?lock\((.*?)\)\"?, (?:\[)?([A-Za-z.\[_]+)")
    taken = {}
    for file in Path(tidewaiter.__file__).parent.rglob("*.py"):
        text = file.read_text(encoding="utf-8")
        for call in taking.finditer(text):
            taken[file.name, call[2]] = "from tidewaiter.store.locks import" in text
    named = {name for file, name in taken if name.isupper()}
    assert named == {*NUMBERS} - {"BARCODES"}, "the class of a lock for each barcode, taken by many at once"
    assert all(known for (_, name), known in taken.items() if name.isupper())
    assert not [file.name for file in Path(tidewaiter.__file__).parent.rglob("*.py")
                if file.name != "locks.py" and re.search("0x71DE_", file.read_text(encoding="utf-8"))]  # fmt: skip
