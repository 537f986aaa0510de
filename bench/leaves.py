"""How much of declarations the tables hold: ``python -m bench.leaves FOLDER...``, element by element.

Two kinds of tables are counted apart: the canonical columns, which every run keeps, as far as the sheet of the format
fills them; and the message's own tables, one for each element that repeats, from which declarations are written again.
Answers and files that are no XML are left out. What the canonical columns do not hold is listed by name and count.
"""

import argparse
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import numpy as np

from tidewaiter.kit.message_model import MessageModel
from tidewaiter.model.errors import UnusableInput
from tidewaiter.runners.declaring import unmapped
from tidewaiter.runners.reading import Source, as_told
from tidewaiter.runners.reading.xml_nodes import Nodes
from tidewaiter.runners.reading.xml_rows import XmlRows
from tidewaiter.service import discovery

FORMAT: Final = "wco_dec"


def leaves(nodes: Nodes) -> Counter[str]:
    """How many leaves there are at each path from the filing on."""
    found: Counter[str] = Counter()
    for number in np.flatnonzero(np.bincount(nodes.path[nodes.is_leaf])).tolist():
        at = nodes.of(number)
        found[nodes.paths.spelled(number).partition("/")[2]] += int(nodes.is_leaf[at].sum())
    return found


def read(folder: Path, model: MessageModel) -> Iterator[tuple[Counter[str], Counter[str], frozenset[str]]]:
    """Of each file: its leaves, those that the message's own tables do not hold, and the paths that columns hold."""
    sheet = discovery.sender_sheets()[FORMAT]
    for path in sorted(folder.rglob("*.xml")):
        try:
            with as_told(Source(path, path.name), [sheet]) as carrier:
                if isinstance(carrier, XmlRows):
                    for nodes in carrier.blocks():
                        yield leaves(nodes), unmapped(nodes, model), carrier.covered
        except UnusableInput:
            continue


def main() -> None:
    """Print both shares and what the columns do not hold."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("folders", nargs="+", type=Path)
    model = discovery.sender_sheets()[FORMAT].model
    if model is None:
        raise SystemExit(f"{FORMAT} has no message model.")
    every: Counter[str] = Counter()
    lost: Counter[str] = Counter()
    rest: Counter[str] = Counter()
    for folder in options.parse_args().folders:
        for found, unheld, covered in read(folder, model):
            every += found
            lost += unheld
            rest += Counter({path: count for path, count in found.items() if path not in covered})
    total = every.total() or 1
    print(f"{every.total():,} leaf elements of {len(every):,} paths")
    for name, missing in (("canonical columns", rest), ("the message's own tables", lost)):
        print(f"in {name}: {1 - missing.total() / total:.1%}")
    for path, count in rest.most_common():
        print(f"{count:7,}  {path}")


if __name__ == "__main__":
    main()
