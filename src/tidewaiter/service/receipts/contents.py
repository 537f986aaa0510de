"""Contents of a receipt: what came, what became of it, and a tree over the filings that were accepted."""

import hashlib
from collections.abc import Iterator
from functools import partial
from typing import Any, Final

import polars as pl

from tidewaiter.model.canonical import canonical, canonical_rows
from tidewaiter.model.errors import WrongUse
from tidewaiter.model.tree import Frontier, Tree, leaf_hash
from tidewaiter.runners.workspace import RECEIPT
from tidewaiter.service.results import Results

KIND: Final = "file"
LEAF: Final = (
    "consignment_id", "filing_kind", "version", "declarant_id", "parcel_id", "source_file", "source_position",
)  # fmt: skip
"""What a leaf of the tree says of an accepted filing: which it is and where in its file it stands."""
SLICE: Final = 100_000
QUARANTINE: Final = "quarantine.csv"


def contents(results: Results, run: str) -> dict[str, Any]:
    """All that a receipt of this run says but its time and its place in the chain; ``run`` is what the log calls it."""
    told, tree, size = results.receipt, Frontier(), 0
    for leaves in _slices(results):
        tree.extend([leaf_hash(leaf) for leaf in leaves])
        size += len(leaves)
    return {
        "kind": KIND,
        "sender": told["run"]["submitter"] or "",
        "run": run,
        "content": told["content_hash"],
        "files": [{"name": one["name"], "sha256": one["sha256"]} for one in told["sources"]],
        "rows": told["rows"],
        "consignments": told["consignments"],
        "accepted": {"root": tree.root().hex(), "size": size},
        "quarantine": _digest(results, QUARANTINE),
        "receipt": _digest(results, RECEIPT),
    }


def proof(results: Results, consignment_id: str, version: int | None = None) -> dict[str, Any]:
    """That a filing is among those accepted: its leaf, its place, and the hashes up to the root.

    Raises:
        WrongUse: the run accepted no such filing.
    """
    leaves = [leaf for part in _slices(results) for leaf in part]
    named = results.where("consignments", pl.col("consignment_id") == consignment_id)
    wanted = max((row["version"] for row in named if version in (None, row["version"])), default=None)
    row = next((row for row in named if row["version"] == wanted), None)
    if row is None:
        raise WrongUse(f"{results.folder} accepted no filing '{consignment_id}'. Look into its quarantine.")
    own = canonical({name: row[name] for name in LEAF})
    index = leaves.index(own)
    path = Tree(leaf_hash(leaf) for leaf in leaves).inclusion(index)
    told = {name: row[name] for name in LEAF}
    return {"leaf": told, "index": index, "size": len(leaves), "path": [one.hex() for one in path]}


def _slices(results: Results) -> Iterator[list[bytes]]:
    start = 0
    while True:
        found = results.rows("consignments", partial(_slice, start))
        if found is None or not found.height:
            return
        yield canonical_rows(found).to_list()
        start += found.height


def _slice(start: int, every: pl.LazyFrame) -> pl.LazyFrame:
    return every.slice(start, SLICE).select(LEAF)


def _digest(results: Results, name: str) -> str:
    path = results.folder / name
    if not path.is_file():
        return hashlib.sha256(b"").hexdigest()
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
