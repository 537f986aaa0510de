"""A filing of a run as its file told it, in canonical fields: read again from the original that the run kept."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import polars as pl

from tidewaiter.model.columns import BY_DOOR
from tidewaiter.runners.history import originals_of
from tidewaiter.runners.identity import with_defaults
from tidewaiter.runners.reading import open_source
from tidewaiter.service import discovery
from tidewaiter.service.results import open_results
from tidewaiter.stages.typed import typed

ITEM_PREFIX: Final = "item_"
NUMBER: Final = "item_no"


def told_in_run(folder: Path, consignment_id: str, version: int) -> bytes:
    """The filing as a message in canonical fields; empty where run or original is gone."""
    if not folder.is_dir():
        return b""
    where = (pl.col("consignment_id") == consignment_id, pl.col("version") == version)
    named = open_results(folder).where("consignments", *where)
    if not named:
        return b""
    rows = [row for part in _rows(folder, named[0]["source_file"], consignment_id, version) for row in part]
    return json.dumps(_message(rows), ensure_ascii=False).encode() if rows else b""


def _rows(folder: Path, name: str, consignment_id: str, version: int) -> Iterator[list[dict[str, Any]]]:
    """The rows of one filing of one original, as text under their canonical names."""
    sheets = list(discovery.sender_sheets(None).values())
    for source, sheet, _ in originals_of(folder):
        if source.name != name:
            continue
        for batch in open_source(source, sheets, sheet).batches():
            if not batch.rows.height:
                continue
            read = with_defaults(typed(batch.rows).rows)
            is_wanted = (read["consignment_id"] == consignment_id) & (read["version"] == version)
            if is_wanted.any():
                yield batch.rows.filter(is_wanted.fill_null(value=False)).to_dicts()


def _message(rows: list[dict[str, Any]]) -> dict[str, Any]:
    told = [{name: value for name, value in row.items() if name in BY_DOOR and value is not None} for row in rows]
    head = {name: value for name, value in told[0].items() if not name.startswith(ITEM_PREFIX)}
    lines = [
        {NUMBER if name == NUMBER else name.removeprefix(ITEM_PREFIX): value
         for name, value in row.items() if name.startswith(ITEM_PREFIX)}
        for row in told
    ]  # fmt: skip
    return {**head, "items": lines}
